#include "person_edit/absence_edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "model/absence.h"
#include "model/person.h"
#include "model/person_values.h"
#include "model/reference.h"

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

/* The parts of all values, in the order in which they count. */
static struct value_set split_values(struct arena *arena, const struct value_set *values,
	const char *separator)
{
	struct value_set parts = {0};

	for (size_t i = 0; i < values->count; i++) {
		const char **items;
		size_t count = text_split(arena, values->items[i], separator, &items);

		for (size_t j = 0; j < count; j++)
			value_set_add(&parts, arena, items[j]);
	}
	return parts;
}

/* The same of an attribute of absences: blank parts do not count. */
static struct value_set split_absences(struct arena *arena, const struct value_set *values,
	const char *separator)
{
	struct value_set parts = split_values(arena, values, separator);

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

static bool is_on(enum absence_reading reading, moment start, moment end, moment now)
{
	return reading == ABSENCE_READ && start <= now && now < end;
}

/* Whether nothing of it lies ahead any more. What cannot be read may. */
static bool is_over(enum absence_reading reading, moment start, moment end, moment now)
{
	return reading == ABSENCE_READ && (end <= now || start >= end);
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

static void collect_intervals(struct person *person, struct arena *arena, size_t *room,
	const struct person_attribute *attribute, const char *separator)
{
	struct value_set parts = split_absences(arena, &attribute->values, separator);

	for (size_t i = 0; i < parts.count; i++) {
		moment start, end;

		if (absence_read_interval(parts.items[i], &start, &end) == ABSENCE_READ)
			collect_absence(person, arena, room, start, end);
	}
}

/* Nothing but the absences; what is written says all of them, so none is left to absence.bridge. */
static struct person read_absences(struct arena *arena, const struct person_values *values,
	const char *separator)
{
	struct pair pair = read_pair(arena, values, separator);
	struct person person = {0};
	size_t room = 0;

	if (pair.reading == ABSENCE_READ)
		collect_absence(&person, arena, &room, pair.start, pair.end);
	collect_intervals(&person, arena, &room, &values->absence, separator);
	for (size_t i = 0; i < values->more_count; i++)
		collect_intervals(&person, arena, &room, &values->more_absences[i], separator);
	if (person.absence_count > 1)
		qsort(person.absences, person.absence_count, sizeof(*person.absences),
			absence_compare);
	calendar_make(&person.calendar, arena, person.absences, person.absence_count, 0);
	return person;
}

size_t absence_edit_list(struct arena *arena, const struct person_values *values,
	const char *separator, struct absence **absences)
{
	struct person person = read_absences(arena, values, separator);

	*absences = person.absences;
	return person.absence_count;
}

static bool is_away_throughout(struct arena *arena, const struct person_values *values,
	const char *separator, const struct absence_edit *absence)
{
	struct person person = read_absences(arena, values, separator);
	moment until;

	return person_is_absent(&person, absence->start, &until) && until >= absence->end;
}

/* Replace all values of an attribute by one; NULL: by none. The same value stays as it is. */
static void replace_values(struct entry_change *change, struct arena *arena,
	const struct person_attribute *attribute, const char *value)
{
	const struct value_set *old = &attribute->values;
	struct value_change *item;

	if (value ? old->count == 1 && strcmp(old->items[0], value) == 0 : old->count == 0)
		return;
	item = entry_change_of(change, attribute->type);
	for (size_t i = 0; i < old->count; i++)
		value_set_add(&item->removed, arena, old->items[i]);
	if (value)
		value_set_add(&item->added, arena, value);
}

static bool holds_time(const struct person_attribute *attribute)
{
	return attribute->is_known && attribute->form != FORM_DN;
}

static bool pair_is_free(struct arena *arena, const struct person_values *values,
	const char *separator, moment now)
{
	struct pair pair = read_pair(arena, values, separator);

	return holds_time(&values->absent_from) && holds_time(&values->absent_until) &&
		(pair.is_empty || is_over(pair.reading, pair.start, pair.end, now));
}

/* What an attribute of one value holds already and must keep: what is over makes room. */
static const char *kept_parts(struct arena *arena, const struct person_values *values,
	const char *separator, moment now)
{
	struct value_set parts = split_absences(arena, &values->absence.values, separator);
	struct strbuf kept = STRBUF_INIT;

	for (size_t i = 0; i < parts.count; i++) {
		moment start, end;
		enum absence_reading reading = absence_read_interval(parts.items[i], &start, &end);

		if (!is_over(reading, start, end, now))
			strbuf_add_item(&kept, separator, parts.items[i]);
	}
	return strbuf_to_arena(&kept, arena);
}

/* A FROM/UNTIL beside what is there. */
static enum absence_edit_result add_interval(struct entry_change *change, struct arena *arena,
	const struct person_values *values, const char *separator,
	const struct absence_edit *absence, moment now)
{
	const struct person_attribute *attribute = &values->absence;
	const char *end = write_end(arena, FORM_TEXT, absence), *kept;
	const char *interval = arena_format(arena, "%s/%s", write_start(arena, FORM_TEXT, absence),
		end ? end : "");

	if (!attribute->is_known || attribute->form != FORM_TEXT)
		return ABSENCE_EDIT_NO_ATTRIBUTE;
	if (!attribute->is_single) {
		value_set_add(&entry_change_of(change, attribute->type)->added, arena, interval);
		return ABSENCE_EDIT_TO_WRITE;
	}
	kept = kept_parts(arena, values, separator, now);
	if (*kept && !*separator)
		return ABSENCE_EDIT_NO_ROOM;
	replace_values(change, arena, attribute,
		*kept ? arena_format(arena, "%s%s%s", kept, separator, interval) : interval);
	return ABSENCE_EDIT_TO_WRITE;
}

enum absence_edit_result absence_edit_begin(struct entry_change *change, struct arena *arena,
	const struct person_values *values, const char *separator,
	const struct absence_edit *absence, moment now)
{
	if (is_away_throughout(arena, values, separator, absence))
		return ABSENCE_EDIT_ALREADY;
	if (!pair_is_free(arena, values, separator, now))
		return add_interval(change, arena, values, separator, absence, now);
	replace_values(change, arena, &values->absent_from,
		write_start(arena, values->absent_from.form, absence));
	replace_values(change, arena, &values->absent_until,
		write_end(arena, values->absent_until.form, absence));
	return ABSENCE_EDIT_TO_WRITE;
}

/* People write no seconds. What began within this minute is as if it had not begun. */
static moment minute_of(moment t)
{
	return t - t % 60;
}

static void end_pair(struct entry_change *change, struct arena *arena,
	const struct person_values *values, const char *separator, moment now)
{
	struct pair pair = read_pair(arena, values, separator);

	if (!is_on(pair.reading, pair.start, pair.end, now))
		return;
	if (pair.start >= minute_of(now)) {
		replace_values(change, arena, &values->absent_from, NULL);
		replace_values(change, arena, &values->absent_until, NULL);
	} else {
		replace_values(change, arena, &values->absent_until,
			write_moment(arena, values->absent_until.form, minute_of(now)));
	}
}

/* An interval that is on, cut at `now`; NULL where nothing of it is left; itself where it is not on. */
static const char *cut_interval(struct arena *arena, const char *interval, moment now)
{
	moment start, end;
	enum absence_reading reading = absence_read_interval(interval, &start, &end);

	if (!is_on(reading, start, end, now))
		return interval;
	if (start >= minute_of(now))
		return NULL;
	return arena_format(arena, "%.*s/%s", (int)absence_slash_between(interval), interval,
		write_moment(arena, FORM_TEXT, minute_of(now)));
}

/* A value with each of its parts cut; "" where nothing is left; itself where none is on. */
static const char *cut_value(struct arena *arena, const char *value, const char *separator,
	moment now)
{
	struct strbuf text = STRBUF_INIT;
	const char **parts;
	size_t count = text_split(arena, value, separator, &parts);
	bool is_cut = false;

	for (size_t i = 0; i < count; i++) {
		const char *part = cut_interval(arena, parts[i], now);

		is_cut = is_cut || part != parts[i];
		if (part)
			strbuf_add_item(&text, separator, part);
	}
	if (!is_cut) {
		strbuf_release(&text);
		return value;
	}
	return strbuf_to_arena(&text, arena);
}

static bool has_value(const struct value_set *set, const char *value)
{
	for (size_t i = 0; i < set->count; i++) {
		if (text_same(set->items[i], value))
			return true;
	}
	return false;
}

static void end_intervals(struct entry_change *change, struct arena *arena,
	const struct person_attribute *attribute, const char *separator, moment now)
{
	const struct value_set *old = &attribute->values;

	for (size_t i = 0; i < old->count; i++) {
		const char *value = cut_value(arena, old->items[i], separator, now);
		struct value_change *item;

		if (value == old->items[i])
			continue;
		item = entry_change_of(change, attribute->type);
		value_set_add(&item->removed, arena, old->items[i]);
		if (*value && !has_value(old, value) && !has_value(&item->added, value))
			value_set_add(&item->added, arena, value);
	}
}

void absence_edit_end(struct entry_change *change, struct arena *arena,
	const struct person_values *values, const char *separator, moment now)
{
	end_pair(change, arena, values, separator, now);
	end_intervals(change, arena, &values->absence, separator, now);
	for (size_t i = 0; i < values->more_count; i++)
		end_intervals(change, arena, &values->more_absences[i], separator, now);
}

/* Deputies. */

static bool names_person(struct arena *arena, const char *text, const struct person *person)
{
	struct reference reference = reference_make(arena, text);

	if (reference_is_dn(&reference))
		return strcmp(reference_dn_key(&reference), person->key) == 0;
	return (person->login && text_same(text, person->login)) ||
		(person->mail && text_same(text, person->mail));
}

/* Whether it is one part, also when others follow: a backslash at its end would escape the separator. */
static bool is_one_part(struct arena *arena, const char *name, const char *separator)
{
	const char **parts;

	if (text_split(arena, name, separator, &parts) != 1)
		return false;
	return !separator || !*separator ||
		text_split(arena, arena_format(arena, "%s%sx", name, separator), separator,
			&parts) == 2;
}

/* The name to be written: one that the separator does not split. NULL: there is none. */
static const char *name_of(struct arena *arena, const struct person_attribute *attribute,
	const char *separator, const struct person *deputy, const char *name)
{
	const char *const candidates[] = {attribute->form == FORM_DN ? NULL : name, deputy->dn};
	const char **parts;

	for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
		if (candidates[i] && is_one_part(arena, candidates[i], separator)) {
			text_split(arena, candidates[i], separator, &parts);
			return parts[0];
		}
	}
	return NULL;
}

/* The deputy, then the others in the order that they had. */
static const char *in_order(struct arena *arena, const struct value_set *parts,
	const char *separator, const struct person *deputy, const char *name)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, name);
	for (size_t i = 0; i < parts->count; i++) {
		if (!names_person(arena, parts->items[i], deputy))
			strbuf_add_item(&text, separator, parts->items[i]);
	}
	return strbuf_to_arena(&text, arena);
}

/* One more value of several; whether it is the first by its bytes (rule 3). */
static enum deputy_result add_deputy(struct entry_change *change, struct arena *arena,
	const struct person_attribute *attribute, const struct person *deputy, const char *name)
{
	enum deputy_result result = DEPUTY_TO_WRITE;
	bool is_there = false;

	for (size_t i = 0; i < attribute->values.count; i++) {
		const char *value = attribute->values.items[i];

		is_there = is_there || names_person(arena, value, deputy);
		if (!names_person(arena, value, deputy) && strcmp(value, name) < 0)
			result = DEPUTY_IN_NO_ORDER;
	}
	if (!is_there)
		value_set_add(&entry_change_of(change, attribute->type)->added, arena, name);
	return result;
}

enum deputy_result absence_edit_deputy(struct entry_change *change, struct arena *arena,
	const struct person_values *values, const char *separator, const struct person *deputy,
	const char *name)
{
	const struct person_attribute *attribute = &values->deputy;
	struct value_set parts = split_values(arena, &attribute->values, separator);
	bool can_join = *separator && attribute->form == FORM_TEXT;

	if (!attribute->is_known || attribute->form == FORM_TIME || attribute->form == FORM_TICKS)
		return DEPUTY_NO_ATTRIBUTE;
	name = name_of(arena, attribute, separator, deputy, name);
	if (!name)
		return DEPUTY_NO_NAME;
	if (parts.count > 0 && names_person(arena, parts.items[0], deputy))
		return DEPUTY_ALREADY;
	if (parts.count > 0 && !can_join && !attribute->is_single)
		return add_deputy(change, arena, attribute, deputy, name);
	if (can_join)
		name = in_order(arena, &parts, separator, deputy, name);
	replace_values(change, arena, attribute, name);
	return parts.count > 0 && !can_join ? DEPUTY_INSTEAD : DEPUTY_TO_WRITE;
}
