/*
 * Small questions about text: what is the same but for case, what is nearest,
 * where the blanks end. UTF-8 throughout; Unicode's own rules by libunistring.
 */
#ifndef BASE_TEXT_TEXT_H
#define BASE_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/*
 * The form of `text` by which texts are compared where upper and lower case
 * are the same: NFKC, case folded, blanks at the ends dropped and blanks
 * inside made one (RFC 4518 sections 2.3 to 2.6, less its rarer mappings).
 * Text that is not UTF-8 is folded in its ASCII part only. In `arena`.
 */
char *text_fold(struct arena *arena, const char *text, size_t length);

/*
 * A number as it is compared where its leading zeros, and a fraction of zeros alone, do not count:
 * "1001" for "00001001" and "1001.0", with a comma as well. Other text is returned unchanged. In `arena`,
 * or `text` itself.
 */
const char *text_number(struct arena *arena, const char *text);

/* Whether two texts fold to the same. */
bool text_same(const char *a, const char *b);

/* Whether `length` bytes are ASCII. */
bool text_is_ascii(const char *text, size_t length);

/* Whether a text is one word of printing ASCII, as a token is (RFC 6750 section 2.1, and what servers issue besides). */
bool text_is_token(const char *text);

/* Order two `const char *` by their bytes, for qsort(). */
int text_compare(const void *left, const void *right);

/* How many of `length` bytes of UTF-8 to show: at most `max`, and no character in two. */
size_t text_cut(const char *text, size_t length, size_t max);

/* Bytes of the byte order mark (U+FEFF) that UTF-8 may begin with: 3, or 0 where there is none. */
size_t text_mark_length(const char *text, size_t length);

/* Narrow *text, *length to what stands between the blanks (space, tab, CR, LF) at both ends. */
void text_trim(const char **text, size_t *length);

/* Which of `count` words is nearest to `word` by edit distance, or NULL if none is near
 * (more than one letter and a third of them away). Of several that are as near, the longest: a letter is left out more often
 * than another is written for it. */
const char *text_nearest(const char *word, const char *const *words, size_t count);

/*
 * Split `text` at `separator` (empty or NULL: no split; one behind an odd
 * number of backslashes does not count, as DNs escape) into trimmed parts in `arena`; empty parts are
 * dropped. Returns how many, and the array in *parts.
 */
size_t text_split(struct arena *arena, const char *text, const char *separator,
	const char ***parts);

/* How many parts text_split() would make; takes no memory. */
size_t text_count_parts(const char *text, const char *separator);

/* Line and column, in characters of UTF-8, from 1, of the byte `at` of a text. */
void text_place(const char *text, size_t at, size_t *line, size_t *column);

#endif
