#include "decide/forecast.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "decide/decide.h"
#include "decide/leavers.h"
#include "decide/next_change.h"
#include "decide/stand_in.h"
#include "decide/stand_ins.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/policy.h"
#include "model/snapshot.h"

/* What is asked, again and again. */
struct forecast_ctx {
	struct coverage *coverage;
	struct block_query *query; /* of the list at hand */
	struct arena *renewed;     /* owned: of the query, where it was renewed; else NULL */
	struct policy policy;      /* without the mailbox's own list */
	const struct snapshot *snapshot;
	struct stand_ins *stand_ins; /* owned; of the moment at hand */
	struct leavers *leavers;
};

moment coverage_end(moment from, int days)
{
	return moment_day(from, days) - 1;
}

/* The answer to one list, at first in the arena of the plan that says it. */

static int by_dn(const void *left, const void *right)
{
	const struct person *const *a = left, *const *b = right;

	return strcmp((*a)->dn, (*b)->dn);
}

static void take_available(struct stretch *stretch, struct arena *arena,
	const struct list_plan *list, const struct time_scope *now)
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

static void take_looked_at(struct coverage_gap *gap, struct arena *arena,
	const struct gap_search *search, const struct time_scope *now)
{
	struct arena *own = arena_new();
	struct candidates looked_at = {0};

	stand_in_find(gap->gap.whom, search->block, search->policy, search->snapshot, now, own,
		&looked_at);
	gap->looked_at = arena_get(arena, looked_at.count * sizeof(const struct person *));
	for (size_t i = 0; i < looked_at.count; i++) {
		if (looked_at.items[i].person)
			gap->looked_at[gap->looked_at_count++] = looked_at.items[i].person;
	}
	arena_free(own);
}

static void take_gaps(struct stretch *stretch, struct arena *arena, const struct list_plan *list,
	const struct time_scope *now)
{
	stretch->gaps = arena_get(arena, list->gap_count * sizeof(*stretch->gaps));
	stretch->gap_count = list->gap_count;
	for (size_t i = 0; i < list->gap_count; i++) {
		stretch->gaps[i].gap = list->gaps[i];
		stretch->gaps[i].gap.search = NULL; /* it lives as long as this moment's plan */
		if (list->gaps[i].kind == GAP_NO_STAND_IN)
			take_looked_at(&stretch->gaps[i], arena, list->gaps[i].search, now);
	}
}

static struct stretch answer_of(const struct plan *plan, const struct list_plan *list)
{
	const struct time_scope now = scope_at(plan->at);
	struct stretch stretch = {.from = plan->at};

	take_available(&stretch, plan->arena, list, &now);
	take_stand_ins(&stretch, plan->arena, list);
	take_gaps(&stretch, plan->arena, list, &now);
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

static void *copy_items(struct arena *arena, const void *items, size_t size)
{
	void *copy = arena_get(arena, size);

	if (size > 0)
		memcpy(copy, items, size);
	return copy;
}

static void keep_answer(struct coverage *coverage, struct coverage_line *line,
	const struct stretch *answer)
{
	struct arena *arena = coverage->arena;
	struct stretch *stretch;

	line->stretches = arena_grow(arena, line->stretches, line->count, &line->room,
		sizeof(*line->stretches));
	stretch = &line->stretches[line->count++];
	*stretch = *answer;
	stretch->available = copy_items(arena, answer->available,
		answer->available_count * sizeof(const struct person *));
	stretch->stand_ins = copy_items(arena, answer->stand_ins,
		answer->stand_in_count * sizeof(*answer->stand_ins));
	stretch->gaps = copy_items(arena, answer->gaps, answer->gap_count * sizeof(*answer->gaps));
	for (size_t i = 0; i < stretch->gap_count; i++)
		stretch->gaps[i].looked_at = copy_items(arena, answer->gaps[i].looked_at,
			answer->gaps[i].looked_at_count * sizeof(const struct person *));
}

static void take_answer(struct forecast_ctx *ctx, struct coverage_line *line,
	const struct plan *plan)
{
	struct stretch answer = answer_of(plan, &plan->lists[0]);

	if (line->count > 0 && same_answer(&line->stretches[line->count - 1], &answer))
		return;
	if (line->count > 0)
		line->stretches[line->count - 1].until = plan->at;
	keep_answer(ctx->coverage, line, &answer);
}

/* Until when an answer holds: the next edge of anybody on whom it may depend. */

static void take_edge(moment *nearest, moment edge)
{
	if (edge < *nearest)
		*nearest = edge;
}

/* Of a reference, and of whom it names: an account of others that bear the name may expire, too. */
static void take_ref_edges(moment *nearest, const struct snapshot *snapshot,
	const struct reference *reference, moment t)
{
	const struct resolved_ref *ref = snapshot_ref(snapshot, reference->key);
	const struct person *person = ref_person(ref, t);

	if (ref)
		take_edge(nearest, bearers_next_change(&ref->bearers, t));
	if (person)
		take_edge(nearest, person_next_change(person, t));
}

static void take_edges(moment *nearest, const struct snapshot *snapshot,
	const struct references *references, moment t)
{
	for (size_t i = 0; i < references->count; i++)
		take_ref_edges(nearest, snapshot, &references->items[i], t);
}

struct edges_ctx {
	const struct snapshot *snapshot;
	moment t, nearest;
};

static void take_candidate_edges(void *ctx, const struct candidate *candidate)
{
	struct edges_ctx *edges = ctx;

	take_ref_edges(&edges->nearest, edges->snapshot, candidate->reference, edges->t);
}

static moment next_edge(const struct forecast_ctx *ctx, const struct list_plan *list, moment t)
{
	struct edges_ctx edges = {ctx->snapshot, t, ctx->query->until};

	stand_ins_walk_begin(ctx->stand_ins);
	for (size_t i = 0; i < list->required_count; i++) {
		const struct required *required = list->required[i];

		take_edge(&edges.nearest, person_next_change(required->person, t));
		if (required->is_sought)
			stand_ins_walk(ctx->stand_ins, required->person, list->block,
				take_candidate_edges, &edges);
	}
	take_edges(&edges.nearest, ctx->snapshot, &list->block->deputies, t);
	take_edges(&edges.nearest, ctx->snapshot, &ctx->policy.fallback, t);
	return edges.nearest;
}

/* Ask about a moment; returns until when the answer holds at least. */
static moment ask_moment(struct forecast_ctx *ctx, struct coverage_line *line, moment t)
{
	struct plan *plan = plan_new(t);
	moment next;

	if (t >= ctx->query->until) {
		struct arena *before = ctx->renewed;

		ctx->renewed = arena_new();
		block_query_renew(ctx->query, ctx->renewed, ctx->snapshot, t);
		arena_free(before);
	}
	decide_at(plan, ctx->query, 1, &ctx->policy, ctx->snapshot, ctx->stand_ins);
	take_answer(ctx, line, plan);
	leavers_add(ctx->leavers, plan);
	findings_copy_all(&ctx->coverage->findings, &plan->findings);
	next = next_edge(ctx, &plan->lists[0], t);
	ctx->coverage->decisions++;
	plan_free(plan);
	return next;
}

static void fill_line(struct forecast_ctx *ctx, struct coverage_line *line)
{
	const struct coverage *coverage = ctx->coverage;
	const moment end = coverage->days[coverage->day_count];
	moment t = coverage->days[0];

	line->block = ctx->query->block;
	while (t < end)
		t = ask_moment(ctx, line, t);
	line->stretches[line->count - 1].until = end;
	arena_free(ctx->renewed);
	ctx->renewed = NULL;
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
	struct forecast_ctx ctx = {
		.coverage = coverage,
		.policy = *policy,
		.snapshot = snapshot,
		.leavers = leavers_new(coverage->arena),
	};
	struct block_query *query =
		block_query_find(coverage->arena, mapping, snapshot, from, &coverage->findings);

	const struct time_scope now = scope_at(from);

	ctx.policy.mailbox_list = NULL;
	ctx.stand_ins = stand_ins_new(snapshot, &ctx.policy, &now);
	coverage->lines =
		arena_get(coverage->arena, mapping->block_count * sizeof(*coverage->lines));
	for (size_t i = 0; i < mapping->block_count; i++) {
		ctx.query = &query[i];
		if (query[i].block->kind != BLOCK_INFORM)
			fill_line(&ctx, &coverage->lines[coverage->line_count++]);
	}
	stand_ins_free(ctx.stand_ins);
	leavers_report(ctx.leavers, &coverage->findings);
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
