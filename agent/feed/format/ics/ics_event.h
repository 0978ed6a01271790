/*
 * One VEVENT: whose it is, whether it holds, and the absences that it states.
 */
#ifndef FEED_FORMAT_ICS_EVENT_H
#define FEED_FORMAT_ICS_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text/moment.h"
#include "feed/format/ics/ics_component.h"
#include "feed/format/ics/ics_people.h"
#include "feed/format/ics/ics_revisions.h"
#include "feed/format/record.h"

struct arena;
struct ics_zones;

/* Work on recurrence rules, in a text: about 2 microseconds each. */
#define ICS_WORK_MAX INT64_C(3000000)

/* What is known of the calendars of a text. */
struct ics_calendar {
	struct feed_reader *reader;      /* borrowed */
	struct arena *arena;             /* borrowed: what lasts as long as the text */
	struct ics_zones *zones;         /* borrowed */
	struct ics_revisions *revisions; /* borrowed */
	moment now;
	int64_t work;  /* that is left of ICS_WORK_MAX; below 0: too much */
	size_t barren; /* rules that led nowhere, each of which takes long */
};

/* An event being read. */
struct ics_event {
	struct ics_calendar *calendar; /* borrowed */
	struct ics_block block;
	struct arena *arena; /* owned: of what is below */
	struct ics_component component;
	struct ics_revision revision; /* its person is one after the other of `people` */
	struct ics_person *people;
	size_t people_count;
	size_t number; /* of the record; 0: looked into for another's sake, without problems */
	struct record record;  /* its person is one after the other of `people` */
	const char *refused;   /* why the record cannot be used; NULL: it can */
	bool has_zone_problem; /* noted already */
};

/* Begin to read the event in a block; ended by ics_event_release(). */
void ics_event_parse(struct ics_event *event, struct ics_calendar *calendar,
	const struct ics_block *block);
void ics_event_release(struct ics_event *event);

/* Its first property of that name, or NULL. */
const struct ics_property *ics_event_find(const struct ics_event *event, const char *name);

/* Add what it says for each of its people to the revisions; false past ICS_REVISIONS_MAX. */
bool ics_event_index(struct ics_event *event);

/* Read the absences of a record, once all revisions are there. */
void ics_event_read(struct ics_event *event, size_t number);

/* Note a problem of one of its properties. */
void ics_event_note(struct ics_event *event, const char *property, bool costs_absence,
	const char *what);

/* Make it one that cannot be used, unless it is one already. The value is shown if it has digits only; NULL: none. */
void ics_event_refuse(struct ics_event *event, const char *property, const char *value,
	const char *what);

#endif
