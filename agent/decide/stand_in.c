#include "decide/stand_in.h"

#include "base/arena.h"
#include "base/table.h"
#include "decide/mapping.h"
#include "decide/person.h"
#include "decide/policy.h"
#include "decide/snapshot.h"

/*
 * A search, depth first, by a stack of its own: who comes next is on top. A
 * chain of deputies in the directory may be as long as anyone made it.
 */
struct search {
	const struct snapshot *snapshot;
	const struct want_scope *scope;
	struct arena *arena;
	struct table *looked; /* keys of references and of people looked at */
	struct candidate *stack;
	size_t depth, room;
	bool goes_on; /* past who is available throughout: at some moment of the scope it may */
};

static void push(struct search *search, enum candidate_origin origin,
	const struct reference *reference, const struct person *named_by)
{
	search->stack = arena_grow(search->arena, search->stack, search->depth, &search->room,
		sizeof(*search->stack));
	search->stack[search->depth++] =
		(struct candidate){.origin = origin, .reference = reference, .named_by = named_by};
}

/* Push so that the first comes off first. */
static void push_all(struct search *search, enum candidate_origin origin,
	const struct references *references, const struct person *named_by)
{
	for (size_t i = references->count; i > 0; i--)
		push(search, origin, &references->items[i - 1], named_by);
}

/* Over a span of time: whether feeds may name other deputies at one moment than at another. */
static bool deputies_may_change(const struct person *person, const struct want_scope *scope)
{
	for (size_t i = 0; i < person->absence_count && scope->from < scope->to; i++) {
		if (person->absences[i].deputies.count > 0)
			return true;
	}
	return false;
}

static void push_deputies(struct search *search, const struct person *person)
{
	struct references deputies;

	search->goes_on = search->goes_on || deputies_may_change(person, search->scope);
	person_deputies(person, search->scope, search->arena, &deputies);
	push_all(search, CANDIDATE_DEPUTY, &deputies, person);
}

/* Whether somebody, or a reference that names nobody, comes up for the first time. */
static bool is_first_look(struct search *search, const char *key, const void *value)
{
	if (table_find(search->looked, key))
		return false;
	table_put(search->looked, key, (void *)value);
	return true;
}

static bool is_new(struct search *search, const struct candidate *candidate)
{
	if (!is_first_look(search, candidate->reference->key, candidate->reference))
		return false;
	return !candidate->person ||
		is_first_look(search, candidate->person->identity, candidate->person);
}

static void note(struct candidates *looked_at, struct arena *arena,
	const struct candidate *candidate)
{
	if (!looked_at)
		return;
	looked_at->items = arena_grow(arena, looked_at->items, looked_at->count, &looked_at->room,
		sizeof(*looked_at->items));
	looked_at->items[looked_at->count++] = *candidate;
}

static const struct person *search_run(struct search *search, struct candidates *looked_at)
{
	while (search->depth > 0) {
		struct candidate candidate = search->stack[--search->depth];

		candidate.person = snapshot_person(search->snapshot, candidate.reference);
		if (!is_new(search, &candidate))
			continue;
		note(looked_at, search->arena, &candidate);
		if (!candidate.person)
			continue;
		if (!person_is_available(candidate.person, search->scope))
			push_deputies(search, candidate.person);
		else if (!search->goes_on)
			return candidate.person;
	}
	return NULL;
}

const struct person *stand_in_find(const struct person *required, const struct block *block,
	const struct policy *policy, const struct snapshot *snapshot,
	const struct want_scope *scope, struct arena *arena, struct candidates *looked_at)
{
	struct search search = {
		.snapshot = snapshot,
		.scope = scope,
		.arena = arena,
		.looked = table_new(arena),
	};

	is_first_look(&search, required->identity, required);
	push_all(&search, CANDIDATE_FALLBACK, &policy->fallback, NULL);
	if (required->manager.text)
		push(&search, CANDIDATE_MANAGER, &required->manager, required);
	push_all(&search, CANDIDATE_ROUTE, &block->deputies, NULL);
	push_deputies(&search, required);
	return search_run(&search, looked_at);
}
