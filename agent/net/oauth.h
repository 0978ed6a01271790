/*
 * OAuth 2.0 access tokens of the client itself (client credentials, RFC 6749 section 4.4), for
 * feeds and mail: what is sent to the token server, what its reply says, and the tokens that are
 * kept. Who asks for one sends the request; nothing here does.
 *
 * A token is kept for the settings that it was got with, in a file in memory and not among this
 * process's variables, until shortly before it expires. It ends with the process.
 */
#ifndef NET_OAUTH_H
#define NET_OAUTH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/strbuf.h"

struct oauth_settings;

#define OAUTH_REPLY_MAX ((size_t)64 * 1024) /* bytes of a token server's reply */

/* What is sent to the token server, as application/x-www-form-urlencoded. */
struct oauth_request {
	struct strbuf body;       /* owned */
	struct strbuf secrets[2]; /* owned: how the server might repeat what it must not */
};

#define OAUTH_REQUEST_INIT                                                   \
	{                                                                    \
		.body = STRBUF_INIT, .secrets = { STRBUF_INIT, STRBUF_INIT } \
	}

/* Whether a token for one is a token for the other: all that they say is the same. */
bool oauth_is_same(const struct oauth_settings *a, const struct oauth_settings *b);

/* All that the settings say, as one text, which names them among others; the caller frees it. */
char *oauth_identity(const struct oauth_settings *settings);

/*
 * Make the request: the client's secret or a new assertion is in it. ERROR_USAGE where a file
 * that the settings name cannot be used. oauth_request_release() wipes it, also then.
 */
enum error_kind oauth_request_init(struct oauth_request *request,
	const struct oauth_settings *settings, struct error *err);
void oauth_request_release(struct oauth_request *request);

/*
 * Read the reply to `request`, of status 200, and keep its token (RFC 6749 section 5.1).
 * ERROR_TARGET where there is none that can be used; the text does not name the server. The
 * caller wipes `reply`.
 */
enum error_kind oauth_take_reply(const struct oauth_settings *settings,
	const struct oauth_request *request, const char *reply, size_t length, struct error *err);

/*
 * Add the token that is kept for these settings to `token`, which is empty, and set `*serial`,
 * which no other token has; false where none is kept that lasts. The caller wipes it.
 */
bool oauth_find(const struct oauth_settings *settings, struct strbuf *token, unsigned *serial);

/* Forget the token of that serial: a server refused it. One that was got since is kept. */
void oauth_drop(unsigned serial);

/*
 * Forget the token of that serial where it is some minutes old: rights that its client was given
 * since are not in it.
 */
void oauth_drop_old(unsigned serial);

/* Forget all tokens. */
void oauth_forget(void);

#endif
