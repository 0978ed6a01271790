#include "feed/format/ics_event.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "feed/format/ics_zone.h"
#include "feed/format/record.h"

/* Recurrence is followed this far around now: --at asks of the past, too. */
#define PAST   (1096 * MOMENT_DAY)
#define FUTURE (3653 * MOMENT_DAY)

/* A rule that counts from its start must be followed from there; this many steps, at most. */
#define STEPS_MAX 100000

/* How long an occurrence lasts: whole days by the calendar, then seconds. */
struct duration {
	int days;
	int64_t seconds;
};

/* What an EXDATE takes out: the occurrences that begin here. */
struct excluded {
	moment from, to; /* [from, to) */
	moment last;     /* the latest `to` up to this one, once they are sorted by `from` */
};

/* libical has one iterator for all of a component's properties, so no loop over them calls another. */
struct event {
	struct ics_calendar *calendar; /* borrowed */
	icalcomponent *component;      /* borrowed */
	struct arena *arena;           /* owned: of what is below */
	size_t number;
	struct record record; /* deputies; its person is one after the other of */
	const char **people;
	size_t people_count;
	struct icaltimetype start;
	const char *tzid; /* of DTSTART; NULL: none */
	moment first;     /* DTSTART's moment */
	struct duration lasting;
	const char *uid;
	struct excluded *excluded;
	size_t excluded_count, excluded_room;
	bool is_own; /* replaces an occurrence: recurs no more */
	size_t occurrences;
};

static void add_finding(struct event *event, const char *why)
{
	record_note(event->calendar->reading, event->number, &event->record, true, why);
}

/* A finding about a property, by its name. */
static void find_property(struct event *event, const char *name, const char *what)
{
	struct strbuf why = STRBUF_INIT;

	strbuf_addf(&why, "%s: %s", name, what);
	add_finding(event, why.text);
	strbuf_release(&why);
}

static const char *tzid_of(icalproperty *property)
{
	icalparameter *parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);

	return parameter ? icalparameter_get_tzid(parameter) : NULL;
}

static bool is_called(icalproperty *property, const char *name)
{
	const char *own = icalproperty_get_property_name(property);

	return own && strcasecmp(own, name) == 0;
}

/* The event's next property of that name; `first`: from the beginning. */
static icalproperty *next_called(icalcomponent *component, const char *name, bool first)
{
	icalproperty *property = first
		? icalcomponent_get_first_property(component, ICAL_ANY_PROPERTY)
		: icalcomponent_get_next_property(component, ICAL_ANY_PROPERTY);

	while (property && !is_called(property, name))
		property = icalcomponent_get_next_property(component, ICAL_ANY_PROPERTY);
	return property;
}

/* A property's value as a text, "mailto:" dropped; in `arena`. */
static const char *text_of(struct arena *arena, icalproperty *property)
{
	icalvalue *value = icalproperty_get_value(property);
	const char *text;
	char *coded = NULL;

	if (!value)
		return "";
	if (icalvalue_isa(value) == ICAL_TEXT_VALUE) {
		text = icalvalue_get_text(value);
	} else {
		coded = icalvalue_as_ical_string_r(value);
		text = coded;
	}
	if (text && strncasecmp(text, "mailto:", 7) == 0)
		text += 7;
	text = arena_string(arena, text ? text : "");
	icalmemory_free_buffer(coded);
	return text;
}

static bool has_declined(icalproperty *property)
{
	icalparameter *parameter =
		icalproperty_get_first_parameter(property, ICAL_PARTSTAT_PARAMETER);

	return parameter && icalparameter_get_partstat(parameter) == ICAL_PARTSTAT_DECLINED;
}

/* All values of the properties of a name; `declined` counts those who will not be there. */
static const char **texts_of(struct event *event, const char *name, size_t *count, size_t *declined)
{
	icalproperty *property = name ? next_called(event->component, name, true) : NULL;
	const char **texts = NULL;
	size_t room = 0;

	*count = 0;
	*declined = 0;
	for (; property; property = next_called(event->component, name, false)) {
		if (has_declined(property)) {
			(*declined)++;
			continue;
		}
		texts = arena_grow(event->arena, texts, *count, &room, sizeof(*texts));
		texts[(*count)++] = text_of(event->arena, property);
	}
	return texts;
}

static const char *time_problem(enum ics_time_reading reading)
{
	if (reading == ICS_TIME_ZONE_UNKNOWN)
		return _("neither the calendar nor this machine knows its time zone (TZID)");
	return _("not a time that can be read");
}

/* The moment of a property's time; false, with a finding. */
static bool read_time(struct event *event, icalproperty *property, enum moment_edge edge,
	moment *result)
{
	enum ics_time_reading reading = ics_time_read(event->calendar->zones,
		icalvalue_get_datetime(icalproperty_get_value(property)), tzid_of(property), edge,
		result);

	if (reading)
		find_property(event, icalproperty_get_property_name(property),
			time_problem(reading));
	return reading == ICS_TIME_READ;
}

static bool is_time(icalproperty *property)
{
	icalvalue_kind kind = icalvalue_isa(icalproperty_get_value(property));

	return kind == ICAL_DATE_VALUE || kind == ICAL_DATETIME_VALUE;
}

/* libical takes what it cannot read out of the event, and says so in a property of its own. */
static const char *find_unreadable(icalcomponent *component)
{
	static const char *const names[] = {
		"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"};
	icalproperty *error = icalcomponent_get_first_property(component, ICAL_XLICERROR_PROPERTY);

	for (; error; error = icalcomponent_get_next_property(component, ICAL_XLICERROR_PROPERTY)) {
		const char *text = icalproperty_get_xlicerror(error);
		size_t length = text ? strcspn(text, ".:") : 0;

		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			const char *at = text ? strstr(text, names[i]) : NULL;

			if (at && at < text + length)
				return names[i];
		}
	}
	return NULL;
}

static int64_t day_of(struct icaltimetype time)
{
	time.hour = time.minute = time.second = 0;
	time.is_date = 0;
	return icaltime_as_timet(time) / MOMENT_DAY;
}

/* By DTEND, which is exclusive. A day that ends on itself is meant to be that day. */
static bool lasting_until(struct event *event, icalproperty *end)
{
	struct icaltimetype time = icalvalue_get_datetime(icalproperty_get_value(end));
	moment last;

	if (!read_time(event, end, MOMENT_END, &last))
		return false;
	if (last < event->first) {
		find_property(event, "DTEND", _("the end lies before the start"));
		return false;
	}
	if (time.is_date && event->start.is_date) {
		int64_t days = day_of(time) - day_of(event->start);

		event->lasting = (struct duration){.days = days > 0 ? (int)days : 1};
	} else {
		event->lasting = (struct duration){.seconds = last - event->first};
	}
	return true;
}

static bool lasting_for(struct event *event, struct icaldurationtype duration,
	struct duration *lasting)
{
	if (duration.is_neg) {
		find_property(event, "DURATION", _("the end lies before the start"));
		return false;
	}
	if (duration.weeks > 10000 || duration.days > 100000) {
		find_property(event, "DURATION", _("not a time that can be read"));
		return false;
	}
	*lasting = (struct duration){.days = (int)(duration.weeks * 7 + duration.days),
		.seconds = (int64_t)duration.hours * 3600 + (int64_t)duration.minutes * 60 +
			duration.seconds};
	return true;
}

/* RFC 5545 section 3.6.1: DTEND, else DURATION, else a date is that day and a time has no length. */
static bool read_lasting(struct event *event)
{
	icalproperty *end = icalcomponent_get_first_property(event->component, ICAL_DTEND_PROPERTY);
	icalproperty *duration =
		icalcomponent_get_first_property(event->component, ICAL_DURATION_PROPERTY);

	if (end)
		return lasting_until(event, end);
	if (duration)
		return lasting_for(event, icalproperty_get_duration(duration), &event->lasting);
	if (!event->start.is_date)
		find_property(event, "DTEND", _("is missing, and a time alone has no length"));
	event->lasting = (struct duration){.days = event->start.is_date ? 1 : 0};
	return true;
}

static bool read_start(struct event *event)
{
	icalproperty *start =
		icalcomponent_get_first_property(event->component, ICAL_DTSTART_PROPERTY);

	if (!start) {
		find_property(event, "DTSTART", _("is missing"));
		return false;
	}
	event->start = icalproperty_get_dtstart(start);
	event->tzid = tzid_of(start);
	return read_time(event, start, MOMENT_START, &event->first);
}

static const char *replaced_key(struct arena *arena, const char *uid, moment at)
{
	return arena_format(arena, "%lld %s", (long long)at, uid);
}

void ics_event_note(struct ics_calendar *calendar, icalcomponent *event)
{
	icalproperty *id = icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY);
	const char *uid = icalcomponent_get_uid(event);
	moment at;

	if (!id || !uid ||
		ics_time_read(calendar->zones, icalproperty_get_recurrenceid(id), tzid_of(id),
			MOMENT_START, &at))
		return;
	table_put(calendar->replaced, replaced_key(calendar->arena, uid, at), calendar);
}

static bool is_replaced(const struct event *event, moment at)
{
	return !event->is_own &&
		table_find(event->calendar->replaced, replaced_key(event->arena, event->uid, at));
}

static int compare_excluded(const void *left, const void *right)
{
	const struct excluded *a = left, *b = right;

	return (a->from > b->from) - (a->from < b->from);
}

static void sort_excluded(struct event *event)
{
	moment last = MOMENT_EARLIEST;

	if (event->excluded_count > 1)
		qsort(event->excluded, event->excluded_count, sizeof(*event->excluded),
			compare_excluded);
	for (size_t i = 0; i < event->excluded_count; i++) {
		if (event->excluded[i].to > last)
			last = event->excluded[i].to;
		event->excluded[i].last = last;
	}
}

/* Read the EXDATEs; a date takes out that whole day's. */
static bool read_excluded(struct event *event)
{
	icalproperty *property =
		icalcomponent_get_first_property(event->component, ICAL_EXDATE_PROPERTY);

	for (; property; property = icalcomponent_get_next_property(event->component,
				 ICAL_EXDATE_PROPERTY)) {
		struct excluded *out;
		moment from;

		if (!read_time(event, property, MOMENT_START, &from))
			return false;
		event->excluded = arena_grow(event->arena, event->excluded, event->excluded_count,
			&event->excluded_room, sizeof(*event->excluded));
		out = &event->excluded[event->excluded_count++];
		out->from = from;
		out->to =
			icalproperty_get_exdate(property).is_date ? moment_day(from, 1) : from + 1;
	}
	sort_excluded(event);
	return true;
}

static bool is_excluded(const struct event *event, moment at)
{
	size_t low = 0, high = event->excluded_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (event->excluded[middle].from > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low > 0 && at < event->excluded[low - 1].last;
}

/* Too many is an error of the calendar, told by record_check_count(). */
static void add_people(struct event *event, moment start, moment end)
{
	event->occurrences++;
	for (size_t i = 0; i < event->people_count && !record_is_too_much(event->calendar->reading);
		i++) {
		event->record.person = event->people[i];
		record_add_interval(event->calendar->reading, event->number, &event->record, start,
			end);
	}
}

/* The end of an occurrence; false where that is past all years. */
static bool end_of(struct event *event, struct icaltimetype start, moment at,
	const struct duration *lasting, moment *end)
{
	*end = at;
	if (lasting->days > 0) {
		icaltime_adjust(&start, lasting->days, 0, 0, 0);
		if (ics_time_read(event->calendar->zones, start, event->tzid, MOMENT_START, end))
			return false;
	}
	*end += lasting->seconds;
	return true;
}

/* Add one occurrence, unless something else says what becomes of it. */
static void add_occurrence(struct event *event, struct icaltimetype start)
{
	moment at, end;

	if (ics_time_read(event->calendar->zones, start, event->tzid, MOMENT_START, &at) ||
		!end_of(event, start, at, &event->lasting, &end))
		return;
	if (!is_excluded(event, at) && !is_replaced(event, at))
		add_people(event, at, end);
}

static bool is_cut(struct event *event, size_t steps)
{
	struct strbuf why = STRBUF_INIT;

	if (event->occurrences < ICS_OCCURRENCES_MAX && steps < STEPS_MAX)
		return false;
	strbuf_addf(&why, _("recurs more than %d times; those after that are not read"),
		ICS_OCCURRENCES_MAX);
	find_property(event, "RRULE", why.text);
	strbuf_release(&why);
	return true;
}

/* The last moment at which an occurrence may begin; false, with a finding, if UNTIL cannot be read. */
static bool read_until(struct event *event, struct icaltimetype until, moment *last)
{
	*last = event->calendar->now + FUTURE;
	if (icaltime_is_null_time(until))
		return true;
	if (until.is_date && !event->start.is_date) {
		until.is_date = 0;
		until.hour = 23;
		until.minute = until.second = 59;
	}
	if (ics_time_read(event->calendar->zones, until, event->tzid, MOMENT_END, last)) {
		find_property(event, "RRULE", _("not a time that can be read"));
		return false;
	}
	if (*last > event->calendar->now + FUTURE)
		*last = event->calendar->now + FUTURE;
	return true;
}

/* Where to begin: near the past that counts, unless the rule counts from its start. */
static void skip_past(const struct event *event, icalrecur_iterator *iterator, int count)
{
	moment from = event->calendar->now - PAST - (event->lasting.days + 2) * MOMENT_DAY -
		event->lasting.seconds;
	struct icaltimetype start;

	if (count > 0 || event->first >= from)
		return;
	start = icaltime_from_timet_with_zone(from, event->start.is_date, NULL);
	start.zone = event->start.zone;
	icalrecur_iterator_set_start(iterator, start);
}

static void walk_rule(struct event *event, icalrecur_iterator *iterator, moment last)
{
	moment earliest = event->calendar->now - PAST;

	for (size_t steps = 0; !is_cut(event, steps); steps++) {
		struct icaltimetype start = icalrecur_iterator_next(iterator);
		moment at, end;

		if (icaltime_is_null_time(start) ||
			ics_time_read(event->calendar->zones, start, event->tzid, MOMENT_START,
				&at) ||
			at > last || !end_of(event, start, at, &event->lasting, &end))
			return;
		if (at != event->first && end > earliest)
			add_occurrence(event, start);
	}
}

/* Follow a rule. Nobody is away every hour anew, and such rules may take for ever. */
static void read_rule(struct event *event, struct icalrecurrencetype rule)
{
	icalrecur_iterator *iterator;
	moment last;

	if (rule.freq == ICAL_SECONDLY_RECURRENCE || rule.freq == ICAL_MINUTELY_RECURRENCE ||
		rule.freq == ICAL_HOURLY_RECURRENCE) {
		find_property(event, "RRULE", _("recurs every hour or more often"));
		return;
	}
	if (!read_until(event, rule.until, &last))
		return;
	rule.until = icaltime_null_time();
	iterator = icalrecur_iterator_new(rule, event->start);
	if (!iterator) {
		find_property(event, "RRULE", _("not a rule that can be followed"));
		return;
	}
	skip_past(event, iterator, rule.count);
	walk_rule(event, iterator, last);
	icalrecur_iterator_free(iterator);
}

/* The rules, copied out, as following one asks for other properties. */
static void read_rules(struct event *event)
{
	icalproperty *property =
		icalcomponent_get_first_property(event->component, ICAL_RRULE_PROPERTY);
	struct icalrecurrencetype *rules = NULL;
	size_t count = 0, room = 0;

	for (; property;
		property = icalcomponent_get_next_property(event->component, ICAL_RRULE_PROPERTY)) {
		rules = arena_grow(event->arena, rules, count, &room, sizeof(*rules));
		rules[count++] = icalproperty_get_rrule(property);
	}
	for (size_t i = 0; i < count; i++)
		read_rule(event, rules[i]);
}

/* A period's own end; false where it is none. */
static bool period_end(struct event *event, struct icalperiodtype period, const char *tzid,
	moment start, moment *end)
{
	struct duration lasting;

	if (!icaltime_is_null_time(period.end))
		return ics_time_read(event->calendar->zones, period.end, tzid, MOMENT_END, end) ==
			ICS_TIME_READ;
	return lasting_for(event, period.duration, &lasting) &&
		end_of(event, period.start, start, &lasting, end);
}

/* An occurrence by RDATE, in a zone of its own perhaps. */
static void read_date(struct event *event, icalproperty *property)
{
	struct icaldatetimeperiodtype date = icalproperty_get_rdate(property);
	bool is_period = icaltime_is_null_time(date.time);
	struct icaltimetype start = is_period ? date.period.start : date.time;
	const char *tzid = tzid_of(property);
	enum ics_time_reading reading;
	moment at, end;

	reading = ics_time_read(event->calendar->zones, start, tzid, MOMENT_START, &at);
	if (reading) {
		find_property(event, "RDATE", time_problem(reading));
		return;
	}
	if (is_period ? !period_end(event, date.period, tzid, at, &end)
		      : !end_of(event, start, at, &event->lasting, &end))
		return;
	if (at != event->first && !is_excluded(event, at) && !is_replaced(event, at) &&
		event->occurrences < ICS_OCCURRENCES_MAX)
		add_people(event, at, end);
}

static void read_dates(struct event *event)
{
	icalproperty *property =
		icalcomponent_get_first_property(event->component, ICAL_RDATE_PROPERTY);

	for (; property;
		property = icalcomponent_get_next_property(event->component, ICAL_RDATE_PROPERTY))
		read_date(event, property);
}

/* "This and all that follow" moves the rest of a series too, which is not followed. */
static void check_range(struct event *event)
{
	icalproperty *id =
		icalcomponent_get_first_property(event->component, ICAL_RECURRENCEID_PROPERTY);

	if (id && icalproperty_get_first_parameter(id, ICAL_RANGE_PARAMETER))
		find_property(event, "RECURRENCE-ID",
			_("RANGE is not followed: this one occurrence alone is replaced"));
}

/* Whether the event counts for anybody. */
static bool counts(struct event *event)
{
	bool any = false;

	for (size_t i = 0; i < event->people_count; i++) {
		event->record.person = event->people[i];
		if (record_counts(event->calendar->reading, event->number, &event->record))
			any = true;
	}
	return any;
}

static void read_occurrences(struct event *event)
{
	if (!counts(event) || !read_start(event) || !read_lasting(event) || !read_excluded(event))
		return;
	add_occurrence(event, event->start);
	if (event->is_own) {
		check_range(event);
		return;
	}
	read_dates(event);
	read_rules(event);
}

/* One end as a text of model/absence.h: a time with its zone as the moment it is, all else as it stands. */
static bool end_text(struct event *event, const char *name, const char **text)
{
	icalproperty *property = next_called(event->component, name, true);
	struct strbuf utc = STRBUF_INIT;
	moment at;

	*text = NULL;
	if (!property)
		return true;
	*text = text_of(event->arena, property);
	if (!is_time(property) ||
		(icalvalue_isa(icalproperty_get_value(property)) == ICAL_DATE_VALUE &&
			!is_called(property, "DTEND")))
		return true;
	if (!read_time(event, property, MOMENT_START, &at))
		return false;
	moment_add_basic_utc(&utc, at);
	*text = strbuf_to_arena(&utc, event->arena);
	return true;
}

/* Other properties tell from when until when: an interval as in any other feed. */
static void read_named_ends(struct event *event)
{
	const struct feed_settings *settings = event->calendar->reading->settings;
	const char *from = settings->fields.from, *until = settings->fields.until;

	if (!end_text(event, from ? from : "DTSTART", &event->record.from) ||
		!end_text(event, until ? until : "DTEND", &event->record.until))
		return;
	for (size_t i = 0; i < event->people_count; i++) {
		event->record.person = event->people[i];
		record_add(event->calendar->reading, event->number, &event->record);
	}
}

static bool is_standard(const char *name, const char *standard)
{
	return !name || strcasecmp(name, standard) == 0;
}

/* Whose it is; an event without anybody is one with nobody named. False: all of them declined. */
static bool read_people(struct event *event)
{
	static const char *nobody[] = {NULL};
	const struct feed_settings *settings = event->calendar->reading->settings;
	size_t declined, none;

	event->record.deputies =
		texts_of(event, settings->fields.deputy, &event->record.deputy_count, &none);
	event->people = texts_of(event, settings->fields.person, &event->people_count, &declined);
	if (event->people_count > 0)
		return true;
	event->people = nobody;
	event->people_count = 1;
	return declined == 0;
}

static void read_event(struct event *event)
{
	const struct feed_settings *settings = event->calendar->reading->settings;
	const char *bad = find_unreadable(event->component);

	if (!read_people(event))
		return;
	if (bad)
		find_property(event, bad, _("cannot be read"));
	else if (is_standard(settings->fields.from, "DTSTART") &&
		is_standard(settings->fields.until, "DTEND"))
		read_occurrences(event);
	else
		read_named_ends(event);
}

void ics_event_read(struct ics_calendar *calendar, icalcomponent *component, size_t number,
	size_t line)
{
	struct event event = {.calendar = calendar,
		.component = component,
		.number = number,
		.record.line = line};
	const char *uid = icalcomponent_get_uid(component);

	if (icalcomponent_get_status(component) == ICAL_STATUS_CANCELLED)
		return;
	event.arena = arena_new();
	event.uid = arena_string(event.arena, uid ? uid : "");
	event.is_own = icalcomponent_get_first_property(component, ICAL_RECURRENCEID_PROPERTY);
	read_event(&event);
	arena_free(event.arena);
}
