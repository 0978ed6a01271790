#include "feed/format/ics/ics_recurrence.h"

#include <stdlib.h>
#include <string.h>

#include "base/library/ical.h"
#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "feed/format/ics/ics_event.h"
#include "feed/format/ics/ics_series.h"
#include "model/absence.h"

/* Recurrence is followed this far around now: --at may ask for the past, too. */
#define PAST   (1096 * MOMENT_DAY)
#define FUTURE (3653 * MOMENT_DAY)

/* A rule that counts from its start must be followed from there; this many steps, at most. */
#define STEPS_MAX 100000

/* Rules of a text that led nowhere; more are not followed. A rule is so if it has nothing for this long. */
#define BARREN_MAX 5
#define BARREN     (36525 * MOMENT_DAY)

/* What an EXDATE takes out. */
struct excluded {
	struct ics_instance *items;
	size_t count, room;
};

struct series_ctx {
	struct ics_series *series;
	struct ics_event *event;
	const char *tzid; /* of DTSTART; NULL: none */
	struct excluded excluded;
	bool is_cut; /* that there are too many is noted */
};

static int compare_instances(const void *left, const void *right)
{
	const struct ics_instance *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

/* Add what one value of an EXDATE takes out. One that cannot be read leaves too much, not too little. */
static void exclude(struct series_ctx *ctx, const struct ics_property *property, const char *value)
{
	struct excluded *out = &ctx->excluded;
	struct ics_time time;

	if (ics_series_read_time(ctx->event, property, value, ctx->tzid, MOMENT_START, &time) ==
		ICS_TIME_UNREADABLE) {
		ics_event_note(ctx->event, "EXDATE", false, _("not a time that can be read"));
		return;
	}
	out->items = arena_grow(ctx->event->arena, out->items, out->count, &out->room,
		sizeof(*out->items));
	out->items[out->count++] = time.wall.is_date
		? (struct ics_instance){ICS_INSTANCE_ON, ics_day(time.wall)}
		: (struct ics_instance){ICS_INSTANCE_AT, time.at};
}

/* Call for each value of a list of times. */
static void each_value(struct series_ctx *ctx, const char *name,
	void (*take)(struct series_ctx *, const struct ics_property *, const char *))
{
	const struct ics_property *property = ics_event_find(ctx->event, name);

	for (; property; property = ics_component_next(&ctx->event->component, name, property)) {
		const char *at = property->value;

		while (at)
			take(ctx, property, ics_next_text(&at, ctx->event->arena));
	}
}

/* Whether one of them is of that kind and in [from, to]. */
static bool excludes(const struct excluded *excluded, enum ics_instance_kind kind, int64_t from,
	int64_t to)
{
	const struct ics_instance key = {kind, to};
	size_t low = 0, high = excluded->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_instances(&excluded->items[middle], &key) > 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low > 0 && excluded->items[low - 1].kind == kind &&
		excluded->items[low - 1].at >= from;
}

static bool is_excluded(const struct excluded *excluded, struct icaltimetype wall, moment start)
{
	int64_t day = ics_day(wall);
	moment last = start;

	if (excluded->count == 0)
		return false;
	if (wall.is_date)
		last = start + MOMENT_DAY - 1;
	return excludes(excluded, ICS_INSTANCE_ON, day, day) ||
		excludes(excluded, ICS_INSTANCE_AT, start, last);
}

static void add_occurrence(struct series_ctx *ctx, struct icaltimetype wall, moment start,
	moment end)
{
	struct ics_series *series = ctx->series;

	if (is_excluded(&ctx->excluded, wall, start))
		return;
	series->items = arena_grow(ctx->event->arena, series->items, series->count, &series->room,
		sizeof(*series->items));
	series->items[series->count++] = (struct ics_occurrence){wall, start, end};
}

/* Note, once, that there are more occurrences than are read. */
static void note_cut(struct series_ctx *ctx, const char *property)
{
	struct strbuf why = STRBUF_INIT;

	if (ctx->is_cut)
		return;
	ctx->is_cut = true;
	strbuf_addf(&why, _("recurs more than %d times; those after that are not read"),
		ICS_OCCURRENCES_MAX);
	ics_event_note(ctx->event, property, true, why.text);
	strbuf_release(&why);
}

/* The end of a PERIOD behind its slash: a time, or a duration. */
static bool read_period_end(struct series_ctx *ctx, const struct ics_property *property,
	const char *text, const struct ics_time *start, moment *end)
{
	struct ics_series period = {.start = *start};
	const char *why;
	struct ics_time time;

	if (*text == 'P' || *text == 'p' || *text == '+' || *text == '-') {
		if (!ics_series_read_duration(text, &period.lasting, &why))
			return false;
		*end = ics_series_end(&period, start->wall, start->at);
	} else {
		if (ics_series_read_time(ctx->event, property, text, NULL, MOMENT_END, &time) ==
			ICS_TIME_UNREADABLE)
			return false;
		*end = time.at;
	}
	return *end > start->at;
}

/* An occurrence by RDATE, in a zone of its own perhaps. */
static void read_date(struct series_ctx *ctx, const struct ics_property *property,
	const char *value)
{
	const char *slash = strchr(value, '/');
	struct ics_series like = *ctx->series;
	struct ics_time start;
	moment end;

	if (ctx->series->count >= ICS_OCCURRENCES_MAX) {
		note_cut(ctx, property->name);
		return;
	}
	if (slash)
		value = arena_bytes(ctx->event->arena, value, (size_t)(slash - value));
	if (ics_series_read_time(ctx->event, property, value, ctx->tzid, MOMENT_START, &start) ==
			ICS_TIME_UNREADABLE ||
		!ics_series_has_year(&start) ||
		(slash && !read_period_end(ctx, property, slash + 1, &start, &end))) {
		ics_event_refuse(ctx->event, "RDATE", NULL, _("not a time that can be read"));
		return;
	}
	like.start = start;
	if (!slash)
		end = ics_series_end(&like, start.wall, start.at);
	if (start.at != ctx->series->first)
		add_occurrence(ctx, start.wall, start.at, end);
}

/* The last moment at which an occurrence may begin; false where UNTIL cannot be read. One past all years is none. */
static bool read_until(const struct ics_series *series, struct icaltimetype until, moment *last)
{
	bool is_utc = icaltime_is_utc(until);

	until.zone = NULL;
	if (icaltime_is_null_time(until) || until.year > ABSENCE_YEAR_MAX)
		return true;
	if (until.year < 1 || until.month < 1 || until.month > 12)
		return false;
	if (until.is_date && !series->start.wall.is_date)
		until = ics_wall(ics_clock(until) + MOMENT_DAY - 1, false);
	*last = is_utc ? ics_clock(until) : ics_time_moment(&series->start, until, MOMENT_END);
	return true;
}

static bool is_given(const short *part)
{
	return part[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

/* What it takes to go on by a rule, as measured: most, where libical writes out the days of a year or tries each. */
static int64_t work_of(const struct icalrecurrencetype *rule, int64_t seconds)
{
	int64_t days = seconds > 0 ? seconds / MOMENT_DAY : 0;
	bool is_sparse = is_given(rule->by_month) || is_given(rule->by_month_day) ||
		is_given(rule->by_year_day);
	bool is_wide = is_sparse || is_given(rule->by_day) || is_given(rule->by_week_no);

	switch (rule->freq) {
	case ICAL_YEARLY_RECURRENCE:
		return 1 + days * (is_wide ? 50 : 2) / 365;
	case ICAL_MONTHLY_RECURRENCE:
		return 1 + days / (is_wide ? 10 : 30);
	case ICAL_WEEKLY_RECURRENCE:
		return 1 + days / 7;
	default:
		return 1 + days * (is_sparse ? 4 : 1);
	}
}

/* Where to begin: near the past that counts, unless the rule counts from its start. */
static void skip_past(const struct series_ctx *ctx, icalrecur_iterator *iterator, int count)
{
	const struct ics_series *series = ctx->series;
	moment from = ctx->event->calendar->now - PAST - (series->lasting.days + 2) * MOMENT_DAY -
		series->lasting.seconds;
	struct icaltimetype start;

	if (count > 0 || series->first >= from)
		return;
	start = ics_wall(from, series->start.wall.is_date);
	icalrecur_iterator_set_start(iterator, start);
}

/* Note that a rule goes on behind the last moment that is looked at. */
static void note_rest(struct series_ctx *ctx)
{
	ics_event_note(ctx->event, "RRULE", false,
		_("goes on for more than ten years; those after that are not read yet"));
}

/* The next occurrence of a rule, and its start: MOMENT_LATEST if there is none. */
static struct icaltimetype next_of(const struct series_ctx *ctx, icalrecur_iterator *iterator,
	moment *start)
{
	struct icaltimetype wall = icalrecur_iterator_next(iterator);

	wall.zone = NULL;
	*start = MOMENT_LATEST;
	if (!icaltime_is_null_time(wall))
		*start = ics_time_moment(&ctx->series->start, wall, MOMENT_START);
	return wall;
}

/* Follow a rule up to its own end, `until`, or as far as is looked at. False: it leads nowhere. */
static bool walk_rule(struct series_ctx *ctx, const struct icalrecurrencetype *rule,
	icalrecur_iterator *iterator, moment until)
{
	struct ics_series *series = ctx->series;
	struct ics_calendar *calendar = ctx->event->calendar;
	moment earliest = calendar->now - PAST, furthest = calendar->now + FUTURE;
	moment before = series->first, start;

	if (rule->count == 0 && before < earliest)
		before = earliest;
	for (size_t steps = 0; calendar->work >= 0; steps++) {
		struct icaltimetype wall;
		moment end;

		if (series->count >= ICS_OCCURRENCES_MAX || steps == STEPS_MAX) {
			note_cut(ctx, "RRULE");
			break;
		}
		wall = next_of(ctx, iterator, &start);
		if (start == MOMENT_LATEST)
			return rule->count > 0 && steps > 0;
		if (start > until || start > furthest) {
			calendar->barren += start - before > BARREN;
			if (start <= until && (rule->count > 0 || until != MOMENT_LATEST))
				note_rest(ctx);
			break;
		}
		calendar->work -= work_of(rule, start - before);
		before = start;
		end = ics_series_end(series, wall, start);
		if (start != series->first && end > earliest)
			add_occurrence(ctx, wall, start, end);
	}
	return true;
}

static bool is_frequent(const struct icalrecurrencetype *rule)
{
	return rule->freq == ICAL_SECONDLY_RECURRENCE || rule->freq == ICAL_MINUTELY_RECURRENCE ||
		rule->freq == ICAL_HOURLY_RECURRENCE;
}

/* Follow a rule; false where that cannot be done. */
static bool follow_rule(struct series_ctx *ctx, struct icalrecurrencetype rule)
{
	struct ics_calendar *calendar = ctx->event->calendar;
	moment until = MOMENT_LATEST;
	icalrecur_iterator *iterator;
	bool leads;

	if (rule.freq == ICAL_NO_RECURRENCE || calendar->barren >= BARREN_MAX ||
		!read_until(ctx->series, rule.until, &until))
		return false;
	rule.until = icaltime_null_time();
	iterator = icalrecur_iterator_new(rule, ctx->series->start.wall);
	if (iterator) {
		skip_past(ctx, iterator, rule.count);
		leads = walk_rule(ctx, &rule, iterator, until);
		icalrecur_iterator_free(iterator);
	} else {
		leads = false;
	}
	calendar->barren += !leads;
	return leads;
}

/* Nobody is away every hour, and such rules may take for ever. */
static void read_rule(struct series_ctx *ctx, const struct ics_property *property)
{
	struct icalrecurrencetype rule = icalrecurrencetype_from_string(property->value);

	if (is_frequent(&rule))
		ics_event_refuse(ctx->event, "RRULE", NULL, _("recurs every hour or more often"));
	else if (!follow_rule(ctx, rule))
		ics_event_refuse(ctx->event, "RRULE", NULL, _("not a rule that can be followed"));
}

void ics_recurrence_read(struct ics_series *series, struct ics_event *event)
{
	struct series_ctx ctx = {.series = series,
		.event = event,
		.tzid = ics_property_parameter(ics_event_find(event, "DTSTART"), "TZID")};
	const struct ics_property *rule = ics_event_find(event, "RRULE");

	if (series->first == MOMENT_EARLIEST || series->end == MOMENT_LATEST) {
		add_occurrence(&ctx, series->start.wall, series->first, series->end);
		return;
	}
	if (event->revision.instance.kind != ICS_SERIES) {
		add_occurrence(&ctx, series->start.wall, series->first, series->end);
		if (rule || ics_event_find(event, "RDATE"))
			ics_event_note(event, rule ? "RRULE" : "RDATE", true,
				_("is not followed in an event with a RECURRENCE-ID"));
		return;
	}
	if (!rule && !ics_event_find(event, "RDATE")) {
		add_occurrence(&ctx, series->start.wall, series->first, series->end);
		return;
	}
	each_value(&ctx, "EXDATE", exclude);
	if (ctx.excluded.count > 1)
		qsort(ctx.excluded.items, ctx.excluded.count, sizeof(*ctx.excluded.items),
			compare_instances);
	if (series->end > event->calendar->now - PAST)
		add_occurrence(&ctx, series->start.wall, series->first, series->end);
	each_value(&ctx, "RDATE", read_date);
	for (; rule; rule = ics_component_next(&event->component, "RRULE", rule))
		read_rule(&ctx, rule);
	if (ics_event_find(event, "EXRULE"))
		ics_event_note(event, "EXRULE", false,
			_("is not followed: what it takes out counts as an absence"));
}
