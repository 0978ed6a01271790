#include "matcher/unknown_tags.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/text.h"
#include "matcher/matcher.h"
#include "matcher/priority.h"
#include "matcher/text/subject_text.h"
#include "matcher/vocabulary.h"

/* What is looked for in one subject. */
struct unknown_ctx {
	struct arena *arena;
	const struct subject_text *subject;
	const struct subject_tags *tags;
	const struct priority_words *words;
	const char **found;
	size_t count;
};

/* A number alone is a case or a ticket, not a tag; and a text without a digit or letter is none, either. */
static bool has_letter(const struct subject_text *subject, size_t start, size_t end)
{
	for (; start < end; start++) {
		uint32_t c = subject->chars[start];

		if (subject_text_is_word(c) && !(c >= '0' && c <= '9'))
			return true;
	}
	return false;
}

/* A priority word alone, or a probe: known, though not as tags are. `start` is behind the bracket. */
static bool is_known(const struct unknown_ctx *ctx, size_t start, size_t end)
{
	const char *shown = ctx->subject->shown + ctx->subject->at[start - 1];

	return priority_word_end(ctx->words, ctx->subject, start) == end ||
		strncasecmp(shown, vocabulary_probe, strlen(vocabulary_probe)) == 0;
}

/* Take the text that is from `start` to `end`, brackets included. */
static void take_bracketed(struct unknown_ctx *ctx, size_t start, size_t end)
{
	const uint32_t *at = ctx->subject->at;
	const char *text, *folded;

	if (ctx->count == SUBJECT_UNKNOWN_MAX || at[end] - at[start] > SUBJECT_UNKNOWN_LONGEST ||
		!has_letter(ctx->subject, start, end) || is_known(ctx, start + 1, end - 1))
		return;
	text = arena_bytes(ctx->arena, ctx->subject->shown + at[start], at[end] - at[start]);
	folded = text_fold(ctx->arena, text, strlen(text));
	for (size_t i = 0; i < ctx->count; i++) {
		if (strcmp(text_fold(ctx->arena, ctx->found[i], strlen(ctx->found[i])), folded) ==
			0)
			return;
	}
	ctx->found[ctx->count++] = text;
}

size_t unknown_tags_find(struct arena *arena, const struct subject_text *subject,
	const struct subject_tags *tags, const struct priority_words *words, const char ***unknown)
{
	struct unknown_ctx ctx = {.arena = arena, .subject = subject, .tags = tags, .words = words};
	size_t open = subject->count, tag_end = 0;

	ctx.found = arena_get(arena, SUBJECT_UNKNOWN_MAX * sizeof(*ctx.found));
	for (size_t i = 0; i < subject->count; i++) {
		if (tags->end[i] > tag_end)
			tag_end = tags->end[i];
		if (i < tag_end) {
			open = subject->count; /* what a tag is a part of is known */
		} else if (subject->chars[i] == '[') {
			open = i;
		} else if (subject->chars[i] == ']' && open < i) {
			take_bracketed(&ctx, open, i + 1);
			open = subject->count;
		}
	}
	*unknown = ctx.found;
	return ctx.count;
}
