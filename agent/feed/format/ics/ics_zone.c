#include "feed/format/ics/ics_zone.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/text.h"
#include "base/text/zone.h"
#include "feed/format/ics/ics_text.h"
#include "feed/format/named_zone.h"

/* Different ones in one text. */
#define ZONES_MAX 1000

struct ics_zone {
	const struct zone *machine; /* NULL: `own` */
	icaltimezone *own;          /* borrowed from the set */
};

struct ics_zones {
	struct arena *arena;   /* borrowed */
	struct table *machine; /* names to struct ics_zone; `unknown` where the machine has none */
	struct table *file;    /* "CALENDAR NAME" and "NAME", folded, to struct ics_zone */
	struct table *texts;   /* VTIMEZONEs as they are written, to struct ics_zone */
	icaltimezone *own[ZONES_MAX]; /* owned */
	size_t count;
	struct ics_zone unknown;
};

struct ics_zones *ics_zones_new(struct arena *arena)
{
	struct ics_zones *zones = arena_get(arena, sizeof(*zones));

	zones->arena = arena;
	zones->machine = table_new(arena);
	zones->file = table_new(arena);
	zones->texts = table_new(arena);
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
	bool has_offset = false;

	for (; part; part = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT)) {
		if (!is_slow(part))
			return false;
		if (icalcomponent_get_first_property(part, ICAL_TZOFFSETTO_PROPERTY) &&
			icalcomponent_get_first_property(part, ICAL_DTSTART_PROPERTY))
			has_offset = true;
	}
	return has_offset;
}

/* Read a VTIMEZONE; NULL where it cannot be used. */
static struct ics_zone *read_zone(struct ics_zones *zones, const char *text)
{
	icalcomponent *component = icalparser_parse_string(text);
	struct ics_zone *zone;
	icaltimezone *own;

	if (!component)
		return NULL;
	if (zones->count == ZONES_MAX || icalcomponent_isa(component) != ICAL_VTIMEZONE_COMPONENT ||
		!is_usable(component)) {
		icalcomponent_free(component);
		return NULL;
	}
	own = icaltimezone_new();
	if (!icaltimezone_set_component(own, component)) {
		icalcomponent_free(component);
		icaltimezone_free(own, 1);
		return NULL;
	}
	zones->own[zones->count++] = own;
	zone = arena_get(zones->arena, sizeof(*zone));
	zone->own = own;
	return zone;
}

/* A name's key in zones->file. */
static const char *file_key(struct arena *arena, size_t calendar, const char *name)
{
	const char *folded = text_fold(arena, name, strlen(name));

	return calendar ? arena_format(arena, "%zu %s", calendar, folded) : folded;
}

void ics_zones_add(struct ics_zones *zones, const struct ics_block *block)
{
	char *text = arena_bytes(zones->arena, block->text, block->length);
	struct ics_zone *zone;
	const char *name;

	for (char *at = strchr(text, '\r'); at; at = strchr(at + 1, '\r')) {
		if (at[1] != '\n') /* which libical would not take for the end of a line */
			*at = '\n';
	}
	zone = table_find(zones->texts, text);
	if (!zone) {
		zone = read_zone(zones, text);
		table_put(zones->texts, text, zone ? zone : &zones->unknown);
	}
	if (!zone || zone == &zones->unknown)
		return;
	name = icaltimezone_get_tzid(zone->own);
	table_put(zones->file, file_key(zones->arena, block->calendar, name), zone);
	name = file_key(zones->arena, 0, name);
	if (!table_find(zones->file, name))
		table_put(zones->file, name, zone);
}

static const struct ics_zone *find_zone(struct ics_zones *zones, const char *tzid, size_t calendar)
{
	size_t length = strlen(tzid);
	struct ics_zone *zone;
	const char *key;

	text_trim(&tzid, &length);
	key = arena_bytes(zones->arena, tzid, length);
	zone = table_find(zones->machine, key);
	if (!zone) {
		const struct zone *machine = named_zone_find(key);

		zone = &zones->unknown;
		if (machine) {
			zone = arena_get(zones->arena, sizeof(*zone));
			zone->machine = machine;
		}
		table_put(zones->machine, key, zone);
	}
	if (zone == &zones->unknown)
		zone = table_find(zones->file, file_key(zones->arena, calendar, key));
	return zone ? zone : table_find(zones->file, file_key(zones->arena, 0, key));
}

int64_t ics_day(struct icaltimetype wall)
{
	/* days from 1 March of year 0, whose leap day is last (Howard Hinnant, "days_from_civil") */
	int64_t year = wall.year - (wall.month <= 2), era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t day = (153 * (wall.month + (wall.month > 2 ? -3 : 9)) + 2) / 5 + wall.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day - 719468;
}

int64_t ics_clock(struct icaltimetype wall)
{
	int64_t clock = ics_day(wall) * MOMENT_DAY;

	if (!wall.is_date)
		clock += wall.hour * 3600 + wall.minute * 60 + wall.second;
	return clock;
}

struct icaltimetype ics_wall(int64_t clock, bool is_date)
{
	struct icaltimetype wall = icaltime_null_time();
	int64_t day = clock / MOMENT_DAY - (clock % MOMENT_DAY < 0),
		rest = clock - day * MOMENT_DAY;
	int64_t shifted = day + 719468, era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t of_era = shifted - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;

	wall.day = (int)(of_year - (153 * month + 2) / 5 + 1);
	wall.month = (int)(month < 10 ? month + 3 : month - 9);
	wall.year = (int)(year + era * 400 + (wall.month <= 2));
	wall.is_date = is_date;
	if (!is_date) {
		wall.hour = (int)(rest / 3600);
		wall.minute = (int)(rest / 60 % 60);
		wall.second = (int)(rest % 60);
	}
	return wall;
}

moment ics_time_moment(const struct ics_time *time, struct icaltimetype wall, enum moment_edge edge)
{
	int64_t clock = ics_clock(wall);

	if (time->is_utc && !wall.is_date)
		return clock;
	if (wall.is_date || !time->zone)
		return zone_moment(NULL, clock, wall.is_date ? MOMENT_START : edge);
	if (time->zone->machine)
		return zone_moment(time->zone->machine, clock, edge);
	wall.zone = NULL;
	return icaltime_as_timet_with_zone(wall, time->zone->own);
}

struct icaltimetype ics_time_wall(const struct ics_time *time, moment at)
{
	struct icaltimetype wall;

	if (time->is_utc)
		return ics_wall(at, false);
	if (!time->zone || time->zone->machine)
		return ics_wall(zone_clock(time->zone ? time->zone->machine : NULL, at), false);
	wall = icaltime_from_timet_with_zone(at, 0, time->zone->own);
	wall.zone = NULL;
	return wall;
}

/* Read `count` digits from *at on. */
static bool read_digits(const char **at, int count, int *number)
{
	*number = 0;
	for (; count > 0; count--, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*number = *number * 10 + (**at - '0');
	}
	return true;
}

/* Pass a mark over, if it is there. */
static void skip_mark(const char **at, char mark)
{
	if (**at == mark)
		(*at)++;
}

/* "+0100" and "+01:00", which some write where RFC 5545 has only "Z". */
static bool read_offset(const char **at, int64_t *offset)
{
	int sign = **at == '-' ? -1 : 1, hours, minutes;

	(*at)++;
	if (!read_digits(at, 2, &hours))
		return false;
	skip_mark(at, ':');
	if (!read_digits(at, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*offset = sign * (int64_t)(hours * 3600 + minutes * 60);
	return true;
}

static bool is_day(struct icaltimetype wall)
{
	struct icaltimetype again = ics_wall(ics_clock(wall), true);

	return wall.year > 0 && wall.month >= 1 && wall.month <= 12 && wall.day >= 1 &&
		again.month == wall.month && again.day == wall.day;
}

/* A time of the day behind the date, and what it is of UTC. */
static bool read_time_of_day(const char **at, struct icaltimetype *wall, bool *is_utc,
	int64_t *offset)
{
	*offset = 0;
	if (!read_digits(at, 2, &wall->hour))
		return false;
	skip_mark(at, ':');
	if (!read_digits(at, 2, &wall->minute))
		return false;
	skip_mark(at, ':');
	if (**at >= '0' && **at <= '9' && !read_digits(at, 2, &wall->second))
		return false;
	*is_utc = **at == 'Z' || **at == 'z' || **at == '+' || **at == '-';
	if (**at == '+' || **at == '-') {
		if (!read_offset(at, offset))
			return false;
	} else if (*is_utc) {
		(*at)++;
	}
	if (wall->hour == 24)
		return wall->minute == 0 && wall->second == 0;
	return wall->hour < 24 && wall->minute < 60 && wall->second <= 60;
}

static bool read_wall(const char *text, struct icaltimetype *wall, bool *is_utc)
{
	size_t length = strlen(text);
	const char *at = text;
	int64_t offset;

	*wall = icaltime_null_time();
	*is_utc = false;
	text_trim(&at, &length);
	if (!read_digits(&at, 4, &wall->year))
		return false;
	skip_mark(&at, '-');
	if (!read_digits(&at, 2, &wall->month))
		return false;
	skip_mark(&at, '-');
	if (!read_digits(&at, 2, &wall->day) || !is_day(*wall))
		return false;
	if (*at == 'T' || *at == 't') {
		at++;
		if (!read_time_of_day(&at, wall, is_utc, &offset))
			return false;
		*wall = ics_wall(ics_clock(*wall) - offset, false);
	} else {
		wall->is_date = 1;
	}
	return at[strspn(at, " \t")] == '\0';
}

enum ics_time_reading ics_time_read(struct ics_zones *zones, const char *text, const char *tzid,
	size_t calendar, enum moment_edge edge, struct ics_time *time)
{
	enum ics_time_reading reading = ICS_TIME_READ;

	*time = (struct ics_time){0};
	if (!read_wall(text, &time->wall, &time->is_utc))
		return ICS_TIME_UNREADABLE;
	if (!time->wall.is_date && !time->is_utc && tzid) {
		time->zone = find_zone(zones, tzid, calendar);
		if (!time->zone)
			reading = ICS_TIME_ZONE_UNKNOWN;
	}
	time->at = ics_time_moment(time, time->wall, edge);
	return reading;
}
