#include "decide/needed_people.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/id_set.h"
#include "decide/holders.h"
#include "decide/required.h"
#include "decide/stand_in.h"
#include "decide/stand_ins.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/policy.h"
#include "model/snapshot.h"

struct needed_ctx {
	struct needed_people *needed;
	struct arena *arena;
	const struct policy *policy;
	const struct snapshot *snapshot;
	const struct time_scope *scope;
	struct stand_ins *stand_ins;
	struct arena *own;    /* of this asking */
	struct id_set *known; /* numbers of who is needed already */
};

/* Who is available on a block throughout the scope, as far as the walk has come. */
struct available_people {
	struct id_set numbers; /* in the block's arena */
	size_t count;
	bool may_change; /* others are required at one moment than at another: nobody is counted */
};

static void add_needed(struct needed_ctx *ctx, const struct person *person)
{
	struct needed_people *needed = ctx->needed;

	if (!id_set_add(ctx->known, ctx->own, person->number))
		return;
	needed->items = arena_grow(ctx->arena, needed->items, needed->count, &needed->room,
		sizeof(const struct person *));
	needed->items[needed->count++] = person;
}

void needed_people_add(struct needed_people *needed, struct arena *arena,
	const struct person *person)
{
	for (size_t i = 0; i < needed->count; i++) {
		if (strcmp(needed->items[i]->identity, person->identity) == 0)
			return;
	}
	needed->items = arena_grow(arena, needed->items, needed->count, &needed->room,
		sizeof(const struct person *));
	needed->items[needed->count++] = person;
}

static void count_available(const struct needed_ctx *ctx, struct available_people *available,
	const struct person *person, struct arena *own)
{
	if (!available->may_change && person_is_available(person, ctx->scope) &&
		id_set_add(&available->numbers, own, person->number))
		available->count++;
}

/* Whether a stand-in is sought at some moment of the scope. */
static bool is_away(const struct needed_ctx *ctx, const struct person *person)
{
	const struct time_scope *scope = ctx->scope;

	return scope->from == scope->to
		? person_state(person, scope->from, NULL) == PERSON_AWAY
		: calendar_span(&person->calendar, scope->from, scope->to) != NULL;
}

static void add_candidate(void *ctx, const struct candidate *candidate)
{
	if (candidate->person)
		add_needed(ctx, candidate->person);
}

/* All whom the search looks at, and whom it finds. */
static void add_stand_ins(struct needed_ctx *ctx, const struct block *block,
	const struct person *person, struct available_people *available, struct arena *own)
{
	const struct time_scope *scope = ctx->scope;
	const struct person *found = stand_ins_find(ctx->stand_ins, person, block).person;

	stand_ins_walk(ctx->stand_ins, person, block, add_candidate, ctx);
	/* Nobody stands in for one whom mail does not reach, but during a leave. */
	if (found && (scope->from == scope->to || person_is_reachable(person, scope->to)))
		count_available(ctx, available, found, own);
}

/* Those who fill a block up, until it has enough (rule 5). */
static void add_fillers(struct needed_ctx *ctx, const struct block *block,
	const struct references *references, struct available_people *available, struct arena *own)
{
	for (size_t i = 0; i < references->count; i++) {
		const struct resolved_ref *ref =
			snapshot_ref(ctx->snapshot, references->items[i].key);
		const struct person *const *people;
		size_t count = ref ? ref_people(ref, ctx->scope, false, own, &people) : 0;

		if (available->count >= (size_t)block->at_least)
			return;
		for (size_t j = 0; j < count; j++) {
			if (person_is_reachable(people[j], ctx->scope->from))
				add_needed(ctx, people[j]);
		}
		/* Of several that a name may mean at one moment or another none is sure to be there. */
		if (count == 1)
			count_available(ctx, available, people[0], own);
	}
}

static void add_block(struct needed_ctx *ctx, const struct block *block,
	const struct holders *holders)
{
	struct arena *own = arena_new();
	struct available_people available = {0};
	struct required_notes notes = {0};
	size_t count;
	struct required **required =
		required_find(own, block, holders, ctx->snapshot, ctx->scope, &notes, &count);

	available.may_change = notes.until <= ctx->scope->to;
	for (size_t i = 0; i < count; i++) {
		const struct person *person = required[i]->person;

		add_needed(ctx, person);
		count_available(ctx, &available, person, own);
		if (is_away(ctx, person))
			add_stand_ins(ctx, block, person, &available, own);
	}
	add_fillers(ctx, block, &block->deputies, &available, own);
	add_fillers(ctx, block, &ctx->policy->fallback, &available, own);
	arena_free(own);
}

void needed_people_find(struct needed_people *needed, struct arena *arena,
	const struct mapping *mapping, const struct policy *policy, const struct snapshot *snapshot,
	const struct time_scope *scope)
{
	struct arena *own = arena_new();
	const struct holders *holders = holders_find(own, mapping, snapshot);
	struct id_set known = {0};
	struct needed_ctx ctx = {
		.needed = needed,
		.arena = arena,
		.policy = policy,
		.snapshot = snapshot,
		.scope = scope,
		.stand_ins = stand_ins_new(snapshot, policy, scope),
		.own = own,
		.known = &known,
	};

	stand_ins_walk_begin(ctx.stand_ins);
	*needed = (struct needed_people){0};
	for (size_t i = 0; i < mapping->block_count && !scope->everyone; i++) {
		if (mapping->blocks[i].kind != BLOCK_INFORM)
			add_block(&ctx, &mapping->blocks[i], holders);
	}
	stand_ins_free(ctx.stand_ins);
	arena_free(own);
}
