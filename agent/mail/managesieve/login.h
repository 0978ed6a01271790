/* The login of ManageSieve (RFC 5804 section 2.1). Part of managesieve.h. */
#ifndef MAIL_MANAGESIEVE_LOGIN_H
#define MAIL_MANAGESIEVE_LOGIN_H

#include <stdbool.h>

#include "base/message/error.h"

struct managesieve;

/*
 * Log in as the settings say, where they name a user. A refusal is ERROR_TARGET; where a token of oauth was refused, it is
 * forgotten, and `*may_retry` set: another connection may try with a new one.
 */
enum error_kind managesieve_login(struct managesieve *server, bool *may_retry, struct error *err);

#endif
