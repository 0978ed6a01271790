#include "decide/needed_people.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "decide/holders.h"
#include "decide/required.h"
#include "decide/stand_in.h"
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
	struct table *known; /* identities of who is needed already */
};

/* Who is available on a block throughout the scope, as far as the walk has come. */
struct available_people {
	struct table *identities; /* in `own` */
	size_t count;
	bool may_change; /* others are required at one moment than at another: nobody is counted */
};

static void add_needed(struct needed_ctx *ctx, const struct person *person)
{
	struct needed_people *needed = ctx->needed;

	if (table_find(ctx->known, person->identity))
		return;
	table_put(ctx->known, person->identity, needed);
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
	const struct person *person)
{
	if (available->may_change || !person_is_available(person, ctx->scope) ||
		table_find(available->identities, person->identity))
		return;
	table_put(available->identities, person->identity, available);
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

/* All whom the search looks at, and whom it finds. */
static void add_stand_ins(struct needed_ctx *ctx, const struct block *block,
	const struct person *person, struct available_people *available, struct arena *own)
{
	const struct time_scope *scope = ctx->scope;
	struct candidates looked_at = {0};
	const struct person *found =
		stand_in_find(person, block, ctx->policy, ctx->snapshot, scope, own, &looked_at);

	for (size_t i = 0; i < looked_at.count; i++) {
		if (looked_at.items[i].person)
			add_needed(ctx, looked_at.items[i].person);
	}
	/* Nobody stands in for one whom mail does not reach, but during a leave. */
	if (found && (scope->from == scope->to || person_is_reachable(person, scope->to)))
		count_available(ctx, available, found);
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
			count_available(ctx, available, people[0]);
	}
}

static void add_block(struct needed_ctx *ctx, const struct block *block,
	const struct holders *holders)
{
	struct arena *own = arena_new();
	struct available_people available = {.identities = table_new(own)};
	struct required_notes notes = {0};
	size_t count;
	struct required **required =
		required_find(own, block, holders, ctx->snapshot, ctx->scope, &notes, &count);

	available.may_change = notes.until <= ctx->scope->to;
	for (size_t i = 0; i < count; i++) {
		const struct person *person = required[i]->person;

		add_needed(ctx, person);
		count_available(ctx, &available, person);
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
	struct needed_ctx ctx = {
		.needed = needed,
		.arena = arena,
		.policy = policy,
		.snapshot = snapshot,
		.scope = scope,
		.known = table_new(own),
	};

	*needed = (struct needed_people){0};
	for (size_t i = 0; i < mapping->block_count && !scope->everyone; i++) {
		if (mapping->blocks[i].kind != BLOCK_INFORM)
			add_block(&ctx, &mapping->blocks[i], holders);
	}
	arena_free(own);
}
