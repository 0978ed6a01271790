#include "matcher/reply_prefix.h"

#include <stdbool.h>
#include <stdint.h>

#include "matcher/text/subject_text.h"
#include "matcher/vocabulary.h"

#define FULL_WIDTH_COLON 0xff1a

static uint32_t char_at(const struct subject_text *subject, size_t place)
{
	return place < subject->count ? subject->chars[place] : SUBJECT_CUT;
}

/* Behind "[2]", "(2)" or "^2" at `place`; `place` itself where none is. */
static size_t number_end(const struct subject_text *subject, size_t place)
{
	uint32_t open = char_at(subject, place), close = open == '[' ? ']' : open == '(' ? ')' : 0;
	size_t digits = place + 1, end;

	if (!close && open != '^')
		return place;
	for (end = digits; char_at(subject, end) >= '0' && char_at(subject, end) <= '9'; end++)
		;
	if (end == digits || (close && char_at(subject, end) != close))
		return place;
	return close ? end + 1 : end;
}

static size_t skip_blank(const struct subject_text *subject, size_t place)
{
	return char_at(subject, place) == ' ' ? place + 1 : place;
}

/* Behind the prefix at `place`; 0: none is there. */
static size_t prefix_end(const struct subject_text *subject, size_t place)
{
	for (const char *const *word = vocabulary_reply_prefixes; *word; word++) {
		size_t end = place;

		for (const char *c = *word; *c && char_at(subject, end) == (uint32_t)*c; c++)
			end++;
		if ((*word)[end - place])
			continue;
		end = number_end(subject, skip_blank(subject, end));
		end = skip_blank(subject, end);
		if (char_at(subject, end) == ':' || char_at(subject, end) == FULL_WIDTH_COLON)
			return end + 1;
	}
	return 0;
}

size_t reply_prefix_end(const struct subject_text *subject)
{
	size_t place = subject_text_skip(subject, 0), end;

	while ((end = prefix_end(subject, place)) > 0)
		place = subject_text_skip(subject, end);
	return place;
}
