/*
 * The lines of an iCalendar text (RFC 5545 section 3.4), walked from component to component; each is
 * parsed by itself, so memory stays that of the text. Lines end with CRLF, LF or CR.
 */
#ifndef FEED_FORMAT_ICS_TEXT_H
#define FEED_FORMAT_ICS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define ICS_DEPTH_MAX 8

struct ics_name {
	const char *text; /* borrowed from the calendar */
	size_t length;
};

struct ics_walk {
	const char *text; /* borrowed */
	size_t length, at, line;
	struct ics_name open[ICS_DEPTH_MAX]; /* components begun and not ended */
	size_t depth;
	struct ics_name method; /* of the calendar at hand (RFC 5546 section 1.4); empty: none */
	size_t calendars;       /* begun so far */
	size_t stray_line;      /* the first line of text behind a calendar; 0: there is none */
	size_t begun_at, begun_line; /* of the component right inside the calendar */
	const char *why;             /* what is wrong, at `line`; NULL: nothing */
};

/* A component right inside a calendar, from its BEGIN to its END. */
struct ics_block {
	struct ics_name name, method;
	const char *text; /* borrowed */
	size_t length, line;
	size_t calendar; /* which of the text's calendars it is in, from 1 */
};

/* Start at the beginning, past a BOM; blanks and a ^Z at the end do not count. */
void ics_walk_init(struct ics_walk *walk, const char *text, size_t length);

/* The next component; false at the end of the calendars, or with `why` where the text is not a calendar. */
bool ics_walk_next(struct ics_walk *walk, struct ics_block *block);

/* Whether a name is that one, whatever its case. */
bool ics_name_is(const struct ics_name *name, const char *text);

#endif
