/* What postvagt check says of the lists themselves (CONTRACT section 4, 11): their kind, and their addresses. */
#ifndef CHECK_LISTS_H
#define CHECK_LISTS_H

#include "base/message/error.h"

struct session;

/*
 * Add findings about lists without an address, security groups, and addresses of lists or of the
 * mailbox that other entries bear, too. An error is a connection lost.
 */
enum error_kind check_lists(struct session *session, struct error *err);

#endif
