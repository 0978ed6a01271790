/*
 * The texts that Inbox rules look for (inbox_rule.h): those of matcher/vocabulary.h and of the tags, in the ways in
 * which a condition that has no regular expressions can find them.
 *
 * What a text cannot express is left out where that passes a mail on, and else taken more broadly. An answer that is only
 * known by its subject stops the rules where its header says "Subject: Automatisk svar"; where that subject is
 * encoded, it is passed on.
 */
#ifndef RULES_EXCHANGE_INBOX_WORDS_H
#define RULES_EXCHANGE_INBOX_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/settings.h"

struct arena;
struct rules;

/*
 * How a tag may be written: as the catalogue has it; [ so ]; [so ]; [ so]; with no-break spaces; with tabs; with two
 * blanks for each; and its letters decomposed (NFD).
 */
#define INBOX_WAYS_MAX 8

/* Lists of texts; those of what stops the rules may be longer than one condition. */
struct inbox_words {
	struct strings answers; /* in the header: the answer of a machine */
	struct strings
		answer_headers; /* in the header: a subject that begins as an answer's does */
	struct strings answer_subjects; /* in the subject: the same, behind an ignored mark */
	struct strings high_headers;    /* in the header: high priority; one condition */
	struct strings high_subjects;   /* in the subject: high priority; one condition */
};

void inbox_words_make(struct inbox_words *words, struct arena *arena, const struct rules *rules);

/* The spellings of the tags that `flags` has, in the ways that `ways` says, a number a tag. */
struct strings inbox_tag_texts(struct arena *arena, const struct rules *rules, const bool *flags,
	const size_t *ways);

/*
 * In how many ways each tag can be looked for, so that no list needs more conditions than with one way: first all
 * tags in two ways, then in three, and so on. In `arena`; at least 1.
 */
size_t *inbox_choose_ways(struct arena *arena, const struct rules *rules);

/* The first of the texts from number `from` on that one condition has no more room for; at least from + 1. */
size_t inbox_list_end(const struct strings *list, size_t from);

#endif
