#include "feed/format/ics/ics_event.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "feed/format/ics/ics_recurrence.h"
#include "feed/format/ics/ics_series.h"
#include "feed/format/ics/ics_zone.h"
#include "feed/format/record_reader.h"
#include "model/absence.h"
#include "model/settings.h"

const struct ics_property *ics_event_find(const struct ics_event *event, const char *name)
{
	return ics_component_find(&event->component, name);
}

void ics_event_note(struct ics_event *event, const char *property, bool costs_absence,
	const char *what)
{
	struct strbuf why = STRBUF_INIT;

	if (event->number == 0)
		return;
	strbuf_addf(&why, "%s: %s", property, what);
	record_note(event->calendar->reader, event->number, &event->record, costs_absence,
		why.text);
	strbuf_release(&why);
}

void ics_event_refuse(struct ics_event *event, const char *property, const char *value,
	const char *what)
{
	struct strbuf why = STRBUF_INIT;

	if (event->refused)
		return;
	strbuf_addf(&why, "%s: ", property);
	if (value && absence_may_show(value)) {
		findings_add_value(&why, value, strlen(value));
		strbuf_adds(&why, ": ");
	}
	strbuf_adds(&why, what);
	event->refused = strbuf_to_arena(&why, event->arena);
}

static bool is_cancelled(const struct ics_event *event)
{
	const struct ics_property *status = ics_event_find(event, "STATUS");

	return ics_name_is(&event->block.method, "CANCEL") ||
		(status &&
			(strcasecmp(status->value, "CANCELLED") == 0 ||
				strcasecmp(status->value, "CANCELED") == 0));
}

static int64_t read_sequence(const struct ics_event *event)
{
	const struct ics_property *sequence = ics_event_find(event, "SEQUENCE");
	long long number = sequence ? strtoll(sequence->value, NULL, 10) : 0;

	return number > 0 ? number : 0;
}

static moment read_stamp(struct ics_event *event)
{
	const struct ics_property *stamp = ics_event_find(event, "DTSTAMP");
	struct ics_time time;

	return stamp &&
			ics_series_read_time(event, stamp, stamp->value, NULL, MOMENT_START,
				&time) == ICS_TIME_READ
		? time.at
		: MOMENT_EARLIEST;
}

/* Which occurrence the event speaks of. A time without a zone is in that of DTSTART. */
static void read_instance(struct ics_event *event)
{
	const struct ics_property *id = ics_event_find(event, "RECURRENCE-ID"),
				  *start = ics_event_find(event, "DTSTART");
	struct ics_revision *revision = &event->revision;
	struct ics_time time;

	if (!id)
		return;
	/* of one occurrence in any case, and of no other's series if nobody can tell which */
	revision->instance.kind = ICS_INSTANCE_AT;
	if (ics_series_read_time(event, id, id->value,
		    start ? ics_property_parameter(start, "TZID") : NULL, MOMENT_START,
		    &time) == ICS_TIME_UNREADABLE) {
		revision->uid = NULL;
		ics_event_refuse(event, id->name, id->value, _("not a time that can be read"));
		return;
	}
	revision->position = time.at;
	revision->instance = time.wall.is_date
		? (struct ics_instance){ICS_INSTANCE_ON, ics_day(time.wall)}
		: (struct ics_instance){ICS_INSTANCE_AT, time.at};
	revision->follows = ics_property_is(id, "RANGE", "THISANDFUTURE");
}

/* Within a text that person_pattern looks into, the person is what revisions are of. */
static void find_people(struct ics_event *event)
{
	struct feed_reader *reader = event->calendar->reader;

	event->people = ics_people_read(reader->settings, &event->component, event->arena,
		&event->people_count);
	for (size_t i = 0; reader->settings->person_pattern && i < event->people_count; i++) {
		const char *name = record_read_person(reader, event->people[i].name);

		event->people[i].key = name ? text_fold(event->arena, name, strlen(name)) : "";
	}
}

void ics_event_parse(struct ics_event *event, struct ics_calendar *calendar,
	const struct ics_block *block)
{
	const struct ics_property *uid;

	*event = (struct ics_event){.calendar = calendar, .block = *block, .arena = arena_new()};
	event->record.line = block->line;
	ics_component_parse(&event->component, event->arena, block->text, block->length);
	uid = ics_event_find(event, "UID");
	find_people(event);
	event->revision = (struct ics_revision){.uid = uid && *uid->value ? uid->value : NULL,
		.is_cancelled = is_cancelled(event),
		.sequence = read_sequence(event),
		.stamp = read_stamp(event),
		.block = *block};
	read_instance(event);
	event->has_zone_problem = false;
}

void ics_event_release(struct ics_event *event)
{
	arena_free(event->arena);
}

/* What the event says for one of its people. */
static struct ics_revision revision_for(const struct ics_event *event,
	const struct ics_person *person)
{
	struct ics_revision revision = event->revision;

	revision.person = person->key;
	revision.is_cancelled |= person->has_declined;
	return revision;
}

bool ics_event_index(struct ics_event *event)
{
	struct arena *arena = event->calendar->arena;
	bool is_room = true;

	if (!event->revision.uid)
		return true;
	event->revision.uid = arena_string(arena, event->revision.uid);
	for (size_t i = 0; i < event->people_count && is_room; i++) {
		struct ics_revision revision = revision_for(event, &event->people[i]);

		revision.person = arena_string(arena, revision.person);
		is_room = ics_revisions_add(event->calendar->revisions, &revision);
	}
	return is_room;
}

static enum ics_standing standing_for(const struct ics_event *event,
	const struct ics_person *person)
{
	struct ics_revision revision = revision_for(event, person);

	if (revision.uid)
		return ics_revisions_standing(event->calendar->revisions, &revision);
	return revision.is_cancelled ? ICS_CANCELLED : ICS_HOLDS;
}

/* Too many is an error of the text, which record_check_count() says. */
static void add_interval(struct ics_event *event, moment start, moment end)
{
	struct feed_reader *reader = event->calendar->reader;

	if (!record_is_too_much(reader))
		record_add_interval(reader, event->number, &event->record, start, end);
}

/* Add those of the series that no other event says anything of, for one person. */
static void add_series(struct ics_event *event, const struct ics_series *series,
	const struct ics_person *person, bool has_others)
{
	const struct ics_revisions *revisions = event->calendar->revisions;
	const char *uid = event->revision.uid;

	if (has_others)
		event->calendar->work -= (int64_t)series->count;
	for (size_t i = 0; i < series->count && event->calendar->work >= 0; i++) {
		const struct ics_occurrence *occurrence = &series->items[i];

		if (has_others &&
			(ics_revisions_replaces(revisions, uid, person->key, occurrence) ||
				ics_revisions_range(revisions, uid, person->key,
					occurrence->start)))
			continue;
		add_interval(event, occurrence->start, occurrence->end);
	}
}

/* How far the clock of an event with RANGE is from that of the occurrence it replaces. */
static int64_t shift_of(const struct ics_event *event, const struct ics_series *own,
	const struct ics_series *series)
{
	const struct ics_instance *instance = &event->revision.instance;
	int64_t clock;

	if (instance->kind == ICS_INSTANCE_ON) {
		clock = instance->at * MOMENT_DAY;
		if (!series->start.wall.is_date)
			clock += ics_clock(series->start.wall) -
				ics_day(series->start.wall) * MOMENT_DAY;
	} else {
		clock = ics_clock(ics_time_wall(&series->start, instance->at));
	}
	return ics_clock(own->start.wall) - clock;
}

/* Add the occurrences behind the one that the event replaces, as it says they are now (RFC 5545 section 3.8.4.4). */
static void add_following(struct ics_event *event, const struct ics_series *own,
	const struct ics_series *series, const struct ics_person *person)
{
	const struct ics_revision *revision = &event->revision;
	const struct ics_revisions *revisions = event->calendar->revisions;
	int64_t shift = shift_of(event, own, series);

	event->calendar->work -= (int64_t)series->count;
	for (size_t i = 0; i < series->count && event->calendar->work >= 0; i++) {
		const struct ics_occurrence *occurrence = &series->items[i];
		const struct ics_revision *range = ics_revisions_range(revisions, revision->uid,
			person->key, occurrence->start);
		struct icaltimetype wall;
		moment start;

		if (!range || range->block.text != revision->block.text ||
			ics_revisions_replaces(revisions, revision->uid, person->key, occurrence))
			continue;
		wall = ics_wall(ics_clock(occurrence->wall) + shift, own->start.wall.is_date);
		start = ics_time_moment(&own->start, wall, MOMENT_START);
		add_interval(event, start, ics_series_end(own, wall, start));
	}
}

/* Follow the series that an event with RANGE belongs to, for one person. */
static void follow_range(struct ics_event *event, const struct ics_series *own,
	const struct ics_person *person)
{
	struct ics_calendar *calendar = event->calendar;
	const struct ics_revision *master =
		ics_revisions_series(calendar->revisions, event->revision.uid, person->key);
	struct ics_event of;
	struct ics_series series;

	if (!master || own->end == MOMENT_LATEST || own->first == MOMENT_EARLIEST)
		return;
	calendar->work -= (int64_t)(master->block.length / 16);
	if (calendar->work < 0)
		return;
	ics_event_parse(&of, calendar, &master->block);
	if (ics_series_read_times(&series, &of)) {
		ics_recurrence_read(&series, &of);
		add_following(event, own, &series, person);
	}
	ics_event_release(&of);
}

/* Add what the event comes to, for one of its people. */
static void add_absences(struct ics_event *event, const struct ics_series *series,
	const struct ics_person *person)
{
	const struct ics_revision *revision = &event->revision;
	bool is_series = revision->instance.kind == ICS_SERIES;

	add_series(event, series, person,
		is_series && revision->uid &&
			ics_revisions_has_instances(event->calendar->revisions, revision->uid));
	if (revision->follows && revision->uid)
		follow_range(event, series, person);
}

/* One end as a text of model/absence.h: a time with its zone as the moment it is, all else as it is. */
static const char *end_text(struct ics_event *event, const char *name)
{
	const struct ics_property *property = ics_event_find(event, name);
	struct strbuf utc = STRBUF_INIT;
	struct ics_time time;

	if (!property)
		return NULL;
	if (ics_series_read_time(event, property, property->value, NULL, MOMENT_START, &time) ==
			ICS_TIME_UNREADABLE ||
		(!time.zone && !event->has_zone_problem &&
			(!time.wall.is_date || strcasecmp(name, "DTEND") != 0)))
		return ics_property_text(property, event->arena);
	moment_add_basic_utc(&utc, time.at);
	return strbuf_to_arena(&utc, event->arena);
}

static bool is_standard(const char *name, const char *standard)
{
	return !name || strcasecmp(name, standard) == 0;
}

/* Whether the ends are in other properties than those of iCalendar. */
static bool has_named_ends(const struct ics_event *event)
{
	const struct feed_settings *settings = event->calendar->reader->settings;

	return !is_standard(settings->fields.from, "DTSTART") ||
		!is_standard(settings->fields.until, "DTEND");
}

/* Other properties say from when until when: an interval as in any other feed. */
static void read_named_ends(struct ics_event *event)
{
	const struct feed_settings *settings = event->calendar->reader->settings;
	const char *from = settings->fields.from, *until = settings->fields.until;

	event->record.from = end_text(event, from ? from : "DTSTART");
	event->record.until = end_text(event, until ? until : "DTEND");
	record_add(event->calendar->reader, event->number, &event->record);
	if (ics_event_find(event, "RRULE"))
		ics_event_note(event, "RRULE", true,
			_("is not followed where fields names other properties than DTSTART and DTEND"));
}

void ics_event_read(struct ics_event *event, size_t number)
{
	struct feed_reader *reader = event->calendar->reader;
	bool is_named = has_named_ends(event), was_read = false, has_times = false;
	struct ics_series series;

	event->number = number;
	event->record.deputies = ics_texts(&event->component, reader->settings->fields.deputy,
		event->arena, &event->record.deputy_count);
	event->record.only = ics_only_values(reader->settings, &event->component, event->arena);
	for (size_t i = 0; i < event->people_count; i++) {
		const struct ics_person *person = &event->people[i];
		enum ics_standing standing = standing_for(event, person);

		event->record.person = person->name;
		if (standing == ICS_CANCELLED)
			record_cancelled(reader, number, &event->record);
		if (standing != ICS_HOLDS)
			continue;
		if (is_named) {
			read_named_ends(event);
			continue;
		}
		if (!record_counts(reader, number, &event->record))
			continue;
		if (!was_read) {
			has_times = ics_series_read_times(&series, event);
			if (has_times)
				ics_recurrence_read(&series, event);
		}
		was_read = true;
		if (has_times)
			add_absences(event, &series, person);
		if (event->refused)
			record_refuse(reader, number, &event->record, event->refused);
	}
}
