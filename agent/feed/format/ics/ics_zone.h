/*
 * The zones of a calendar, and the moments of its times (RFC 5545 section 3.3.5).
 *
 * A TZID means, in this order: the zone of that name on this machine, also behind a maker's prefix; the one that
 * Windows calls so, by CLDR; the file's own VTIMEZONE. A time without one is in the process's zone.
 */
#ifndef FEED_FORMAT_ICS_ZONE_H
#define FEED_FORMAT_ICS_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/library/ical.h"
#include "base/text/moment.h"

struct arena;
struct ics_block;
struct ics_zone;
struct ics_zones;

/* Make an empty set in `arena`; end it by ics_zones_release(). */
struct ics_zones *ics_zones_new(struct arena *arena);
void ics_zones_release(struct ics_zones *zones);

/*
 * Take in a VTIMEZONE. One that has no offsets, or changes more often than monthly, is left out; so are those after
 * 1000 different ones.
 */
void ics_zones_add(struct ics_zones *zones, const struct ics_block *block);

/* A time as it is written, and where. */
struct ics_time {
	struct icaltimetype wall;    /* its zone is NULL */
	const struct ics_zone *zone; /* NULL: the process's */
	bool is_utc;                 /* by its Z or offset; `wall` is in UTC then, and `zone` too */
	moment at;                   /* of a date its first moment */
};

enum ics_time_reading {
	ICS_TIME_READ,
	ICS_TIME_UNREADABLE,   /* there is no such time */
	ICS_TIME_ZONE_UNKNOWN, /* read, in the process's zone, as nobody knows its own */
};

/*
 * Read a DATE or DATE-TIME. `tzid` NULL: none is given; `calendar`: which of the text's calendars it is in
 * (ics_text.h), as each has zones of its own.
 */
enum ics_time_reading ics_time_read(struct ics_zones *zones, const char *text, const char *tzid,
	size_t calendar, enum moment_edge edge, struct ics_time *time);

/* The moment of another time in the zone of `time`. */
moment ics_time_moment(const struct ics_time *time, struct icaltimetype wall,
	enum moment_edge edge);

/* What the clock in the zone of `time` shows at a moment. */
struct icaltimetype ics_time_wall(const struct ics_time *time, moment at);

/* Seconds since 1970 that a clock shows, and the reverse; days of its date. */
int64_t ics_clock(struct icaltimetype wall);
struct icaltimetype ics_wall(int64_t clock, bool is_date);
int64_t ics_day(struct icaltimetype wall);

#endif
