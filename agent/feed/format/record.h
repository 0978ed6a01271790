/*
 * Records: what every format of feed comes down to. A parser (format.h) passes each record's texts;
 * here they become what a reading says (model/feed_reading.h): absences, standing deputies, roles, the state
 * of each record, and problems. One bad record spoils no other. record_reader.h begins and ends a reading.
 *
 * Only the configured fields of a record are looked at: the kind of an absence gets no further
 * than the parser's own buffer.
 */
#ifndef FEED_FORMAT_RECORD_H
#define FEED_FORMAT_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"

struct feed_reader;
struct strings;

/* Bytes of a text that person_pattern is looked for in; a longer one names nobody. */
#define FEED_PERSON_MAX 1000

/* One record's texts, as found; NULL or blank: not there. None need be UTF-8. */
struct record {
	size_t line; /* of the page, for problems; 0: not known */
	const char *person, *from, *until;
	const char *zone;      /* of from and until, where these have none */
	const char *unread;    /* says that the person could not be read, unless it is 0 or false */
	const char **deputies; /* each still to be split at the separator */
	size_t deputy_count;
	const char **roles; /* likewise; of a feed that gives roles */
	size_t role_count;
	const struct strings
		*only; /* for each field of settings->only, as only_agrees() takes them */
	/* record.c's own: the deputies once split, in the reading's arena; what `only` makes of it */
	const char **names;
	size_t name_count;
	bool is_split, is_spoilt, is_judged, is_set_aside, is_refused;
};

/* Whether FEED_ABSENCES_MAX or FEED_DEPUTIES_MAX is passed, so that no more need be added. */
bool record_is_too_much(const struct feed_reader *reader);

/* ERROR_TARGET where it is: for a parser one record of which may be many absences. */
enum error_kind record_check_count(const struct feed_reader *reader, struct error *err);

/* Count a record and give its number, from 1. ERROR_TARGET past FEED_RECORDS_MAX. */
enum error_kind record_begin(struct feed_reader *reader, size_t *number, struct error *err);

/*
 * Whether `only` sets a record aside, which notes its state; the first thing to ask where record->only is
 * known. For who may look no further: record_add() and record_counts() ask by themselves.
 */
bool record_is_set_aside(struct feed_reader *reader, size_t number, struct record *record);

/*
 * Add what a record states, once for each person it names (the parser sets record->person in
 * turn): an absence, a standing deputy where it has neither end, or nothing where `only` sets it
 * aside. Texts are copied. Nobody named, a time that cannot be read (model/absence.h), an end that is
 * not after its start, and, under OPEN_REFUSED, neither end and no deputy make the record unusable,
 * with a problem. More than PERSON_VALUES_MAX deputies are a problem, and the record names none.
 *
 * Of a feed that gives deputies, each record names them, and its dates say when they are that; one without any says that
 * the person has none, and too many make it unusable. Of one that gives roles, each record names roles, and its dates
 * say when they are held; without a role, or with more than PERSON_VALUES_MAX, it is unusable.
 */
void record_add(struct feed_reader *reader, size_t number, struct record *record);

/*
 * The same in two steps, where the parser knows the moments already (iCalendar): whether the
 * record counts at all, which notes its state; then any number of absences of that person. One that
 * ends before it has begun makes the record unusable; the others stay.
 */
bool record_counts(struct feed_reader *reader, size_t number, struct record *record);
void record_add_interval(struct feed_reader *reader, size_t number, struct record *record,
	moment start, moment end);

/* The person in a text of the field: what person_pattern finds, in NFC, as it is compared; NULL: none that can be read. */
const char *record_read_person(struct feed_reader *reader, const char *text);

/* Note a record that is cancelled, of the person it names. */
void record_cancelled(struct feed_reader *reader, size_t number, struct record *record);

/*
 * Make the record unusable, whatever was noted before. `why` names no person, and is in the
 * language in force. What it added already stays.
 */
void record_refuse(struct feed_reader *reader, size_t number, const struct record *record,
	const char *why);

/*
 * Say what is wrong with a part of a record that is used all the same. `costs_absence`: somebody
 * may be taken to be at work who is away. `record` may be NULL, and `number` 0: of the whole feed.
 */
void record_note(struct feed_reader *reader, size_t number, const struct record *record,
	bool costs_absence, const char *why);

/*
 * Say that a deputy or role cannot be read. Of a feed that gives deputies or roles, record_add() then makes the record
 * unusable, so that the person keeps what the feed gave before; else it costs nothing but itself.
 */
void record_spoil(struct feed_reader *reader, size_t number, struct record *record,
	const char *why);

/*
 * ERROR_TARGET: why a page as a whole cannot be read, "line 3, column 14: why". Column 0: the line
 * alone; line 0: neither. Which feed it is the caller knows.
 */
enum error_kind record_page_bad(size_t line, size_t column, const char *why, struct error *err);

#endif
