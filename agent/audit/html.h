/*
 * The change reports as a page: one run, or those of some days: which runs there were, and who was on
 * which list when, and why, from the reports alone.
 */
#ifndef AUDIT_HTML_H
#define AUDIT_HTML_H

#include <jansson.h>
#include <stddef.h>

#include "base/text/moment.h"

struct findings;
struct strbuf;
struct timeline;

/* Everything that it tells. All borrowed. */
struct audit_page {
	const char *folder;
	const json_t *run;   /* one run alone; NULL: those of some days */
	const json_t *lines; /* runs to be told, in the order of time */
	size_t quiet;        /* how many others there were, which changed and refused nothing */
	moment since, until; /* what of the timeline is told; until: no later than now */
	const struct timeline *timeline;
	const struct findings
		*unread; /* reports that cannot be read, or are not as their runs left them */
	moment made;
	const char *version;
	const char *(*outcome)(const json_t *line); /* in words */
};

void audit_add_page(struct strbuf *out, const struct audit_page *page);

#endif
