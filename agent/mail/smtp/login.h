/*
 * A login to a mail server, of SMTP or IMAP, and nothing else: no mail is sent, and no folder is opened. For `check`,
 * which says whether a server of the settings lets postvagt in before mail waits for it.
 */
#ifndef MAIL_SMTP_LOGIN_H
#define MAIL_SMTP_LOGIN_H

#include "base/message/error.h"

struct server_settings;

/*
 * Connect and log in as the settings say, or only connect where they name no user; then hang up. Takes 30 s at most,
 * besides a token's. An error says what server_failed() says, and the words of the server's refusal, without the secret.
 * ERROR_USAGE, ERROR_TARGET or ERROR_LOST.
 */
enum error_kind mail_log_in(const struct server_settings *settings, struct error *err);

#endif
