/*
 * A subject, a tag's spelling or an ignored mark in the form in which they are compared (CONTRACT section 7): composed
 * (NFC), case folded, any run of blanks as one, no invisible characters, and no blanks at the ends or on the
 * inner side of a bracket: "[ Sp ]" is "[sp]".
 *
 * Blanks are Unicode's White_Space; invisible is what hidden.h names. The text is kept as characters, so
 * that questions about words and positions need no UTF-8.
 */
#ifndef MATCHER_TEXT_SUBJECT_TEXT_H
#define MATCHER_TEXT_SUBJECT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* In `chars`, where an ignored mark was cut out. It counts as a blank, and no tag goes across it. */
#define SUBJECT_CUT 0

struct subject_text {
	const char
		*shown;  /* UTF-8, the same text before it was case folded and cut; no NUL in it */
	uint32_t *chars; /* folded; a character of `shown` may have become several */
	uint32_t *at;    /* count + 1 items: where in `shown` each of them is, in bytes */
	size_t count;
};

/* Read `length` bytes of UTF-8; what is not UTF-8 is U+FFFD. Linear. The result is in `arena`. */
void subject_text_read(struct subject_text *text, struct arena *arena, const char *bytes,
	size_t length);

/* The text in the form in which texts are equal, in `arena`: UTF-8, "" where nothing of it is visible. */
const char *subject_text_key(struct arena *arena, const char *text);

/* Whether a character is part of a word: a letter, a digit or another number, or a mark on one of them. */
bool subject_text_is_word(uint32_t c);

/* Whether the text may begin, or end, between `place` - 1 and `place` as a whole word does. */
bool subject_text_is_edge(const struct subject_text *text, size_t place);

/* Whether these characters are at `place`. */
bool subject_text_has(const struct subject_text *text, size_t place, const uint32_t *chars,
	size_t count);

/* The first place from `place` on, or behind the last one before it, that is neither a blank nor a cut. */
size_t subject_text_skip(const struct subject_text *text, size_t place);
size_t subject_text_skip_back(const struct subject_text *text, size_t place);

#endif
