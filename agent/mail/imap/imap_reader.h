/*
 * The parts that IMAP responses are made of (RFC 3501 section 9): atoms, numbers, strings and lists.
 * Used by imap_response.c and imap_extension.c; others read whole responses (imap_response.h).
 *
 * Each function moves r->at behind what it took. On false, *r->expected says what was expected.
 */
#ifndef MAIL_IMAP_IMAP_READER_H
#define MAIL_IMAP_IMAP_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/imap/imap_response.h"

struct arena;

struct imap_reader {
	const char *at, *end;  /* what is left of one response, which was framed (imap_frame()) */
	struct arena *arena;   /* where unescaped strings are put */
	const char **expected; /* English, to be translated */
};

/* Note what was expected; always false. */
bool imap_fail(struct imap_reader *r, const char *expected);

/* Whether the text is this word, upper and lower case alike. */
bool imap_is_word(struct imap_text text, const char *word);

/* Whether nothing is left of the line. */
bool imap_at_end(const struct imap_reader *r);

/* Take one character; false, and nothing is noted, where another is next. */
bool imap_take_char(struct imap_reader *r, char c);

/* Take an atom, which may be empty; borrowed from the response. */
struct imap_text imap_take_atom(struct imap_reader *r);

/* Take a number of 32 bits, or of 63 (RFC 9051); false, and nothing is noted, where it is none. */
bool imap_take_number(struct imap_reader *r, uint32_t *number);
bool imap_take_number64(struct imap_reader *r, uint64_t *number);

/* Take a string, or an atom where one may stand instead; NIL has no bytes. */
bool imap_take_string(struct imap_reader *r, struct imap_text *text);

/* Pass over one value, with the lists in it, whatever it is. */
bool imap_skip_value(struct imap_reader *r);

/* Take a list of atoms in parentheses, and join their bits. */
bool imap_take_atoms(struct imap_reader *r, unsigned int (*bit_of)(struct imap_text),
	unsigned int *bits);

/* Read the rest of an untagged response of an extension, behind its name (imap_extension.c). */
bool imap_read_capability(struct imap_reader *r, struct imap_response *response);
bool imap_read_namespace(struct imap_reader *r, struct imap_response *response);
bool imap_read_quota(struct imap_reader *r, struct imap_response *response);

#endif
