#include "rules/rules_text.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"

#define HEAD_LINES_MAX 50  /* our mark is among the first */
#define SHOWN_MAX      3   /* lines of each text that are shown */
#define SHOWN_BYTES    160 /* of one of them */

/* A line of rules that counts. */
struct line {
	const char *text; /* borrowed; without blanks at its ends */
	size_t length;
	size_t number; /* in its text, from 1 on */
};

struct lines {
	struct line *items;
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

static struct lines split_lines(struct arena *arena, const char *text)
{
	struct lines lines = {.items = NULL};
	size_t room = 0, number = 0;

	while (*text) {
		size_t length = strcspn(text, "\n"), own = length;
		const char *start = text;

		number++;
		text_trim(&start, &own);
		if (own > 0 && *start != '#') {
			lines.items = arena_grow(arena, lines.items, lines.count, &room,
				sizeof(*lines.items));
			lines.items[lines.count++] = (struct line){start, own, number};
		}
		text += length + (text[length] == '\n');
	}
	return lines;
}

static bool is_same(const struct line *a, const struct line *b)
{
	return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

/* A few of the lines from `first` on, `count` in all. */
static void add_lines(struct strbuf *out, const struct lines *lines, size_t first, size_t count)
{
	for (size_t i = first; i < first + count && i < first + SHOWN_MAX; i++) {
		const struct line *line = &lines->items[i];
		size_t shown = text_cut(line->text, line->length, SHOWN_BYTES);
		struct strbuf own = STRBUF_INIT;

		strbuf_add(&own, line->text, shown);
		strbuf_adds(out, "\n  ");
		strbuf_add_safe(out, own.text);
		if (shown < line->length)
			strbuf_adds(out, " ...");
		strbuf_release(&own);
	}
	if (count > SHOWN_MAX)
		strbuf_adds(out, "\n  ...");
}

static size_t line_number(const struct lines *lines, size_t place)
{
	if (place < lines->count)
		return lines->items[place].number;
	return lines->count > 0 ? lines->items[lines->count - 1].number + 1 : 1;
}

const char *rules_text_difference(struct arena *arena, const char *expected, const char *found)
{
	struct lines right = split_lines(arena, expected), is = split_lines(arena, found);
	size_t least = right.count < is.count ? right.count : is.count, first = 0, last = 0;
	struct strbuf out = STRBUF_INIT;

	while (first < least && is_same(&right.items[first], &is.items[first]))
		first++;
	if (first == right.count && first == is.count)
		return NULL;
	while (last < least - first &&
		is_same(&right.items[right.count - 1 - last], &is.items[is.count - 1 - last]))
		last++;
	if (is.count - first - last > 0) {
		strbuf_addf(&out, _("from line %zu on it has (%zu lines in all):"),
			line_number(&is, first), is.count - first - last);
		add_lines(&out, &is, first, is.count - first - last);
	}
	if (right.count - first - last > 0) {
		strbuf_adds(&out, out.length > 0 ? "\n" : "");
		strbuf_addf(&out, _("at line %zu it should have (%zu lines in all):"),
			line_number(&is, first), right.count - first - last);
		add_lines(&out, &right, first, right.count - first - last);
	}
	return strbuf_to_arena(&out, arena);
}
