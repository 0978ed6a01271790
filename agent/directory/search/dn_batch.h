/*
 * Entries below one base, by their DNs: some dozens in one search, by a filter; and hundreds by one paged search that
 * reads all below the entry that is above them all, as long as enough of what comes is wanted. A group of
 * thousands then takes hundreds of round trips fewer.
 *
 * It is a shortcut and proves nothing: an entry that comes is there, but one that
 * does not come may be there all the same, hidden from a filter or spelled in a
 * way that only the server knows. Each such DN is told, and must be searched for
 * by itself. Nothing fails by a batch but the connection.
 *
 * Fill in a struct, dn_batch_add() what is wanted, dn_batch_start(), and
 * search_run(); then it can be filled anew.
 */
#ifndef DIRECTORY_SEARCH_DN_BATCH_H
#define DIRECTORY_SEARCH_DN_BATCH_H

#include <stddef.h>

struct arena;
struct dir_entry;
struct search_queue;

struct dn_batch {
	/* Set by the caller; borrowed, with the struct itself, until search_run() returns. */
	struct search_queue *queue;
	struct arena *arena;
	const char *base;              /* NULL: the entry above all that are wanted at a time */
	const char *dn_attribute;      /* the dialect's */
	const char *filter;            /* that the entries must match, too */
	const char *const *attributes; /* NULL-ended */
	/* One of the two, once for each DN. */
	void (*on_entry)(void *context, const struct dir_entry *entry);
	void (*on_unanswered)(void *context);

	/* Its own. */
	struct dn_wanted *items;
	size_t count, room;
};

/* Want an entry; `dn` and its dn_key() are borrowed until search_run() returns. */
void dn_batch_add(struct dn_batch *batch, const char *dn, const char *key, void *context);

/*
 * Queue the searches for all that are wanted: the one that reads all, then for what is left those by DNs. The first of these
 * goes out alone: where the server answers nothing to it, no other one follows. Of few, none goes out.
 */
void dn_batch_start(struct dn_batch *batch);

#endif
