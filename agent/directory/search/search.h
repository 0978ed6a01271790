/*
 * Many searches in flight on one connection (RFC 4511 section 4.5; paged by
 * RFC 2696). Queue them, then run them all; each entry is handed over as it
 * comes, and each search says when it is whole.
 *
 * A search is whole or it is an error: a page that cannot be had, a size or
 * time limit, a referral, or a lost connection fails the run of the queue. Not
 * so a referral that the dialect says leads to nothing we look for.
 */
#ifndef DIRECTORY_SEARCH_SEARCH_H
#define DIRECTORY_SEARCH_SEARCH_H

#include <stdbool.h>

#include "base/message/error.h"

struct connection;
struct dir_entry;
struct search_queue;

/* Of one search_run(). */
#define SEARCH_ENTRIES_MAX 1000000

/* One search; texts are borrowed until search_run() returns. */
struct search {
	const char
		*what; /* what it is for, in the language in force; `base` follows it in an error */
	const char *base;
	int scope; /* LDAP_SCOPE_... */
	const char *filter;
	const char *const *attributes; /* NULL-ended */
	bool paged;                    /* may yield many entries */
	bool size_limit_1;             /* one entry at most, whichever it is, wherever others are */
	size_t stop_after; /* of a paged search: so many entries are enough; 0: all are wanted */
	size_t first_page; /* of a paged search: entries on the first page; 0: as on any other */
	/* Of a paged search: whether it goes on after a page. May be NULL: it does. */
	bool (*goes_on)(void *context);
	/* What it does not yield is searched for otherwise: refused, cut short or with a malformed filter, it is done all the same. */
	bool best_effort;
	bool skip_references; /* parts that are on other servers are left out */
	/* For each entry, which lasts until the function returns. May be NULL. */
	void (*on_entry)(void *context, const struct dir_entry *entry);
	/*
	 * Once, when the search is whole. May be NULL. `found` is false where the
	 * base of a search of LDAP_SCOPE_BASE is not there, or can name no entry; a
	 * wider search whose base is not there is an error.
	 */
	void (*on_done)(void *context, bool found);
	/*
	 * With LDAP_SCOPE_BASE: the base is on another server; on_done follows, with `found` false. May be NULL: it is an
	 * error then, or, where the dialect says so, not there.
	 */
	void (*on_referral)(void *context);
	void *context;
};

/* Make an empty queue on a connection; search_queue_free() takes NULL too. */
struct search_queue *search_queue_new(struct connection *connection);
void search_queue_free(struct search_queue *queue);

/* Queue one; may be called from on_entry and on_done, too. The struct is copied. */
void search_add(struct search_queue *queue, const struct search *search);

/*
 * Let the run fail: what was read, at `base`, is not what it must be. For on_entry and
 * on_done; `what` as in struct search, `why` in the language in force.
 */
void search_fail(struct search_queue *queue, const char *what, const char *base, const char *why);

/*
 * Run until the queue is empty. On an error nothing more is handed over, what is
 * in flight is abandoned and the queue is empty. ERROR_LOST where the connection
 * is gone, or silent for directory.timeout; ERROR_TARGET past SEARCH_ENTRIES_MAX or
 * SEARCH_BYTES_MAX (io_timeout.h), and where the search of one entry yields several.
 */
enum error_kind search_run(struct search_queue *queue, struct error *err);

#endif
