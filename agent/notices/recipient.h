/*
 * Who gets a run's notices, and to whom answers go.
 */
#ifndef NOTICES_RECIPIENT_H
#define NOTICES_RECIPIENT_H

#include <stdbool.h>

#include "base/message/error.h"

struct notice;
struct notice_run;
struct notices;

/*
 * Whether a notice may be sent to its address: it is one, and neither the mailbox's nor a list's, as a notice must not come
 * back by the very lists that it is about. Where it is no address, `err` says so.
 */
bool recipient_is_allowed(const struct notice_run *run, const struct notice *notice,
	struct error *err);

/*
 * The address for answers to a notice, where the settings name none: the first person of mailbox.fallback, other than the
 * recipient, who is available, else the first who can be reached by mail. A shared mailbox is no person. NULL: nobody.
 */
const char *recipient_reply_to(const struct notice_run *run, const struct notice *notice);

/* Begin a notice to each of mailbox.fallback who can be reached, each once, in the run's arena. */
void recipient_fallback(const struct notice_run *run, struct notices *found);

#endif
