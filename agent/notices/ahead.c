#include "notices/ahead.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "decide/forecast.h"
#include "decide/stand_in.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/snapshot.h"
#include "notices/gap_text.h"
#include "notices/notice.h"
#include "notices/promise.h"

/* A cancelled absence is still news so long after it should have begun. */
#define LATE_MAX (2 * MOMENT_DAY)

struct ahead_ctx {
	const struct ahead_source *source;
	moment at;
	struct promises *promises;
	struct arena *kept, *arena;
	struct notices *people;
	struct notice *gaps;
	struct table *by_key;      /* indices + 1 of promises to people, by promise_key() */
	struct table *gaps_by_key; /* struct gap_chain of promises that are gaps */
	struct table *notices;     /* indices of `people`, by identity */
	struct table *lines;       /* of the coverage, by list key */
	struct table *lists;       /* of the plan, by list key */
	struct table *by_identity; /* people of the snapshot; NULL: not needed yet */
	bool is_matching; /* the forecast is compared with what was announced, and nothing is new */
};

/* Several gaps of one list and person, one after the other. */
struct gap_chain {
	size_t *items; /* of promises->items */
	size_t count, room;
};

static const char *promise_key(struct arena *arena, const struct promise *promise)
{
	return arena_format(arena, "%d %d\n%s\n%s\n%s", (int)promise->kind, (int)promise->gap,
		promise->list, promise->whom, promise->to);
}

static size_t *copy_index(struct arena *arena, size_t index)
{
	size_t *copy = arena_get(arena, sizeof(*copy));

	*copy = index;
	return copy;
}

static void index_promise(struct ahead_ctx *ctx, size_t index)
{
	const char *key = promise_key(ctx->arena, &ctx->promises->items[index]);
	struct gap_chain *chain;

	if (ctx->promises->items[index].kind != PROMISE_GAP) {
		table_put(ctx->by_key, key, copy_index(ctx->arena, index));
		return;
	}
	chain = table_find(ctx->gaps_by_key, key);
	if (!chain) {
		chain = arena_get(ctx->arena, sizeof(*chain));
		*chain = (struct gap_chain){0};
		table_put(ctx->gaps_by_key, key, chain);
	}
	chain->items = arena_grow(ctx->arena, chain->items, chain->count, &chain->room,
		sizeof(*chain->items));
	chain->items[chain->count++] = index;
}

/* Note what is announced by this look. */
static struct promise *add_promise(struct ahead_ctx *ctx, const struct promise *promise)
{
	struct promise copy = *promise;
	struct promise *added;

	copy.list = arena_string(ctx->kept, promise->list);
	copy.tag = arena_string(ctx->kept, promise->tag);
	copy.whom = arena_string(ctx->kept, promise->whom);
	copy.whom_name = arena_string(ctx->kept, promise->whom_name);
	copy.to = arena_string(ctx->kept, promise->to);
	copy.name = arena_string(ctx->kept, promise->name);
	copy.mail = arena_string(ctx->kept, promise->mail);
	copy.member = arena_string(ctx->kept, promise->member);
	copy.is_seen = true;
	added = promises_add(ctx->promises, ctx->kept, &copy);
	index_promise(ctx, ctx->promises->count - 1);
	ctx->promises->changed = true;
	return added;
}

/* The notices. */

static struct notice *notice_to(struct ahead_ctx *ctx, const struct promise *promise)
{
	size_t *index = table_find(ctx->notices, promise->to);
	struct notices *people = ctx->people;

	if (index)
		return &people->items[*index];
	people->items = arena_grow(ctx->arena, people->items, people->count, &people->room,
		sizeof(*people->items));
	people->items[people->count] = (struct notice){
		.identity = promise->to,
		.name = promise->name,
		.mail = promise->mail,
		.next = MOMENT_EARLIEST,
	};
	table_put(ctx->notices, promise->to, copy_index(ctx->arena, people->count));
	return &people->items[people->count++];
}

static struct notice_part *add_part(struct ahead_ctx *ctx, struct notice *notice,
	const struct notice_part *part)
{
	if (notice->count == AHEAD_PARTS_MAX) {
		notice->left_out++;
		return NULL;
	}
	notice->parts = arena_grow(ctx->arena, notice->parts, notice->count, &notice->room,
		sizeof(*notice->parts));
	notice->parts[notice->count] = *part;
	return &notice->parts[notice->count++];
}

static void add_behalf(struct ahead_ctx *ctx, struct notice_part *part, const char *name,
	moment until)
{
	struct behalf *behalf =
		arena_get(ctx->arena, (part->behalf_count + 1) * sizeof(*part->behalf));

	for (size_t i = 0; i < part->behalf_count; i++)
		behalf[i] = part->behalf[i];
	behalf[part->behalf_count++] = (struct behalf){name, until};
	part->behalf = behalf;
}

static const struct block *block_of(const struct ahead_ctx *ctx, const char *list_key)
{
	const struct mapping *mapping = ctx->source->mapping;

	for (size_t i = 0; i < mapping->block_count; i++) {
		if (strcmp(mapping->blocks[i].list_key, list_key) == 0)
			return &mapping->blocks[i];
	}
	return NULL;
}

/* A part that says what the promise does. A route that is gone is known by its first tag. */
static struct notice_part part_of(const struct ahead_ctx *ctx, const struct promise *promise,
	enum notice_change change)
{
	const struct block *block = block_of(ctx, promise->list);
	struct notice_part part = {
		.change = change,
		.tag = promise->tag,
		.kind = promise->block,
		.list_key = promise->list,
		.member_key = promise->member,
		.way = NOTICE_STANDS_IN,
		.from = promise->from,
		.whom = *promise->whom ? promise->whom : NULL,
		.gap = promise->gap,
		.gets_critical = true,
	};

	part.tags = (struct tag_ids){arena_get(ctx->arena, sizeof(const char *)), 1};
	part.tags.items[0] = promise->tag;
	if (block && block->tag && strcmp(block->tag, promise->tag) == 0)
		part.tags = block->tags;
	return part;
}

/* The forecast of one list. */

static const struct list_plan *list_of(const struct ahead_ctx *ctx, const char *list_key)
{
	return table_find(ctx->lists, list_key);
}

/* Whether the list is one that people get mail by. */
static bool is_answered(const struct ahead_ctx *ctx, const char *list_key)
{
	const struct list_plan *list = list_of(ctx, list_key);

	return list && !list->list_missing;
}

/* Whether what is not found there may be there all the same: something that the list asks for could not be read. */
static bool is_uncertain(const struct ahead_ctx *ctx, const char *list_key)
{
	const struct list_plan *list = list_of(ctx, list_key);

	if (!list)
		return block_of(ctx, list_key) != NULL;
	return list->list_missing || list->protection.level != PROTECTION_NONE;
}

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

/* The gap of that kind, for want of a stand-in for `dn`: these come first, sorted by it. NULL: there is none. */
static const struct coverage_gap *find_gap(const struct stretch *stretch, enum gap_kind kind,
	const char *dn)
{
	size_t first = 0, end = 0;

	while (end < stretch->gap_count && stretch->gaps[end].gap.kind == GAP_NO_STAND_IN)
		end++;
	if (kind != GAP_NO_STAND_IN)
		return end == 0 && stretch->gap_count > 0 && stretch->gaps[0].gap.kind == kind
			? &stretch->gaps[0]
			: NULL;
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		int order = strcmp(stretch->gaps[middle].gap.whom->dn, dn);

		if (order == 0)
			return &stretch->gaps[middle];
		if (order < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return NULL;
}

static bool is_available_in(const struct stretch *stretch, const struct person *person)
{
	for (size_t i = 0; i < stretch->available_count; i++) {
		if (stretch->available[i] == person)
			return true;
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

/* Who else gets the mail then, as far as a notice names them. */
static void find_others(const struct ahead_ctx *ctx, const struct stretch *stretch,
	const struct person *person, struct notice_part *part)
{
	const char **names = arena_get(ctx->arena, (stretch->available_count + 1) * sizeof(*names));
	size_t count = 0;

	for (size_t i = 0; i < stretch->available_count; i++) {
		if (stretch->available[i] != person)
			names[count++] = person_called(stretch->available[i]);
	}
	if (count > 1)
		qsort(names, count, sizeof(*names), text_compare);
	part->others.items = names;
	part->others.count = count < NOTICE_OTHERS_MAX ? count : NOTICE_OTHERS_MAX;
	part->more_others = count - part->others.count;
}

/* People. */

static struct promise *find_noted(const struct ahead_ctx *ctx, const struct promise *promise)
{
	const size_t *index = table_find(ctx->by_key, promise_key(ctx->arena, promise));
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
	add_promise(ctx, promise);
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
	notice = notice_to(ctx, &promise);
	there = find_part(notice, &promise);
	if (!there) {
		part = part_of(ctx, &promise, NOTICE_WILL_STAND_IN);
		part.gets_critical = gets_critical(ctx, line->block, duty->stand_in, stretch->from);
		find_others(ctx, stretch, duty->stand_in, &part);
		there = add_part(ctx, notice, &part);
	}
	if (there)
		add_behalf(ctx, there, promise.whom_name, until);
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
	part = part_of(ctx, &promise, NOTICE_UNCOVERED);
	add_part(ctx, notice_to(ctx, &promise), &part);
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

/* Gaps. */

/* The gap that was announced, and at least touches this one; NULL: none was. */
static struct promise *find_noted_gap(const struct ahead_ctx *ctx, const struct promise *gap)
{
	const struct gap_chain *chain = table_find(ctx->gaps_by_key, promise_key(ctx->arena, gap));

	for (size_t i = 0; chain && i < chain->count; i++) {
		struct promise *promise = &ctx->promises->items[chain->items[i]];

		if (!promise->is_over && !promise->is_seen && gap->from <= promise->until &&
			gap->until >= promise->from)
			return promise;
	}
	return NULL;
}

/* Of those who could fill up a list, who cannot then. */
static void add_passed_over(const struct ahead_ctx *ctx, const struct references *references,
	enum candidate_origin origin, moment at, struct candidates *passed)
{
	const struct time_scope then = scope_at(at);

	for (size_t i = 0; i < references->count; i++) {
		const struct reference *reference = &references->items[i];
		const struct person *person = snapshot_person(ctx->source->snapshot, reference, at);

		if (person && person_is_available(person, &then))
			continue;
		passed->items = arena_grow(ctx->arena, passed->items, passed->count, &passed->room,
			sizeof(*passed->items));
		passed->items[passed->count++] = (struct candidate){
			.origin = origin, .reference = reference, .person = person};
	}
}

/* Why there is a gap. The search is made once more, for the names that lead to nobody. */
static const char *why_of(const struct ahead_ctx *ctx, const struct coverage_line *line,
	const struct gap *gap, moment from)
{
	const struct ahead_source *source = ctx->source;
	const struct time_scope then = scope_at(from);
	struct candidates looked_at = {0};
	struct strbuf why = STRBUF_INIT;

	if (gap->kind == GAP_NO_STAND_IN)
		stand_in_find(gap->whom, line->block, source->policy, source->snapshot, &then,
			ctx->arena, &looked_at);
	if (gap->kind != GAP_NO_STAND_IN) {
		add_passed_over(ctx, &line->block->deputies, CANDIDATE_ROUTE, from, &looked_at);
		add_passed_over(ctx, &source->policy->fallback, CANDIDATE_FALLBACK, from,
			&looked_at);
	}
	gap_text_add(&why, gap, &looked_at, source->snapshot, from);
	return strbuf_to_arena(&why, ctx->arena);
}

static void announce_gap(struct ahead_ctx *ctx, const struct coverage_line *line,
	const struct gap *gap, moment from, moment until)
{
	const struct person *whom = gap->kind == GAP_NO_STAND_IN ? gap->whom : NULL;
	const struct promise promise = {
		.kind = PROMISE_GAP,
		.list = line->block->list_key,
		.tag = line->block->tag,
		.block = line->block->kind,
		.whom = whom ? person_identity(whom) : "",
		.whom_name = whom ? person_called(whom) : "",
		.to = "",
		.name = "",
		.mail = "",
		.member = "",
		.gap = gap->kind,
		.from = from,
		.until = until,
	};
	struct promise *noted = find_noted_gap(ctx, &promise);
	struct notice_part part;

	if (noted) {
		/* one that is on goes on: it began when it did */
		if (from == ctx->at && noted->from <= from)
			from = noted->from;
		ctx->promises->changed =
			ctx->promises->changed || noted->until != until || noted->from != from;
		noted->from = from;
		noted->until = until;
		noted->is_seen = true;
		return;
	}
	add_promise(ctx, &promise);
	part = part_of(ctx, &promise, NOTICE_GAP);
	part.member_key = part.list_key;
	if (whom)
		add_behalf(ctx, &part, promise.whom_name, MOMENT_EARLIEST);
	part.why = why_of(ctx, line, gap, from);
	add_part(ctx, ctx->gaps, &part);
}

/* Where the lack of a stand-in leaves too few, the lack alone is announced. */
static const struct gap *announced_gap(const struct stretch *stretch, size_t i)
{
	const struct gap *gap = &stretch->gaps[i].gap;

	return gap->kind == GAP_NO_STAND_IN || i == 0 ? gap : NULL;
}

static void look_at_gaps(struct ahead_ctx *ctx, const struct coverage_line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct stretch *stretch = &line->stretches[i];

		if (stretch->from >= ctx->source->gaps_until)
			return;
		for (size_t j = 0; j < stretch->gap_count; j++) {
			const struct gap *gap = announced_gap(stretch, j);
			const char *dn = gap && gap->whom ? gap->whom->dn : "";
			size_t last = i;

			if (!gap || (i > 0 && find_gap(stretch - 1, gap->kind, dn)))
				continue;
			while (last + 1 < line->count &&
				find_gap(&line->stretches[last + 1], gap->kind, dn))
				last++;
			announce_gap(ctx, line, gap, stretch->from, line->stretches[last].until);
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
		part_of(ctx, promise, is_duty ? NOTICE_NOT_NEEDED : NOTICE_COVERED);

	if (is_duty)
		add_behalf(ctx, &part, promise->whom_name, MOMENT_EARLIEST);
	else if (stand_in)
		add_behalf(ctx, &part, person_called(stand_in), MOMENT_EARLIEST);
	add_part(ctx, notice_to(ctx, promise), &part);
	promise->is_over = true;
	ctx->promises->changed = true;
}

/* What was announced for a time that is still to come. */
static void check_coming(struct ahead_ctx *ctx, struct promise *promise)
{
	const struct coverage_line *line = table_find(ctx->lines, promise->list);
	const struct person *then = NULL;
	bool is_gap = false;

	if (is_uncertain(ctx, promise->list))
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
	bool is_gap, is_uncertain_now = is_uncertain(ctx, promise->list);
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
		(promise->from >= ctx->source->gaps_until || is_uncertain(ctx, promise->list)))
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
		index_promise(ctx, i);
	}
	for (size_t i = 0; i < source->coverage->line_count; i++)
		table_put(ctx->lines, source->coverage->lines[i].block->list_key,
			&source->coverage->lines[i]);
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
	};
	size_t count = promises->count;

	*people = (struct notices){0};
	*gaps = (struct notice){0};
	index_all(&ctx);
	for (size_t i = 0; i < source->coverage->line_count; i++) {
		const struct coverage_line *line = &source->coverage->lines[i];

		if (!is_answered(&ctx, line->block->list_key))
			continue;
		ctx.is_matching = true;
		look_at_absences(&ctx, line);
		ctx.is_matching = false;
		look_at_absences(&ctx, line);
		look_at_gaps(&ctx, line);
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

/* The promise that a part says, or takes back; of a gap, whose ends may move, of any time with `at_any_time`. */
static bool has_promise(const struct promises *promises, const struct notice *notice,
	const struct notice_part *part, bool at_any_time)
{
	enum promise_kind kind = kind_of(part);
	const char *whom = part->whom ? part->whom : "";

	for (size_t i = 0; i < promises->count; i++) {
		const struct promise *promise = &promises->items[i];

		if (promise->is_over || promise->kind != kind ||
			(promise->from != part->from && !at_any_time) ||
			strcmp(promise->list, part->list_key) != 0 ||
			strcmp(promise->whom, whom) != 0)
			continue;
		if (kind == PROMISE_GAP ? promise->gap == part->gap
					: strcmp(promise->to, notice->identity) == 0)
			return true;
	}
	return false;
}

bool ahead_is_noted(const struct promises *promises, const struct notice *notice)
{
	for (size_t i = 0; i < notice->count; i++) {
		const struct notice_part *part = &notice->parts[i];
		bool is_announced =
			part->change != NOTICE_NOT_NEEDED && part->change != NOTICE_COVERED;

		if (has_promise(promises, notice, part, false) != is_announced)
			return false;
	}
	return true;
}

bool ahead_is_news(const struct promises *promises, const struct notice *notice,
	const struct notice_part *part, moment now)
{
	switch (part->change) {
	case NOTICE_WILL_STAND_IN:
	case NOTICE_UNCOVERED:
		return part->from > now && has_promise(promises, notice, part, false);
	case NOTICE_GAP:
		return has_promise(promises, notice, part, true);
	default:
		return true;
	}
}
