#include "matcher/priority.h"

#include <stdint.h>
#include <string.h>

#include "base/memory/arena.h"
#include "matcher/field.h"
#include "matcher/mail_header.h"
#include "matcher/subject_tags.h"
#include "matcher/text/subject_text.h"
#include "matcher/vocabulary.h"

#define FULL_WIDTH_MARK  0xff01 /* ! */
#define FULL_WIDTH_COLON 0xff1a

struct priority_words {
	struct subject_text *items;
	size_t count;
	struct subject_text not ; /* "ikke" */
};

const struct priority_words *priority_words_new(struct arena *arena)
{
	struct priority_words *words = arena_get(arena, sizeof(*words));
	size_t count = 0;

	while (vocabulary_priority_words[count])
		count++;
	words->items = arena_get(arena, count * sizeof(*words->items));
	for (; words->count < count; words->count++)
		subject_text_read(&words->items[words->count], arena,
			vocabulary_priority_words[words->count],
			strlen(vocabulary_priority_words[words->count]));
	subject_text_read(&words->not, arena, vocabulary_priority_not,
		strlen(vocabulary_priority_not));
	return words;
}

bool priority_is_high_by_fields(const struct mail_header *header)
{
	for (size_t i = 0; i < header->count; i++) {
		if (field_row_of(vocabulary_priority_fields, &header->fields[i]))
			return true;
	}
	return false;
}

static uint32_t char_at(const struct subject_text *subject, size_t place)
{
	return place < subject->count ? subject->chars[place] : SUBJECT_CUT;
}

static bool is_mark(uint32_t c)
{
	return c == '!' || c == FULL_WIDTH_MARK;
}

/* The bracket that closes an opening one; 0: it is not one. */
static uint32_t closing_bracket(uint32_t c)
{
	static const uint32_t pairs[][2] = {
		{'[', ']'}, {'(', ')'}, {0xff3b, 0xff3d}, {0xff08, 0xff09}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (pairs[i][0] == c)
			return pairs[i][1];
	}
	return 0;
}

/* Where the marks from `place` on end, with blanks between them; `place`: none is there. */
static size_t marks_end(const struct subject_text *subject, size_t place)
{
	size_t end = place, next = place;

	while (is_mark(char_at(subject, next))) {
		end = next + 1;
		next = subject_text_skip(subject, end);
	}
	return end;
}

/* Where the "!", "!!", "[!]" or "(!)" at `place` ends; 0: there is none. */
static size_t token_end(const struct subject_text *subject, size_t place)
{
	uint32_t closing = closing_bracket(char_at(subject, place));
	size_t inside = closing ? subject_text_skip(subject, place + 1) : place;
	size_t end = marks_end(subject, inside);

	if (end == inside)
		return 0;
	if (!closing)
		return end;
	end = subject_text_skip(subject, end);
	return char_at(subject, end) == closing ? end + 1 : 0;
}

/* Where a run of these, with blanks between, ends; 0: there is none. */
static size_t run_end(const struct subject_text *subject, size_t place)
{
	size_t end = 0, next = token_end(subject, place);

	while (next > 0) {
		end = next;
		next = token_end(subject, subject_text_skip(subject, end));
	}
	return end;
}

static bool is_tag_next(const struct subject_tags *tags, const struct subject_text *subject,
	size_t place)
{
	return tags->end[subject_text_skip(subject, place)] > 0;
}

/* Behind the tags that are first: `start` where there are none. */
static size_t first_tags_end(const struct subject_tags *tags, const struct subject_text *subject,
	size_t start)
{
	size_t place = start;

	while (tags->end[place] > 0)
		place = subject_text_skip(subject, tags->end[place]);
	return place;
}

static bool has_mark(const struct subject_text *subject, const struct subject_tags *tags,
	size_t start)
{
	size_t end;

	if (token_end(subject, start) || token_end(subject, first_tags_end(tags, subject, start)))
		return true;
	for (size_t i = start; i<subject->count; i = end> 0 ? end : i + 1) {
		size_t before = subject_text_skip_back(subject, i);

		end = run_end(subject, i);
		if (end > 0 && is_tag_next(tags, subject, end) && !tags->is_end[before] &&
			!(before > 0 && subject_text_is_word(subject->chars[before - 1])))
			return true;
	}
	return false;
}

/* A blank of the word may be missing, and one may be before its colon. */
static size_t match_word(const struct subject_text *word, const struct subject_text *subject,
	size_t place)
{
	for (size_t i = 0; i < word->count; i++) {
		uint32_t c = word->chars[i];

		if (c == ':' && char_at(subject, place) == ' ')
			place++;
		if (char_at(subject, place) == c)
			place++;
		else if (c != ' ')
			return 0;
	}
	return place;
}

size_t priority_word_end(const struct priority_words *words, const struct subject_text *subject,
	size_t place)
{
	for (size_t i = 0; i < words->count; i++) {
		size_t end = match_word(&words->items[i], subject, place);

		if (end > 0 && subject_text_is_edge(subject, end))
			return end;
	}
	return 0;
}

static bool is_negated(const struct priority_words *words, const struct subject_text *subject,
	size_t place)
{
	size_t end = subject_text_skip_back(subject, place), length = words->not .count;

	return end >= length && end < place &&
		subject_text_has(subject, end - length, words->not .chars, length) &&
		subject_text_is_edge(subject, end - length);
}

/* Whether a word's place, and where it ends, make it high priority. */
static bool is_placed(const struct subject_text *subject, const struct subject_tags *tags,
	size_t start, size_t place, size_t end)
{
	size_t before = subject_text_skip_back(subject, place);
	uint32_t behind = char_at(subject, subject_text_skip(subject, end));
	uint32_t closing = before > 0 ? closing_bracket(subject->chars[before - 1]) : 0;

	return place == start || tags->is_end[before] || is_tag_next(tags, subject, end) ||
		(closing && closing == behind) || behind == ':' || behind == FULL_WIDTH_COLON;
}

bool priority_is_high_by_subject(const struct priority_words *words,
	const struct subject_text *subject, const struct subject_tags *tags, size_t start)
{
	if (has_mark(subject, tags, start))
		return true;
	for (size_t i = start; i < subject->count; i++) {
		size_t end =
			subject_text_is_edge(subject, i) ? priority_word_end(words, subject, i) : 0;

		if (end > 0 && is_placed(subject, tags, start, i, end) &&
			!is_negated(words, subject, i))
			return true;
	}
	return false;
}
