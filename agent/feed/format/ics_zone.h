/*
 * The zones of a calendar, and the moments of its times (RFC 5545 section 3.3.5): in UTC, in a zone of the
 * file (VTIMEZONE) or of the system, or floating, which is in the process's zone.
 */
#ifndef FEED_FORMAT_ICS_ZONE_H
#define FEED_FORMAT_ICS_ZONE_H

#include <stdbool.h>
#include <stddef.h>

#include <libical/ical.h>

#include "base/text/moment.h"

struct arena;
struct ics_zones;

/* Make an empty set in `arena`; end it by ics_zones_release(). */
struct ics_zones *ics_zones_new(struct arena *arena);
void ics_zones_release(struct ics_zones *zones);

/* Take over a VTIMEZONE. One that tells no offsets, or changes more often than monthly, is dropped. */
void ics_zones_add(struct ics_zones *zones, icalcomponent *component);

/* What stands in the way of a time's having a moment. */
enum ics_time_reading {
	ICS_TIME_READ,
	ICS_TIME_UNREADABLE,   /* there is no such time */
	ICS_TIME_ZONE_UNKNOWN, /* neither the file nor the system has it */
};

/* The moment of a time, of a date its first; `tzid` NULL: none given. */
enum ics_time_reading ics_time_read(struct ics_zones *zones, struct icaltimetype time,
	const char *tzid, enum moment_edge edge, moment *result);

#endif
