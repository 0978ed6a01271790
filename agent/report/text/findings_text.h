/*
 * Findings for people: errors first, then what costs mail or an absence, then the rest; names instead of DNs; many
 * alike as one line (base/message/finding_fold.h).
 */
#ifndef REPORT_TEXT_FINDINGS_TEXT_H
#define REPORT_TEXT_FINDINGS_TEXT_H

#include <stdbool.h>

struct findings;
struct strbuf;

struct findings_look {
	const char *margin; /* before each line */
	bool colour;
	bool all; /* -v: each by itself, with DNs */
};

/* Add a line or two for each, and how many there are at the end; nothing where there are none. Sorted before. */
void findings_add_text(struct strbuf *out, const struct findings *findings,
	const struct findings_look *look);

#endif
