/* UTF-16, as Excel writes it under the name of Unicode text. */
#ifndef FEED_FORMAT_UTF16_H
#define FEED_FORMAT_UTF16_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

/* Whether a body begins with the mark of UTF-16. */
bool utf16_is_marked(const char *body, size_t length);

/*
 * Add a body as UTF-8, without the mark; without one the first byte tells which half of a character comes first, as an
 * ASCII letter has a zero in the other. False where it is not UTF-16: an odd number of bytes, half a pair.
 */
bool utf16_read(struct strbuf *out, const char *body, size_t length);

#endif
