/*
 * The words that many subjects begin with, though they are no tag in brackets: "Serviceplatformen: nedetid", "SF1500
 * er nede", "INC0012345 lukket". They may be tags that nobody wrote into the catalogue.
 *
 *	struct recurring_words *words = recurring_words_new();
 *	recurring_words_add(words, "SF1500 er nede", at); // for each mail without a tag
 *	recurring_words_free(words);
 *
 * Words are *marked* where a colon, or a dash between blanks, ends them (four words at most), or where the first word
 * has both letters and digits, or is in capitals. These recur where RECURRING_MARKED_MIN subjects have them. One to three words
 * at the start of a subject that nothing marks recur where RECURRING_PLAIN_MIN subjects have them, and one of
 * RECURRING_PLAIN_SHARE of all that were added. Numbers do not count (number_pattern.h), nor do upper and lower case.
 *
 * Memory does not grow with the mails: of more than RECURRING_KEPT_MAX beginnings the rarest are forgotten, as Misra and
 * Gries count heavy hitters ("Finding repeated elements", 1982). A count may then be too low, never too high.
 */
#ifndef MAILBOX_RECURRING_WORDS_H
#define MAILBOX_RECURRING_WORDS_H

#include <stddef.h>

#include "base/text/moment.h"

struct arena;
struct recurring_words;

#define RECURRING_KEPT_MAX    4096
#define RECURRING_SHOWN_MAX   50
#define RECURRING_MARKED_MIN  3
#define RECURRING_PLAIN_MIN   5
#define RECURRING_PLAIN_SHARE 50 /* one of fifty: 2 % */

struct recurring_word {
	const char *text; /* as first seen; with * for a number */
	size_t count;     /* mails */
	moment last;
};

struct recurring_words *recurring_words_new(void);
void recurring_words_free(struct recurring_words *words); /* NULL too */

/* Count a subject (UTF-8), less its reply prefixes and the marks that mailbox.ignore names. */
void recurring_words_add(struct recurring_words *words, const char *subject, moment arrived);

/* Those that recur, most frequent first, RECURRING_SHOWN_MAX at most; in `arena`. Returns how many. */
size_t recurring_words_list(struct recurring_words *words, struct arena *arena,
	struct recurring_word **items);

#endif
