/*
 * Records: what every format of feed comes down to. A parser (format.h) passes each record's texts;
 * here they become absences, or a finding that names feed and record, and spoils no other.
 *
 * Nothing of a record but the configured fields is looked at: the kind of an
 * absence gets no further than the parser's own buffer.
 */
#ifndef FEED_FORMAT_RECORD_H
#define FEED_FORMAT_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/message/finding.h"
#include "base/text/moment.h"
#include "decide/feed_absences.h"

struct arena;
struct feed_settings;

/* More is not a feed of absences: records, and what they come to (net/fetch.h bounds bytes and pages). */
#define FEED_RECORDS_MAX  200000
#define FEED_ABSENCES_MAX 1000000
#define FEED_DEPUTIES_MAX \
	1000000 /* of all absences together: a record of many names them in each */

/* A feed being read. */
struct feed_reader {
	const struct feed_settings *settings; /* borrowed */
	const char *separator;                /* people.separator; "": deputies are not split */
	struct arena *arena;                  /* borrowed: of all below */
	struct findings *findings;            /* borrowed; where: "feed NAME, record N" */
	struct feed_absences *into;           /* borrowed: what is added to, page after page */
	size_t records;  /* met so far, good and bad: numbers go on from page to page */
	size_t deputies; /* of all absences added so far */
};

/* One record's texts, as found; NULL or blank: not there. None need be UTF-8. */
struct record {
	size_t line; /* of the page, for findings; 0: not known */
	const char *person, *from, *until;
	const char **deputies; /* each still to be split at the separator */
	size_t deputy_count;
	const char **names; /* record.c's own: the deputies once split, in the reading's arena */
	size_t name_count;
	bool is_split;
};

/* Whether FEED_ABSENCES_MAX or FEED_DEPUTIES_MAX is passed, so that no more need be added. */
bool record_is_too_much(const struct feed_reader *reading);

/* ERROR_TARGET where it is: for a parser one record of which may be many absences. */
enum error_kind record_check_count(const struct feed_reader *reading, struct error *err);

/* Count a record and give its number, from 1. ERROR_TARGET past FEED_RECORDS_MAX. */
enum error_kind record_begin(struct feed_reader *reading, size_t *number, struct error *err);

/*
 * Add the absence of a record; texts are copied. Nobody named, or a time that
 * cannot be read (model/absence.h) is a finding. An interval without length (AD's
 * "never") is silently nothing. More than PERSON_VALUES_MAX deputies are an error among the
 * findings, and the absence names none.
 */
void record_add(struct feed_reader *reading, size_t number, struct record *record);

/* The same, where the parser knows the moments already (iCalendar). */
void record_add_interval(struct feed_reader *reading, size_t number, struct record *record,
	moment start, moment end);

/* What is wrong with a record, or a part of it; `line` as in struct record, `why` in the language in force. */
void record_bad(struct feed_reader *reading, size_t number, size_t line, const char *why);

/*
 * ERROR_TARGET: why a page as a whole cannot be read, "line 3, column 14: why". Column 0: the line
 * alone; line 0: neither. Which feed it is the caller knows.
 */
enum error_kind record_page_bad(size_t line, size_t column, const char *why, struct error *err);

#endif
