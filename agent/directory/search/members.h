/*
 * The members of one entry, read whole, also where the server hands them out in
 * ranges (MS-ADTS section 3.1.1.3.1.3.3): Active Directory does above 1,500, and
 * gives `member` itself without a value then. Each slice tells where the next
 * begins; the last one ends at "*". The slices must be of one state of the entry:
 * where it changed in between they are read anew, from the first.
 *
 * A slice that cannot be had, or does not fit, fails the queue's run: a part is
 * never taken for the whole.
 */
#ifndef DIRECTORY_SEARCH_MEMBERS_H
#define DIRECTORY_SEARCH_MEMBERS_H

#include <stddef.h>

#include "model/snapshot.h"

struct dir_entry;
struct search_queue;

struct members_read {
	/* Set by the caller; borrowed, with the struct itself, until search_run() returns. */
	struct search_queue *queue;
	struct snapshot *snapshot; /* for the values */
	const char *dn, *attribute;
	const char *version_attribute; /* the dialect's, to be asked for with `attribute` */
	/* Once, when `members` is whole. */
	void (*on_whole)(void *context, const struct members_read *read);
	void *context;

	struct member_values members; /* what it is all for */
	size_t left_out;              /* values that are no text */

	/* Its own. */
	const char *version, *asked[3]; /* the entry's, at the first slice; and what is asked for */
	unsigned anew;                  /* how often it began anew */
	enum { MEMBERS_ABSENT, MEMBERS_WHOLE, MEMBERS_MORE, MEMBERS_FAILED } state;
};

/* Begin with an entry that a search for `attribute` and `version_attribute` found. */
void members_read_start(struct members_read *read, const struct dir_entry *entry);

#endif
