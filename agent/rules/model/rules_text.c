#include "rules/model/rules_text.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"

#define HEAD_LINES_MAX 50  /* our mark is among the first */
#define SHOWN_MAX      3   /* lines of each text that are shown */
#define SHOWN_BYTES    160 /* of one of them */

/* A line of rules that counts. */
struct rules_line {
	const char *text; /* borrowed; without blanks at its ends */
	size_t length;
	size_t number; /* in its text, from 1 on */
};

struct rules_lines {
	struct rules_line *items;
	size_t count;
};

bool rules_text_is_ours(const char *text)
{
	for (int i = 0; i < HEAD_LINES_MAX && *text; i++) {
		size_t length = strcspn(text, "\n");

		if (strncmp(text, RULES_TEXT_MARK, strlen(RULES_TEXT_MARK)) == 0)
			return true;
		text += length + (text[length] == '\n');
	}
	return false;
}

static struct rules_lines split_lines(struct arena *arena, const char *text)
{
	struct rules_lines lines = {.items = NULL};
	size_t room = 0, number = 0;

	while (*text) {
		size_t length = strcspn(text, "\n"), own = length;
		const char *start = text;

		number++;
		text_trim(&start, &own);
		if (own > 0 && *start != '#') {
			lines.items = arena_grow(arena, lines.items, lines.count, &room,
				sizeof(*lines.items));
			lines.items[lines.count++] = (struct rules_line){start, own, number};
		}
		text += length + (text[length] == '\n');
	}
	return lines;
}

static bool is_same(const struct rules_line *a, const struct rules_line *b)
{
	return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

/* A line, safe for a terminal and not too long; in the arena. */
static const char *shown_line(struct arena *arena, const struct rules_line *line)
{
	size_t shown = text_cut(line->text, line->length, SHOWN_BYTES);
	struct strbuf own = STRBUF_INIT, safe = STRBUF_INIT;

	strbuf_add(&own, line->text, shown);
	strbuf_add_safe(&safe, own.text);
	if (shown < line->length)
		strbuf_adds(&safe, " ...");
	strbuf_release(&own);
	return strbuf_to_arena(&safe, arena);
}

/* A few of the lines from `first` on, `count` in all: those that are there, or those that should be. */
static void add_lines(struct strbuf *out, struct arena *arena, const struct rules_lines *lines,
	size_t first, size_t count, bool are_expected)
{
	for (size_t i = first; i < first + count && i < first + SHOWN_MAX; i++) {
		const char *shown = shown_line(arena, &lines->items[i]);

		strbuf_adds(out, out->length > 0 ? "\n" : "");
		if (are_expected)
			strbuf_addf(out, _("expected: %s"), shown);
		else
			strbuf_addf(out, _("line %zu: %s"), lines->items[i].number, shown);
	}
	if (count > SHOWN_MAX) {
		strbuf_adds(out, "\n");
		strbuf_addf(out,
			are_expected ? _("expected: %zu more lines") : _("and %zu more lines"),
			count - SHOWN_MAX);
	}
}

const char *rules_text_difference(struct arena *arena, const char *expected, const char *found)
{
	struct rules_lines right = split_lines(arena, expected), is = split_lines(arena, found);
	size_t least = right.count < is.count ? right.count : is.count, first = 0, last = 0;
	struct strbuf out = STRBUF_INIT;

	while (first < least && is_same(&right.items[first], &is.items[first]))
		first++;
	if (first == right.count && first == is.count)
		return NULL;
	while (last < least - first &&
		is_same(&right.items[right.count - 1 - last], &is.items[is.count - 1 - last]))
		last++;
	add_lines(&out, arena, &is, first, is.count - first - last, false);
	add_lines(&out, arena, &right, first, right.count - first - last, true);
	return strbuf_to_arena(&out, arena);
}
