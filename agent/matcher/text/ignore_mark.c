#include "matcher/text/ignore_mark.h"

#include <stdint.h>
#include <string.h>

#include "base/memory/arena.h"
#include "matcher/text/subject_text.h"

/* What is between two `*` of a mark. */
struct mark_part {
	const uint32_t *chars;
	size_t count; /* 0: of the last one only, where the mark ends with `*` */
};

struct ignore_mark {
	struct mark_part *parts; /* one or more; `*` is between them, or at the end */
	size_t count;
	bool has_edge_before, has_edge_behind; /* begins, ends where a whole word does */
};

/* A search for one mark in one subject, from the left. */
struct mark_search {
	const struct ignore_mark *mark;
	const struct subject_text *text;
	size_t *brackets; /* brackets and cuts before each place */
	size_t *found;    /* of each part, where it was last; what is before is looked through */
};

static void add_part(struct ignore_mark *mark, const uint32_t *chars, size_t count)
{
	if (count > 0)
		mark->parts[mark->count++] = (struct mark_part){chars, count};
}

const struct ignore_mark *ignore_mark_read(struct arena *arena, const char *text)
{
	struct ignore_mark *mark = arena_get(arena, sizeof(*mark));
	struct subject_text own;
	size_t first = 0;

	subject_text_read(&own, arena, text, strlen(text));
	mark->parts = arena_get(arena, (own.count + 2) * sizeof(*mark->parts));
	for (size_t i = 0; i < own.count; i++) {
		if (own.chars[i] == ' ' && first == i && mark->count == 0)
			first = i + 1; /* blanks behind a `*` in front */
		if (own.chars[i] != '*')
			continue;
		add_part(mark, own.chars + first, i - first);
		first = i + 1;
	}
	add_part(mark, own.chars + first, own.count - first);
	if (mark->count == 0)
		return NULL;
	mark->has_edge_before =
		own.chars[0] != '*' && subject_text_is_word(mark->parts[0].chars[0]);
	mark->has_edge_behind =
		own.chars[own.count - 1] == '*' || subject_text_is_word(own.chars[own.count - 1]);
	if (own.chars[own.count - 1] == '*')
		mark->parts[mark->count++] = (struct mark_part){NULL, 0};
	return mark;
}

static bool is_part_at(const struct mark_search *search, size_t number, size_t place)
{
	const struct mark_part *part = &search->mark->parts[number];

	if (!subject_text_has(search->text, place, part->chars, part->count))
		return false;
	return number + 1 < search->mark->count || !search->mark->has_edge_behind ||
		subject_text_is_edge(search->text, place + part->count);
}

/* Find the parts behind the first one, which is at `start`. Returns the mark's end; 0: it is not here. */
static size_t find_end(struct mark_search *search, size_t start)
{
	size_t end = start + search->mark->parts[0].count;

	for (size_t i = 1; i < search->mark->count; i++) {
		size_t place = search->found[i] > end ? search->found[i] : end;

		while (place <= search->text->count && !is_part_at(search, i, place))
			place++;
		search->found[i] = place;
		if (place > search->text->count || search->brackets[place] > search->brackets[end])
			return 0;
		end = place + search->mark->parts[i].count;
	}
	return end;
}

/* Find the mark from `from` on; false: it is nowhere. */
static bool find_mark(struct mark_search *search, size_t from, size_t *start, size_t *end)
{
	for (; from < search->text->count; from++) {
		if (!is_part_at(search, 0, from) ||
			(search->mark->has_edge_before &&
				!subject_text_is_edge(search->text, from)))
			continue;
		*end = find_end(search, from);
		*start = from;
		if (*end > 0)
			return true;
	}
	return false;
}

static void begin_search(struct mark_search *search, struct arena *arena,
	const struct ignore_mark *mark, const struct subject_text *text)
{
	*search = (struct mark_search){.mark = mark, .text = text};
	search->found = arena_get(arena, mark->count * sizeof(*search->found));
	search->brackets = arena_get(arena, (text->count + 1) * sizeof(*search->brackets));
	for (size_t i = 0; i < text->count; i++) {
		uint32_t c = text->chars[i];

		search->brackets[i + 1] =
			search->brackets[i] + (c == '[' || c == ']' || c == SUBJECT_CUT);
	}
}

static void add_char(struct subject_text *text, uint32_t c, uint32_t at)
{
	text->chars[text->count] = c;
	text->at[text->count++] = at;
}

void ignore_mark_cut(const struct ignore_mark *mark, struct arena *arena,
	struct subject_text *subject)
{
	struct mark_search search;
	struct subject_text cut = {.shown = subject->shown};
	size_t from = 0, start, end;

	begin_search(&search, arena, mark, subject);
	if (!find_mark(&search, 0, &start, &end))
		return;
	cut.chars = arena_get(arena, (subject->count + 1) * sizeof(*cut.chars));
	cut.at = arena_get(arena, (subject->count + 1) * sizeof(*cut.at));
	do {
		for (; from < start; from++)
			add_char(&cut, subject->chars[from], subject->at[from]);
		add_char(&cut, SUBJECT_CUT, subject->at[start]);
		from = end;
	} while (find_mark(&search, from, &start, &end));
	for (; from < subject->count; from++)
		add_char(&cut, subject->chars[from], subject->at[from]);
	cut.at[cut.count] = subject->at[subject->count];
	*subject = cut;
}

bool ignore_mark_fits(const struct ignore_mark *mark, struct arena *arena, const char *spelling)
{
	struct subject_text text;
	struct mark_search search;
	size_t start, end;

	subject_text_read(&text, arena, spelling, strlen(spelling));
	begin_search(&search, arena, mark, &text);
	return find_mark(&search, 0, &start, &end);
}
