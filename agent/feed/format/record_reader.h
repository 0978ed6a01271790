/*
 * The reader of one feed, page after page: what the records of all its pages are added to (record.h), and what
 * only all of them together show.
 *
 *	record_reader_init(), a parser (format.h) for each page, record_reader_end(), record_reader_release()
 */
#ifndef FEED_FORMAT_RECORD_READER_H
#define FEED_FORMAT_RECORD_READER_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory/memo.h"
#include "model/absence.h"
#include "model/feed_reading.h"

struct arena;
struct feed_settings;
struct only;
struct zone;

/* More is not a feed of absences: records, and what they come to (net/fetch.h bounds bytes and pages). */
#define FEED_RECORDS_MAX  200000
#define FEED_ABSENCES_MAX 1000000
#define FEED_ROLES_MAX    1000000
#define FEED_DEPUTIES_MAX \
	1000000 /* of all absences together: a record of many names them in each */

/* The texts of both ends of a record, a NUL behind each, and what they came to. */
#define DATES_KEPT    1024 /* a power of two */
#define DATES_KEY_MAX 48

struct kept_dates {
	char key[DATES_KEY_MAX];
	uint32_t length; /* 0: none is kept here */
	enum absence_reading reading;
	moment start, end;
};

struct feed_reader {
	const struct feed_settings *settings; /* borrowed */
	const char *separator;                /* people.separator; "": deputies are not split */
	struct arena *arena;                  /* borrowed: of all below */
	struct feed_reading *into;            /* borrowed: what is added to, page after page */
	size_t records;    /* met so far, good and bad: numbers go on from page to page */
	size_t others;     /* of these, those that no page has, and so no field (asks: people) */
	size_t deputies;   /* of all absences added so far */
	regex_t *pattern;  /* owned: person_pattern; NULL: none */
	struct only *only; /* settings->only */
	bool *only_seen;   /* for each of its fields: whether a record had it */
	struct memo
		people; /* owned: the texts of the person field that were met, and whom they name */
	struct memo names;        /* owned: the same of deputies and roles */
	struct kept_dates *dates; /* owned: DATES_KEPT of them */
	size_t dated; /* the last record whose fields were looked at for whether they are empty, and how many */
	size_t dated_count;
	const char *zone_name;   /* that a record named last; NULL: none did */
	const struct zone *zone; /* it; NULL: not known here */
	bool from_seen, until_seen, zone_seen,
		deputy_seen; /* whether a record had anything in these fields */
};

/*
 * Begin a reading into `into`, which is emptied; its absences' feed, match and as_number are the
 * settings'. All that is read goes into `arena`. The caller ends by record_reader_release().
 */
void record_reader_init(struct feed_reader *reader, const struct feed_settings *settings,
	const char *separator, struct feed_reading *into, struct arena *arena);

/*
 * End the reading after its last page: put its records in order, and note the fields that were
 * empty in every record, and a field of `only` that no record has.
 */
void record_reader_end(struct feed_reader *reader);

/* Free what the reader holds beside its arena; also after a page that could not be read. */
void record_reader_release(struct feed_reader *reader);

#endif
