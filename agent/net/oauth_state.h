/*
 * The state of OAuth 2.0 logins in this process, for check, status and metrics: whether a token was
 * got for some settings, until when it is valid, or which server refused what.
 *
 * oauth.c and token_request.c record what the token server did, fetch.c, graph.c and
 * mail/smtp/server.c that a server refused a token. Nothing here sends a request: to know the state
 * now, log in first.
 */
#ifndef NET_OAUTH_STATE_H
#define NET_OAUTH_STATE_H

#include "base/text/moment.h"

struct oauth_settings;

enum oauth_outcome {
	OAUTH_UNUSED,  /* no token was asked for so far */
	OAUTH_VALID,   /* the token server gave one, and no server refused it since */
	OAUTH_DENIED,  /* the token server gave none, or could not be reached */
	OAUTH_REFUSED, /* a mail server, a feed's server or Graph refused the token */
};

struct oauth_state {
	enum oauth_outcome outcome;
	moment at;         /* when the last thing happened; not set where unused */
	moment until;      /* OAUTH_VALID: when the token expires, by the token server's word */
	const char *words; /* OAUTH_DENIED and OAUTH_REFUSED: which server, its words, what to do;
			      else, and where another process set the state, NULL. Borrowed until the next call of this module */
};

/* The state for these settings: the same for all that oauth_is_same() calls the same. */
struct oauth_state oauth_state_find(const struct oauth_settings *settings);

/*
 * Let processes that are forked from now on set the state of these settings for this one, too, but for its words: for `watch`,
 * whose notices are sent by such a process. Nothing where no memory can be shared.
 */
void oauth_state_share(const struct oauth_settings *settings);

/* A token was got that expires at `until`. */
void oauth_state_got(const struct oauth_settings *settings, moment until);

/* There is no token, or a server refused it (`outcome`); `words` is copied, and holds no secret. */
void oauth_state_failed(const struct oauth_settings *settings, enum oauth_outcome outcome,
	const char *words);

/* Forget all of it. */
void oauth_state_forget(void);

#endif
