#include "decide/stand_in.h"

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/policy.h"
#include "model/reference.h"
#include "model/snapshot.h"

/* Candidates that wait for their turn: all references of one source, from `next` on. */
struct level {
	enum candidate_origin origin;
	const struct references *references; /* borrowed; NULL: the manager alone */
	const struct person *named_by;
	const char *feed; /* that names them; NULL: none */
	size_t next;
};

/*
 * A search, depth first, by a stack of its own: what comes next is on top. The stack holds whole
 * sources and copies no reference, so it grows with the people looked at, not with their deputies.
 */
struct stand_in_ctx {
	const struct snapshot *snapshot;
	const struct time_scope *scope;
	struct arena *arena;  /* owned: of the search alone */
	struct arena *kept;   /* the caller's: what candidates point to */
	struct table *looked; /* keys of references and of people looked at */
	struct level *stack;
	size_t depth, room;
	bool goes_on; /* past who is available throughout: at some moment of the scope it may */
	size_t looks; /* candidates looked at */
};

static void push_level(struct stand_in_ctx *search, struct level level)
{
	search->stack = arena_grow(search->arena, search->stack, search->depth, &search->room,
		sizeof(*search->stack));
	search->stack[search->depth++] = level;
}

static void push_all(struct stand_in_ctx *search, enum candidate_origin origin,
	const struct references *references, const struct person *named_by, const char *feed)
{
	if (references->count > 0)
		push_level(search, (struct level){origin, references, named_by, feed, 0});
}

/* Over a span of time: whether feeds may name other deputies at one moment than at another. */
static bool deputies_may_change(const struct person *person, const struct time_scope *scope)
{
	if (scope->from < scope->to && person->calendar.naming_count > 0)
		return true;
	for (size_t i = 0; i < person->standing_count && scope->from < scope->to; i++) {
		if (person->standing[i].start > scope->from || person->standing[i].end <= scope->to)
			return true;
	}
	return false;
}

/* Push so that the first comes off first: those of absences in their order, the standing ones, the directory's. */
static void push_deputies(struct stand_in_ctx *search, const struct person *person)
{
	const struct time_scope *scope = search->scope;
	const struct absence **absences;
	size_t count = person_naming(person, scope, search->arena, &absences);

	search->goes_on = search->goes_on || deputies_may_change(person, scope);
	push_all(search, CANDIDATE_DEPUTY, &person->deputies, person, NULL);
	for (size_t i = person->standing_count; i > 0; i--) {
		if (standing_counts(&person->standing[i - 1], scope))
			push_all(search, CANDIDATE_DEPUTY, &person->standing[i - 1].deputies,
				person, person->standing[i - 1].feed);
	}
	for (size_t i = count; i > 0; i--)
		push_all(search, CANDIDATE_DEPUTY, &absences[i - 1]->deputies, person,
			absences[i - 1]->feed);
}

/* The next candidate, in the order of rule 3; false: none is left. */
static bool next_candidate(struct stand_in_ctx *search, struct candidate *candidate)
{
	struct level *level;

	while (search->depth > 0 && search->stack[search->depth - 1].references &&
		search->stack[search->depth - 1].next ==
			search->stack[search->depth - 1].references->count)
		search->depth--;
	if (search->depth == 0)
		return false;
	level = &search->stack[search->depth - 1];
	*candidate = (struct candidate){
		.origin = level->origin, .named_by = level->named_by, .feed = level->feed};
	if (level->references) {
		candidate->reference = &level->references->items[level->next++];
	} else {
		candidate->reference = &level->named_by->manager;
		search->depth--;
	}
	return true;
}

/* Whether somebody, or a reference that names nobody, comes up for the first time. */
static bool is_first_look(struct stand_in_ctx *search, const char *key, const void *value)
{
	if (table_find(search->looked, key))
		return false;
	table_put(search->looked, key, (void *)value);
	return true;
}

/* Over a span of time: put all that bear a name in its place, where it may mean one at one moment and another at another. */
static bool push_bearers(struct stand_in_ctx *search, const struct candidate *candidate,
	const struct resolved_ref *ref)
{
	const struct person *const *people;
	struct references *all;
	size_t count, room = 0;

	if (!ref || bearers_next_change(&ref->bearers, search->scope->from) > search->scope->to)
		return false;
	count = ref_people(ref, search->scope, false, search->arena, &people);
	all = arena_get(search->kept, sizeof(*all));
	for (size_t i = 0; i < count; i++)
		references_add(all, search->kept, &room, people[i]->dn);
	push_all(search, candidate->origin, all, candidate->named_by, candidate->feed);
	search->goes_on = true;
	return true;
}

/* Whoever the reference names; false: looked at before, or still to come. The reference comes first, as most are met again and again. */
static bool take_new(struct stand_in_ctx *search, struct candidate *candidate)
{
	const struct resolved_ref *ref;

	if (!is_first_look(search, candidate->reference->key, candidate->reference))
		return false;
	ref = snapshot_ref(search->snapshot, candidate->reference->key);
	if (push_bearers(search, candidate, ref))
		return false;
	candidate->person = ref_person(ref, search->scope->from);
	return !candidate->person ||
		is_first_look(search, candidate->person->identity, candidate->person);
}

static void note_candidate(struct candidates *looked_at, struct arena *arena,
	const struct candidate *candidate)
{
	if (!looked_at)
		return;
	looked_at->items = arena_grow(arena, looked_at->items, looked_at->count, &looked_at->room,
		sizeof(*looked_at->items));
	looked_at->items[looked_at->count++] = *candidate;
}

static const struct person *search_run(struct stand_in_ctx *search, struct arena *arena,
	struct candidates *looked_at)
{
	struct candidate candidate;

	while (next_candidate(search, &candidate)) {
		if (!take_new(search, &candidate))
			continue;
		if (search->looks == STAND_IN_LOOKS_MAX) {
			if (looked_at)
				looked_at->is_cut = true;
			return NULL;
		}
		search->looks++;
		note_candidate(looked_at, arena, &candidate);
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
	const struct time_scope *scope, struct arena *arena, struct candidates *looked_at)
{
	struct arena *own = arena_new();
	struct stand_in_ctx search = {
		.snapshot = snapshot,
		.scope = scope,
		.arena = own,
		.kept = looked_at ? arena : own,
		.looked = table_new(own),
	};
	const struct person *found;

	is_first_look(&search, required->identity, required);
	push_all(&search, CANDIDATE_FALLBACK, &policy->fallback, NULL, NULL);
	if (required->manager.text)
		push_level(&search, (struct level){CANDIDATE_MANAGER, NULL, required, NULL, 0});
	push_all(&search, CANDIDATE_ROUTE, &block->deputies, NULL, NULL);
	push_deputies(&search, required);
	found = search_run(&search, arena, looked_at);
	arena_free(own);
	return found;
}
