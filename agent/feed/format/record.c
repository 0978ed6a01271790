#include "feed/format/record.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "config/settings.h"
#include "model/absence.h"
#include "model/person.h"

enum error_kind record_begin(struct feed_reader *reading, size_t *number, struct error *err)
{
	if (reading->records >= FEED_RECORDS_MAX)
		return error_set(err, ERROR_TARGET,
			_("more than %d records, which is no list of absences"), FEED_RECORDS_MAX);
	*number = ++reading->records;
	return ERROR_NONE;
}

bool record_is_too_much(const struct feed_reader *reading)
{
	return reading->into->count > FEED_ABSENCES_MAX || reading->deputies > FEED_DEPUTIES_MAX;
}

enum error_kind record_check_count(const struct feed_reader *reading, struct error *err)
{
	if (!record_is_too_much(reading))
		return ERROR_NONE;
	if (reading->deputies > FEED_DEPUTIES_MAX)
		return error_set(err, ERROR_TARGET,
			_("more than %d deputies in its records, repeated ones counted"),
			FEED_DEPUTIES_MAX);
	return error_set(err, ERROR_TARGET,
		_("more than %d absences in its records, repeated ones counted"),
		FEED_ABSENCES_MAX);
}

static void add_finding(struct feed_reader *reading, enum severity severity, size_t number,
	size_t line, const char *why)
{
	struct strbuf where = STRBUF_INIT, what = STRBUF_INIT;

	strbuf_addf(&where, _("feed %s, record %zu"), reading->settings->name, number);
	if (line > 0)
		strbuf_addf(&what, _("line %zu: "), line);
	strbuf_adds(&what, why);
	findings_add(reading->findings, severity, where.text, "%s", what.text);
	strbuf_release(&where);
	strbuf_release(&what);
}

void record_bad(struct feed_reader *reading, size_t number, size_t line, const char *why)
{
	add_finding(reading, FINDING_WARNING, number, line, why);
}

enum error_kind record_page_bad(size_t line, size_t column, const char *why, struct error *err)
{
	if (line == 0)
		return error_set(err, ERROR_TARGET, "%s", why);
	if (column == 0)
		return error_set(err, ERROR_TARGET, _("line %zu: %s"), line, why);
	return error_set(err, ERROR_TARGET, _("line %zu, column %zu: %s"), line, column, why);
}

/* Add a text from outside, its beginning if it is long. */
static void add_shown(struct strbuf *out, const char *text)
{
	size_t length;

	text = text ? text : "";
	length = strlen(text);
	text_trim(&text, &length);
	findings_add_value(out, text, length);
}

/* Trimmed and in NFC, in the arena; NULL where it is not UTF-8. */
static const char *normal_form(struct arena *arena, const char *text)
{
	size_t length = strlen(text), normal_length;
	const char *result;
	uint8_t *normal;

	text_trim(&text, &length);
	if (text_is_ascii(text, length))
		return arena_bytes(arena, text, length);
	if (u8_check((const uint8_t *)text, length))
		return NULL;
	normal = u8_normalize(UNINORM_NFC, (const uint8_t *)text, length, NULL, &normal_length);
	if (!normal)
		return NULL;
	result = arena_bytes(arena, (const char *)normal, normal_length);
	free(normal);
	return result;
}

static void find_not_utf8(struct feed_reader *reading, size_t number, const struct record *record,
	const char *value)
{
	const struct feed_settings *settings = reading->settings;
	struct strbuf why = STRBUF_INIT, shown = STRBUF_INIT;

	add_shown(&shown, value);
	strbuf_addf(&why, _("%s is not UTF-8"), shown.text);
	if (settings->format == FEED_CSV && strcmp(settings->charset, "utf-8") == 0)
		strbuf_adds(&why,
			_("; if the feed is in Windows-1252, write charset: windows-1252"));
	record_bad(reading, number, record->line, why.text);
	strbuf_release(&shown);
	strbuf_release(&why);
}

/* Who is away; NULL, with a finding, where the record does not tell. */
static const char *person_of(struct feed_reader *reading, size_t number,
	const struct record *record)
{
	const char *person = normal_form(reading->arena, record->person ? record->person : "");
	struct strbuf why = STRBUF_INIT;

	if (!person) {
		find_not_utf8(reading, number, record, record->person);
		return NULL;
	}
	if (*person)
		return person;
	strbuf_addf(&why, _("names nobody: %s is missing or empty"),
		reading->settings->fields.person);
	record_bad(reading, number, record->line, why.text);
	strbuf_release(&why);
	return NULL;
}

/* Add the names in one value of the field, in NFC, to the record's own. */
static void add_names(struct feed_reader *reading, size_t number, struct record *record,
	const char *value, size_t *room)
{
	const char **parts;
	size_t count = text_split(reading->arena, value, reading->separator, &parts);

	for (size_t i = 0; i < count; i++) {
		const char *deputy = normal_form(reading->arena, parts[i]);

		if (!deputy) {
			find_not_utf8(reading, number, record, parts[i]);
			continue;
		}
		record->names = arena_grow(reading->arena, record->names, record->name_count, room,
			sizeof(*record->names));
		record->names[record->name_count++] = deputy;
	}
}

/* Split the deputies, once for all absences of the record. */
static void split_deputies(struct feed_reader *reading, size_t number, struct record *record)
{
	size_t count = 0, room = 0;
	struct strbuf why = STRBUF_INIT;

	if (record->is_split)
		return;
	record->is_split = true;
	for (size_t i = 0; i < record->deputy_count; i++)
		count += text_count_parts(record->deputies[i], reading->separator);
	if (count > PERSON_VALUES_MAX) {
		strbuf_addf(&why, _("names more than %d deputies, so none of them is used"),
			PERSON_VALUES_MAX);
		add_finding(reading, FINDING_ERROR, number, record->line, why.text);
		strbuf_release(&why);
		return;
	}
	for (size_t i = 0; i < record->deputy_count; i++) {
		if (record->deputies[i])
			add_names(reading, number, record, record->deputies[i], &room);
	}
}

static void add_absence(struct feed_reader *reading, size_t number, struct record *record,
	const char *person, moment start, moment end)
{
	struct feed_absences *into = reading->into;

	if (start >= end)
		return;
	split_deputies(reading, number, record);
	reading->deputies += record->name_count;
	into->items = arena_grow(reading->arena, into->items, into->count, &into->room,
		sizeof(*into->items));
	into->items[into->count++] = (struct feed_absence){.record = number,
		.person = person,
		.start = start,
		.end = end,
		.deputies = record->names,
		.deputy_count = record->name_count};
}

static void find_unreadable(struct feed_reader *reading, size_t number, const struct record *record,
	enum absence_reading problem)
{
	struct strbuf why = STRBUF_INIT;

	add_shown(&why, record->person);
	if (problem != ABSENCE_NO_ENDS) {
		strbuf_adds(&why, ": ");
		add_shown(&why, record->from);
		strbuf_addc(&why, '/');
		add_shown(&why, record->until);
	}
	strbuf_addf(&why, ": %s", absence_problem(problem));
	record_bad(reading, number, record->line, why.text);
	strbuf_release(&why);
}

void record_add(struct feed_reader *reading, size_t number, struct record *record)
{
	const char *person = person_of(reading, number, record);
	enum absence_reading problem;
	moment start, end;

	if (!person)
		return;
	problem = absence_read_pair(record->from, record->until, &reading->settings->dates, &start,
		&end);
	if (problem == ABSENCE_READ)
		add_absence(reading, number, record, person, start, end);
	else
		find_unreadable(reading, number, record, problem);
}

void record_add_interval(struct feed_reader *reading, size_t number, struct record *record,
	moment start, moment end)
{
	const char *person = person_of(reading, number, record);

	if (person)
		add_absence(reading, number, record, person, start, end);
}
