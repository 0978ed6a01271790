/*
 * Whether a mail is of high priority (CONTRACT section 7). Part of matcher.h.
 *
 * By a field: one of vocabulary_priority_fields. By its subject: a "!" or a priority word in one of these places.
 *
 * A "!" (one or several; also "[!]" and "(!)"; also full-width) is high priority
 *
 *	first: before anything but blanks, reply prefixes and ignored marks,
 *	behind the tag or the tags that are first, or
 *	before a tag, but not behind a word, nor behind a tag that is not first.
 *
 * "EXTERN: ! [SP]" is, with EXTERN: no ignored mark; "Haster! [SP]", "Om [SP]! Nu" and "[SP] Haster!" are not.
 *
 * A word of vocabulary_priority_words, whole, and not behind "ikke", is high priority
 *
 *	first; beside a tag; alone in [brackets] or (parentheses); or before a colon.
 *
 * Only blanks and ignored marks may be between the two that are beside each other.
 */
#ifndef MATCHER_PRIORITY_H
#define MATCHER_PRIORITY_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct mail_header;
struct priority_words;
struct subject_tags;
struct subject_text;

/* The priority words, made ready; in `arena`. */
const struct priority_words *priority_words_new(struct arena *arena);

/* By its fields, the subject left out. */
bool priority_is_high_by_fields(const struct mail_header *header);

/* By its subject, whose first place behind reply prefixes is `start`. */
bool priority_is_high_by_subject(const struct priority_words *words,
	const struct subject_text *subject, const struct subject_tags *tags, size_t start);

/* Where a priority word that is at `place` ends, also inside a longer word; 0: there is none. */
size_t priority_word_end(const struct priority_words *words, const struct subject_text *subject,
	size_t place);

#endif
