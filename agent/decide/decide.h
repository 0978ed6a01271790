/*
 * The decision: who is on each list at moment t, and why (CONTRACT section 4,
 * rules 1 to 7). The only one there is: every command asks it.
 */
#ifndef DECIDE_DECIDE_H
#define DECIDE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/plan.h"

struct arena;
struct block;
struct findings;
struct holders;
struct mapping;
struct plan;
struct policy;
struct required;
struct snapshot;
struct stand_ins;

/*
 * Fill the plan's lists with their members, gaps and findings, as of plan->at.
 * The snapshot must be complete: missing_rounds_next() for that moment asks for nothing.
 */
void decide(struct plan *plan, const struct mapping *mapping, const struct policy *policy,
	const struct snapshot *snapshot);

/* Step 1 of a list: whom it asks for, at one moment and up to `until`. */
struct block_query {
	const struct block *block;
	const struct holders *holders; /* of all roles, at any time */
	struct required **required; /* what came of each is filled in by decide_at(), each time */
	size_t required_count;
	struct protection protection; /* by what it asks for, or keeps */
	moment until; /* when a name may begin to mean somebody else (bearer.h), or a role begins or ends; MOMENT_LATEST: never */
};

/*
 * decide() in two steps, for whoever asks about many moments: step 1 of every block, in the
 * mapping's order, in `arena`, as of `at`; and the rest, of any of them, for the one moment of the
 * plan, without the findings on leavers (leavers.h). `stand_ins` is of that policy and snapshot, and is moved to the moment.
 */
struct block_query *block_query_find(struct arena *arena, const struct mapping *mapping,
	const struct snapshot *snapshot, moment at, struct findings *findings);
/* Take step 1 again for a later moment, at or after `until`. What it finds is in `arena`, which lasts until the next time. */
void block_query_renew(struct block_query *query, struct arena *arena,
	const struct snapshot *snapshot, moment at);
void decide_at(struct plan *plan, const struct block_query *query, size_t count,
	const struct policy *policy, const struct snapshot *snapshot, struct stand_ins *stand_ins);

#endif
