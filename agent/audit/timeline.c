#include "audit/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
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

void timeline_init(struct timeline *timeline, struct arena *arena)
{
	*timeline = (struct timeline){.arena = arena, .by_key = table_new(arena)};
}

static const char *key_of(struct arena *arena, const char *dn)
{
	const char *key = dn_key(arena, dn);

	return key ? key : arena_string(arena, dn);
}

/* Spans. */

/* Why a value joins or leaves; NULL where the report does not say. */
static const char *format_why(const struct timeline_ctx *ctx, const struct machine_value *value)
{
	struct strbuf why = STRBUF_INIT;
	const char *text;

	machine_add_why(&why, value, ctx->report->machine.head.at);
	text = why.length > 0 ? arena_string(ctx->timeline->arena, why.text) : NULL;
	strbuf_release(&why);
	return text;
}

/* Reports go before the timeline does. */
static const char *name_of(const struct timeline_ctx *ctx, const struct machine_value *value)
{
	return value->name ? arena_string(ctx->timeline->arena, value->name) : "";
}

static struct timeline_span *open_span(const struct timeline_ctx *ctx,
	const struct machine_value *value, const char *key)
{
	struct timeline_list *list = ctx->list;
	struct timeline_span *span = arena_get(ctx->timeline->arena, sizeof(*span));

	*span = (struct timeline_span){.dn = arena_string(ctx->timeline->arena, value->dn),
		.key = key,
		.name = name_of(ctx, value),
		.from = ctx->at,
		.until = MOMENT_LATEST,
		.joined = format_why(ctx, value),
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
	const struct machine_value *value, const char *key)
{
	struct timeline_span *span = find_open(ctx->list, key);

	table_put(ctx->before, key, (void *)key);
	if (!span) {
		span = open_span(ctx, value, key);
		span->joined = NULL;
		if (ctx->is_first)
			span->from = MOMENT_EARLIEST;
		span->found = !ctx->is_first;
	}
	if (!*span->name)
		span->name = name_of(ctx, value);
	return span;
}

static void take_joining(const struct timeline_ctx *ctx, const struct machine_value *value)
{
	const char *key = key_of(ctx->timeline->arena, value->dn);

	if (!machine_is_commented_out(value) && !find_open(ctx->list, key))
		open_span(ctx, value, key);
}

static void take_leaving(const struct timeline_ctx *ctx, const struct machine_value *value)
{
	struct timeline_span *span =
		take_before(ctx, value, key_of(ctx->timeline->arena, value->dn));

	if (machine_is_commented_out(value))
		return;
	span->until = ctx->at;
	span->until_run = ctx->run;
	span->left = format_why(ctx, value);
}

static bool is_about(const struct timeline_ctx *ctx, const struct machine_list *list)
{
	const char *key = dn_key(ctx->timeline->arena, list->dn);

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

static void take_present(const struct timeline_ctx *ctx, const struct machine_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct machine_value *value = &list->values[i];

		if (value->verb == MACHINE_STAYS)
			take_before(ctx, value, key_of(ctx->timeline->arena, value->dn));
		else if (value->verb == MACHINE_LEAVES)
			take_leaving(ctx, value);
	}
}

static void take_joining_of(const struct timeline_ctx *ctx, const struct machine_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->values[i].verb == MACHINE_JOINS)
			take_joining(ctx, &list->values[i]);
	}
}

/* First who was there, then who was not any more, and last who joined. */
static void take_list(const struct timeline_ctx *ctx)
{
	const struct machine *machine = &ctx->report->machine;

	for (size_t i = 0; i < machine->count; i++) {
		if (is_about(ctx, &machine->lists[i]))
			take_present(ctx, &machine->lists[i]);
	}
	take_missed(ctx);
	for (size_t i = 0; i < machine->count; i++) {
		if (is_about(ctx, &machine->lists[i]))
			take_joining_of(ctx, &machine->lists[i]);
	}
	ctx->list->tellings++;
}

/* The tags of an item of "lists": "tags", where several share the list; else "tag". */
static struct tag_ids tags_of(struct arena *arena, const json_t *item)
{
	const json_t *all = json_object_get(item, "tags");
	const char *tag = run_line_text(item, "tag", NULL);
	size_t count = json_array_size(all);
	struct tag_ids tags = {.items = arena_get(arena, (count + 1) * sizeof(*tags.items))};

	for (size_t i = 0; i < count; i++) {
		const char *id = json_string_value(json_array_get(all, i));

		if (id)
			tags.items[tags.count++] = id;
	}
	if (tags.count == 0 && *tag)
		tags.items[tags.count++] = tag;
	return tags;
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
		.tags = tags_of(arena, item),
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

		if (tag && !run_line_has_tag(item, tag))
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
	int order =
		!a->tags.count - !b->tags.count; /* the mailbox's list, without tags, comes last */

	if (order == 0 && a->tags.count > 0)
		order = strcmp(a->tags.items[0], b->tags.items[0]);
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
