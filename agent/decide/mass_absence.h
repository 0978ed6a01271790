/*
 * Mass absence: what a new reading of a feed does to many people at once (CONTRACT section 4, the
 * last point of rule 8). A reading that is trusted may still be wrong, so a person looks at it.
 *
 * Two snapshots of the same directory are compared, which differ in what the feeds say: `before`
 * has the last trusted readings, `after` the new ones. The caller makes the first from the second:
 *
 *	struct snapshot *before = snapshot_new(policy->bridge);
 *	snapshot_update(before, after, NULL, 0);	// all but the feeds' absences
 *	feed_absences_attach(before, ...);		// those of the last trusted readings
 *	mass_absence_find(&found, arena, mapping, policy, before, after, now);
 *	mass_absence_note(&found, feed, findings);
 *
 * `after` is to be read for the scope {now, MOMENT_LATEST}: a stand-in of a later day may be
 * somebody whom the plan of this moment does not ask for. A first reading is compared with none.
 */
#ifndef DECIDE_MASS_ABSENCE_H
#define DECIDE_MASS_ABSENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct arena;
struct block;
struct findings;
struct mapping;
struct person;
struct policy;
struct snapshot;
struct strbuf;

/* From how many on more than half of a list's people, or of the lists, are a mass. */
#define MASS_FROM 3
/* For how many people of one list one person may stand in. */
#define MASS_STANDS_IN_MAX 3
/* Searches for a stand-in that one call makes; what is not searched then is said by `is_cut`. */
#define MASS_SEARCHES_MAX 200000

enum mass_kind {
	MASS_AWAY,          /* more than half of a list's required people are absent */
	MASS_STANDS_IN_FOR, /* somebody stands in for more than MASS_STANDS_IN_MAX of one list */
	MASS_STANDS_IN_ON,  /* somebody stands in on more than half of the lists */
};

/* One of these, at the moment from `now` on at which it is worst and was not so before. */
struct mass_absence {
	enum mass_kind kind;
	const struct block *block;     /* the list; MASS_STANDS_IN_ON: NULL */
	const struct person *stand_in; /* MASS_AWAY: NULL */
	moment from, until;            /* how long it is so: [from, until); MOMENT_LATEST: open */
	size_t count, of; /* of the list's required people, or of the ordinary and critical lists */
	const struct person **people; /* who is absent, or stood in for; `people_count`, by DN */
	size_t people_count;
	const struct block **blocks; /* MASS_STANDS_IN_ON: the lists; `count`, as in the mapping */
};

struct mass_absences {
	struct mass_absence *items; /* by kind; then as the mapping has the lists; then by DN */
	size_t count, room;
	bool is_cut; /* MASS_SEARCHES_MAX was reached: stand-ins were not looked at to the end */
};

/*
 * Find them, in `arena`; the rest is borrowed from mapping and snapshots. `inform` lists and the
 * mailbox's do not count. Work grows with the absences of required people, not with their square.
 */
void mass_absence_find(struct mass_absences *found, struct arena *arena,
	const struct mapping *mapping, const struct policy *policy, const struct snapshot *before,
	const struct snapshot *after, moment now);

/* Add what is found in words, in the language in force, one sentence without an end. */
void mass_absence_describe(struct strbuf *out, const struct mass_absence *mass);

/* Add each as a warning; `where` is the feed, as its other findings name it. */
void mass_absence_note(const struct mass_absences *found, const char *where,
	struct findings *findings);

#endif
