/*
 * Encoded words of a header field: "=?utf-8?Q?Sikkerhed_p=C3=A5_plads?=" (RFC 2047), decoded.
 *
 * Kinder than the RFC, as mail is not always its: an encoded word may stand anywhere, be longer
 * than 75 characters, lack its padding, and share a character with the next one. Charsets are
 * UTF-8, US-ASCII, ISO-8859-1 and -15 and Windows-1252; a word in any other stays as it is
 * written, since iconv() loads code for a charset that a stranger names.
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
