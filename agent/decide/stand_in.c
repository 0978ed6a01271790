#include "decide/stand_in.h"

#include "base/memory/arena.h"
#include "decide/candidate_walk.h"

/* Where the candidates go. */
struct list_ctx {
	struct candidates *looked_at; /* may be NULL */
	struct arena *arena;
};

static bool list_candidate(void *ctx, const struct candidate *candidate,
	struct candidate_node *node)
{
	const struct list_ctx *list = ctx;
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
	struct list_ctx list = {looked_at, arena};
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
