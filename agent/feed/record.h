/*
 * Records: what every format of feed comes down to. A parser (json.h, csv.h,
 * ics.h) hands over each record's texts; here they become absences, or a finding
 * that names feed and record, and spoils no other.
 *
 * Nothing of a record but the configured fields is looked at: the kind of an
 * absence gets no further than the parser's own buffer.
 */
#ifndef FEED_RECORD_H
#define FEED_RECORD_H

#include <stddef.h>

#include "base/error.h"
#include "base/finding.h"
#include "base/moment.h"
#include "decide/reported.h"

struct arena;
struct feed_settings;

/* More is no feed of absences. Bytes of all pages together; records; pages. */
#define FEED_BYTES_MOST   (64u << 20)
#define FEED_RECORDS_MOST 200000
#define FEED_PAGES_MOST   1000

/* A feed being read. */
struct feed_reading {
	const struct feed_settings *settings; /* borrowed */
	const char *separator;                /* people.separator; "": deputies are not split */
	struct arena *arena;                  /* borrowed: of all below */
	struct findings *findings;            /* borrowed; where: "feed NAME, record N" */
	struct reported *into;                /* borrowed: what is added to, page after page */
	size_t records; /* met so far, good and bad: numbers go on from page to page */
};

/* One record's texts, as found; NULL or blank: not there. */
struct record {
	const char *person, *from, *until;
	const char **deputies; /* each still to be split at the separator */
	size_t deputy_count;
};

/* Count a record and return its number, from 1. ERROR_TARGET past FEED_RECORDS_MOST. */
enum error_kind record_begin(struct feed_reading *reading, size_t *number, struct error *err);

/*
 * Add the absence of a record; texts are copied. Nobody named, or a time that
 * cannot be read (decide/absence.h) is a finding. An interval without length (AD's
 * "never") is silently nothing.
 */
void record_add(struct feed_reading *reading, size_t number, const struct record *record);

/* The same, where the parser knows the moments already (iCalendar). */
void record_add_interval(struct feed_reading *reading, size_t number, const struct record *record,
	moment start, moment end);

/* A record that cannot be read at all; `why` in the language in force. */
void record_bad(struct feed_reading *reading, size_t number, const char *why);

#endif
