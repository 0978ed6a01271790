#include "notices/ahead.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/text.h"
#include "decide/forecast.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/snapshot.h"
#include "notices/ahead_ctx.h"
#include "notices/ahead_gaps.h"
#include "notices/notice.h"
#include "notices/promise.h"

/* A cancelled absence is still news so long after it should have begun. */
#define LATE_MAX (2 * MOMENT_DAY)

/* The forecast of one list. */

/* Who stands in for somebody in a stretch, whose stand-ins are sorted by the DN of whom they stand in for; NULL: nobody. */
static const struct person *find_stand_in(const struct stretch *stretch, const char *dn)
{
	size_t first = 0, end = stretch->stand_in_count;

	while (first < end) {
		size_t middle = first + (end - first) / 2;
		int order = strcmp(stretch->stand_ins[middle].whom->dn, dn);

		if (order == 0)
			return stretch->stand_ins[middle].stand_in;
		if (order < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return NULL;
}

/* Those who are available are sorted by their DNs. */
static bool is_available_in(const struct stretch *stretch, const struct person *person)
{
	size_t first = 0, end = stretch->available_count;

	while (first < end) {
		size_t middle = first + (end - first) / 2;
		int order = strcmp(stretch->available[middle]->dn, person->dn);

		if (order == 0)
			return stretch->available[middle] == person;
		if (order < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return false;
}

static bool gets_critical(const struct ahead_ctx *ctx, const struct block *block,
	const struct person *person, moment t)
{
	const struct route *route = mapping_route(ctx->source->mapping, block->tag);
	const struct coverage_line *line;

	if (block->kind == BLOCK_CRITICAL || !route || !route->critical)
		return true;
	line = table_find(ctx->lines, route->critical->list_key);
	return line && is_available_in(coverage_at(line, t), person);
}

static int by_called_name(const void *left, const void *right)
{
	const char *a = person_called(*(const struct person *const *)left),
		   *b = person_called(*(const struct person *const *)right);

	return text_compare(&a, &b);
}

/* Who is available in a stretch, by name: sorted once for all who begin to stand in then. */
static void sort_available(struct ahead_ctx *ctx, const struct stretch *stretch)
{
	size_t count = stretch->available_count;

	if (ctx->sorted_of == stretch)
		return;
	ctx->sorted = arena_get(ctx->arena, (count + 1) * sizeof(const struct person *));
	for (size_t i = 0; i < count; i++)
		ctx->sorted[i] = stretch->available[i];
	if (count > 1)
		qsort(ctx->sorted, count, sizeof(const struct person *), by_called_name);
	ctx->sorted_of = stretch;
}

/* Who else gets the mail then, as far as a notice names them; the stand-in does. */
static void find_others(struct ahead_ctx *ctx, const struct stretch *stretch,
	const struct person *person, struct notice_part *part)
{
	const char **names = arena_get(ctx->arena, NOTICE_OTHERS_MAX * sizeof(*names));
	size_t count = 0;

	sort_available(ctx, stretch);
	for (size_t i = 0; i < stretch->available_count && count < NOTICE_OTHERS_MAX; i++) {
		if (ctx->sorted[i] != person)
			names[count++] = person_called(ctx->sorted[i]);
	}
	part->others = (struct strings){names, count};
	part->more_others =
		stretch->available_count - count - (is_available_in(stretch, person) ? 1 : 0);
}

/* People. */

static struct promise *find_noted(const struct ahead_ctx *ctx, const struct promise *promise)
{
	const size_t *index = table_find(ctx->by_key, ahead_key(ctx->arena, promise));
	struct promise *noted = index ? &ctx->promises->items[*index] : NULL;

	return noted && !noted->is_over ? noted : NULL;
}

/* What begins today, and was not there when today was looked at before, was entered today: it is announced when it begins. */
static bool was_entered_today(const struct ahead_ctx *ctx, moment from)
{
	return from < moment_day(ctx->at, 1) && from < ctx->promises->looked_until;
}

/* It is still so, from then on. */
static void keep_promise(struct ahead_ctx *ctx, struct promise *noted, moment from)
{
	ctx->promises->changed = ctx->promises->changed || noted->from != from;
	noted->from = from;
	noted->is_seen = true;
}

/*
 * Note that a duty, or the lack of a stand-in, is to be announced; false where it was, or need not be. Of several times at
 * which it begins the first one is announced.
 */
static bool note_promise(struct ahead_ctx *ctx, const struct promise *promise)
{
	struct promise *noted = find_noted(ctx, promise);
	bool is_of_today = was_entered_today(ctx, promise->from);

	if (ctx->is_matching) {
		if (noted && noted->from == promise->from)
			noted->is_exact = true;
		return false;
	}
	if (noted && noted->is_seen)
		return false;
	if (noted && noted->from > ctx->at) {
		bool is_moved = noted->from != promise->from;

		if (is_moved && noted->is_exact && is_of_today)
			return false;
		keep_promise(ctx, noted, promise->from);
		return is_moved;
	}
	if (is_of_today) {
		if (noted) /* it was to begin by now, and begins later today */
			keep_promise(ctx, noted, promise->from);
		return false;
	}
	if (noted)
		noted->is_over = true;
	ahead_add_promise(ctx, promise);
	return true;
}

static struct promise promise_on(const struct block *block, enum promise_kind kind,
	const struct person *whom, const struct person *to, moment from)
{
	return (struct promise){
		.kind = kind,
		.list = block->list_key,
		.tag = block->tag,
		.block = block->kind,
		.whom = person_identity(whom),
		.whom_name = person_called(whom),
		.to = person_identity(to),
		.name = to->name,
		.mail = to->mail,
		.member = to->key,
		.from = from,
		.until = MOMENT_LATEST,
	};
}

/* The part of a notice that a duty on the same list begins at the same time; NULL: none. */
static struct notice_part *find_part(const struct notice *notice, const struct promise *promise)
{
	for (size_t i = notice->count; i > 0; i--) {
		struct notice_part *part = &notice->parts[i - 1];

		if (strcmp(part->list_key, promise->list) != 0)
			return NULL; /* the parts of one list stand together */
		if (part->change == NOTICE_WILL_STAND_IN && part->from == promise->from)
			return part;
	}
	return NULL;
}

static void announce_stand_in(struct ahead_ctx *ctx, const struct coverage_line *line,
	const struct stretch *stretch, const struct coverage_stand_in *duty)
{
	const struct promise promise = promise_on(line->block, PROMISE_STAND_IN, duty->whom,
		duty->stand_in, stretch->from);
	struct notice_part *there, part;
	struct notice *notice;
	moment until;

	if (!promise.mail || !note_promise(ctx, &promise))
		return;
	if (!person_is_absent(duty->whom, stretch->from, &until))
		until = MOMENT_EARLIEST;
	notice = ahead_notice_to(ctx, &promise);
	there = find_part(notice, &promise);
	if (!there) {
		part = ahead_part_of(ctx, &promise, NOTICE_WILL_STAND_IN);
		part.gets_critical = gets_critical(ctx, line->block, duty->stand_in, stretch->from);
		find_others(ctx, stretch, duty->stand_in, &part);
		there = ahead_add_part(ctx, notice, &part);
	}
	if (there)
		ahead_add_behalf(ctx, there, promise.whom_name, until);
}

/* One who goes away in this stretch, and not only loses a stand-in. */
static bool leaves_in(const struct person *person, const struct stretch *stretch)
{
	return person_is_absent(person, stretch->from, NULL) &&
		!person_is_absent(person, stretch->from - 1, NULL);
}

static void announce_uncovered(struct ahead_ctx *ctx, const struct coverage_line *line,
	const struct stretch *stretch, const struct person *person)
{
	const struct promise promise =
		promise_on(line->block, PROMISE_UNCOVERED, person, person, stretch->from);
	struct notice_part part;

	if (!person_is_reachable(person, ctx->at) || !note_promise(ctx, &promise))
		return;
	part = ahead_part_of(ctx, &promise, NOTICE_UNCOVERED);
	ahead_add_part(ctx, ahead_notice_to(ctx, &promise), &part);
}

/* Who begins to stand in, and who leaves without a stand-in, before absences_until. */
static void look_at_absences(struct ahead_ctx *ctx, const struct coverage_line *line)
{
	for (size_t i = 1; i < line->count; i++) {
		const struct stretch *before = &line->stretches[i - 1],
				     *stretch = &line->stretches[i];

		if (stretch->from >= ctx->source->absences_until)
			return;
		for (size_t j = 0; j < stretch->stand_in_count; j++) {
			const struct coverage_stand_in *duty = &stretch->stand_ins[j];

			if (find_stand_in(before, duty->whom->dn) != duty->stand_in)
				announce_stand_in(ctx, line, stretch, duty);
		}
		for (size_t j = 0; j < stretch->gap_count; j++) {
			const struct gap *gap = &stretch->gaps[j].gap;

			if (gap->kind == GAP_NO_STAND_IN && leaves_in(gap->whom, stretch))
				announce_uncovered(ctx, line, stretch, gap->whom);
		}
	}
}

/* What is not so any more. */

static const struct person *find_person(struct ahead_ctx *ctx, const char *identity)
{
	const struct snapshot *snapshot = ctx->source->snapshot;

	if (!ctx->by_identity) {
		ctx->by_identity = table_new(ctx->arena);
		for (size_t i = 0; i < snapshot_person_count(snapshot); i++) {
			const struct person *person = snapshot_person_at(snapshot, i);

			table_put(ctx->by_identity, person_identity(person), (void *)person);
		}
	}
	return table_find(ctx->by_identity, identity);
}

/* Who stands in for the person of that identity in a stretch; and whether nobody does, which is a gap. */
static const struct person *stand_in_for(const struct stretch *stretch, const char *identity,
	bool *is_gap)
{
	*is_gap = false;
	for (size_t i = 0; i < stretch->stand_in_count; i++) {
		if (strcmp(person_identity(stretch->stand_ins[i].whom), identity) == 0)
			return stretch->stand_ins[i].stand_in;
	}
	for (size_t i = 0; i < stretch->gap_count && !*is_gap; i++)
		*is_gap = stretch->gaps[i].gap.kind == GAP_NO_STAND_IN &&
			strcmp(person_identity(stretch->gaps[i].gap.whom), identity) == 0;
	return NULL;
}

static bool is_person(const struct person *person, const char *identity)
{
	return person && strcmp(person_identity(person), identity) == 0;
}

static void take_back(struct ahead_ctx *ctx, struct promise *promise, const struct person *stand_in)
{
	bool is_duty = promise->kind == PROMISE_STAND_IN;
	struct notice_part part =
		ahead_part_of(ctx, promise, is_duty ? NOTICE_NOT_NEEDED : NOTICE_COVERED);

	if (is_duty)
		ahead_add_behalf(ctx, &part, promise->whom_name, MOMENT_EARLIEST);
	else if (stand_in)
		ahead_add_behalf(ctx, &part, person_called(stand_in), MOMENT_EARLIEST);
	ahead_add_part(ctx, ahead_notice_to(ctx, promise), &part);
	promise->is_over = true;
	ctx->promises->changed = true;
}

/* What was announced for a time that is still to come. */
static void check_coming(struct ahead_ctx *ctx, struct promise *promise)
{
	const struct coverage_line *line = table_find(ctx->lines, promise->list);
	const struct person *then = NULL;
	bool is_gap = false;

	if (ahead_is_uncertain(ctx, promise->list))
		return;
	if (line)
		then = stand_in_for(coverage_at(line, promise->from), promise->whom, &is_gap);
	if (promise->kind == PROMISE_STAND_IN ? is_person(then, promise->to) : is_gap)
		return; /* it begins earlier, and the notice to who joins the list says so */
	take_back(ctx, promise, then);
}

/* What was announced for a time that has come: it is over where the person is, or was, absent then. */
static void check_past(struct ahead_ctx *ctx, struct promise *promise)
{
	const struct coverage_line *line = table_find(ctx->lines, promise->list);
	const struct person *whom, *now = NULL;
	bool is_gap, is_uncertain_now = ahead_is_uncertain(ctx, promise->list);
	bool is_late = ctx->at - promise->from > LATE_MAX;

	if (is_uncertain_now && !is_late)
		return;
	if (promise->kind == PROMISE_STAND_IN && !is_late) {
		if (line)
			now = stand_in_for(&line->stretches[0], promise->whom, &is_gap);
		whom = find_person(ctx, promise->whom);
		if (!is_person(now, promise->to) &&
			(!whom || !person_is_absent(whom, promise->from, NULL) ||
				person_is_absent(whom, ctx->at, NULL))) {
			take_back(ctx, promise, NULL);
			return;
		}
	}
	promise->is_over = true;
	ctx->promises->changed = true;
}

/* A gap that is gone is forgotten: if it comes again it is another one. */
static void check_gap(struct ahead_ctx *ctx, struct promise *promise)
{
	if (promise->until > ctx->at &&
		(promise->from >= ctx->source->gaps_until ||
			ahead_is_uncertain(ctx, promise->list)))
		return;
	promise->is_over = true;
	ctx->promises->changed = true;
}

static void check_promises(struct ahead_ctx *ctx, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct promise *promise = &ctx->promises->items[i];

		if (promise->is_seen || promise->is_over)
			continue;
		if (promise->kind == PROMISE_GAP)
			check_gap(ctx, promise);
		else if (promise->from > ctx->at)
			check_coming(ctx, promise);
		else
			check_past(ctx, promise);
	}
}

static void index_all(struct ahead_ctx *ctx)
{
	const struct ahead_source *source = ctx->source;

	for (size_t i = 0; i < ctx->promises->count; i++) {
		ctx->promises->items[i].is_seen = false;
		ctx->promises->items[i].is_exact = false;
		ahead_index_promise(ctx, i);
	}
	for (size_t i = 0; i < source->coverage->line_count; i++)
		table_put(ctx->lines, source->coverage->lines[i].block->list_key,
			&source->coverage->lines[i]);
	for (size_t i = source->mapping->block_count; i > 0; i--)
		table_put(ctx->blocks, source->mapping->blocks[i - 1].list_key,
			(void *)&source->mapping->blocks[i - 1]);
	for (size_t i = 0; i < source->plan->list_count; i++) {
		if (source->plan->lists[i].block->tag)
			table_put(ctx->lists, source->plan->lists[i].block->list_key,
				&source->plan->lists[i]);
	}
}

void ahead_find(const struct ahead_source *source, struct promises *promises, struct arena *kept,
	struct arena *arena, struct notices *people, struct notice *gaps)
{
	struct ahead_ctx ctx = {
		.source = source,
		.at = source->plan->at,
		.promises = promises,
		.kept = kept,
		.arena = arena,
		.people = people,
		.gaps = gaps,
		.by_key = table_new(arena),
		.gaps_by_key = table_new(arena),
		.notices = table_new(arena),
		.lines = table_new(arena),
		.lists = table_new(arena),
		.blocks = table_new(arena),
	};
	size_t count = promises->count;

	*people = (struct notices){0};
	*gaps = (struct notice){0};
	index_all(&ctx);
	for (size_t i = 0; i < source->plan->list_count; i++) {
		const char *list_key = source->plan->lists[i].block->list_key;
		const struct coverage_line *line = table_find(ctx.lines, list_key);

		if (!line || !ahead_is_answered(&ctx, list_key))
			continue;
		ctx.is_matching = true;
		look_at_absences(&ctx, line);
		ctx.is_matching = false;
		look_at_absences(&ctx, line);
		ahead_look_at_gaps(&ctx, line);
	}
	check_promises(&ctx, count);
	if (source->absences_until > promises->looked_until) {
		promises->looked_until = source->absences_until;
		promises->changed = true;
	}
}

/* What is on disk. */

static enum promise_kind kind_of(const struct notice_part *part)
{
	switch (part->change) {
	case NOTICE_GAP:
		return PROMISE_GAP;
	case NOTICE_UNCOVERED:
	case NOTICE_COVERED:
		return PROMISE_UNCOVERED;
	default:
		return PROMISE_STAND_IN;
	}
}

/* What a promise is found by; of a gap, whose ends may move, at any time with `from` MOMENT_EARLIEST, too. */
static const char *noted_key(struct arena *arena, const struct promise *promise, moment from)
{
	bool is_gap = promise->kind == PROMISE_GAP;

	return arena_format(arena, "%lld %s", (long long)from,
		ahead_key(arena,
			&(struct promise){.kind = promise->kind,
				.gap = is_gap ? promise->gap : GAP_NO_STAND_IN,
				.list = promise->list,
				.whom = promise->whom,
				.to = is_gap ? "" : promise->to}));
}

struct table *ahead_index(const struct promises *promises, struct arena *arena)
{
	struct table *noted = table_new(arena);

	for (size_t i = 0; i < promises->count; i++) {
		struct promise *promise = &promises->items[i];

		if (promise->is_over)
			continue;
		table_put(noted, noted_key(arena, promise, promise->from), promise);
		if (promise->kind == PROMISE_GAP)
			table_put(noted, noted_key(arena, promise, MOMENT_EARLIEST), promise);
	}
	return noted;
}

/* Whether a promise was noted that a part says, or takes back. */
static bool has_promise(const struct table *noted, struct arena *arena, const struct notice *notice,
	const struct notice_part *part, moment from)
{
	const struct promise promise = {.kind = kind_of(part),
		.gap = part->gap,
		.list = part->list_key,
		.whom = part->whom ? part->whom : "",
		.to = notice->identity};

	return table_find(noted, noted_key(arena, &promise, from)) != NULL;
}

bool ahead_is_noted(const struct table *noted, struct arena *arena, const struct notice *notice)
{
	for (size_t i = 0; i < notice->count; i++) {
		const struct notice_part *part = &notice->parts[i];
		bool is_announced =
			part->change != NOTICE_NOT_NEEDED && part->change != NOTICE_COVERED;

		if (has_promise(noted, arena, notice, part, part->from) != is_announced)
			return false;
	}
	return true;
}

bool ahead_is_news(const struct table *noted, struct arena *arena, const struct notice *notice,
	const struct notice_part *part, moment now)
{
	switch (part->change) {
	case NOTICE_WILL_STAND_IN:
	case NOTICE_UNCOVERED:
		return part->from > now && has_promise(noted, arena, notice, part, part->from);
	case NOTICE_GAP:
		return has_promise(noted, arena, notice, part, MOMENT_EARLIEST);
	default:
		return true;
	}
}
