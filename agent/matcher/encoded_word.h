/*
 * Encoded words of a header field: "=?utf-8?Q?Sikkerhed_p=C3=A5_plads?=" (RFC 2047), decoded.
 *
 * Kinder than the RFC, as mail is not always its: an encoded word may stand anywhere, be longer
 * than 75 characters, lack its padding, and share a character with the next one. Charsets are
 * UTF-8 and those with one byte a character, by a list of names, since iconv() loads code for a
 * charset that a stranger names. Of a word in any other, ASCII is read and the rest is U+FFFD.
 */
#ifndef MATCHER_ENCODED_WORD_H
#define MATCHER_ENCODED_WORD_H

#include <stddef.h>

struct strbuf;

/*
 * Add the text of a field's body, decoded and unfolded, to `out`: valid UTF-8 without control characters
 * (each is a blank). What is neither ASCII nor encoded is taken for UTF-8, else for Windows-1252; what cannot be
 * decoded is U+FFFD. No longer than three times `length`.
 */
void encoded_word_decode(struct strbuf *out, const char *text, size_t length);

#endif
