/* Whether the mail servers let postvagt log in, as the settings say. */
#ifndef VERIFY_MAIL_H
#define VERIFY_MAIL_H

#include "base/message/error.h"

struct verification;

/* Add an error for each file with a mail server's secret that this process may not read; returns the first one's kind. */
enum error_kind verify_mail_secrets(struct verification *v);

/*
 * Log in to each server of mail and mailbox, sending nothing, and add an error for each that refuses, with its
 * words; for a mailbox that is nearly full, too, and where that cannot be seen, a note. Errors are at "mail.smtp",
 * "mail.graph", "mailbox.imap" or "mailbox.probe_imap".
 */
void verify_mail(struct verification *v);

/*
 * Say of each login by OAuth 2.0 until when its token is valid, as a note; add an error where there is none, unless one is
 * there already. After all that logs in.
 */
void verify_tokens(struct verification *v);

#endif
