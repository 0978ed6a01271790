/*
 * Mass absence: what new readings of feeds do to many people at once (CONTRACT section 4, the last
 * point of rule 8). A reading that is trusted may still be wrong, so a person looks at it. Pure.
 *
 * Two snapshots of one directory are compared, which differ in what the feeds say: `before` has the
 * last trusted readings, `after` the new ones. The first is made from the second:
 *
 *	struct snapshot *before = snapshot_new(policy->bridge);
 *	snapshot_update(before, after, NULL, 0);	// all but the feeds' absences
 *	feed_absences_attach(before, trusted, count, NULL, now, findings); // as their last trusted readings
 *	mass_absence_find(&found, arena, mapping, policy, before, after, now);
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
struct mapping;
struct person;
struct policy;
struct snapshot;

/* How many are a mass at least: of a list's people, and of the lists. */
#define MASS_FROM 3
/* For how many people of one list one person may stand in. */
#define MASS_STANDS_IN_MAX 3
/* Candidates that the searches of one call look at; is_cut says that there were more. */
#define MASS_LOOKS_MAX 2000000

enum mass_kind {
	MASS_AWAY,          /* more than half of a list's required people are absent */
	MASS_STANDS_IN_FOR, /* somebody stands in for more than MASS_STANDS_IN_MAX of one list */
	MASS_STANDS_IN_ON,  /* somebody stands in on more than half of the lists */
};

/*
 * One of these, in the stretch of time from `now` on in which it is so and was not before. Of several
 * such stretches it is the worst, then the earliest.
 */
struct mass_absence {
	enum mass_kind kind;
	const struct block *block;     /* the list; MASS_STANDS_IN_ON: NULL */
	const struct person *stand_in; /* MASS_AWAY: NULL */
	moment from, until;            /* [from, until); MOMENT_LATEST: open */
	size_t count; /* at its worst moment: people absent, people stood in for, or lists */
	size_t of;    /* of the list's required people, or of the ordinary and critical lists */
	const struct person **people; /* `count` of them by DN; MASS_STANDS_IN_ON: NULL */
	const struct block **blocks;  /* MASS_STANDS_IN_ON: `count`, as in the mapping; else NULL */
};

struct mass_absences {
	struct mass_absence
		*items; /* absences as the mapping has the lists; then stand-ins by DN */
	size_t count, room;
	bool is_cut; /* MASS_LOOKS_MAX was reached: some stand-ins were not looked for */
};

/*
 * Find them; what is found lives in `arena`, and borrows from mapping and `after`. `inform` lists and
 * the mailbox's do not count. Work grows with the absences of required people, and not with their
 * square. Where `before` lacks a deputy whom nobody asks for now, it takes nobody for a stand-in
 * there: rather a finding too many than one too few.
 */
void mass_absence_find(struct mass_absences *found, struct arena *arena,
	const struct mapping *mapping, const struct policy *policy, const struct snapshot *before,
	const struct snapshot *after, moment now);

#endif
