/*
 * Exchanges: requests that are under way at once, by libcurl's multi interface. Each is tried until
 * there is an answer, or no hope of one; what an answer means is its owner's. Nothing here blocks
 * but exchanges_poll().
 *
 *	exchange_init(), exchange_send(), exchanges_poll() until done() is called, exchange_release()
 */
#ifndef NET_EXCHANGE_H
#define NET_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/message/error.h"
#include "net/transfer.h"

struct exchange;
struct http_request;
struct http_settings;
struct pollfd;

/* How long and how much, in milliseconds, but for `silence`, in seconds. */
struct fetch_bounds {
	int connect, silence, total; /* `total`: a fetch, all of it */
	int pause;                   /* before the second try, without jitter */
	int pause_most;              /* a Retry-After that is waited for */
	size_t bytes, pages;         /* all pages' bytes, decoded */
};

struct exchanges {
	CURLM *multi;               /* owned; NULL until the first exchange: no feed, no libcurl */
	struct fetch_bounds bounds; /* of each */
	struct exchange *first;     /* borrowed: those that wait or are sent */
};

/*
 * An exchange is over: there is an answer (`failure` is NULL; see transfer_status()), or there is
 * none. It may be sent again, or be released, from here.
 */
typedef void exchange_done(struct exchange *exchange, const struct error *failure);

struct exchange {
	struct exchanges *set; /* borrowed */
	struct exchange *next; /* of the set */
	exchange_done *done;
	void *owner;                        /* borrowed; whatever done() needs */
	const struct http_request *request; /* borrowed until it is over */
	const struct validators *known;     /* borrowed; NULL: none */
	struct transfer transfer;
	size_t room;      /* bytes that an answer may have */
	int tries;        /* of this request */
	int64_t deadline; /* of moment_uptime() */
	int64_t resume;   /* when to try again; 0: it does not wait */
	bool is_sent;     /* libcurl has it */
	bool is_unknown;  /* it failed after it was sent: the server may have carried it out */
};

void exchanges_init(struct exchanges *set, const struct fetch_bounds *bounds);
/* All its exchanges are released by then. */
void exchanges_release(struct exchanges *set);

/* Make ready to ask a server; fails as transfer_init() does, and is released by exchange_release() also then. */
enum error_kind exchange_init(struct exchange *exchange, struct exchanges *set,
	const struct http_settings *settings, exchange_done *done, void *owner, struct error *err);
void exchange_release(struct exchange *exchange);

/*
 * Send a request until `deadline`, at most RETRY_TRIES times. Tried again are time-outs, lost
 * connections, and the statuses of retry_status(), after a pause or as Retry-After says, if that
 * is bounds.pause_most or less; of a request with `sent_once` only what the server cannot have carried out.
 * done() is called from here where it cannot be sent at all.
 */
void exchange_send(struct exchange *exchange, const struct http_request *request,
	const struct validators *known, size_t room, int64_t deadline);

/* What the answer's Retry-After asks for, in seconds; -1: nothing. */
long long exchange_retry_after(const struct exchange *exchange);

/*
 * Carry on whatever can be carried on, and wait until more can be, until a descriptor of
 * `extra` is ready (its revents are set), or for `timeout` milliseconds. With -1: for as long as
 * that takes.
 */
void exchanges_poll(struct exchanges *set, struct pollfd *extra, size_t extra_count, int timeout);

#endif
