/*
 * The revisions of a calendar's events: which one of them holds (RFC 5546 section 2.1.5).
 *
 * Of those of one UID, RECURRENCE-ID and person the highest SEQUENCE holds, then the later DTSTAMP, then the later in
 * the text. Add all, sort, then ask.
 */
#ifndef FEED_FORMAT_ICS_REVISIONS_H
#define FEED_FORMAT_ICS_REVISIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/library/ical.h"
#include "base/text/moment.h"
#include "feed/format/ics/ics_text.h"

struct arena;

/* More people in all events together are not a list of absences. */
#define ICS_REVISIONS_MAX 1000000

enum ics_instance_kind {
	ICS_SERIES,      /* no RECURRENCE-ID: all occurrences */
	ICS_INSTANCE_ON, /* the occurrence of that day */
	ICS_INSTANCE_AT, /* the one that begins then */
};

/* Which occurrences an event speaks of. */
struct ics_instance {
	enum ics_instance_kind kind;
	int64_t at; /* ICS_INSTANCE_ON: days since 1970; ICS_INSTANCE_AT: a moment; else 0 */
};

/* What an event says for one person. */
struct ics_revision {
	const char *uid, *person; /* ics_person.key */
	struct ics_instance instance;
	moment position; /* of the instance */
	bool is_cancelled;
	bool follows; /* RANGE=THISANDFUTURE: the later occurrences too */
	int64_t sequence;
	moment stamp;           /* DTSTAMP; MOMENT_EARLIEST: there is none */
	struct ics_block block; /* where the event is; block.text orders them */
};

struct ics_revisions;

struct ics_revisions *ics_revisions_new(struct arena *arena);

/* Add one, whose texts are borrowed; false past ICS_REVISIONS_MAX. */
bool ics_revisions_add(struct ics_revisions *revisions, const struct ics_revision *revision);

/* Sort them, after the last and before the first question. */
void ics_revisions_sort(struct ics_revisions *revisions);

enum ics_standing {
	ICS_HOLDS,
	ICS_SUPERSEDED,
	ICS_CANCELLED, /* it would hold, but is called off: not an absence */
};

/* What becomes of one of those that were added. What names nobody and is cancelled is so for everybody. */
enum ics_standing ics_revisions_standing(const struct ics_revisions *revisions,
	const struct ics_revision *revision);

/* An occurrence of a series, by the clock and as a moment. */
struct ics_occurrence {
	struct icaltimetype wall;
	moment start, end;
};

/* Whether any occurrence of `uid` has an event of its own, no matter whose. */
bool ics_revisions_has_instances(const struct ics_revisions *revisions, const char *uid);

/* Whether this one has, for that person. A day is the occurrence of that day, and a time in it that of a whole day. */
bool ics_revisions_replaces(const struct ics_revisions *revisions, const char *uid,
	const char *person, const struct ics_occurrence *occurrence);

/* The last revision that says what becomes of all occurrences from a moment before `at` on; NULL: none. */
const struct ics_revision *ics_revisions_range(const struct ics_revisions *revisions,
	const char *uid, const char *person, moment at);

/* The revision of the whole series that holds for a person; NULL: none. */
const struct ics_revision *ics_revisions_series(const struct ics_revisions *revisions,
	const char *uid, const char *person);

#endif
