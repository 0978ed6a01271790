/*
 * A first walk notes where values that are larger than a piece begin. These are walked once more, and what is in
 * them is parsed in pieces: so no byte is looked at more than a few times.
 */
#include "feed/format/json/json_check.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "feed/format/json/json_piece.h"
#include "feed/format/json/json_text.h"
#include "feed/format/record.h"

struct json_check_ctx {
	struct json_walk walk;
	struct strbuf quoted, piece;
	size_t piece_max;
	struct error *err; /* borrowed */
};

static enum error_kind fail_at(struct json_check_ctx *ctx, size_t at, const char *why)
{
	size_t line, column;

	text_place(ctx->walk.text, at, &line, &column);
	return record_page_bad(line, column, why, ctx->err);
}

static enum error_kind fail_walk(struct json_check_ctx *ctx)
{
	return fail_at(ctx, ctx->walk.at, ctx->walk.why);
}

static int compare_places(const void *left, const void *right)
{
	const size_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* Whether the value that begins where the walk is is a large one. */
static bool is_large(const struct json_check_ctx *ctx)
{
	const struct json_walk *walk = &ctx->walk;

	return walk->large_count > 0 &&
		bsearch(&walk->at, walk->large, walk->large_count, sizeof(*walk->large),
			compare_places);
}

/* Parse what stands from `start` to `end`, in brackets where it is several items of an array. */
static enum error_kind check_piece(struct json_check_ctx *ctx, size_t start, size_t end,
	bool in_brackets, json_t **value)
{
	struct strbuf why = STRBUF_INIT;
	enum error_kind kind = ERROR_NONE;
	size_t at = 0;

	strbuf_reset(&ctx->piece);
	if (in_brackets)
		strbuf_addc(&ctx->piece, '[');
	strbuf_add(&ctx->piece, ctx->walk.text + start, end - start);
	if (in_brackets)
		strbuf_addc(&ctx->piece, ']');
	*value = json_piece_parse(&ctx->quoted, ctx->piece.text, ctx->piece.length, &why, &at);
	if (!*value) {
		at = start + at - (in_brackets && at > 0);
		kind = fail_at(ctx, at < end ? at : end, why.text);
	}
	strbuf_release(&why);
	return kind;
}

static enum error_kind check_small(struct json_check_ctx *ctx)
{
	size_t start = ctx->walk.at;
	enum error_kind kind;
	json_t *value;

	if (!json_walk_value(&ctx->walk))
		return fail_walk(ctx);
	kind = check_piece(ctx, start, ctx->walk.at, false, &value);
	json_decref(value);
	return kind;
}

static enum error_kind check_value(struct json_check_ctx *ctx);

/* Check items of a large array that are small: as many as make a piece. */
static enum error_kind check_items(struct json_check_ctx *ctx, bool *last)
{
	struct json_walk *walk = &ctx->walk;
	size_t start = walk->at, end = start;
	enum error_kind kind;
	json_t *value;

	while (!*last && !is_large(ctx) && walk->at - start < ctx->piece_max) {
		if (!json_walk_value(walk))
			return fail_walk(ctx);
		end = walk->at;
		if (!json_walk_separator(walk, ']', last))
			return fail_walk(ctx);
	}
	kind = check_piece(ctx, start, end, true, &value);
	json_decref(value);
	return kind;
}

static enum error_kind check_array(struct json_check_ctx *ctx)
{
	struct json_walk *walk = &ctx->walk;
	enum error_kind kind = ERROR_NONE;
	bool last;

	walk->at++;
	json_walk_blanks(walk);
	last = walk->at < walk->length && walk->text[walk->at] == ']';
	while (!kind && !last) {
		if (!is_large(ctx)) {
			kind = check_items(ctx, &last);
			continue;
		}
		kind = check_value(ctx);
		if (!kind && !json_walk_separator(walk, ']', &last))
			return fail_walk(ctx);
	}
	walk->at++;
	return kind;
}

/* Check a member's name, and that it is not among `names`, to which it is added. */
static enum error_kind check_name(struct json_check_ctx *ctx, struct arena *arena,
	struct table *names)
{
	size_t start, length;
	enum error_kind kind;
	const char *name;
	json_t *value;

	if (!json_walk_name(&ctx->walk, &start, &length))
		return fail_walk(ctx);
	kind = check_piece(ctx, start, start + length, false, &value);
	name = json_string_value(value);
	if (!kind && strlen(name) != json_string_length(value))
		kind = fail_at(ctx, start, _("a name with the character NUL"));
	else if (!kind && table_find(names, name))
		kind = fail_at(ctx, start, _("one name stands twice in an object"));
	else if (!kind)
		table_put(names, arena_string(arena, name), names);
	json_decref(value);
	return kind;
}

static enum error_kind check_object(struct json_check_ctx *ctx)
{
	struct arena *arena = arena_new();
	struct table *names = table_new(arena);
	struct json_walk *walk = &ctx->walk;
	enum error_kind kind = ERROR_NONE;
	bool last;

	walk->at++;
	json_walk_blanks(walk);
	last = walk->at < walk->length && walk->text[walk->at] == '}';
	while (!kind && !last) {
		kind = check_name(ctx, arena, names);
		if (!kind)
			kind = check_value(ctx);
		if (!kind && !json_walk_separator(walk, '}', &last))
			kind = fail_walk(ctx);
	}
	walk->at++;
	arena_free(arena);
	return kind;
}

/* Goes as deep as JSON_DEPTH_MAX, which the first walk saw to. */
static enum error_kind check_value(struct json_check_ctx *ctx)
{
	if (!is_large(ctx))
		return check_small(ctx);
	return ctx->walk.text[ctx->walk.at] == '{' ? check_object(ctx) : check_array(ctx);
}

enum error_kind json_check(const char *text, size_t length, size_t piece, struct error *err)
{
	struct json_check_ctx ctx = {.walk = {.text = text, .length = length, .large_from = piece},
		.quoted = STRBUF_INIT,
		.piece = STRBUF_INIT,
		.piece_max = piece,
		.err = err};
	const char *nul = memchr(text, '\0', length);
	struct json_walk *walk = &ctx.walk;
	enum error_kind kind = ERROR_NONE;
	size_t start;

	if (nul) /* jansson takes it behind a number */
		return fail_at(&ctx, (size_t)(nul - text), _("the character NUL"));

	json_walk_blanks(walk);
	start = walk->at;
	if (!json_walk_value(walk)) {
		kind = fail_walk(&ctx);
	} else {
		if (walk->large_count > 0)
			qsort(walk->large, walk->large_count, sizeof(*walk->large), compare_places);
		walk->large_from = 0;
		walk->at = start;
		kind = check_value(&ctx);
	}
	json_walk_blanks(walk);
	if (!kind && walk->at < length)
		kind = fail_at(&ctx, walk->at,
			_("no valid JSON before this place; expected JSON (RFC 8259)"));
	free(walk->large);
	strbuf_release(&ctx.quoted);
	strbuf_release(&ctx.piece);
	return kind;
}
