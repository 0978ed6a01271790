/* check: whether the mail servers let postvagt log in, as the settings say. */
#ifndef CHECK_MAIL_H
#define CHECK_MAIL_H

#include "base/message/error.h"

struct notes;
struct session;

/* Add an error for each file with a mail server's secret that this process may not read; returns the first one's kind. */
enum error_kind check_mail_secrets(struct session *session);

/*
 * Log in to each server of mail and mailbox, sending nothing, and add an error for each that refuses, with its
 * words; for a mailbox that is nearly full, too, and where that cannot be seen, a note. An error here makes check end with 1, as all findings that are errors do.
 */
void check_mail(struct session *session, struct notes *notes);

/*
 * Say of each login by OAuth 2.0 until when its token is valid, as a note; add an error where there is none, unless one is
 * there already. After all that logs in.
 */
void check_tokens(struct session *session, struct notes *notes);

#endif
