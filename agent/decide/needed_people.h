/*
 * Whom the decision looks at: the people about whom feeds are asked that are asked about people (asks: people).
 * Pure: run/sources.h asks about those who are new, attaches what the feeds answer, gathers, and asks again until nobody
 * is new. As in missing.h, the deputies of someone who is here are not among them.
 */
#ifndef DECIDE_NEEDED_PEOPLE_H
#define DECIDE_NEEDED_PEOPLE_H

#include <stddef.h>

struct arena;
struct mapping;
struct person;
struct policy;
struct snapshot;
struct time_scope;

/* In the order in which the mapping leads to them, each once. */
struct needed_people {
	const struct person **items; /* borrowed from the snapshot */
	size_t count, room;
};

/*
 * Find whom the decision looks at in the scope, of a snapshot to which missing_rounds_next() adds nothing for it: of ordinary and
 * critical blocks the required people; for each who is absent the candidates up to the first who is available; and
 * where a block has fewer available people than `at_least`, its deputies and the fallback, up to the one who makes it
 * enough, less those whom mail does not reach: the others may be on a leave (rule 3), or have deputies by a feed. Nobody is
 * needed where the scope counts everyone as away. The array is in `arena`.
 */
void needed_people_find(struct needed_people *needed, struct arena *arena,
	const struct mapping *mapping, const struct policy *policy, const struct snapshot *snapshot,
	const struct time_scope *scope);

/* Add somebody, unless they are there; the array grows in `arena`. */
void needed_people_add(struct needed_people *needed, struct arena *arena,
	const struct person *person);

#endif
