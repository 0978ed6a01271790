#include "decide/mass_absence.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "decide/decide.h"
#include "decide/next_change.h"
#include "decide/stand_in.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/snapshot.h"

/* Of one list, somebody stands in for somebody during [from, until). */
struct stint {
	const struct person *stand_in, *whom;
	size_t block; /* its place in the mapping */
	moment from, until;
	bool is_before; /* by the last trusted readings */
};

struct stints {
	struct stint *items;
	size_t count, room;
};

/* A moment at which counts change. */
struct count_change {
	moment at;
	int before, after; /* 1: one more; -1: one less */
};

struct count_changes {
	struct count_change *items;
	size_t count, room;
};

/* A stretch in which a count is a mass and was none before; `worst` is where it is the highest. */
struct mass_stretch {
	moment from, until, worst;
	size_t count; /* 0: there is none */
};

struct mass_ctx {
	struct mass_absences *found;
	struct arena *arena; /* of what is found */
	struct arena *own;   /* owned: the rest */
	const struct mapping *mapping;
	const struct policy *policy;
	const struct snapshot *before, *after;
	moment now;
	const struct block_query
		*queries;  /* a block of the mapping each; the people are of `after` */
	size_t list_count; /* ordinary and critical */
	struct stints stints;
	size_t looks; /* candidates looked at */
};

static bool is_answered(const struct block *block)
{
	return block->kind == BLOCK_ORDINARY || block->kind == BLOCK_CRITICAL;
}

static bool is_mass(enum mass_kind kind, size_t count, size_t of)
{
	if (kind == MASS_STANDS_IN_FOR)
		return count > MASS_STANDS_IN_MAX;
	return count >= MASS_FROM && 2 * count > of;
}

static struct mass_absence *add_found(struct mass_ctx *m)
{
	struct mass_absences *found = m->found;

	found->items = arena_grow(m->arena, found->items, found->count, &found->room,
		sizeof(*found->items));
	found->items[found->count] = (struct mass_absence){0};
	return &found->items[found->count++];
}

/* Counts over time. */

static void add_change(struct mass_ctx *m, struct count_changes *changes,
	struct count_change change)
{
	changes->items = arena_grow(m->own, changes->items, changes->count, &changes->room,
		sizeof(*changes->items));
	changes->items[changes->count++] = change;
}

/* Count one more during [from, until), less what lies before `now`. */
static void count_one(struct mass_ctx *m, struct count_changes *changes, moment from, moment until,
	bool is_before)
{
	int before = is_before ? 1 : 0, after = is_before ? 0 : 1;

	if (until <= m->now)
		return;
	add_change(m, changes, (struct count_change){from > m->now ? from : m->now, before, after});
	if (until != MOMENT_LATEST)
		add_change(m, changes, (struct count_change){until, -before, -after});
}

static int compare_changes(const void *left, const void *right)
{
	const struct count_change *a = left, *b = right;

	return (a->at > b->at) - (a->at < b->at);
}

static void keep_worse(struct mass_stretch *worst, const struct mass_stretch *stretch)
{
	if (stretch->count > worst->count)
		*worst = *stretch;
}

/* The worst stretch in which the count is a mass now, and was none before; `changes` is sorted here. */
static struct mass_stretch worst_stretch(struct count_changes *changes, enum mass_kind kind,
	size_t of)
{
	struct mass_stretch worst = {0}, stretch = {0};
	size_t before = 0, after = 0;

	if (changes->count > 1)
		qsort(changes->items, changes->count, sizeof(*changes->items), compare_changes);
	for (size_t i = 0; i < changes->count;) {
		moment at = changes->items[i].at;

		for (; i < changes->count && changes->items[i].at == at; i++) {
			before += (size_t)changes->items[i].before;
			after += (size_t)changes->items[i].after;
		}
		if (!is_mass(kind, after, of) || is_mass(kind, before, of)) {
			keep_worse(&worst, &stretch);
			stretch.count = 0;
			continue;
		}
		if (stretch.count == 0)
			stretch.from = at;
		if (after > stretch.count) {
			stretch.count = after;
			stretch.worst = at;
		}
		stretch.until = i < changes->count ? changes->items[i].at : MOMENT_LATEST;
	}
	keep_worse(&worst, &stretch);
	return worst;
}

/* Absent at one moment. */

static void count_absences(struct mass_ctx *m, struct count_changes *changes,
	const struct person *person, bool is_before)
{
	for (size_t i = 0; i < person->calendar.away_count; i++) {
		const struct span *span = &person->calendar.away[i];

		count_one(m, changes, span->start, span->end, is_before);
	}
}

/* The same person by the last trusted readings; NULL: not read then. */
static const struct person *person_before(const struct mass_ctx *m, const struct person *person)
{
	const struct resolved_ref *ref = snapshot_ref_of_dn(m->before, person->key);

	return ref ? ref->person : NULL;
}

static void add_away(struct mass_ctx *m, const struct block_query *query,
	const struct mass_stretch *stretch)
{
	struct mass_absence *mass = add_found(m);

	*mass = (struct mass_absence){
		.kind = MASS_AWAY,
		.block = query->block,
		.from = stretch->from,
		.until = stretch->until,
		.of = query->required_count,
		.people = arena_get(m->arena, stretch->count * sizeof(const struct person *)),
	};
	for (size_t i = 0; i < query->required_count; i++) {
		const struct person *person = query->required[i]->person;

		if (person_is_absent(person, stretch->worst, NULL))
			mass->people[mass->count++] = person;
	}
}

static void find_away(struct mass_ctx *m, const struct block_query *query)
{
	struct count_changes changes = {0};
	struct mass_stretch worst;

	for (size_t i = 0; i < query->required_count; i++) {
		const struct person *person = query->required[i]->person;
		const struct person *before = person_before(m, person);

		count_absences(m, &changes, person, false);
		if (before)
			count_absences(m, &changes, before, true);
	}
	worst = worst_stretch(&changes, MASS_AWAY, query->required_count);
	if (worst.count > 0)
		add_away(m, query, &worst);
}

/* Who stands in for whom, and when. */

static void add_stint(struct mass_ctx *m, const struct stint *stint)
{
	struct stints *stints = &m->stints;
	struct stint *last = stints->count > 0 ? &stints->items[stints->count - 1] : NULL;

	if (last && last->stand_in == stint->stand_in && last->whom == stint->whom &&
		last->block == stint->block && last->until == stint->from) {
		last->until = stint->until;
		return;
	}
	stints->items = arena_grow(m->own, stints->items, stints->count, &stints->room,
		sizeof(*stints->items));
	stints->items[stints->count++] = *stint;
}

/* Find until when a search has the same result; false if a candidate that it looked at was not read. */
static bool is_known_until(const struct snapshot *snapshot, const struct candidates *looked_at,
	moment t, moment *until)
{
	for (size_t i = 0; i < looked_at->count; i++) {
		const struct candidate *candidate = &looked_at->items[i];
		const struct resolved_ref *ref = snapshot_ref(snapshot, candidate->reference->key);
		moment next;

		if (!ref)
			return false;
		next = bearers_next_change(&ref->bearers, t);
		if (next < *until)
			*until = next;
		if (!candidate->person)
			continue;
		next = person_next_change(candidate->person, t);
		if (next < *until)
			*until = next;
	}
	return true;
}

/* Search at each moment of the person's absence at which somebody else may stand in. */
static void follow_absence(struct mass_ctx *m, const struct person *whom, size_t block,
	const struct span *span, bool is_before)
{
	const struct snapshot *snapshot = is_before ? m->before : m->after;
	moment t = span->start > m->now ? span->start : m->now;

	while (t < span->end) {
		const struct time_scope scope = scope_at(t);
		struct stint stint = {NULL, whom, block, t, span->end, is_before};
		struct candidates looked_at = {0};
		struct arena *arena;
		moment own = person_next_change(whom, t);

		if (m->looks >= MASS_LOOKS_MAX) {
			m->found->is_cut = true;
			return;
		}
		arena = arena_new();
		if (person_state(whom, t, NULL) == PERSON_AWAY)
			stint.stand_in = stand_in_find(whom, &m->mapping->blocks[block], m->policy,
				snapshot, &scope, arena, &looked_at);
		m->looks += looked_at.count + 1;
		if (own < stint.until)
			stint.until = own;
		if (is_known_until(snapshot, &looked_at, t, &stint.until) && stint.stand_in)
			add_stint(m, &stint);
		arena_free(arena);
		t = stint.until;
	}
}

static void find_stints(struct mass_ctx *m, bool is_before)
{
	for (size_t i = 0; i < m->mapping->block_count; i++) {
		const struct block_query *query = &m->queries[i];

		if (!is_answered(query->block))
			continue;
		for (size_t j = 0; j < query->required_count; j++) {
			const struct person *person = query->required[j]->person;

			if (is_before)
				person = person_before(m, person);
			for (size_t k = 0; person && k < person->calendar.away_count; k++)
				follow_absence(m, person, i, &person->calendar.away[k], is_before);
		}
	}
}

/* By who stands in, then list, then start. */
static int compare_stints(const void *left, const void *right)
{
	const struct stint *a = left, *b = right;
	int order = strcmp(a->stand_in->dn, b->stand_in->dn);

	if (order == 0)
		order = (a->block > b->block) - (a->block < b->block);
	if (order == 0)
		order = (a->from > b->from) - (a->from < b->from);
	return order ? order : strcmp(a->whom->dn, b->whom->dn);
}

/* The stints from `first` on of one person, and of one list where `block` is not NULL. */
static size_t end_of_group(const struct mass_ctx *m, size_t first, bool of_one_list)
{
	const struct stint *items = m->stints.items;
	size_t end = first + 1;

	while (end < m->stints.count &&
		strcmp(items[end].stand_in->dn, items[first].stand_in->dn) == 0 &&
		(!of_one_list || items[end].block == items[first].block))
		end++;
	return end;
}

static bool covers(const struct stint *stint, moment t)
{
	return !stint->is_before && stint->from <= t && t < stint->until;
}

static int compare_people(const void *left, const void *right)
{
	const struct person *const *a = left, *const *b = right;

	return strcmp((*a)->dn, (*b)->dn);
}

/* Of one person and list: for how many at once. */
static void judge_list(struct mass_ctx *m, size_t first, size_t end)
{
	const struct stint *items = m->stints.items;
	struct count_changes changes = {0};
	struct mass_stretch worst;
	struct mass_absence *mass;

	for (size_t i = first; i < end; i++)
		count_one(m, &changes, items[i].from, items[i].until, items[i].is_before);
	worst = worst_stretch(&changes, MASS_STANDS_IN_FOR, 0);
	if (worst.count == 0)
		return;
	mass = add_found(m);
	*mass = (struct mass_absence){
		.kind = MASS_STANDS_IN_FOR,
		.block = &m->mapping->blocks[items[first].block],
		.from = worst.from,
		.until = worst.until,
		.of = m->queries[items[first].block].required_count,
		.people = arena_get(m->arena, worst.count * sizeof(const struct person *)),
	};
	for (size_t i = first; i < end; i++) {
		if (!covers(&items[i], worst.worst))
			continue;
		mass->stand_in = items[i].stand_in;
		mass->people[mass->count++] = items[i].whom;
	}
	qsort(mass->people, mass->count, sizeof(const struct person *), compare_people);
}

/* When the person of these stints stands in on their list, no matter for whom. */
static void count_list(struct mass_ctx *m, struct count_changes *changes, size_t first, size_t end,
	bool is_before)
{
	const struct stint *items = m->stints.items;
	bool is_open = false;
	moment from = 0, until = 0;

	for (size_t i = first; i < end; i++) {
		if (items[i].is_before != is_before)
			continue;
		if (is_open && items[i].from <= until) {
			until = items[i].until > until ? items[i].until : until;
			continue;
		}
		if (is_open)
			count_one(m, changes, from, until, is_before);
		is_open = true;
		from = items[i].from;
		until = items[i].until;
	}
	if (is_open)
		count_one(m, changes, from, until, is_before);
}

/* Add a mass of lists: those on which the person of these stints stands in at its worst moment. */
static void add_lists(struct mass_ctx *m, size_t first, size_t end,
	const struct mass_stretch *worst)
{
	const struct stint *items = m->stints.items;
	struct mass_absence *mass = add_found(m);

	*mass = (struct mass_absence){
		.kind = MASS_STANDS_IN_ON,
		.from = worst->from,
		.until = worst->until,
		.of = m->list_count,
		.blocks = arena_get(m->arena, worst->count * sizeof(const struct block *)),
	};
	for (size_t i = first; i < end; i++) {
		const struct block *block = &m->mapping->blocks[items[i].block];

		if (!covers(&items[i], worst->worst) ||
			(mass->count > 0 && mass->blocks[mass->count - 1] == block))
			continue;
		mass->stand_in = items[i].stand_in;
		mass->blocks[mass->count++] = block;
	}
}

/* Of one person: for how many of each list, and on how many lists. */
static void judge_stand_in(struct mass_ctx *m, size_t first, size_t end)
{
	struct count_changes changes = {0};
	struct mass_stretch worst;

	for (size_t i = first; i < end;) {
		size_t next = end_of_group(m, i, true);

		judge_list(m, i, next);
		count_list(m, &changes, i, next, false);
		count_list(m, &changes, i, next, true);
		i = next;
	}
	worst = worst_stretch(&changes, MASS_STANDS_IN_ON, m->list_count);
	if (worst.count > 0)
		add_lists(m, first, end, &worst);
}

static void judge_stand_ins(struct mass_ctx *m)
{
	if (m->stints.count > 1)
		qsort(m->stints.items, m->stints.count, sizeof(*m->stints.items), compare_stints);
	for (size_t i = 0; i < m->stints.count;) {
		size_t end = end_of_group(m, i, false);

		judge_stand_in(m, i, end);
		i = end;
	}
}

/* Find masses of stand-ins; the last trusted readings are searched only if the new ones have any. */
static void find_stand_ins(struct mass_ctx *m)
{
	size_t known = m->found->count;

	find_stints(m, false);
	judge_stand_ins(m);
	if (m->found->count == known)
		return;
	m->found->count = known;
	m->looks = 0;
	find_stints(m, true);
	judge_stand_ins(m);
}

void mass_absence_find(struct mass_absences *found, struct arena *arena,
	const struct mapping *mapping, const struct policy *policy, const struct snapshot *before,
	const struct snapshot *after, moment now)
{
	struct arena *own = arena_new();
	struct findings ignored;
	struct mass_ctx m = {
		.found = found,
		.arena = arena,
		.own = own,
		.mapping = mapping,
		.policy = policy,
		.before = before,
		.after = after,
		.now = now,
	};

	*found = (struct mass_absences){0};
	findings_init(&ignored, own);
	m.queries = block_query_find(own, mapping, after, now, &ignored);
	for (size_t i = 0; i < mapping->block_count; i++) {
		if (!is_answered(&mapping->blocks[i]))
			continue;
		m.list_count++;
		find_away(&m, &m.queries[i]);
	}
	find_stand_ins(&m);
	arena_free(own);
}
