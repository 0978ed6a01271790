/*
 * Whether a mail is the answer of a machine (CONTRACT section 7), or was here already. Part of matcher.h.
 */
#ifndef MATCHER_ANSWER_H
#define MATCHER_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

struct answer_words;
struct arena;
struct mail_header;
struct subject_text;

/* The words that the subject of an answer begins with, made ready; in `arena`. */
const struct answer_words *answer_words_new(struct arena *arena);

/* The name of the field that makes it an answer, as vocabulary.h has it, or "Return-Path"; NULL: none does. */
const char *answer_field(const struct mail_header *header);

/* Whether the subject begins with these words, whole, at `start`. */
bool answer_is_subject(const struct answer_words *words, const struct subject_text *subject,
	size_t start);

/*
 * The name of the field in which an earlier passage left the mailbox's address: X-Loop,
 * X-Sieve-Redirected-From or X-MS-Exchange-Inbox-Rules-Loop; NULL: none. The field has one address or several, which are
 * parted by blanks, commas or semicolons and may be in <>; one of them must be the whole `address`.
 */
const char *answer_loop(const struct mail_header *header, const char *address);

#endif
