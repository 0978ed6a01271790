#include "decide/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "decide/decision.h"
#include "decide/mapping.h"
#include "decide/person.h"
#include "decide/policy.h"
#include "decide/snapshot.h"
#include "decide/stand_in.h"

/* What is asked, again and again: the mapping's blocks that somebody answers, and no mailbox's list. */
struct asking {
	struct coverage *coverage;
	struct mapping mapping;
	struct policy policy;
	const struct snapshot *snapshot;
};

/* The moments at which something may change, in a growing array. */
struct edges {
	moment *items;
	size_t count, room;
};

moment coverage_end(moment from, int days)
{
	return moment_day(from, days) - 1;
}

/* The edges. */

static void add_edge(struct asking *asking, struct edges *edges, moment t)
{
	const struct coverage *coverage = asking->coverage;

	if (t <= coverage->days[0] || t >= coverage->days[coverage->day_count])
		return;
	edges->items = arena_grow(coverage->arena, edges->items, edges->count, &edges->room,
		sizeof(*edges->items));
	edges->items[edges->count++] = t;
}

static void add_edges_of(struct asking *asking, struct edges *edges, const struct person *person)
{
	for (size_t i = 0; i < person->absence_count; i++) {
		const struct absence *absence = &person->absences[i];

		if (absence->start >= absence->end)
			continue;
		add_edge(asking, edges, absence->start);
		add_edge(asking, edges, absence->end);
	}
	if (person->expires)
		add_edge(asking, edges, person->expires_at);
}

static int compare_moments(const void *left, const void *right)
{
	const moment *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static struct edges find_edges(struct asking *asking)
{
	struct edges edges = {0};

	for (size_t i = 0; i < snapshot_person_count(asking->snapshot); i++)
		add_edges_of(asking, &edges, snapshot_person_at(asking->snapshot, i));
	if (edges.count > 1)
		qsort(edges.items, edges.count, sizeof(*edges.items), compare_moments);
	return edges;
}

/* The answer to one list, at first in the arena of the plan that says it. */

static int by_dn(const void *left, const void *right)
{
	const struct person *const *a = left, *const *b = right;

	return strcmp((*a)->dn, (*b)->dn);
}

static void take_available(struct stretch *stretch, struct arena *arena,
	const struct list_plan *list, const struct want_scope *now)
{
	stretch->available = arena_get(arena, list->member_count * sizeof(const struct person *));
	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];

		if (member->by_rule && person_is_available(member->person, now))
			stretch->available[stretch->available_count++] = member->person;
	}
	if (stretch->available_count > 1)
		qsort(stretch->available, stretch->available_count, sizeof(const struct person *),
			by_dn);
}

static void take_stand_ins(struct stretch *stretch, struct arena *arena,
	const struct list_plan *list)
{
	stretch->stand_ins = arena_get(arena, list->required_count * sizeof(*stretch->stand_ins));
	for (size_t i = 0; i < list->required_count; i++) {
		const struct required *required = list->required[i];

		if (required->stand_in)
			stretch->stand_ins[stretch->stand_in_count++] = (struct coverage_stand_in){
				.stand_in = required->stand_in, .whom = required->person};
	}
}

static void take_looked_at(const struct asking *asking, struct coverage_gap *gap,
	struct arena *arena, const struct list_plan *list, const struct want_scope *now)
{
	struct candidates looked_at = {0};

	stand_in_find(gap->gap.whom, list->block, &asking->policy, asking->snapshot, now, arena,
		&looked_at);
	gap->looked_at = arena_get(arena, looked_at.count * sizeof(const struct person *));
	for (size_t i = 0; i < looked_at.count; i++) {
		if (looked_at.items[i].person)
			gap->looked_at[gap->looked_at_count++] = looked_at.items[i].person;
	}
}

static void take_gaps(const struct asking *asking, struct stretch *stretch, struct arena *arena,
	const struct list_plan *list, const struct want_scope *now)
{
	stretch->gaps = arena_get(arena, list->gap_count * sizeof(*stretch->gaps));
	stretch->gap_count = list->gap_count;
	for (size_t i = 0; i < list->gap_count; i++) {
		stretch->gaps[i].gap = list->gaps[i];
		if (list->gaps[i].kind == GAP_NO_STAND_IN)
			take_looked_at(asking, &stretch->gaps[i], arena, list, now);
	}
}

static struct stretch answer_of(const struct asking *asking, const struct plan *plan,
	const struct list_plan *list)
{
	const struct want_scope now = scope_at(plan->at);
	struct stretch stretch = {.from = plan->at};

	take_available(&stretch, plan->arena, list, &now);
	take_stand_ins(&stretch, plan->arena, list);
	take_gaps(asking, &stretch, plan->arena, list, &now);
	return stretch;
}

/* The same answer as before makes the stretch longer; another one begins the next. */

static bool same_people(const struct person *const *a, size_t a_count,
	const struct person *const *b, size_t b_count)
{
	return a_count == b_count &&
		(a_count == 0 || memcmp(a, b, a_count * sizeof(const struct person *)) == 0);
}

static bool same_stand_ins(const struct stretch *a, const struct stretch *b)
{
	if (a->stand_in_count != b->stand_in_count)
		return false;
	for (size_t i = 0; i < a->stand_in_count; i++) {
		if (a->stand_ins[i].stand_in != b->stand_ins[i].stand_in ||
			a->stand_ins[i].whom != b->stand_ins[i].whom)
			return false;
	}
	return true;
}

static bool same_gap(const struct coverage_gap *a, const struct coverage_gap *b)
{
	return a->gap.kind == b->gap.kind && a->gap.whom == b->gap.whom &&
		a->gap.available == b->gap.available && a->gap.wanted == b->gap.wanted &&
		same_people(a->looked_at, a->looked_at_count, b->looked_at, b->looked_at_count);
}

static bool same_answer(const struct stretch *a, const struct stretch *b)
{
	if (!same_people(a->available, a->available_count, b->available, b->available_count) ||
		!same_stand_ins(a, b) || a->gap_count != b->gap_count)
		return false;
	for (size_t i = 0; i < a->gap_count; i++) {
		if (!same_gap(&a->gaps[i], &b->gaps[i]))
			return false;
	}
	return true;
}

static void *kept(struct arena *arena, const void *items, size_t size)
{
	void *copy = arena_get(arena, size);

	if (size > 0)
		memcpy(copy, items, size);
	return copy;
}

static void keep(struct coverage *coverage, struct coverage_line *line,
	const struct stretch *answer)
{
	struct arena *arena = coverage->arena;
	struct stretch *stretch;

	line->stretches = arena_grow(arena, line->stretches, line->count, &line->room,
		sizeof(*line->stretches));
	stretch = &line->stretches[line->count++];
	*stretch = *answer;
	stretch->available = kept(arena, answer->available,
		answer->available_count * sizeof(const struct person *));
	stretch->stand_ins =
		kept(arena, answer->stand_ins, answer->stand_in_count * sizeof(*answer->stand_ins));
	stretch->gaps = kept(arena, answer->gaps, answer->gap_count * sizeof(*answer->gaps));
	for (size_t i = 0; i < stretch->gap_count; i++)
		stretch->gaps[i].looked_at = kept(arena, answer->gaps[i].looked_at,
			answer->gaps[i].looked_at_count * sizeof(const struct person *));
}

static void take_answer(struct asking *asking, const struct plan *plan,
	const struct list_plan *list)
{
	struct coverage_line *line = &asking->coverage->lines[list->block - asking->mapping.blocks];
	struct stretch answer = answer_of(asking, plan, list);

	if (line->count > 0 && same_answer(&line->stretches[line->count - 1], &answer))
		return;
	if (line->count > 0)
		line->stretches[line->count - 1].until = plan->at;
	keep(asking->coverage, line, &answer);
}

static void ask(struct asking *asking, moment t)
{
	struct plan *plan = plan_new(t);

	decide(plan, &asking->mapping, &asking->policy, asking->snapshot);
	for (size_t i = 0; i < plan->list_count; i++)
		take_answer(asking, plan, &plan->lists[i]);
	for (size_t i = 0; i < plan->findings.count; i++) {
		const struct finding *finding = &plan->findings.items[i];

		findings_add(&asking->coverage->findings, finding->severity, finding->where, "%s",
			finding->what);
	}
	asking->coverage->moments++;
	plan_free(plan);
}

/* The blocks that somebody answers. */
static void choose_blocks(struct asking *asking, const struct mapping *mapping)
{
	struct coverage *coverage = asking->coverage;
	struct block *blocks = arena_get(coverage->arena, mapping->block_count * sizeof(*blocks));

	asking->mapping.blocks = blocks;
	asking->mapping.block_count = 0;
	for (size_t i = 0; i < mapping->block_count; i++) {
		if (mapping->blocks[i].kind != BLOCK_INFORM)
			blocks[asking->mapping.block_count++] = mapping->blocks[i];
	}
	coverage->line_count = asking->mapping.block_count;
	coverage->lines =
		arena_get(coverage->arena, coverage->line_count * sizeof(*coverage->lines));
	for (size_t i = 0; i < coverage->line_count; i++)
		coverage->lines[i].block = &blocks[i];
}

static struct coverage *new_coverage(moment from, int days)
{
	struct arena *arena = arena_new();
	struct coverage *coverage = arena_get(arena, sizeof(*coverage));

	coverage->arena = arena;
	coverage->day_count = (size_t)days;
	coverage->days = arena_get(arena, (coverage->day_count + 1) * sizeof(*coverage->days));
	coverage->days[0] = from;
	for (int i = 1; i <= days; i++)
		coverage->days[i] = moment_day(from, i);
	findings_init(&coverage->findings, arena);
	return coverage;
}

struct coverage *coverage_find(const struct mapping *mapping, const struct policy *policy,
	const struct snapshot *snapshot, moment from, int days)
{
	struct coverage *coverage = new_coverage(from, days);
	struct asking asking = {coverage, *mapping, *policy, snapshot};
	struct edges edges = find_edges(&asking);

	choose_blocks(&asking, mapping);
	asking.policy.mailbox_list = NULL;
	ask(&asking, from);
	for (size_t i = 0; i < edges.count; i++) {
		if (i == 0 || edges.items[i] != edges.items[i - 1])
			ask(&asking, edges.items[i]);
	}
	for (size_t i = 0; i < coverage->line_count; i++) {
		struct coverage_line *line = &coverage->lines[i];

		line->stretches[line->count - 1].until = coverage->days[coverage->day_count];
	}
	return coverage;
}

void coverage_free(struct coverage *coverage)
{
	if (coverage)
		arena_free(coverage->arena);
}

/* Questions. */

/* Which stretch a moment lies in. */
static size_t find_stretch(const struct coverage_line *line, moment t)
{
	size_t first = 0, last = line->count - 1;

	while (first < last) {
		size_t middle = first + (last - first) / 2;

		if (line->stretches[middle].until <= t)
			first = middle + 1;
		else
			last = middle;
	}
	return first;
}

const struct stretch *coverage_at(const struct coverage_line *line, moment t)
{
	return &line->stretches[find_stretch(line, t)];
}

static bool is_worse(const struct stretch *a, const struct stretch *b)
{
	if ((a->gap_count > 0) != (b->gap_count > 0))
		return a->gap_count > 0;
	return a->available_count < b->available_count;
}

const struct stretch *coverage_worst(const struct coverage *coverage,
	const struct coverage_line *line, size_t day)
{
	size_t i = find_stretch(line, coverage->days[day]);
	const struct stretch *worst = &line->stretches[i];

	for (; i < line->count && line->stretches[i].from < coverage->days[day + 1]; i++) {
		if (is_worse(&line->stretches[i], worst))
			worst = &line->stretches[i];
	}
	return worst;
}

bool coverage_is_thin(const struct coverage_line *line, const struct stretch *stretch)
{
	return stretch->gap_count == 0 && stretch->available_count <= (size_t)line->block->at_least;
}

bool coverage_has_gap(const struct coverage *coverage)
{
	for (size_t i = 0; i < coverage->line_count; i++) {
		const struct coverage_line *line = &coverage->lines[i];

		for (size_t j = 0; j < line->count; j++) {
			if (line->stretches[j].gap_count > 0)
				return true;
		}
	}
	return false;
}
