#include "decide/candidate_walk.h"

#include <stdlib.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "model/mapping.h"
#include "model/policy.h"
#include "model/reference.h"
#include "model/snapshot.h"

void candidate_walk_init(struct candidate_walk *walk, const struct snapshot *snapshot,
	const struct time_scope *scope)
{
	*walk = (struct candidate_walk){.snapshot = snapshot, .scope = *scope, .times = 1};
	walk->arena = arena_new();
	walk->strays = table_new(walk->arena);
}

void candidate_walk_release(struct candidate_walk *walk)
{
	arena_free(walk->arena);
	arena_free(walk->scratch);
	free(walk->nodes);
	free(walk->keys);
	free(walk->levels);
}

void candidate_walk_start(struct candidate_walk *walk)
{
	arena_free(walk->scratch);
	walk->scratch = NULL;
	walk->depth = 0;
	walk->search++;
	walk->varies = false;
}

static struct arena *scratch_of(struct candidate_walk *walk)
{
	if (!walk->scratch)
		walk->scratch = arena_new();
	return walk->scratch;
}

/* Nodes. */

static size_t place_of(const void *const *keys, size_t room, const void *key)
{
	size_t i = (size_t)(((uint64_t)(uintptr_t)key * 0x9e3779b97f4a7c15U) >> 32) & (room - 1);

	while (keys[i] && keys[i] != key)
		i = (i + 1) & (room - 1);
	return i;
}

static void double_nodes(struct candidate_walk *walk)
{
	size_t room = walk->node_room ? 2 * walk->node_room : 64;
	const void **keys = memory_get(room * sizeof(*keys));
	struct candidate_node **nodes = memory_get(room * sizeof(struct candidate_node *));

	for (size_t i = 0; i < room; i++)
		keys[i] = NULL;
	for (size_t i = 0; i < walk->node_room; i++) {
		size_t place;

		if (!walk->keys[i])
			continue;
		place = place_of(keys, room, walk->keys[i]);
		keys[place] = walk->keys[i];
		nodes[place] = walk->nodes[i];
	}
	free(walk->keys);
	free(walk->nodes);
	walk->keys = keys;
	walk->nodes = nodes;
	walk->node_room = room;
}

static struct candidate_node *node_of(struct candidate_walk *walk, const void *key)
{
	size_t place;

	if (walk->node_count * 2 >= walk->node_room)
		double_nodes(walk);
	place = place_of(walk->keys, walk->node_room, key);
	if (!walk->keys[place]) {
		walk->keys[place] = key;
		walk->nodes[place] = arena_get(walk->arena, sizeof(struct candidate_node));
		walk->node_count++;
	}
	return walk->nodes[place];
}

struct candidate_node *candidate_node_of(struct candidate_walk *walk, const struct person *person)
{
	struct candidate_node *node = node_of(walk, person);

	node->person = person;
	return node;
}

struct candidate_node *candidate_node_of_required(struct candidate_walk *walk,
	const struct person *required)
{
	const struct snapshot *snapshot = walk->snapshot;
	const struct resolved_ref *ref;

	if (required->number < snapshot_person_count(snapshot) &&
		snapshot_person_at(snapshot, required->number) == required)
		return candidate_node_of(walk, required);
	ref = snapshot_ref_of_dn(snapshot, required->key);
	return candidate_node_of(walk, ref && ref->person ? ref->person : required);
}

struct candidate_node *candidate_node_of_list(struct candidate_walk *walk,
	const struct references *references)
{
	struct candidate_node *node = node_of(walk, references);

	node->references = references;
	return node;
}

/* Have what is known of the node at this time only. */
static bool is_known_now(const struct candidate_walk *walk, struct candidate_node *node)
{
	bool is_known = node->known_at == walk->times;

	node->known_at = walk->times;
	return is_known;
}

bool candidate_is_here(struct candidate_walk *walk, struct candidate_node *node)
{
	if (!is_known_now(walk, node))
		node->is_here = person_is_available(node->person, &walk->scope);
	return node->is_here;
}

/* Of a reference that the snapshot never met, which has no subject. */
static struct candidate_node *stray_of(struct candidate_walk *walk, const char *key)
{
	struct candidate_node *node = table_find(walk->strays, key);

	if (!node) {
		node = arena_get(walk->arena, sizeof(*node));
		table_put(walk->strays, key, node);
	}
	return node;
}

/* Sources. */

static bool is_span(const struct candidate_walk *walk)
{
	return walk->scope.from < walk->scope.to;
}

static void push_level(struct candidate_walk *walk, struct candidate_level level)
{
	walk->levels = memory_grow(walk->levels, walk->depth, &walk->room, sizeof(*walk->levels));
	walk->levels[walk->depth++] = level;
}

static void push_source(struct candidate_walk *walk, enum candidate_origin origin,
	const struct references *references, const struct person *named_by, const char *feed)
{
	if (references->count > 0)
		push_level(walk,
			(struct candidate_level){origin, references, named_by, feed, 0, NULL});
}

void candidate_push_all(struct candidate_walk *walk, enum candidate_origin origin,
	const struct references *references)
{
	push_source(walk, origin, references, NULL, NULL);
}

void candidate_push_manager(struct candidate_walk *walk, const struct person *person)
{
	if (person->manager.text)
		push_level(walk,
			(struct candidate_level){.origin = CANDIDATE_MANAGER, .named_by = person});
}

void candidate_push_end(struct candidate_walk *walk, struct candidate_node *node)
{
	push_level(walk, (struct candidate_level){.end = node});
}

/* Over a span of time: whether feeds may name other deputies at one moment than at another. */
static bool deputies_may_change(const struct person *person, const struct time_scope *scope)
{
	if (person->calendar.naming_count > 0)
		return true;
	for (size_t i = 0; i < person->standing_count; i++) {
		if (person->standing[i].start > scope->from || person->standing[i].end <= scope->to)
			return true;
	}
	return false;
}

/* Push so that the first comes off first: those of absences in their order, the standing ones, the directory's. */
void candidate_push_deputies(struct candidate_walk *walk, const struct person *person)
{
	const struct time_scope *scope = &walk->scope;
	const struct absence **absences;
	size_t count = 0;

	if (person->calendar.naming_count > 0 || scope->everyone)
		count = person_naming(person, scope, scratch_of(walk), &absences);
	if (is_span(walk) && !scope->everyone && deputies_may_change(person, scope))
		walk->varies = true;
	push_source(walk, CANDIDATE_DEPUTY, &person->deputies, person, NULL);
	for (size_t i = person->standing_count; i > 0; i--) {
		if (standing_counts(&person->standing[i - 1], scope))
			push_source(walk, CANDIDATE_DEPUTY, &person->standing[i - 1].deputies,
				person, person->standing[i - 1].feed);
	}
	for (size_t i = count; i > 0; i--)
		push_source(walk, CANDIDATE_DEPUTY, &absences[i - 1]->deputies, person,
			absences[i - 1]->feed);
}

void candidate_push_bearers(struct candidate_walk *walk, const struct candidate *candidate,
	struct arena *arena)
{
	const struct resolved_ref *ref =
		subject_ref(reference_subject(walk->snapshot, candidate->reference));
	const struct person *const *people;
	struct references *all = arena_get(arena, sizeof(*all));
	size_t count = ref_people(ref, &walk->scope, false, scratch_of(walk), &people);

	all->items = arena_get(arena, count * sizeof(*all->items));
	for (size_t i = 0; i < count; i++)
		all->items[all->count++] = (struct reference){
			people[i]->dn, people[i]->subject->key, people[i]->subject};
	push_source(walk, candidate->origin, all, candidate->named_by, candidate->feed);
	walk->varies = true;
}

/* The person that a name of several means; the choice is made once. */
static const struct person *chosen(struct candidate_walk *walk, struct candidate_node *node,
	const struct resolved_ref *ref)
{
	if (!is_known_now(walk, node))
		node->meant = ref_person(ref, walk->scope.from);
	return node->meant;
}

static bool is_varying(const struct candidate_walk *walk, const struct resolved_ref *ref)
{
	moment next = bearers_next_change(&ref->bearers, walk->scope.from);

	return next <= walk->scope.to && next != MOMENT_LATEST;
}

enum candidate_kind candidate_resolve(struct candidate_walk *walk, struct candidate *candidate,
	struct candidate_node **node)
{
	const struct subject *subject = reference_subject(walk->snapshot, candidate->reference);
	const struct resolved_ref *ref = subject_ref(subject);

	candidate->person = ref ? ref->person : NULL;
	walk->name = NULL;
	if (ref && ref->bearers.count > 1) {
		walk->name = *node = node_of(walk, subject);
		if (is_span(walk) && is_varying(walk, ref))
			return CANDIDATE_VARYING;
		candidate->person = chosen(walk, walk->name, ref);
	}
	if (candidate->person)
		*node = candidate_node_of(walk, candidate->person);
	else
		*node = subject ? node_of(walk, subject)
				: stray_of(walk, candidate->reference->key);
	return CANDIDATE_PERSON;
}

enum candidate_kind candidate_next(struct candidate_walk *walk, struct candidate *candidate,
	struct candidate_node **node)
{
	struct candidate_level *level;

	while (walk->depth > 0 && walk->levels[walk->depth - 1].references &&
		walk->levels[walk->depth - 1].next ==
			walk->levels[walk->depth - 1].references->count)
		walk->depth--;
	if (walk->depth == 0)
		return CANDIDATES_END;
	level = &walk->levels[walk->depth - 1];
	if (level->end) {
		*node = level->end;
		walk->depth--;
		return CANDIDATE_SOURCES_END;
	}
	*candidate = (struct candidate){
		.origin = level->origin, .named_by = level->named_by, .feed = level->feed};
	if (level->references) {
		candidate->reference = &level->references->items[level->next++];
	} else {
		candidate->reference = &level->named_by->manager;
		walk->depth--;
	}
	return candidate_resolve(walk, candidate, node);
}

/* One search. */

/* Whether it is to be looked at, being met for the first time. */
static bool is_first_look(const struct candidate_walk *walk, struct candidate_node *node)
{
	bool is_first = node->seen != walk->search;

	node->seen = walk->search;
	return is_first;
}

void candidate_search_run(struct candidate_walk *walk, struct candidate_search *search)
{
	enum candidate_kind kind;
	struct candidate candidate;
	struct candidate_node *node;
	size_t looks = 0;

	candidate_walk_start(walk);
	is_first_look(walk, candidate_node_of_required(walk, search->required));
	candidate_push_all(walk, CANDIDATE_FALLBACK, &search->policy->fallback);
	candidate_push_manager(walk, search->required);
	candidate_push_all(walk, CANDIDATE_ROUTE, &search->block->deputies);
	candidate_push_deputies(walk, search->required);
	while ((kind = candidate_next(walk, &candidate, &node)) != CANDIDATES_END) {
		if (!is_first_look(walk, node))
			continue;
		if (kind == CANDIDATE_VARYING) {
			candidate_push_bearers(walk, &candidate,
				search->kept ? search->kept : scratch_of(walk));
			continue;
		}
		search->is_cut = looks++ == STAND_IN_LOOKS_MAX;
		if (search->is_cut || search->look(search->ctx, &candidate, node))
			return;
		if (!candidate.person)
			continue;
		if (!candidate_is_here(walk, node)) {
			candidate_push_deputies(walk, candidate.person);
		} else if (!walk->varies) {
			search->found = candidate.person;
			search->feed = candidate.feed;
			return;
		}
	}
}
