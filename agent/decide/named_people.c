#include "decide/named_people.h"

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/snapshot.h"

struct named_people_ctx {
	struct arena *arena;
	const struct snapshot *snapshot;
	moment at;
	struct table *named;
	bool *is_named;              /* by a person's number */
	const struct person **queue; /* whose deputies are named, too; each once */
	size_t count, room;
};

static void add_person(struct named_people_ctx *ctx, const struct person *person)
{
	if (!person || ctx->is_named[person->number])
		return;
	ctx->is_named[person->number] = true;
	table_put(ctx->named, person_identity(person), (void *)person);
	ctx->queue = arena_grow(ctx->arena, ctx->queue, ctx->count, &ctx->room,
		sizeof(const struct person *));
	ctx->queue[ctx->count++] = person;
}

static void add_references(struct named_people_ctx *ctx, const struct references *references)
{
	for (size_t i = 0; i < references->count; i++)
		add_person(ctx, snapshot_person(ctx->snapshot, &references->items[i], ctx->at));
}

/* Whom the search for a stand-in could look at, were everyone away (rule 9). */
static void add_deputies(struct named_people_ctx *ctx, const struct person *person)
{
	const struct time_scope ever = {.everyone = true};
	struct arena *arena = arena_new();
	struct references deputies;

	person_deputies(person, &ever, arena, &deputies);
	add_references(ctx, &deputies);
	arena_free(arena);
}

static void add_required(struct named_people_ctx *ctx, const struct list_plan *list)
{
	for (size_t i = 0; i < list->required_count; i++) {
		const struct person *person = list->required[i]->person;

		add_person(ctx, person);
		if (person->manager.text)
			add_person(ctx, snapshot_person(ctx->snapshot, &person->manager, ctx->at));
	}
	add_references(ctx, &list->block->deputies);
}

/* Those on a list now, and those whom the plan has on it. */
static void add_members(struct named_people_ctx *ctx, const struct list_plan *list)
{
	for (size_t i = 0; i < list->list->members.count; i++) {
		const struct resolved_ref *ref =
			snapshot_ref_of_member(ctx->snapshot, list->list->members.items[i]);

		if (ref)
			add_person(ctx, ref->person);
	}
	for (size_t i = 0; i < list->member_count; i++)
		add_person(ctx, list->members[i]->person);
}

struct table *named_people_find(struct arena *arena, const struct plan *plan,
	const struct policy *policy, const struct snapshot *snapshot)
{
	struct named_people_ctx ctx = {.arena = arena,
		.snapshot = snapshot,
		.at = plan->at,
		.named = table_new(arena),
		.is_named = arena_get(arena, snapshot_person_count(snapshot) * sizeof(bool))};

	for (size_t i = 0; i < plan->list_count; i++)
		add_required(&ctx, &plan->lists[i]);
	add_references(&ctx, &policy->fallback);
	for (size_t i = 0; i < ctx.count; i++)
		add_deputies(&ctx, ctx.queue[i]);
	for (size_t i = 0; i < plan->list_count; i++)
		add_members(&ctx, &plan->lists[i]);
	for (size_t i = 0; i < snapshot_person_count(snapshot); i++) {
		if (snapshot_person_at(snapshot, i)->roles_unread)
			add_person(&ctx, snapshot_person_at(snapshot, i));
	}
	return ctx.named;
}
