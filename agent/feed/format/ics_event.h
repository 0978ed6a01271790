/*
 * One VEVENT: whose it is, and the intervals of all its occurrences.
 */
#ifndef FEED_FORMAT_ICS_EVENT_H
#define FEED_FORMAT_ICS_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#include <libical/ical.h>

#include "base/text/moment.h"

struct arena;
struct feed_reader;
struct ics_zones;
struct table;

/* Of one event; a rule that yields more is cut off, with a finding. */
#define ICS_OCCURRENCES_MAX 5000

/* What is known of the calendar. */
struct ics_calendar {
	struct feed_reader *reading; /* borrowed */
	struct arena *arena;         /* borrowed: what lasts as long as the calendar */
	struct ics_zones *zones;     /* borrowed */
	struct table *replaced;      /* occurrences that an event of their own replaces */
	moment now;
};

/* Note which occurrence of another event this one replaces (RECURRENCE-ID), cancelled or not. */
void ics_event_note(struct ics_calendar *calendar, icalcomponent *event);

/* Read a record's event, `line` its first. Cancelled ones are none. */
void ics_event_read(struct ics_calendar *calendar, icalcomponent *event, size_t number,
	size_t line);

#endif
