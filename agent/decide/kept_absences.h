/*
 * Absences that earlier runs read, and what they mean for this one (CONTRACT section 4, "Absence intervals" and
 * rule 9). A value of the directory that was read and cannot be read now counts until its end. Pure:
 * run/kept_state.h reads and writes the file.
 *
 *	snapshot_set_kept(snapshot, kept);		// before a person is added
 *	kept_absences_attach(kept, arena, &person);	// to each, before snapshot_add_person()
 *	kept_absences_judge(kept, snapshot, policy, plan);	// after decide(), before diff_lists()
 *	next = kept_absences_next(kept, snapshot, policy, plan, arena);	// what the next run is given
 *
 * Of a person there are only moments here, never a value as it was written.
 */
#ifndef DECIDE_KEPT_ABSENCES_H
#define DECIDE_KEPT_ABSENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "model/calendar.h"

struct arena;
struct person;
struct plan;
struct policy;
struct snapshot;
struct table;

/* How long an absence is remembered after it was last seen, and a person after a list last asked for them. */
#define KEPT_ABSENCES_TIME (31 * MOMENT_DAY)

/*
 * How many spans of each kind are kept of one person. Of more that cannot be read, one is kept from the first start to
 * the last end; of more in which the person was away, the last ones.
 */
#define KEPT_ABSENCES_MAX 1000

struct spans {
	struct span *items;
	size_t count, room;
};

/* What is remembered of one person. */
struct kept_person {
	const char *identity;   /* person_identity() */
	struct spans directory; /* absences of the directory that the last run read */
	struct spans unread;    /* those that an earlier run read, and the last could not */
	moment unread_since;    /* when a run first could not; MOMENT_LATEST: `unread` is empty */
	size_t unread_values;   /* values of the directory that the last run could not read */
	bool is_unknown;   /* what these said is not known: the state was lost when they were met */
	struct spans away; /* of one whom a list requires: when away, by all sources */
	moment gone; /* when a run first met no list that asks for the person; MOMENT_LATEST: the last met one */
};

struct kept_absences {
	struct kept_person **items; /* in the order added; kept_absences_next(): by identity */
	size_t count, room;
	struct table *by_identity;
	const char *
		lost; /* why it holds nothing, though there were runs; NULL: it holds what they read */
};

/* Make an empty one in `arena`; add a person, or find the one who is there. */
struct kept_absences *kept_absences_new(struct arena *arena);
struct kept_person *kept_absences_add(struct kept_absences *kept, struct arena *arena,
	const char *identity);
void spans_add(struct spans *spans, struct arena *arena, moment start, moment end);

/* The person of that identity, or NULL; `kept` may be NULL. */
const struct kept_person *kept_absences_find(const struct kept_absences *kept,
	const char *identity);

/*
 * Give a person whose absences in the directory could not all be read those that an earlier run read and this one
 * does not, marked as kept. A value that is gone while no more values than before cannot be read was removed, and is
 * not among them. The person has the directory's absences only; `arena` is that of its texts. `kept` may be NULL.
 */
void kept_absences_attach(const struct kept_absences *kept, struct arena *arena,
	struct person *person);

/*
 * Count the kept absences that matter as of plan->at (plan->kept_absences), those that have not ended and are of people
 * for whom a list asks, with a finding each; so with deputies that a feed named, and roles that it gave, which are kept for a
 * record that cannot be used. Where one of these people has a value that cannot be read, and the state
 * is lost, removals are held (snapshot_hold()). `kept` may be NULL.
 */
void kept_absences_judge(const struct kept_absences *kept, struct snapshot *snapshot,
	const struct policy *policy, struct plan *plan);

/* What is to be kept after a run with this plan, in `arena`, by identity. Nothing of it is borrowed. */
struct kept_absences *kept_absences_next(const struct kept_absences *kept,
	const struct snapshot *snapshot, const struct policy *policy, const struct plan *plan,
	struct arena *arena);

/* Whether the person was required and absent at any moment of the 31 days before `t`, or is at `t`, by what is kept. */
bool kept_absences_was_absent(const struct kept_absences *kept, const char *identity, moment t);

#endif
