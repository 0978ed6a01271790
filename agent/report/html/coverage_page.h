/*
 * Coverage as a page: a calendar of lists by days in which gaps jump out, the gaps in words, who stands
 * in for whom, who answers when, the findings, and of what it was made. coverage_calendar.c has the
 * calendar.
 */
#ifndef REPORT_HTML_COVERAGE_PAGE_H
#define REPORT_HTML_COVERAGE_PAGE_H

#include <stddef.h>

#include "report/coverage_phrases.h"

struct findings;
struct feed_summary;
struct mapping;
struct page_section;
struct run;

/* Everything that it tells. All borrowed. */
struct coverage_page {
	const struct coverage *coverage;
	const struct mapping *mapping;
	const struct findings *findings;
	const struct run *run; /* when it was made, by whom, from which server and settings */
	const char *mailbox;   /* what the mailbox is called */
	const char *held;      /* why not all absences are known; NULL: they are */
	const struct feed_summary *feeds;
	size_t feed_count;
	const struct page_section *also; /* a section before the findings; NULL: none */
};

void coverage_add_page(struct strbuf *out, const struct coverage_page *page);

/* For the calendar: what the page is made of, and the number of each line's first stretch (id="s…"). */
struct coverage_page_ctx {
	const struct coverage_page *page;
	struct coverage_phrases words;
	size_t *first_stretch; /* of each line */
};

/* The filter, the legend, and a table for each five weeks. */
void coverage_add_calendar(struct strbuf *out, const struct coverage_page_ctx *ctx);

/* The class of a stretch: "g" gap, "t" thin, "" enough. */
const char *coverage_class(const struct coverage_line *line, const struct stretch *stretch);

#endif
