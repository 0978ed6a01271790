/*
 * Who was on which list when, from the reports alone.
 *
 * A report that changes a list names all that are on it, before and after. So between two reports the
 * list was as the first left it, as far as anybody knows; whom the second finds there, or misses,
 * came or went in between by somebody else's hand, and is told so.
 *
 *	timeline_init(&timeline, arena);
 *	timeline_take(&timeline, line, &report, tag);	// for each run, in the order of time
 *	timeline_end(&timeline);
 */
#ifndef AUDIT_TIMELINE_H
#define AUDIT_TIMELINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "model/mapping.h"

struct arena;
struct read_report;
struct table;

/* Somebody on the list without a break. */
struct timeline_span {
	const char *dn, *key, *name; /* name "": the report tells none */
	moment from;                 /* MOMENT_EARLIEST: before the first report */
	moment until;                /* MOMENT_LATEST: as far as the reports tell */
	const char *joined, *left;   /* why, as the report has it; NULL: it does not say */
	const char *from_run, *until_run;
	bool found, missed; /* not by a run: it found them there, or missed them */
};

/* One list, and who was on it. */
struct timeline_list {
	const char *dn, *key, *kind;
	struct tag_ids tags;          /* of the first run that tells of it */
	struct timeline_span **spans; /* after timeline_end(): by name, then by time */
	size_t count, room;
	struct table *open; /* the spans that go on, by key */
	size_t tellings;    /* reports that told of it */
};

struct timeline {
	struct arena *arena; /* borrowed */
	struct table *by_key;
	struct timeline_list **lists; /* after timeline_end(): by tag, kind, DN */
	size_t count, room;
};

/* Start an empty one. What it keeps lives in `arena`, and borrows from lines, but not from reports. */
void timeline_init(struct timeline *timeline, struct arena *arena);

/* Take what a run's report tells of its lists; only those of `tag`, unless that is NULL. */
void timeline_take(struct timeline *timeline, const json_t *line, const struct read_report *report,
	const char *tag);

/* Put it in order. */
void timeline_end(struct timeline *timeline);

#endif
