#include "audit/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "ledger/run_line.h"
#include "ledger/runs.h"
#include "report/ldif/reader.h"

/* What one report tells of one list. */
struct timeline_ctx {
	struct timeline *timeline;
	struct timeline_list *list;
	const struct read_report *report;
	const char *run;
	moment at;
	struct table *before; /* who was there, by key */
	bool is_first;
};

/* "DN (name): why", taken apart. */
struct timeline_change {
	const char *dn, *name, *why;
};

void timeline_init(struct timeline *timeline, struct arena *arena)
{
	*timeline = (struct timeline){.arena = arena, .by_key = table_new(arena)};
}

static const char *key_of(struct arena *arena, const char *dn)
{
	const char *key = dn_key(arena, dn);

	return key ? key : arena_string(arena, dn);
}

/* Comments. */

/* Where the bracket that opens at `text` closes; NULL: nowhere. */
static const char *find_closing(const char *text)
{
	int depth = 0;

	for (; *text; text++) {
		depth += (*text == '(') - (*text == ')');
		if (depth == 0)
			return text;
	}
	return NULL;
}

/* Take "(name)" or "(name): why", what follows a DN, apart. */
static bool take_name(struct arena *arena, const char *text, struct timeline_change *change)
{
	const char *end = find_closing(text);

	if (!end || (end[1] && strncmp(end + 1, ": ", 2) != 0))
		return false;
	change->name = arena_bytes(arena, text + 1, (size_t)(end - text - 1));
	change->why = end[1] ? arena_string(arena, end + 3) : NULL;
	return true;
}

/* Of one who stays, the DN is known from the comment alone: it ends where a whole name begins. */
static struct timeline_change take_staying(struct arena *arena, const char *text)
{
	struct timeline_change change = {.dn = arena_string(arena, text), .name = ""};

	for (const char *at = text; (at = strstr(at, " (")); at += 2) {
		const char *dn = arena_bytes(arena, text, (size_t)(at - text));

		if (dn_is_entry(dn) && take_name(arena, at + 1, &change)) {
			change.dn = dn;
			break;
		}
	}
	return change;
}

/* What the comments above a record say of a value of it. */
static struct timeline_change find_reported(const struct timeline_ctx *ctx,
	const struct read_record *record, const char *dn)
{
	struct arena *arena = ctx->timeline->arena;
	struct timeline_change change = {.dn = arena_string(arena, dn), .name = ""};

	for (size_t i = 0; i < record->comment_count; i++) {
		const char *text = ctx->report->comments[record->first_comment + i].text;
		const char *label = reader_label(text, "joins"), *behind;

		label = label ? label : reader_label(text, "leaves");
		behind = label ? reader_behind_dn(label, dn) : NULL;
		if (!behind)
			continue;
		if (strncmp(behind, " (", 2) == 0 && take_name(arena, behind + 1, &change))
			break;
		if (strncmp(behind, ": ", 2) == 0) {
			change.why = arena_string(arena, behind + 2);
			break;
		}
	}
	return change;
}

/* Spans. */

static struct timeline_span *open_span(const struct timeline_ctx *ctx,
	const struct timeline_change *change, const char *key)
{
	struct timeline_list *list = ctx->list;
	struct timeline_span *span = arena_get(ctx->timeline->arena, sizeof(*span));

	*span = (struct timeline_span){.dn = change->dn,
		.key = key,
		.name = change->name,
		.from = ctx->at,
		.until = MOMENT_LATEST,
		.joined = change->why,
		.from_run = ctx->run};
	list->spans = arena_grow(ctx->timeline->arena, list->spans, list->count, &list->room,
		sizeof(void *));
	list->spans[list->count++] = span;
	table_put(list->open, key, span);
	return span;
}

/* Who goes on; NULL: nobody of that key, or one who has left. */
static struct timeline_span *find_open(const struct timeline_list *list, const char *key)
{
	struct timeline_span *span = table_find(list->open, key);

	return span && span->until == MOMENT_LATEST ? span : NULL;
}

/* Somebody was there when the run looked. */
static struct timeline_span *take_before(const struct timeline_ctx *ctx,
	const struct timeline_change *change, const char *key)
{
	struct timeline_span *span = find_open(ctx->list, key);

	table_put(ctx->before, key, (void *)key);
	if (!span) {
		span = open_span(ctx, change, key);
		span->joined = NULL;
		if (ctx->is_first)
			span->from = MOMENT_EARLIEST;
		span->found = !ctx->is_first;
	}
	if (!*span->name)
		span->name = change->name;
	return span;
}

static void take_value(const struct timeline_ctx *ctx, const struct read_record *record,
	enum read_verb verb, const char *dn)
{
	const char *key = key_of(ctx->timeline->arena, dn);
	struct timeline_change change = find_reported(ctx, record, dn);
	struct timeline_span *span;

	if (verb == READ_ADD) {
		if (!record->commented_out && !find_open(ctx->list, key))
			open_span(ctx, &change, key);
		return;
	}
	span = take_before(ctx, &change, key);
	if (record->commented_out)
		return;
	span->until = ctx->at;
	span->until_run = ctx->run;
	span->left = change.why;
}

static void take_values(const struct timeline_ctx *ctx, const struct read_record *record,
	enum read_verb verb)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct read_values *values = &record->values[i];

		for (size_t j = 0; j < values->count && values->verb == verb; j++) {
			if (record->kind == READ_MODIFY || dn_is_entry(values->items[j]))
				take_value(ctx, record, verb, values->items[j]);
		}
	}
}

static void take_staying_of(const struct timeline_ctx *ctx, const struct read_record *record)
{
	for (size_t i = 0; i < record->comment_count; i++) {
		const char *stays =
			reader_label(ctx->report->comments[record->first_comment + i].text,
				"stays");

		if (stays) {
			struct arena *arena = ctx->timeline->arena;
			struct timeline_change change = take_staying(arena, stays);

			take_before(ctx, &change, key_of(arena, change.dn));
		}
	}
}

static bool is_about(const struct timeline_ctx *ctx, const struct read_record *record)
{
	const char *key = dn_key(ctx->timeline->arena, record->dn);

	return key && strcmp(key, ctx->list->key) == 0;
}

/* Whoever was on the list by the report before, and is not by this one. */
static void take_missed(const struct timeline_ctx *ctx)
{
	for (size_t i = 0; i < ctx->list->count; i++) {
		struct timeline_span *span = ctx->list->spans[i];

		if (span->until != MOMENT_LATEST || table_find(ctx->before, span->key))
			continue;
		span->until = ctx->at;
		span->until_run = ctx->run;
		span->missed = true;
	}
}

/* First who was there, then who was not any more, and last who joined. */
static void take_list(const struct timeline_ctx *ctx)
{
	const struct read_report *report = ctx->report;

	for (size_t i = 0; i < report->count; i++) {
		if (!is_about(ctx, &report->records[i]))
			continue;
		take_staying_of(ctx, &report->records[i]);
		take_values(ctx, &report->records[i], READ_DELETE);
	}
	take_missed(ctx);
	for (size_t i = 0; i < report->count; i++) {
		if (is_about(ctx, &report->records[i]))
			take_values(ctx, &report->records[i], READ_ADD);
	}
	ctx->list->tellings++;
}

static struct timeline_list *list_of(struct timeline *timeline, const json_t *item)
{
	struct arena *arena = timeline->arena;
	const char *dn = run_line_text(item, "dn", NULL), *key = key_of(arena, dn);
	struct timeline_list *list = table_find(timeline->by_key, key);

	if (list)
		return list;
	list = arena_get(arena, sizeof(*list));
	*list = (struct timeline_list){.dn = dn,
		.key = key,
		.tag = run_line_text(item, "tag", NULL),
		.kind = run_line_text(item, "kind", NULL),
		.open = table_new(arena)};
	table_put(timeline->by_key, key, list);
	timeline->lists = arena_grow(arena, timeline->lists, timeline->count, &timeline->room,
		sizeof(void *));
	timeline->lists[timeline->count++] = list;
	return list;
}

void timeline_take(struct timeline *timeline, const json_t *line, const struct read_report *report,
	const char *tag)
{
	const json_t *lists = json_object_get(line, "lists");

	for (size_t i = 0; i < json_array_size(lists); i++) {
		const json_t *item = json_array_get(lists, i);
		struct timeline_ctx ctx = {.timeline = timeline,
			.report = report,
			.run = run_line_text(line, "run", NULL),
			.at = runs_started(line),
			.before = table_new(timeline->arena)};

		if (tag && !run_line_is_text(run_line_text(item, "tag", NULL), tag))
			continue;
		ctx.list = list_of(timeline, item);
		ctx.is_first = ctx.list->tellings == 0;
		take_list(&ctx);
	}
}

/* In order. */

static int by_name(const void *left, const void *right)
{
	const struct timeline_span *a = *(struct timeline_span *const *)left,
				   *b = *(struct timeline_span *const *)right;
	int order = strcmp(a->name, b->name);

	if (order == 0)
		order = strcmp(a->key, b->key);
	return order ? order : (a->from > b->from) - (a->from < b->from);
}

/* Ordinary, critical, inform. */
static int rank_list(const struct timeline_list *list)
{
	if (strcmp(list->kind, "inform") == 0)
		return 2;
	return strcmp(list->kind, "critical") == 0;
}

static int by_list(const void *left, const void *right)
{
	const struct timeline_list *a = *(struct timeline_list *const *)left,
				   *b = *(struct timeline_list *const *)right;
	int order = !*a->tag - !*b->tag; /* the mailbox's list, which has no tag, comes last */

	if (order == 0)
		order = strcmp(a->tag, b->tag);
	if (order == 0)
		order = rank_list(a) - rank_list(b);
	return order ? order : strcmp(a->key, b->key);
}

void timeline_end(struct timeline *timeline)
{
	if (timeline->count > 1)
		qsort(timeline->lists, timeline->count, sizeof(void *), by_list);
	for (size_t i = 0; i < timeline->count; i++) {
		struct timeline_list *list = timeline->lists[i];

		if (list->count > 1)
			qsort(list->spans, list->count, sizeof(void *), by_name);
	}
}
