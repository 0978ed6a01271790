/*
 * Coverage in words: spans of time, gaps, who answers for whom. What the calendar on a terminal
 * (coverage_text.c) and the page (coverage_page.c) both say.
 *
 * Texts are made safe for a line, as phrases.h does it, and live in `arena`.
 */
#ifndef REPORT_COVERAGE_PHRASES_H
#define REPORT_COVERAGE_PHRASES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct arena;
struct coverage;
struct coverage_line;
struct person;
struct strbuf;
struct stretch;

struct coverage_phrases {
	const struct coverage *coverage;
	struct arena *arena;
	bool mark_names; /* stand between PHRASE_NAME and PHRASE_NAME_END (phrases.h) */
};

/* "24 to 26 December 2026", "24 December 2026 12:00 to 16:00". */
void coverage_add_span(struct strbuf *out, const struct coverage *coverage, moment from,
	moment until);

/* "serviceplatformen, critical". */
const char *coverage_label(const struct coverage_phrases *words, const struct coverage_line *line);

/* A gap of one list, for as long as it is the same. */
struct coverage_warning {
	moment from, until;
	size_t line;      /* of coverage->lines */
	const char *text; /* "nobody for serviceplatformen, critical: Anna Møller is away, ..." */
};

struct coverage_warnings {
	struct coverage_warning *items;
	size_t count, room;
};

/* All of them, in the order in which they come. */
struct coverage_warnings coverage_find_warnings(const struct coverage_phrases *words);

/* Why a stretch has a gap: "Anna Møller is away, and nobody who could stand in is available: ..." */
void coverage_add_why(const struct coverage_phrases *words, struct strbuf *out,
	const struct stretch *stretch);

/* One who answers, behind others: "Carl (for Anna Ågård)". */
void coverage_add_answering(const struct coverage_phrases *words, struct strbuf *out,
	const struct stretch *stretch, const struct person *person);

#endif
