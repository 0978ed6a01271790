/*
 * When an event is: DTSTART, and DTEND or DURATION (RFC 5545 section 3.6.1). ics_recurrence.h finds its
 * other occurrences.
 */
#ifndef FEED_FORMAT_ICS_SERIES_H
#define FEED_FORMAT_ICS_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text/moment.h"
#include "feed/format/ics/ics_component.h"
#include "feed/format/ics/ics_revisions.h"
#include "feed/format/ics/ics_zone.h"

struct ics_event;

/* How long an occurrence lasts: whole days by the calendar, then seconds. */
struct ics_duration {
	int64_t days, seconds;
};

struct ics_series {
	struct ics_time start;
	struct ics_duration lasting;
	moment first,
		end; /* of DTSTART's own occurrence; MOMENT_EARLIEST and MOMENT_LATEST: open */
	struct ics_occurrence *items; /* in no order, in the event's arena */
	size_t count, room;
};

/* Read DTSTART, and DTEND or DURATION. False, the event being refused, where they cannot be read. */
bool ics_series_read_times(struct ics_series *series, struct ics_event *event);

/* The end of an occurrence that begins at `wall`, in the zone of the series. */
moment ics_series_end(const struct ics_series *series, struct icaltimetype wall, moment start);

/* Whether the year of a time is one that an absence may have (model/absence.h). */
bool ics_series_has_year(const struct ics_time *time);

/* Read a duration (RFC 5545 section 3.3.6). False, with `why`, where it is not one or is negative. */
bool ics_series_read_duration(const char *value, struct ics_duration *lasting, const char **why);

/* Read the time of a property, in the zone `tzid` (NULL: none) where it has none of its own. */
enum ics_time_reading ics_series_read_time(struct ics_event *event,
	const struct ics_property *property, const char *value, const char *tzid,
	enum moment_edge edge, struct ics_time *time);

#endif
