#include "feed/format/ics/ics_series.h"

#include <string.h>

#include "base/library/ical.h"
#include "base/memory/arena.h"
#include "base/text/language.h"
#include "feed/format/ics/ics_event.h"
#include "feed/format/record_reader.h"
#include "model/absence.h"
#include "model/settings.h"

enum ics_time_reading ics_series_read_time(struct ics_event *event,
	const struct ics_property *property, const char *value, const char *tzid,
	enum moment_edge edge, struct ics_time *time)
{
	const char *own = ics_property_parameter(property, "TZID");
	enum ics_time_reading reading = ics_time_read(event->calendar->zones, value,
		own ? own : tzid, event->block.calendar, edge, time);

	/* "20261224T000000" as a DATE is meant as one */
	if (reading == ICS_TIME_READ && ics_property_is(property, "VALUE", "DATE")) {
		time->wall.is_date = 1;
		time->at = ics_time_moment(time, time->wall, edge);
	}
	if (reading == ICS_TIME_ZONE_UNKNOWN && !event->has_zone_problem) {
		event->has_zone_problem = true;
		ics_event_note(event, property->name, true,
			_("neither the calendar nor this machine has its time zone (TZID); "
			  "read in absence.timezone"));
	}
	return reading;
}

/* As `time`, but refused where it cannot be read. */
static bool read_time(struct ics_event *event, const struct ics_property *property,
	enum moment_edge edge, struct ics_time *time)
{
	if (ics_series_read_time(event, property, property->value, NULL, edge, time) !=
		ICS_TIME_UNREADABLE)
		return true;
	ics_event_refuse(event, property->name, property->value, _("not a time that can be read"));
	return false;
}

bool ics_series_has_year(const struct ics_time *time)
{
	return time->wall.year >= ABSENCE_YEAR_MIN && time->wall.year <= ABSENCE_YEAR_MAX;
}

/* The day of a time as model/absence.h reads it. */
static const char *day_text(struct ics_event *event, const struct ics_time *time)
{
	return arena_format(event->arena, "%04d%02d%02d", time->wall.year, time->wall.month,
		time->wall.day);
}

/* Whether the times are those of an event that recurs, which may begin in any year. */
static bool recurs(const struct ics_event *event)
{
	return event->revision.instance.kind == ICS_SERIES &&
		(ics_event_find(event, "RRULE") || ics_event_find(event, "RDATE"));
}

static bool refuse_year(struct ics_event *event, const struct ics_property *property)
{
	ics_event_refuse(event, property->name, property->value, absence_problem(ABSENCE_YEAR));
	return false;
}

static bool read_start(struct ics_series *series, struct ics_event *event)
{
	const struct ics_property *start = ics_event_find(event, "DTSTART");
	moment end;

	if (!start) {
		ics_event_refuse(event, "DTSTART", NULL, _("is missing"));
		return false;
	}
	if (!read_time(event, start, MOMENT_START, &series->start))
		return false;
	series->first = series->start.at;
	if (ics_series_has_year(&series->start) ||
		(recurs(event) && series->start.wall.year < ABSENCE_YEAR_MIN))
		return true;
	/* one of the dates that stand for an open start? */
	if (absence_read_pair(day_text(event, &series->start), "21001231", NULL, &series->first,
		    &end) == ABSENCE_READ &&
		(series->first == MOMENT_EARLIEST || series->first == MOMENT_LATEST))
		return true;
	return refuse_year(event, start);
}

/* Read DTEND, which may stand for an open end. */
static bool read_end(struct ics_series *series, struct ics_event *event,
	const struct ics_property *property, struct ics_time *end)
{
	moment start;

	if (!read_time(event, property, MOMENT_END, end))
		return false;
	series->end = end->at;
	if (ics_series_has_year(end) || (recurs(event) && end->wall.year < ABSENCE_YEAR_MIN))
		return true;
	if (absence_read_pair("19900101", day_text(event, end), NULL, &start, &series->end) ==
			ABSENCE_READ &&
		series->end == MOMENT_LATEST)
		return true;
	return refuse_year(event, property);
}

static bool is_midnight(struct icaltimetype wall)
{
	return !wall.is_date && wall.hour == 0 && wall.minute == 0 && wall.second == 0;
}

/* The first moment after the day of an end: a day of UTC is meant as the local one. */
static moment after_day(const struct ics_time *end)
{
	struct icaltimetype next =
		ics_wall((ics_day(end->wall) + 1) * MOMENT_DAY, end->is_utc || end->wall.is_date);

	return ics_time_moment(end, next, MOMENT_START);
}

/* Without a length: that day, if both are the same local midnight. */
static bool last_that_day(struct ics_series *series, struct ics_event *event, const char *name,
	const char *why)
{
	struct icaltimetype next = ics_wall(ics_clock(series->start.wall) + MOMENT_DAY, false);

	if (!moment_is_midnight(series->first) &&
		(series->start.is_utc || !is_midnight(series->start.wall))) {
		ics_event_refuse(event, name, NULL, why);
		return false;
	}
	series->lasting = (struct ics_duration){.days = 1};
	series->end = ics_time_moment(&series->start, next, MOMENT_START);
	return true;
}

/* By DTEND, which is exclusive. A day that ends on itself is meant to be that day. */
static bool last_until(struct ics_series *series, struct ics_event *event,
	const struct ics_property *property)
{
	bool is_day = event->calendar->reader->settings->dates.until_is == UNTIL_DAY;
	struct ics_time end;

	if (!read_end(series, event, property, &end))
		return false;
	if (series->end == MOMENT_LATEST && series->first == MOMENT_EARLIEST &&
		absence_read_pair(day_text(event, &series->start), day_text(event, &end), NULL,
			&series->first, &series->end) != ABSENCE_READ) {
		ics_event_refuse(event, "DTEND", NULL, absence_problem(ABSENCE_NO_ENDS));
		return false;
	}
	if (series->end == MOMENT_LATEST || series->first == MOMENT_EARLIEST)
		return true;
	if (end.wall.is_date && series->start.wall.is_date) {
		int64_t days = ics_day(end.wall) - ics_day(series->start.wall) + is_day;

		series->lasting.days = days == 0 ? 1 : days;
		series->end = days < 0 ? MOMENT_EARLIEST
				       : ics_series_end(series, series->start.wall, series->first);
	} else {
		if (is_day && (is_midnight(end.wall) || end.wall.is_date))
			series->end = after_day(&end);
		series->lasting.seconds = series->end - series->first;
	}
	if (series->end > series->first)
		return true;
	if (series->end == series->first)
		return last_that_day(series, event, "DTEND",
			_("the end is the start: it has no length"));
	ics_event_refuse(event, "DTEND", NULL, _("the end lies before the start"));
	return false;
}

bool ics_series_read_duration(const char *value, struct ics_duration *lasting, const char **why)
{
	struct icaldurationtype duration;

	*why = _("not a time that can be read");
	value += strspn(value, " ");
	if (*value == '-') {
		*why = _("the end lies before the start");
		return false;
	}
	duration = icaldurationtype_from_string(value);
	if (icaldurationtype_is_bad_duration(duration) || duration.weeks > 10000 ||
		duration.days > 100000)
		return false;
	*lasting = (struct ics_duration){.days = (int64_t)duration.weeks * 7 + duration.days,
		.seconds = (int64_t)duration.hours * 3600 + (int64_t)duration.minutes * 60 +
			duration.seconds};
	return true;
}

static bool last_for(struct ics_series *series, struct ics_event *event,
	const struct ics_property *property)
{
	const char *why;

	if (!ics_series_read_duration(property->value, &series->lasting, &why)) {
		ics_event_refuse(event, "DURATION", NULL, why);
		return false;
	}
	series->end = ics_series_end(series, series->start.wall, series->first);
	if (series->end > series->first)
		return true;
	return last_that_day(series, event, "DURATION",
		_("the end is the start: it has no length"));
}

/* RFC 5545 section 3.6.1: DTEND, else DURATION, else a date is that day and a time has no length. */
bool ics_series_read_times(struct ics_series *series, struct ics_event *event)
{
	const struct ics_property *end = ics_event_find(event, "DTEND"),
				  *duration = ics_event_find(event, "DURATION");

	*series = (struct ics_series){0};
	if (!read_start(series, event))
		return false;
	if (series->first == MOMENT_LATEST) {
		ics_event_refuse(event, "DTSTART", NULL, _("it never begins"));
		return false;
	}
	if (end)
		return last_until(series, event, end);
	if (series->first == MOMENT_EARLIEST) {
		ics_event_refuse(event, "DTSTART", NULL, absence_problem(ABSENCE_NO_ENDS));
		return false;
	}
	if (duration)
		return last_for(series, event, duration);
	if (!series->start.wall.is_date)
		return last_that_day(series, event, "DTEND",
			_("is missing, and a time alone has no length"));
	series->lasting = (struct ics_duration){.days = 1};
	series->end = ics_series_end(series, series->start.wall, series->first);
	return true;
}

moment ics_series_end(const struct ics_series *series, struct icaltimetype wall, moment start)
{
	if (series->lasting.days > 0)
		start = ics_time_moment(&series->start,
			ics_wall(ics_clock(wall) + series->lasting.days * MOMENT_DAY, wall.is_date),
			MOMENT_START);
	return start + series->lasting.seconds;
}
