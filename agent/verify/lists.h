/* What can be wrong with the lists themselves (CONTRACT section 4, 11): their kind, and their addresses. */
#ifndef VERIFY_LISTS_H
#define VERIFY_LISTS_H

#include "base/message/error.h"

struct verification;

/*
 * Add findings about lists without an address, security groups, addresses of lists or of the
 * mailbox that other entries bear, too, and lists that Exchange would not take KOMBIT's mail for (exchange_list.h); what of
 * these cannot be seen is a note. After a plan. An error is a connection lost.
 */
enum error_kind verify_lists(struct verification *v, struct error *err);

/* Of these, what keeps mail from a list that has an address: another entry that bears it, and Exchange. */
enum error_kind verify_list_mail(struct verification *v, struct error *err);

#endif
