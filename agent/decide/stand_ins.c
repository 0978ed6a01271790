#include "decide/stand_ins.h"

#include <stdlib.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "decide/stand_in.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/snapshot.h"

struct stand_ins {
	const struct snapshot *snapshot;
	const struct policy *policy;
	struct time_scope scope;
	struct arena *walk_arena; /* owned: of the walk */
	struct table *walked; /* keys and identities that the walk looked at; NULL: none began */
};

struct stand_ins *stand_ins_new(const struct snapshot *snapshot, const struct policy *policy,
	const struct time_scope *scope)
{
	struct stand_ins *stand_ins = memory_get(sizeof(*stand_ins));

	*stand_ins = (struct stand_ins){snapshot, policy, *scope, NULL, NULL};
	return stand_ins;
}

void stand_ins_free(struct stand_ins *stand_ins)
{
	if (!stand_ins)
		return;
	arena_free(stand_ins->walk_arena);
	free(stand_ins);
}

void stand_ins_move(struct stand_ins *stand_ins, const struct time_scope *scope)
{
	stand_ins->scope = *scope;
}

void stand_ins_renew(struct stand_ins *stand_ins)
{
	(void)stand_ins;
}

static void judge_candidate(const struct stand_ins *stand_ins, const struct candidate *candidate,
	struct stand_in *result)
{
	const struct resolved_ref *ref =
		snapshot_ref(stand_ins->snapshot, candidate->reference->key);

	result->waits = result->waits || !ref;
	result->is_dead = result->is_dead || (ref && !candidate->person);
}

struct stand_in stand_ins_find(struct stand_ins *stand_ins, const struct person *person,
	const struct block *block)
{
	struct arena *own = arena_new();
	struct candidates looked_at = {0};
	struct stand_in result = {.person = stand_in_find(person, block, stand_ins->policy,
					  stand_ins->snapshot, &stand_ins->scope, own, &looked_at)};

	for (size_t i = 0; i < looked_at.count; i++)
		judge_candidate(stand_ins, &looked_at.items[i], &result);
	if (result.person)
		result.feed = looked_at.items[looked_at.count - 1].feed;
	result.is_cut = looked_at.is_cut;
	arena_free(own);
	return result;
}

void stand_ins_walk_begin(struct stand_ins *stand_ins)
{
	arena_free(stand_ins->walk_arena);
	stand_ins->walk_arena = arena_new();
	stand_ins->walked = table_new(stand_ins->walk_arena);
}

void stand_ins_walk(struct stand_ins *stand_ins, const struct person *person,
	const struct block *block, stand_ins_look *look, void *ctx)
{
	struct candidates looked_at = {0};

	stand_in_find(person, block, stand_ins->policy, stand_ins->snapshot, &stand_ins->scope,
		stand_ins->walk_arena, &looked_at);
	for (size_t i = 0; i < looked_at.count; i++) {
		const struct candidate *candidate = &looked_at.items[i];
		const char *key =
			candidate->person ? candidate->person->identity : candidate->reference->key;

		if (table_find(stand_ins->walked, key))
			continue;
		table_put(stand_ins->walked, key, stand_ins);
		look(ctx, candidate);
	}
}
