/*
 * Texts from outside, put into an address, a JSON string or XML, so that they stay one text there and
 * start nothing new. `length` bytes of a text; it may hold NUL.
 */
#ifndef BASE_TEXT_ESCAPE_H
#define BASE_TEXT_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

/*
 * Add it as part of an address or of a form (RFC 3986 section 2.3): every byte but letters, digits and
 * - . _ ~ becomes %XX. A text of dots alone stays as it is, and as a segment of a path it leads elsewhere.
 */
void escape_url(struct strbuf *out, const char *text, size_t length);

/* Add it as the inside of a JSON string (RFC 8259 section 7). Return false, with nothing added, if it is not UTF-8. */
bool escape_json(struct strbuf *out, const char *text, size_t length);

/*
 * Add it as the text of an element, or as an attribute's value in either quotes (XML 1.0 sections 2.2, 2.4 and 3.3.3).
 * Return false, with nothing added, if it is not UTF-8 or has a character that XML cannot carry.
 */
bool escape_xml(struct strbuf *out, const char *text, size_t length);

#endif
