/*
 * Texts as regular expressions of Sieve (draft-ietf-sieve-regex: POSIX extended), for a subject that
 * sieve_subject.h made ready: its ASCII letters are small, its blanks are spaces, one or many, and nothing
 * invisible is in it.
 *
 * A regular expression there knows bytes, or ASCII letters at best, so every other letter is written in each
 * form that it may have: both cases, composed and decomposed, and U+FFFD. That is what Pigeonhole puts
 * in the place of bytes that are not UTF-8: a raw ISO-8859-1 subject has one for each letter that is
 * not ASCII, as has a letter that is split over two encoded words.
 */
#ifndef RULES_SIEVE_SIEVE_PATTERN_H
#define RULES_SIEVE_SIEVE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

/*
 * Add the expression of a rules_spelling(): blanks may be many, and are allowed, or left out, on the inner side of
 * a bracket. It may have groups. `blank`, a variable of the script, is a space or U+FFFD.
 */
void sieve_pattern_add(struct strbuf *out, const char *spelling);

/* What sieve_pattern_add_loose() does with blanks, and with "*". */
enum sieve_loose {
	LOOSE_WORDS, /* "*" is an asterisk; a blank is one or many */
	LOOSE_JOINED, /* the same, but blanks may be missing, and be before a colon: "højprioritet" */
	LOOSE_MARK, /* an ignored mark, where "*" stands for as little as possible and never a bracket */
};

/*
 * The same without any group: a letter that is not ASCII is any such letters. For text that is cut out, as
 * groups are counted there.
 *
 * A "*" before a bracket ends there; one before other text ends at that text's first character; one at the
 * end takes what is left of the word; one at the start takes nothing.
 */
void sieve_pattern_add_loose(struct strbuf *out, const char *text, enum sieve_loose loose);

/* Whether a spelling or a mark begins, or ends, with a letter or a digit: it is a whole word there only. */
bool sieve_pattern_begins_word(const char *spelling);
bool sieve_pattern_ends_word(const char *spelling);

#endif
