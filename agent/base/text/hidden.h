/*
 * Characters that a reader cannot see, or that change how a line is shown: one table for text,
 * JSON, pages, quoted strings and completion.
 */
#ifndef BASE_TEXT_HIDDEN_H
#define BASE_TEXT_HIDDEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether `c` is hidden: controls (C0, DEL, C1), line and paragraph separators, everything of the
 * format category (Cf: bidi, zero-width, tags, annotations), Default_Ignorable_Code_Point (UAX #44),
 * surrogates and noncharacters.
 */
bool hidden_character(uint32_t c);

/* Bytes of the character at `text` (`length` bytes, 1 at least) in *c; 0 where that is not UTF-8. */
size_t hidden_next(uint32_t *c, const char *text, size_t length);

/* Whether a text has a hidden character, or bytes that are not UTF-8. */
bool hidden_in(const char *text);

#endif
