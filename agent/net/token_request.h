/*
 * Token requests: tokens (oauth.h) that are being got from their servers, among other exchanges.
 * Of several that wait for the same token, one asks.
 *
 * A token server answers with status 200 and JSON. No redirect is followed, as a secret goes with
 * the request.
 */
#ifndef NET_TOKEN_REQUEST_H
#define NET_TOKEN_REQUEST_H

#include <stdint.h>

#include "base/message/error.h"

struct exchanges;
struct oauth_settings;
struct token_request;

struct token_requests {
	struct exchanges *exchanges; /* borrowed */
	struct token_request *first; /* owned: those that are running */
};

/* A token request is over: the token is kept (oauth_find()), or `failure` says why not, with the server's address. */
typedef void token_done(void *waiter, const struct error *failure);

/*
 * Wait for the token of these settings, which are copied; it is asked for until `deadline` (of
 * moment_uptime()), unless it is already. done() may be called from here.
 */
void token_request_join(struct token_requests *requests, const struct oauth_settings *settings,
	int64_t deadline, token_done *done, void *waiter);

/* Do not wait any longer. What nobody waits for is given up. */
void token_request_leave(struct token_requests *requests, const void *waiter);

/*
 * Get a token, blocking for 30 s at most, unless one is kept. ERROR_USAGE, ERROR_TARGET or
 * ERROR_LOST where there is none. `*serial` is for oauth_drop(). The caller wipes the token.
 */
enum error_kind token_request_wait(const struct oauth_settings *settings, struct strbuf *token,
	unsigned *serial, struct error *err);

#endif
