#include "decide/stand_in.h"

#include "base/memory/arena.h"
#include "decide/candidate_walk.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/snapshot.h"

/* Where the candidates go. */
struct noting_ctx {
	struct candidates *looked_at; /* may be NULL */
	struct arena *arena;
};

static bool list_candidate(void *ctx, const struct candidate *candidate,
	struct candidate_node *node)
{
	const struct noting_ctx *list = ctx;
	struct candidates *looked_at = list->looked_at;

	(void)node;
	if (!looked_at)
		return false;
	looked_at->items = arena_grow(list->arena, looked_at->items, looked_at->count,
		&looked_at->room, sizeof(*looked_at->items));
	looked_at->items[looked_at->count++] = *candidate;
	return looked_at->count == looked_at->most;
}

const struct person *stand_in_find(const struct person *required, const struct block *block,
	const struct policy *policy, const struct snapshot *snapshot,
	const struct time_scope *scope, struct arena *arena, struct candidates *looked_at)
{
	struct noting_ctx list = {looked_at, arena};
	struct candidate_search search = {
		.required = required,
		.block = block,
		.policy = policy,
		.kept = arena,
		.look = list_candidate,
		.ctx = &list,
	};
	struct candidate_walk walk;

	candidate_walk_init(&walk, snapshot, scope);
	candidate_search_run(&walk, &search);
	candidate_walk_release(&walk);
	if (looked_at)
		looked_at->is_cut = search.is_cut;
	return search.found;
}

static bool count_candidate(void *ctx, const struct candidate *candidate,
	struct candidate_node *node)
{
	(void)candidate;
	(void)node;
	++*(size_t *)ctx;
	return false;
}

/* How many one search looks at. */
static size_t count_looks(const struct gap *gap, const struct time_scope *scope)
{
	size_t count = 0;
	struct candidate_search search = {
		.required = gap->whom,
		.block = gap->search->block,
		.policy = gap->search->policy,
		.look = count_candidate,
		.ctx = &count,
	};
	struct candidate_walk walk;

	candidate_walk_init(&walk, gap->search->snapshot, scope);
	candidate_search_run(&walk, &search);
	candidate_walk_release(&walk);
	return count;
}

/* Of those who could fill up a list, who cannot; returns how many. */
static size_t add_passed_over(const struct snapshot *snapshot, const struct references *references,
	enum candidate_origin origin, moment at, struct noting_ctx *list)
{
	const struct time_scope then = scope_at(at);
	size_t count = 0;

	for (size_t i = 0; i < references->count; i++) {
		struct candidate candidate = {.origin = origin, .reference = &references->items[i]};

		candidate.person = snapshot_person(snapshot, candidate.reference, at);
		if (candidate.person && person_is_available(candidate.person, &then))
			continue;
		count++;
		if (list->looked_at->count < list->looked_at->most)
			list_candidate(list, &candidate, NULL);
	}
	return count;
}

size_t gap_passed_over(const struct gap *gap, moment at, size_t most, struct arena *arena,
	struct candidates *passed)
{
	const struct time_scope then = scope_at(at);
	const struct gap_search *by = gap->search;
	struct noting_ctx list = {passed, arena};

	passed->most = most;
	if (!by)
		return 0;
	if (gap->kind != GAP_NO_STAND_IN)
		return add_passed_over(by->snapshot, &by->block->deputies, CANDIDATE_ROUTE, at,
			       &list) +
			add_passed_over(by->snapshot, &by->policy->fallback, CANDIDATE_FALLBACK, at,
				&list);
	stand_in_find(gap->whom, by->block, by->policy, by->snapshot, &then, arena, passed);
	if (passed->count < most)
		return passed->count;
	return gap->passed_over > 0 ? gap->passed_over : count_looks(gap, &then);
}
