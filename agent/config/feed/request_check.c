#include "config/feed/request_check.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "config/feed/placeholder.h"
#include "config/feed/request_texts.h"
#include "config/schema/fault.h"
#include "config/schema/yaml.h"
#include "model/settings.h"

/* Where a text stands. */
enum request_part {
	PART_URL,
	PART_HEADER,
	PART_TOKEN_URL,
	PART_TEXT, /* a body that is a text */
	PART_TREE, /* a string of a body that is a mapping or a list */
	PART_EACH, /* a string of `each` */
};

struct request_check_ctx {
	struct arena *arena;
	struct findings *findings;
	const struct yaml_node *node; /* of the feed */
	const struct feed_settings *feed;
	bool used[PLACEHOLDER_KINDS];
	bool *values_used; /* of feed->values */
};

static bool is_given(const struct request_check_ctx *ctx, const char *path)
{
	const struct yaml_node *node = yaml_find(ctx->node, path);

	return node && node->kind != YAML_NULL;
}

static const char *quote_placeholder(const struct request_check_ctx *ctx,
	const struct placeholder *found)
{
	struct arena *arena = ctx->arena;

	return fault_quote(arena, arena_bytes(arena, found->start, found->length));
}

static void add_unknown(struct request_check_ctx *ctx, const struct placeholder *found,
	const struct mark *mark)
{
	const struct named_texts *values = &ctx->feed->values;
	struct arena *arena = ctx->arena;
	const char **names = arena_get(arena, (PLACEHOLDER_KINDS + values->count) * sizeof(*names));
	const char *nearest;
	struct strbuf all = STRBUF_INIT;
	size_t count = 0;

	for (int kind = 0; kind < PLACEHOLDER_KINDS; kind++)
		names[count++] = placeholder_name((enum placeholder_kind)kind);
	for (size_t i = 0; i < values->count; i++)
		names[count++] = values->items[i].name;
	nearest = text_nearest(arena_bytes(arena, found->name, found->name_length), names, count);
	for (size_t i = 0; i < count && !nearest; i++)
		strbuf_add_item(&all, ", ", names[i]);
	if (nearest)
		fault_add(ctx->findings, FINDING_ERROR, mark,
			_("unknown placeholder %s; did you mean %s?"),
			quote_placeholder(ctx, found),
			fault_quote(arena, arena_format(arena, "{%s}", nearest)));
	else
		fault_add(ctx->findings, FINDING_ERROR, mark,
			_("unknown placeholder %s; there are those of `values`, and: %s"),
			quote_placeholder(ctx, found), all.text);
	strbuf_release(&all);
}

/* Note that one of `values` is used; false where none has the name. */
static bool use_value(struct request_check_ctx *ctx, const struct placeholder *found)
{
	const struct named_texts *values = &ctx->feed->values;

	for (size_t i = 0; i < values->count; i++) {
		if (strlen(values->items[i].name) == found->name_length &&
			memcmp(values->items[i].name, found->name, found->name_length) == 0) {
			ctx->values_used[i] = true;
			return true;
		}
	}
	return false;
}

static void check_other(struct request_check_ctx *ctx, const struct placeholder *found,
	enum request_part part, bool is_all, const struct mark *mark)
{
	bool is_strict = part == PART_URL || part == PART_HEADER || part == PART_TOKEN_URL;

	/* GraphQL has braces of its own. */
	if (!use_value(ctx, found) && (is_strict || is_all))
		add_unknown(ctx, found, mark);
}

static void check_wrong(struct request_check_ctx *ctx, const struct placeholder *found,
	enum request_part part, bool is_all, const struct mark *mark)
{
	bool is_strict = part == PART_URL || part == PART_HEADER || part == PART_TOKEN_URL;
	const char *rest = found->name + found->name_length;
	bool is_meant = *rest == '+' || *rest == '-' ||
		memchr(rest, '%', (size_t)(found->start + found->length - rest)) != NULL;

	if (is_strict || is_all || is_meant)
		fault_add(ctx->findings, FINDING_ERROR, mark,
			_("%s cannot be read; expected {today}, {today+90d}, {today-1d:%%d.%%m.%%Y}, {now:%%H:%%M} or a name alone"),
			quote_placeholder(ctx, found));
}

/* Where the placeholders of `asks: people` may stand. */
static void check_people(struct request_check_ctx *ctx, const struct placeholder *found,
	enum request_part part, bool is_all, const struct mark *mark)
{
	enum placeholder_kind kind = found->kind;
	const char *text = quote_placeholder(ctx, found);

	if (kind != PLACEHOLDER_PERSON && kind != PLACEHOLDER_PEOPLE && kind != PLACEHOLDER_EACH &&
		kind != PLACEHOLDER_INDEX)
		return;
	if (ctx->feed->asks != ASKS_PEOPLE)
		fault_add(ctx->findings, FINDING_ERROR, mark, _("%s goes with asks: people"), text);
	else if (kind == PLACEHOLDER_INDEX && part != PART_EACH)
		fault_add(ctx->findings, FINDING_ERROR, mark, _("%s goes in `each` only"), text);
	else if ((kind == PLACEHOLDER_EACH || kind == PLACEHOLDER_PEOPLE) && part == PART_EACH)
		fault_add(ctx->findings, FINDING_ERROR, mark,
			_("%s cannot be in `each`, which is about one person"), text);
	else if (kind == PLACEHOLDER_EACH && (part != PART_TREE || !is_all))
		fault_add(ctx->findings, FINDING_ERROR, mark,
			_("%s must be a value of its own in a body of keys with values"), text);
	else if (kind == PLACEHOLDER_PERSON && part != PART_EACH && ctx->feed->batch > 1)
		fault_add(ctx->findings, FINDING_ERROR, mark,
			_("%s is one person, but batch asks about %d at a time; use {people}, or `each` with {person} in it"),
			text, ctx->feed->batch);
}

static void check_known(struct request_check_ctx *ctx, const struct placeholder *found,
	enum request_part part, bool is_all, const struct mark *mark)
{
	ctx->used[found->kind] = true;
	if (part == PART_TOKEN_URL)
		fault_add(ctx->findings, FINDING_ERROR, mark,
			_("%s cannot be here; token_url takes those of `values`"),
			quote_placeholder(ctx, found));
	else
		check_people(ctx, found, part, is_all, mark);
}

static void check_text(struct request_check_ctx *ctx, const char *text, const struct mark *mark,
	enum request_part part)
{
	const char *at = text;
	struct placeholder found;
	bool is_all = placeholder_is_all(text, &found);

	while (placeholder_next(&at, &found)) {
		if (found.kind == PLACEHOLDER_OTHER)
			check_other(ctx, &found, part, is_all, mark);
		else if (found.kind == PLACEHOLDER_WRONG)
			check_wrong(ctx, &found, part, is_all, mark);
		else
			check_known(ctx, &found, part, is_all, mark);
	}
}

/* `limit: {page}` is a mapping to YAML, and would be sent as {"page": null}. */
static bool lacks_quotes(const struct yaml_node *node, struct placeholder *found,
	struct arena *arena)
{
	const struct yaml_entry *entry = node->entries;

	return node->kind == YAML_MAPPING && node->count == 1 && entry->value->kind == YAML_NULL &&
		!*entry->value->text && entry->mark.line == node->mark.line &&
		entry->mark.column == node->mark.column + 1 &&
		placeholder_is_all(arena_format(arena, "{%s}", entry->key), found) &&
		found->kind != PLACEHOLDER_OTHER;
}

static void check_tree(struct request_check_ctx *ctx, const struct yaml_node *node,
	enum request_part part)
{
	struct placeholder found;

	if (node->kind == YAML_SCALAR) {
		check_text(ctx, node->text, &node->mark, part);
	} else if (lacks_quotes(node, &found, ctx->arena)) {
		fault_add(ctx->findings, FINDING_ERROR, &node->mark,
			_("%s needs quotes: without them YAML reads keys with values"),
			quote_placeholder(ctx, &found));
	} else {
		for (size_t i = 0; i < node->count; i++)
			check_tree(ctx,
				node->kind == YAML_MAPPING ? node->entries[i].value
							   : node->items[i],
				part);
	}
}

/* Where a value is given, if that is in another file than the text that has its placeholder: a preset's text is good. */
static const struct mark *place_of_value(const struct request_check_ctx *ctx,
	const struct placeholder *found, const struct mark *place)
{
	const struct named_texts *values = &ctx->feed->values;

	for (size_t i = 0; i < values->count; i++) {
		const struct named_text *item = &values->items[i];

		if (strlen(item->name) == found->name_length &&
			memcmp(item->name, found->name, found->name_length) == 0 &&
			strcmp(item->mark.file, place->file) != 0)
			return &item->mark;
	}
	return place;
}

/* A cursor or a person in the name of the server would choose who is sent the token. */
static void check_server(struct request_check_ctx *ctx, const struct yaml_node *node)
{
	size_t end = request_server_end(node->text);
	const char *at = node->text;
	struct placeholder found;

	while (placeholder_next(&at, &found) && (size_t)(found.start - node->text) < end) {
		const char *value = request_value(&ctx->feed->values, &found);

		if (found.kind != PLACEHOLDER_OTHER)
			fault_add(ctx->findings, FINDING_ERROR, &node->mark,
				_("%s cannot be in the name of the server; it takes those of `values`"),
				quote_placeholder(ctx, &found));
		else if (value &&
			(!*value ||
				value[strspn(value,
					"abcdefghijklmnopqrstuvwxyz"
					"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"0123456789.-:[]")]))
			fault_add(ctx->findings, FINDING_ERROR,
				place_of_value(ctx, &found, &node->mark),
				_("%s is %s; expected the name of a server, maybe with a port"),
				quote_placeholder(ctx, &found), fault_quote(ctx->arena, value));
	}
}

static void check_address(struct request_check_ctx *ctx, const char *path, enum request_part part)
{
	const struct yaml_node *node = yaml_find(ctx->node, path);

	if (!node || node->kind != YAML_SCALAR)
		return;
	check_text(ctx, node->text, &node->mark, part);
	check_server(ctx, node);
}

static void check_headers(struct request_check_ctx *ctx)
{
	const struct yaml_node *list = yaml_find(ctx->node, "headers");

	for (size_t i = 0; list && list->kind == YAML_SEQUENCE && i < list->count; i++) {
		const struct yaml_node *value = yaml_find(list->items[i], "value");

		if (value && value->kind == YAML_SCALAR)
			check_text(ctx, value->text, &value->mark, PART_HEADER);
	}
}

static void check_body(struct request_check_ctx *ctx)
{
	const struct yaml_node *body = ctx->feed->body;
	bool used[PLACEHOLDER_KINDS];
	bool is_escaped = true;

	if (ctx->feed->each)
		check_tree(ctx, ctx->feed->each, PART_EACH);
	if (!body)
		return;
	memcpy(used, ctx->used, sizeof(used));
	memset(ctx->used, 0, sizeof(ctx->used));
	check_tree(ctx, body, body->kind == YAML_SCALAR ? PART_TEXT : PART_TREE);
	for (int kind = 0; kind < PLACEHOLDER_KINDS; kind++) {
		is_escaped &= !ctx->used[kind];
		ctx->used[kind] |= used[kind];
	}
	if (request_body(ctx->feed) == BODY_TEXT && !is_escaped)
		fault_add(ctx->findings, FINDING_ERROR, &body->mark,
			_("placeholders are escaped for JSON, XML and forms; expected such a Content-Type, found %s"),
			fault_quote(ctx->arena, request_content_type(ctx->feed)));
	if (ctx->feed->url && strncasecmp(ctx->feed->url, "file:", strlen("file:")) == 0)
		fault_add(ctx->findings, FINDING_ERROR, yaml_place(ctx->node, "body"),
			_("a body cannot be sent to a file"));
	if (ctx->feed->method == METHOD_GET)
		fault_add(ctx->findings, FINDING_ERROR, yaml_place(ctx->node, "method"),
			_("a body goes with method: post"));
}

static void check_values(struct request_check_ctx *ctx)
{
	const struct named_texts *values = &ctx->feed->values;
	const struct yaml_node *node = yaml_find(ctx->node, "values");

	for (size_t i = 0; i < values->count; i++) {
		const struct named_text *value = &values->items[i];
		const char *name = fault_quote(ctx->arena, value->name);

		if (!placeholder_is_free_name(value->name))
			fault_add(ctx->findings, FINDING_ERROR, &value->mark,
				_("%s cannot be the name of a value: expected a letter, then letters, digits, - or _, and no placeholder's own name"),
				name);
		else if (!value->is_of_preset && !ctx->values_used[i])
			fault_add(ctx->findings, FINDING_ERROR, &value->mark,
				_("the value %s is not used: nothing here has {%s}"), name,
				value->name);
		else if (!ctx->feed->preset &&
			yaml_entry(node, value->name)->value->kind == YAML_NULL)
			fault_add(ctx->findings, FINDING_ERROR, &value->mark,
				_("the value %s has no text"), name);
	}
}

/* How pages follow one another. */
static void check_pages(struct request_check_ctx *ctx)
{
	const struct feed_settings *feed = ctx->feed;
	bool has_page = ctx->used[PLACEHOLDER_PAGE], has_cursor = ctx->used[PLACEHOLDER_CURSOR];
	const char *const keys[] = {"next", "ends", "first_page"};

	if (has_cursor && !feed->next)
		fault_add(ctx->findings, FINDING_ERROR, yaml_place(ctx->node, "url"),
			_("{cursor} goes with next, which says where a page names the next one"));
	if (has_page && feed->next)
		fault_add(ctx->findings, FINDING_ERROR, yaml_place(ctx->node, "next"),
			_("either {page} or next: pages are numbered, or each names the next one"));
	if (has_page && is_given(ctx, "ends") && feed->ends == ENDS_MISSING)
		fault_add(ctx->findings, FINDING_ERROR, yaml_place(ctx->node, "ends"),
			_("numbered pages end with an empty one: ends: empty, or leave it out"));
	if (is_given(ctx, "first_page") && !has_page)
		fault_add(ctx->findings, FINDING_ERROR, yaml_place(ctx->node, "first_page"),
			_("first_page goes with {page} in url, headers or body"));
	if (!is_given(ctx, "format") || feed->format == FEED_JSON)
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (is_given(ctx, keys[i]))
			fault_add(ctx->findings, FINDING_ERROR, yaml_place(ctx->node, keys[i]),
				_("%s goes with format: json"), keys[i]);
	}
	if (has_page || has_cursor)
		fault_add(ctx->findings, FINDING_ERROR, yaml_place(ctx->node, "format"),
			_("{page} and {cursor} go with format: json"));
}

static void check_asks(struct request_check_ctx *ctx)
{
	const struct feed_settings *feed = ctx->feed;

	if (feed->each && !ctx->used[PLACEHOLDER_EACH])
		fault_add(ctx->findings, FINDING_ERROR, yaml_place(ctx->node, "each"),
			_("each goes with {each} in the body"));
	if (!feed->each && ctx->used[PLACEHOLDER_EACH])
		fault_add(ctx->findings, FINDING_ERROR, yaml_place(ctx->node, "body"),
			_("{each} goes with the key each"));
	if (feed->asks == ASKS_PEOPLE && !ctx->used[PLACEHOLDER_PERSON] &&
		!ctx->used[PLACEHOLDER_PEOPLE])
		fault_add(ctx->findings, FINDING_ERROR, yaml_place(ctx->node, "asks"),
			_("asks: people goes with {person} or {people} in url, headers, body or each"));
}

void request_check(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed)
{
	struct request_check_ctx ctx = {.arena = reader->arena,
		.findings = reader->findings,
		.node = node,
		.feed = feed,
		.values_used = arena_get(reader->arena,
			(feed->values.count + 1) * sizeof(*ctx.values_used))};

	check_address(&ctx, "url", PART_URL);
	check_address(&ctx, "oauth.token_url", PART_TOKEN_URL);
	check_headers(&ctx);
	check_body(&ctx);
	check_values(&ctx);
	check_pages(&ctx);
	check_asks(&ctx);
}
