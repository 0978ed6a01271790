#include "feed/format/ics_zone.h"

#include <stdio.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"

#define ZONES_MAX 1000

struct ics_zones {
	struct arena *arena;          /* borrowed */
	struct table *names;          /* to icaltimezone */
	icaltimezone *own[ZONES_MAX]; /* owned: of the file */
	size_t count;
};

struct ics_zones *ics_zones_new(struct arena *arena)
{
	struct ics_zones *zones = arena_get(arena, sizeof(*zones));

	zones->arena = arena;
	zones->names = table_new(arena);
	return zones;
}

void ics_zones_release(struct ics_zones *zones)
{
	for (size_t i = 0; i < zones->count; i++)
		icaltimezone_free(zones->own[i], 1);
	zones->count = 0;
}

/* Whether a part of a zone changes seldom enough: libical writes out each change for decades. */
static bool is_slow(icalcomponent *part)
{
	icalproperty *rule = icalcomponent_get_first_property(part, ICAL_RRULE_PROPERTY);

	for (; rule; rule = icalcomponent_get_next_property(part, ICAL_RRULE_PROPERTY)) {
		icalrecurrencetype_frequency freq = icalproperty_get_rrule(rule).freq;

		if (freq != ICAL_YEARLY_RECURRENCE && freq != ICAL_MONTHLY_RECURRENCE)
			return false;
	}
	return true;
}

static bool is_usable(icalcomponent *component)
{
	icalcomponent *part = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT);
	bool tells = false;

	for (; part; part = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT)) {
		if (!is_slow(part))
			return false;
		if (icalcomponent_get_first_property(part, ICAL_TZOFFSETTO_PROPERTY) &&
			icalcomponent_get_first_property(part, ICAL_DTSTART_PROPERTY))
			tells = true;
	}
	return tells;
}

void ics_zones_add(struct ics_zones *zones, icalcomponent *component)
{
	icaltimezone *zone;

	if (zones->count == ZONES_MAX || !is_usable(component)) {
		icalcomponent_free(component);
		return;
	}
	zone = icaltimezone_new();
	if (!icaltimezone_set_component(zone, component)) {
		icalcomponent_free(component);
		icaltimezone_free(zone, 1);
		return;
	}
	zones->own[zones->count++] = zone;
	table_put(zones->names, arena_string(zones->arena, icaltimezone_get_tzid(zone)), zone);
}

/* One of the system's, by its name; a name is part of a path there. */
static icaltimezone *system_zone(const char *tzid)
{
	const char *name = strrchr(tzid, '/');

	/* "/freeassociation.sourceforge.net/Europe/Copenhagen": a prefix of the maker's, then the name */
	if (*tzid == '/') {
		while (name > tzid && name[-1] != '/')
			name--;
		tzid = name;
	}
	if (!*tzid || *tzid == '/' || strstr(tzid, "..") || strlen(tzid) > 100)
		return NULL;
	return icaltimezone_get_builtin_timezone(tzid);
}

static icaltimezone *find_zone(struct ics_zones *zones, const char *tzid)
{
	icaltimezone *zone = table_find(zones->names, tzid);

	if (zone)
		return zone;
	zone = system_zone(tzid);
	if (zone)
		table_put(zones->names, arena_string(zones->arena, tzid), zone);
	return zone;
}

enum ics_time_reading ics_time_read(struct ics_zones *zones, struct icaltimetype time,
	const char *tzid, enum moment_edge edge, moment *result)
{
	bool is_utc = icaltime_is_utc(time), is_local = !time.is_date && !is_utc && tzid;
	icaltimezone *zone;
	char text[80];

	if (time.is_date)
		snprintf(text, sizeof(text), "%04d%02d%02d", time.year, time.month, time.day);
	else
		snprintf(text, sizeof(text), "%04d%02d%02dT%02d%02d%02d%s", time.year, time.month,
			time.day, time.hour, time.minute, time.second,
			is_utc || is_local ? "Z" : "");
	if (!moment_read(text, time.is_date ? MOMENT_START : edge, result, NULL))
		return ICS_TIME_UNREADABLE;
	if (!is_local)
		return ICS_TIME_READ;
	zone = find_zone(zones, tzid);
	if (!zone)
		return ICS_TIME_ZONE_UNKNOWN;
	*result = icaltime_as_timet_with_zone(time, zone);
	return ICS_TIME_READ;
}
