/*
 * Deputies that `absent --deputy` named for one absence. The directory's attribute has no place for an end, so what was
 * written is remembered beside the reports: of each person, the deputies before and after, and for which time each was
 * named. Here they are given to the absence, so that they stand in while it is on, and no longer, also while the
 * attribute still has them. Pure; run/temporary_state.h reads and writes the file.
 *
 *	snapshot_set_temporary(snapshot, all);	// before a person is added
 *	temporary_deputies_attach(all, arena, separator, &person);	// to each, before snapshot_add_person()
 *
 * The directory is the truth: a deputy whom somebody took out of the attribute stands in for nothing, and one whom
 * nobody named by `absent` is a standing deputy.
 */
#ifndef DECIDE_TEMPORARY_DEPUTIES_H
#define DECIDE_TEMPORARY_DEPUTIES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "model/person_values.h"

struct absence;
struct arena;
struct person;
struct table;

/* How many are kept of one person; the newest count. */
#define TEMPORARY_DEPUTIES_MAX 100

struct temporary_deputy {
	const char *name; /* as it was written: a DN, a login or a mail address */
	const char *
		replaces; /* the standing deputy's value that named the same person; NULL: none did */
	moment from, until; /* of the absence; MOMENT_LATEST: open */
};

struct temporary_person {
	const char *identity; /* person_identity() */
	const char *dn;       /* when it was written */
	struct value_set
		standing; /* the attribute's values, as they would be without the deputies below */
	struct value_set written;       /* and as they were written */
	struct temporary_deputy *items; /* the newest first */
	size_t count;
};

struct temporary_deputies {
	struct temporary_person **items; /* in the order added */
	size_t count, room;
	struct table *by_identity;
};

struct temporary_deputies *temporary_deputies_new(struct arena *arena);

/* The person of that identity, or NULL. `all` may be NULL. */
struct temporary_person *temporary_deputies_find(const struct temporary_deputies *all,
	const char *identity);

/* Put a person in place of the one of that identity, if any; without deputies: take that one out. The struct is copied. */
void temporary_deputies_put(struct temporary_deputies *all, struct arena *arena,
	const struct temporary_person *person);

/*
 * For which of `count` absences of the person a deputy was named: those of the very same time, or, where there are none
 * (somebody made the absence longer or shorter since), those that have a moment in common with it. Return how many,
 * and their indices, ascending, in an array in `arena`.
 */
size_t temporary_deputy_absences(const struct temporary_deputy *deputy,
	const struct absence *absences, size_t count, struct arena *arena, size_t **indices);

/*
 * Give the person's absences of the directory the deputies that were named for them, and leave the person the others as
 * standing deputies. The person has the directory's absences and deputies only; `arena` is that of its texts.
 */
void temporary_deputies_attach(const struct temporary_deputies *all, struct arena *arena,
	const char *separator, struct person *person);

#endif
