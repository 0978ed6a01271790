/*
 * A login over IMAP, and nothing else: no folder is opened. For `check`, which says in the server's own words why it does
 * not let postvagt in.
 */
#ifndef MAIL_IMAP_IMAP_LOGIN_H
#define MAIL_IMAP_IMAP_LOGIN_H

#include "base/message/error.h"

struct server_settings;

/*
 * Connect and log in as the settings say, or only connect where they name no user; then hang up. Takes 30 s at most,
 * besides a token's. An error says what server_failed() says, and the words of the server's refusal, without the secret.
 * ERROR_USAGE, ERROR_TARGET or ERROR_LOST.
 */
enum error_kind imap_log_in(const struct server_settings *settings, struct error *err);

#endif
