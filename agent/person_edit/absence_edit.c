#include "person_edit/absence_edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "model/absence.h"
#include "model/person.h"
#include "model/person_values.h"

/* A moment in a form. */
static const char *write_moment(struct arena *arena, enum value_form form, moment t)
{
	struct strbuf text = STRBUF_INIT;

	if (form == FORM_TIME)
		moment_add_generalized(&text, t);
	else if (form == FORM_TICKS)
		moment_add_ticks(&text, t);
	else
		moment_add_iso(&text, t);
	return strbuf_to_arena(&text, arena);
}

static const char *write_day(struct arena *arena, moment t)
{
	struct strbuf text = STRBUF_INIT;

	moment_add_iso_day(&text, t);
	return strbuf_to_arena(&text, arena);
}

/* Days stay days where they can: people read them as they wrote them. */
static const char *write_start(struct arena *arena, enum value_form form,
	const struct absence_edit *absence)
{
	if (absence->start_is_date && form == FORM_TEXT)
		return write_day(arena, absence->start);
	return write_moment(arena, form, absence->start);
}

/* NULL: open. */
static const char *write_end(struct arena *arena, enum value_form form,
	const struct absence_edit *absence)
{
	if (absence->end == MOMENT_LATEST)
		return NULL;
	if (absence->end_is_date && form == FORM_TEXT)
		return write_day(arena, moment_day(absence->end, -1));
	return write_moment(arena, form, absence->end);
}

/* The parts of all values of absences, in the order in which they count; blank parts do not. */
static struct value_set split_absences(struct arena *arena, const struct value_set *values,
	const char *separator)
{
	struct value_set parts = {0};

	for (size_t i = 0; i < values->count; i++) {
		const char **items;
		size_t count = text_split(arena, values->items[i], separator, &items);

		for (size_t j = 0; j < count; j++)
			value_set_add(&parts, arena, items[j]);
	}
	if (parts.count > 0)
		parts.count = absence_drop_blank(parts.items, parts.count);
	return parts;
}

/* The pair of attributes, read as directory/read/person_entry.h reads it. */
struct pair {
	bool is_empty;
	enum absence_reading reading;
	moment start, end;
};

static struct pair read_pair(struct arena *arena, const struct person_values *values,
	const char *separator)
{
	struct value_set from = split_absences(arena, &values->absent_from.values, separator);
	struct value_set until = split_absences(arena, &values->absent_until.values, separator);
	struct pair pair = {.is_empty = from.count + until.count == 0, .reading = ABSENCE_SEVERAL};

	if (from.count <= 1 && until.count <= 1)
		pair.reading = absence_read_pair(from.count ? from.items[0] : NULL,
			until.count ? until.items[0] : NULL, NULL, &pair.start, &pair.end);
	return pair;
}

/* Whether nothing of it lies ahead of `t`. What cannot be read may. */
static bool is_over(enum absence_reading reading, moment start, moment end, moment t)
{
	return reading == ABSENCE_READ && (end <= t || start >= end);
}

/* Whether an absence ended so long ago that no gap to a next one counts as absence either. */
static bool is_stale(const struct absence_editor *editor, enum absence_reading reading,
	moment start, moment end)
{
	return reading == ABSENCE_READ && start < end && end <= editor->now - editor->bridge;
}

/* Whether an absence has not ended and is, at some moment, within those that are to be ended. */
static bool is_chosen(const struct absence_editor *editor, const struct absence_choice *choice,
	enum absence_reading reading, moment start, moment end)
{
	return reading == ABSENCE_READ && start < end && end > editor->now &&
		start <= choice->last && choice->first < end;
}

static void note_cleaned(struct absence_editor *editor, moment start, moment end)
{
	struct absence_list *list = &editor->cleaned;

	list->items = arena_grow(editor->arena, list->items, list->count, &list->room,
		sizeof(*list->items));
	list->items[list->count++] = (struct absence){.start = start, .end = end};
}

static void collect_absence(struct person *person, struct arena *arena, size_t *room, moment start,
	moment end)
{
	if (start >= end)
		return;
	person->absences = arena_grow(arena, person->absences, person->absence_count, room,
		sizeof(*person->absences));
	person->absences[person->absence_count++] = (struct absence){.start = start, .end = end};
}

static void collect_intervals(struct person *person, const struct absence_editor *editor,
	size_t *room, const struct person_attribute *attribute)
{
	struct value_set parts =
		split_absences(editor->arena, &attribute->values, editor->separator);

	for (size_t i = 0; i < parts.count; i++) {
		moment start, end;

		if (absence_read_interval(parts.items[i], &start, &end) == ABSENCE_READ)
			collect_absence(person, editor->arena, room, start, end);
	}
}

/* Nothing but the absences; what is written says all of them, so none is left to absence.bridge. */
static struct person read_absences(const struct absence_editor *editor)
{
	const struct person_values *values = editor->values;
	struct arena *arena = editor->arena;
	struct pair pair = read_pair(arena, values, editor->separator);
	struct person person = {0};
	size_t room = 0;

	if (pair.reading == ABSENCE_READ)
		collect_absence(&person, arena, &room, pair.start, pair.end);
	collect_intervals(&person, editor, &room, &values->absence);
	for (size_t i = 0; i < values->more_count; i++)
		collect_intervals(&person, editor, &room, &values->more_absences[i]);
	if (person.absence_count > 1)
		qsort(person.absences, person.absence_count, sizeof(*person.absences),
			absence_compare);
	calendar_make(&person.calendar, arena, person.absences, person.absence_count, 0);
	return person;
}

size_t absence_edit_list(const struct absence_editor *editor, struct absence **absences)
{
	struct person person = read_absences(editor);

	*absences = person.absences;
	return person.absence_count;
}

static bool is_away_throughout(const struct absence_editor *editor,
	const struct absence_edit *absence)
{
	struct person person = read_absences(editor);
	moment until;

	return person_is_absent(&person, absence->start, &until) && until >= absence->end;
}

/* Replace all values of an attribute by one; NULL: by none. The same value stays as it is. */
static void replace_values(struct absence_editor *editor, const struct person_attribute *attribute,
	const char *value)
{
	value_change_replace(editor->change, editor->arena, attribute,
		&(struct value_set){.items = &value, .count = value ? 1 : 0});
}

static bool holds_time(const struct person_attribute *attribute)
{
	return attribute->is_known && attribute->form != FORM_DN;
}

/* People write no seconds. What began within this minute is as if it had not begun. */
static moment minute_of(moment t)
{
	return t - t % 60;
}

/*
 * What is left of an interval: itself; cut at the minute, where it is to be ended and has begun; NULL, where it is stale
 * or is to be ended and has not begun. `choice` NULL: nothing is to be ended.
 */
static const char *edit_interval(struct absence_editor *editor, const char *interval,
	const struct absence_choice *choice)
{
	moment start, end, minute = minute_of(editor->now);
	enum absence_reading reading = absence_read_interval(interval, &start, &end);

	if (is_stale(editor, reading, start, end)) {
		note_cleaned(editor, start, end);
		return NULL;
	}
	if (!choice || !is_chosen(editor, choice, reading, start, end))
		return interval;
	if (start >= minute)
		return NULL;
	return arena_format(editor->arena, "%.*s/%s", (int)absence_slash_between(interval),
		interval, write_moment(editor->arena, FORM_TEXT, minute));
}

/* A value with each of its parts edited; "" where nothing is left; itself where none changes. */
static const char *edit_value(struct absence_editor *editor, const char *value,
	const struct absence_choice *choice)
{
	struct strbuf text = STRBUF_INIT;
	const char **parts;
	size_t count = text_split(editor->arena, value, editor->separator, &parts);
	bool is_edited = false;

	for (size_t i = 0; i < count; i++) {
		const char *part = edit_interval(editor, parts[i], choice);

		is_edited = is_edited || part != parts[i];
		if (part)
			strbuf_add_item(&text, editor->separator, part);
	}
	if (!is_edited) {
		strbuf_release(&text);
		return value;
	}
	return strbuf_to_arena(&text, editor->arena);
}

static bool has_value(const struct value_set *set, const char *value)
{
	for (size_t i = 0; i < set->count; i++) {
		if (text_same(set->items[i], value))
			return true;
	}
	return false;
}

/* Edit each value of an attribute of intervals. One that then says the same as another goes. */
static void edit_attribute(struct absence_editor *editor, const struct person_attribute *attribute,
	const struct absence_choice *choice)
{
	const struct value_set *old = &attribute->values;

	for (size_t i = 0; i < old->count; i++) {
		const char *value = edit_value(editor, old->items[i], choice);
		struct value_change *item;

		if (value == old->items[i])
			continue;
		item = entry_change_of(editor->change, attribute->type);
		value_set_add(&item->removed, editor->arena, old->items[i]);
		if (*value && !has_value(&item->added, value) && !has_value(old, value))
			value_set_add(&item->added, editor->arena, value);
	}
}

static void edit_more(struct absence_editor *editor, const struct absence_choice *choice)
{
	for (size_t i = 0; i < editor->values->more_count; i++)
		edit_attribute(editor, &editor->values->more_absences[i], choice);
}

static void edit_intervals(struct absence_editor *editor, const struct absence_choice *choice)
{
	edit_attribute(editor, &editor->values->absence, choice);
	edit_more(editor, choice);
}

/* Remove the pair of attributes where it is stale; one that is being replaced is already in the change. */
static void clean_pair(struct absence_editor *editor)
{
	const struct person_values *values = editor->values;
	struct pair pair = read_pair(editor->arena, values, editor->separator);

	if (!is_stale(editor, pair.reading, pair.start, pair.end))
		return;
	note_cleaned(editor, pair.start, pair.end);
	replace_values(editor, &values->absent_from, NULL);
	replace_values(editor, &values->absent_until, NULL);
}

/* What an attribute of one value holds already and must keep: what is over makes room. */
static const char *kept_parts(struct absence_editor *editor)
{
	struct value_set parts =
		split_absences(editor->arena, &editor->values->absence.values, editor->separator);
	struct strbuf kept = STRBUF_INIT;

	for (size_t i = 0; i < parts.count; i++) {
		moment start, end;
		enum absence_reading reading = absence_read_interval(parts.items[i], &start, &end);

		if (is_stale(editor, reading, start, end))
			note_cleaned(editor, start, end);
		else if (*editor->separator || !is_over(reading, start, end, editor->now))
			strbuf_add_item(&kept, editor->separator, parts.items[i]);
	}
	return strbuf_to_arena(&kept, editor->arena);
}

/* A FROM/UNTIL beside what is there. */
static enum absence_edit_result add_interval(struct absence_editor *editor,
	const struct absence_edit *absence)
{
	const struct person_attribute *attribute = &editor->values->absence;
	struct arena *arena = editor->arena;
	const char *end = write_end(arena, FORM_TEXT, absence), *kept;
	const char *interval = arena_format(arena, "%s/%s", write_start(arena, FORM_TEXT, absence),
		end ? end : "");

	if (!attribute->is_known || attribute->form != FORM_TEXT)
		return ABSENCE_EDIT_NO_ATTRIBUTE;
	if (!attribute->is_single) {
		edit_intervals(editor, NULL);
		value_set_add(&entry_change_of(editor->change, attribute->type)->added, arena,
			interval);
		return ABSENCE_EDIT_TO_WRITE;
	}
	kept = kept_parts(editor);
	if (*kept && !*editor->separator)
		return ABSENCE_EDIT_NO_ROOM;
	replace_values(editor, attribute,
		*kept ? arena_format(arena, "%s%s%s", kept, editor->separator, interval)
		      : interval);
	edit_more(editor, NULL);
	return ABSENCE_EDIT_TO_WRITE;
}

/* Whether the pair is empty or what it holds was over at `t`, so that it may be replaced. */
static bool pair_is_free(const struct absence_editor *editor, const struct pair *pair, moment t)
{
	const struct person_values *values = editor->values;

	return holds_time(&values->absent_from) && holds_time(&values->absent_until) &&
		(pair->is_empty || is_over(pair->reading, pair->start, pair->end, t));
}

enum absence_edit_result absence_edit_begin(struct absence_editor *editor,
	const struct absence_edit *absence)
{
	const struct person_values *values = editor->values;
	struct pair pair = read_pair(editor->arena, values, editor->separator);
	enum absence_edit_result result;

	if (is_away_throughout(editor, absence))
		return ABSENCE_EDIT_ALREADY;
	if (!pair_is_free(editor, &pair, editor->now - editor->bridge)) {
		result = add_interval(editor, absence);
		if (result == ABSENCE_EDIT_TO_WRITE || !pair_is_free(editor, &pair, editor->now))
			return result;
	}
	if (is_stale(editor, pair.reading, pair.start, pair.end))
		note_cleaned(editor, pair.start, pair.end);
	replace_values(editor, &values->absent_from,
		write_start(editor->arena, values->absent_from.form, absence));
	replace_values(editor, &values->absent_until,
		write_end(editor->arena, values->absent_until.form, absence));
	edit_intervals(editor, NULL);
	return ABSENCE_EDIT_TO_WRITE;
}

/* End the pair where it is chosen. */
static void end_pair(struct absence_editor *editor, const struct absence_choice *choice)
{
	const struct person_values *values = editor->values;
	struct pair pair = read_pair(editor->arena, values, editor->separator);
	moment minute = minute_of(editor->now);

	if (!is_chosen(editor, choice, pair.reading, pair.start, pair.end))
		return;
	if (pair.start >= minute) {
		replace_values(editor, &values->absent_from, NULL);
		replace_values(editor, &values->absent_until, NULL);
	} else {
		replace_values(editor, &values->absent_until,
			write_moment(editor->arena, values->absent_until.form, minute));
	}
}

size_t absence_edit_end(struct absence_editor *editor, const struct absence_choice *choice)
{
	struct person person = read_absences(editor);
	size_t count = 0;

	for (size_t i = 0; i < person.absence_count; i++)
		count += is_chosen(editor, choice, ABSENCE_READ, person.absences[i].start,
			person.absences[i].end);
	if (count > 0) {
		end_pair(editor, choice);
		clean_pair(editor);
		edit_intervals(editor, choice);
	}
	return count;
}
