#include "readiness/unreachable.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/required_fault.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/policy.h"

bool person_is_lost(const struct person *person, moment at)
{
	return !person_is_reachable(person, at) && person_state(person, at, NULL) != PERSON_AWAY;
}

/* In which capacity somebody is named. */
enum named_as {
	AS_FALLBACK,
	AS_ROUTE,
	AS_DEPUTY,
	AS_MANAGER,
};

struct unreachable_ctx {
	struct unreachables *found;
	struct arena *arena;
	const struct snapshot *snapshot;
	moment at;
	struct table *by_name; /* an identity, or a reference's key -> index in `found`, plus 1 */
	struct table *walked;  /* identities of those whose deputies have been looked at */
	const struct person **waiting;
	size_t count, room;
};

/* A tag's route and its critical part name the same deputies. */
static void note_namer(struct namers *namers, const char *name)
{
	for (size_t i = 0; i < namers->count && i < NAMERS_KEPT_MAX; i++) {
		if (strcmp(namers->names[i], name) == 0)
			return;
	}
	if (namers->count < NAMERS_KEPT_MAX)
		namers->names[namers->count] = name;
	namers->count++;
}

/* The entry for one who cannot be reached, by the person or else by what is written. */
static struct unreachable *find_entry(struct unreachable_ctx *ctx,
	const struct reference *reference, const struct person *person,
	const struct resolved_ref *ref)
{
	const char *key = person ? person_identity(person) : reference->key;
	const size_t *index = table_find(ctx->by_name, key);
	struct unreachables *found = ctx->found;
	size_t *place;

	if (index)
		return &found->items[*index];
	found->items = arena_grow(ctx->arena, found->items, found->count, &found->room,
		sizeof(*found->items));
	place = arena_get(ctx->arena, sizeof(*place));
	*place = found->count;
	table_put(ctx->by_name, key, place);
	found->items[found->count] = (struct unreachable){.text = reference->text,
		.person = person,
		.trouble = person ? NULL : ref_trouble(ctx->arena, ref)};
	return &found->items[found->count++];
}

/* Have somebody's deputies looked at, each once. */
static void wait_for(struct unreachable_ctx *ctx, const struct person *person)
{
	if (table_find(ctx->walked, person_identity(person)))
		return;
	table_put(ctx->walked, person_identity(person), ctx);
	ctx->waiting = arena_grow(ctx->arena, ctx->waiting, ctx->count, &ctx->room,
		sizeof(const struct person *));
	ctx->waiting[ctx->count++] = person;
}

static void look_at(struct unreachable_ctx *ctx, const struct reference *reference,
	enum named_as as, const char *by)
{
	const struct person *person = snapshot_person(ctx->snapshot, reference, ctx->at);
	const struct resolved_ref *ref = snapshot_ref(ctx->snapshot, reference->key);
	struct unreachable *one;

	if (person)
		wait_for(ctx, person);
	if (person ? person_is_reachable(person, ctx->at) : !ref)
		return;
	one = find_entry(ctx, reference, person, ref);
	if (as == AS_FALLBACK)
		one->is_fallback = true;
	else
		note_namer(as == AS_ROUTE         ? &one->routes
				: as == AS_DEPUTY ? &one->deputy_of
						  : &one->manager_of,
			by);
}

static void look_at_all(struct unreachable_ctx *ctx, const struct references *references,
	enum named_as as, const char *by)
{
	for (size_t i = 0; i < references->count; i++)
		look_at(ctx, &references->items[i], as, by);
}

/* Those whom a list requires, and their managers, each once. */
static void look_at_required(struct unreachable_ctx *ctx, const struct list_plan *list,
	struct table *required)
{
	for (size_t i = 0; i < list->required_count; i++) {
		const struct person *person = list->required[i]->person;

		if (table_find(required, person_identity(person)))
			continue;
		table_put(required, person_identity(person), required);
		wait_for(ctx, person);
		if (person->manager.text)
			look_at(ctx, &person->manager, AS_MANAGER, person_called(person));
	}
}

void unreachable_find(struct unreachables *found, struct arena *arena, const struct plan *plan,
	const struct policy *policy, const struct snapshot *snapshot)
{
	const struct time_scope everyone = {.from = plan->at, .to = plan->at, .everyone = true};
	struct unreachable_ctx ctx = {
		.found = found,
		.arena = arena,
		.snapshot = snapshot,
		.at = plan->at,
		.by_name = table_new(arena),
		.walked = table_new(arena),
	};
	struct table *required = table_new(arena);

	*found = (struct unreachables){0};
	look_at_all(&ctx, &policy->fallback, AS_FALLBACK, NULL);
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		if (list->block->kind == BLOCK_INFORM || list->block->kind == BLOCK_MAILBOX)
			continue;
		look_at_all(&ctx, &list->block->deputies, AS_ROUTE, list->block->tag);
		look_at_required(&ctx, list, required);
	}
	for (size_t i = 0; i < ctx.count; i++) {
		struct references deputies;

		person_deputies(ctx.waiting[i], &everyone, arena, &deputies);
		look_at_all(&ctx, &deputies, AS_DEPUTY, person_called(ctx.waiting[i]));
	}
}

/* "; deputy of Anna, Bo and 3 more" */
static void add_namers(struct strbuf *out, const char *what, const struct namers *namers)
{
	size_t kept = namers->count < NAMERS_KEPT_MAX ? namers->count : NAMERS_KEPT_MAX;

	if (namers->count == 0)
		return;
	strbuf_addf(out, "; %s ", what);
	for (size_t i = 0; i < kept; i++) {
		strbuf_adds(out, i > 0 ? ", " : "");
		strbuf_add_safe(out, namers->names[i]);
	}
	if (namers->count > kept)
		strbuf_addf(out, _(" and %zu more"), namers->count - kept);
}

void unreachable_add(struct strbuf *out, const struct unreachable *one, moment at)
{
	if (one->person)
		person_add_trouble(out, one->person, at);
	else
		strbuf_adds(out, one->trouble);
	if (one->is_fallback)
		strbuf_adds(out, "; mailbox.fallback");
	add_namers(out, _("deputies of the route"), &one->routes);
	add_namers(out, _("deputy of"), &one->deputy_of);
	add_namers(out, _("manager of"), &one->manager_of);
}
