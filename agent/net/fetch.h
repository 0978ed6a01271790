/*
 * Fetching: feeds by HTTPS, HTTP and file, all at once, by libcurl's multi
 * interface: nothing here blocks but fetches_wait().
 *
 * A fetch is one feed: all its pages, its redirects and its retries. It is whole,
 * or it failed.
 */
#ifndef NET_FETCH_H
#define NET_FETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/strbuf.h"
#include "net/exchange.h"
#include "net/transfer.h"

struct fetch;
struct fetches;
struct http_request;
struct http_settings;
struct pollfd;

enum fetch_state {
	FETCH_RUNNING,
	FETCH_FRESH,     /* pages are there */
	FETCH_UNCHANGED, /* 304: what was known still holds */
	FETCH_FAILED,
};

#define FETCH_BYTES_MAX (64u << 20)
#define FETCH_PAGES_MAX 1000

/* Those that postvagt works with; a test has smaller ones. */
extern const struct fetch_bounds fetch_bounds;

/* What follows a page. */
enum fetch_next {
	FETCH_NEXT_NONE,    /* it was the last one */
	FETCH_NEXT_ADDRESS, /* `next->url` is an address, maybe relative to the page's, as a server wrote it: judged as a redirect is */
	FETCH_NEXT_REQUEST, /* `next` was built by us from the settings' address */
	FETCH_NEXT_BAD,     /* what names the next page cannot be read: `err` says why */
};

/*
 * How to come from a page to the next one: asked after each page. Where a server names the next one in a Link field (RFC 8288), that
 * is followed rather than FETCH_NEXT_NONE or _ADDRESS, unless `ignores_links`. `page` counts from
 * 0; `next` is a copy of the request of this page, to be changed. `context` is borrowed while a fetch is running.
 */
struct fetch_pager {
	enum fetch_next (*next)(void *context, size_t page, const struct strbuf *body,
		struct http_request *next, struct error *err);
	void *context;
	bool ignores_links;
};

/* Make an empty set; fetches_free() takes NULL too and gives up what is running. */
struct fetches *fetches_new(const struct fetch_bounds *bounds);
void fetches_free(struct fetches *fetches);

/*
 * Start one. `settings` is borrowed; `request`, `pager` (NULL: there is one page, unless a Link field names more) and
 * `known` (may be NULL) are copied. The
 * connection, the token, the password, the secret header fields and the certificate are as the
 * settings say; these are read here (settings_secret()) and wiped with the fetch. With oauth, the
 * fetch first waits for its token, which it shares with other fetches of the same client; the token
 * is renewed before it expires, and once for each request that it is refused for (401). The fetch
 * belongs to `fetches`; let go of it by fetch_end(). It may have failed at once.
 *
 * Bounds: 10 s to connect, 30 s without a byte, 120 s in all; FETCH_BYTES_MAX and
 * FETCH_PAGES_MAX; 5 redirects, never from https to http, and
 * never to another host with any of these secrets. A time-out, a lost connection, 429, 500, 502, 503 and 504
 * are tried 3 times in all, half a second and more apart with jitter, or as long as
 * Retry-After asks if that is 30 s at most.
 */
struct fetch *fetch_start(struct fetches *fetches, const struct http_settings *settings,
	const struct http_request *request, const struct fetch_pager *pager,
	const struct validators *known);
void fetch_end(struct fetch *fetch);

/* A fetch that failed before it began: no request could be made for the address, and `why` says so. */
struct fetch *fetch_refused(struct fetches *fetches, const struct http_settings *settings,
	const char *address, const struct error *why);

/* How it stands; FETCH_RUNNING until fetches_poll() has seen it through. */
enum fetch_state fetch_state(const struct fetch *fetch);

/* The address of the first request. Borrowed. */
const char *fetch_address(const struct fetch *fetch);

/*
 * Add a text about an answer on one line, safe for a terminal. A server may repeat what was sent to it: in place of
 * the fetch's secrets stands "[...]" (refusal.h).
 */
void fetch_add_safe(struct strbuf *out, const struct fetch *fetch, const char *text);

/* FETCH_FAILED: why, for a person: the feed's address, what came, what to do. */
const struct error *fetch_error(const struct fetch *fetch);

/* FETCH_FAILED: the HTTP status for which it failed; 0: for another reason. */
long fetch_failed_status(const struct fetch *fetch);

/*
 * FETCH_FRESH: the pages in their order, and what the server says of this version. Borrowed.
 * There are no validators of several pages: that the first is the same says nothing of the others;
 * and none of a page that was changed less than two seconds before it was sent: it may have been
 * changed again in the same second.
 */
size_t fetch_page_count(const struct fetch *fetch);
const struct strbuf *fetch_page(const struct fetch *fetch, size_t i);
struct validators fetch_validators(const struct fetch *fetch);

/*
 * Carry on whatever can be carried on, and wait until more can be, until a descriptor of
 * `extra` is ready (its revents are set), or for `timeout` milliseconds. With -1: for as long as
 * that takes.
 */
void fetches_poll(struct fetches *fetches, struct pollfd *extra, size_t extra_count, int timeout);

/* Poll until none is running. */
void fetches_wait(struct fetches *fetches);

#endif
