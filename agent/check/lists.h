/* What postvagt check says of the lists themselves (CONTRACT section 4, 11): their kind, and their addresses. */
#ifndef CHECK_LISTS_H
#define CHECK_LISTS_H

#include "base/message/error.h"

struct notes;
struct session;

/*
 * Add findings about lists without an address, security groups, addresses of lists or of the
 * mailbox that other entries bear, too, and lists that Exchange would not take KOMBIT's mail for (exchange_list.h); what of
 * these cannot be seen is a note. An error is a connection lost.
 */
enum error_kind check_lists(struct session *session, struct notes *notes, struct error *err);

#endif
