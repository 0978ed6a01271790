#include "feed/format/record.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "config/settings.h"
#include "model/absence.h"
#include "model/person.h"

void record_reader_init(struct feed_reader *reader, const struct feed_settings *settings,
	const char *separator, struct feed_reading *into, struct arena *arena)
{
	*into = (struct feed_reading){
		.absences = {.feed = settings->name, .match = settings->match}};
	*reader = (struct feed_reader){.settings = settings,
		.separator = separator,
		.arena = arena,
		.into = into,
		.only_seen = arena_get(arena, settings->only_count * sizeof(bool))};
}

/* By number, then by person; whoever has no name comes first. */
static int compare_records(const void *left, const void *right)
{
	const struct feed_record *a = left, *b = right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	if (!a->person || !b->person)
		return (a->person != NULL) - (b->person != NULL);
	return strcmp(a->person, b->person);
}

static bool is_same_record(const struct feed_record *a, const struct feed_record *b)
{
	return compare_records(a, b) == 0;
}

/* Each record and person once: unusable if anything made it so. */
static void join_records(struct feed_reading *into)
{
	size_t kept = 0;

	if (into->record_count > 1)
		qsort(into->records, into->record_count, sizeof(*into->records), compare_records);
	for (size_t i = 0; i < into->record_count; i++) {
		struct feed_record *last = kept > 0 ? &into->records[kept - 1] : NULL;

		if (!last || !is_same_record(last, &into->records[i]))
			into->records[kept++] = into->records[i];
		else if (into->records[i].state > last->state)
			last->state = into->records[i].state;
	}
	into->record_count = kept;
}

void record_reader_end(struct feed_reader *reader)
{
	join_records(reader->into);
}

void record_reader_release(struct feed_reader *reader)
{
	*reader = (struct feed_reader){0};
}

enum error_kind record_begin(struct feed_reader *reader, size_t *number, struct error *err)
{
	if (reader->records >= FEED_RECORDS_MAX)
		return error_set(err, ERROR_TARGET,
			_("more than %d records, which is no list of absences"), FEED_RECORDS_MAX);
	*number = ++reader->records;
	return ERROR_NONE;
}

bool record_is_too_much(const struct feed_reader *reader)
{
	return reader->into->absences.count > FEED_ABSENCES_MAX ||
		reader->deputies > FEED_DEPUTIES_MAX;
}

enum error_kind record_check_count(const struct feed_reader *reader, struct error *err)
{
	if (!record_is_too_much(reader))
		return ERROR_NONE;
	if (reader->deputies > FEED_DEPUTIES_MAX)
		return error_set(err, ERROR_TARGET,
			_("more than %d deputies in its records, repeated ones counted"),
			FEED_DEPUTIES_MAX);
	return error_set(err, ERROR_TARGET,
		_("more than %d absences in its records, repeated ones counted"),
		FEED_ABSENCES_MAX);
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

/* The person that a record names, trimmed and in NFC; NULL where it names none that can be read. */
static const char *person_named(struct feed_reader *reader, const struct record *record)
{
	const char *person = NULL;

	if (record && record->person)
		person = normal_form(reader->arena, record->person);
	return person && *person ? person : NULL;
}

static void note_state(struct feed_reader *reader, size_t number, const char *person,
	enum feed_record_state state)
{
	struct feed_reading *into = reader->into;

	into->records = arena_grow(reader->arena, into->records, into->record_count,
		&into->record_room, sizeof(*into->records));
	into->records[into->record_count++] =
		(struct feed_record){.number = number, .state = state, .person = person};
}

static void add_problem(struct feed_reader *reader, size_t number, const struct record *record,
	const char *person, bool costs_absence, const char *why)
{
	struct feed_reading *into = reader->into;

	if (into->problem_count == FEED_PROBLEMS_MAX) {
		into->problems_left_out++;
		return;
	}
	into->problems = arena_grow(reader->arena, into->problems, into->problem_count,
		&into->problem_room, sizeof(*into->problems));
	into->problems[into->problem_count++] = (struct feed_problem){.record = number,
		.line = record ? record->line : 0,
		.person = person,
		.what = arena_string(reader->arena, why),
		.costs_absence = costs_absence};
}

static void refuse_person(struct feed_reader *reader, size_t number, const struct record *record,
	const char *person, const char *why)
{
	note_state(reader, number, person, RECORD_UNUSABLE);
	add_problem(reader, number, record, person, true, why);
}

void record_refuse(struct feed_reader *reader, size_t number, const struct record *record,
	const char *why)
{
	refuse_person(reader, number, record, person_named(reader, record), why);
}

void record_note(struct feed_reader *reader, size_t number, const struct record *record,
	bool costs_absence, const char *why)
{
	add_problem(reader, number, record, person_named(reader, record), costs_absence, why);
}

void record_cancelled(struct feed_reader *reader, size_t number, const struct record *record)
{
	note_state(reader, number, person_named(reader, record), RECORD_SET_ASIDE);
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

/* That a field holds what is no UTF-8, and what may help. */
static void add_not_utf8(struct strbuf *why, const struct feed_settings *settings,
	const char *field)
{
	strbuf_addf(why, _("%s is not UTF-8"), field);
	if (settings->format == FEED_CSV && strcmp(settings->charset, "utf-8") == 0)
		strbuf_adds(why,
			_("; if the feed is in Windows-1252, write charset: windows-1252"));
}

/* Who is away; NULL, the record being unusable, where it does not tell. */
static const char *person_of(struct feed_reader *reader, size_t number, const struct record *record)
{
	const struct feed_settings *settings = reader->settings;
	const char *person = normal_form(reader->arena, record->person ? record->person : "");
	struct strbuf why = STRBUF_INIT;

	if (person && *person)
		return person;
	if (person)
		strbuf_addf(&why, _("names nobody: %s is missing or empty"),
			settings->fields.person);
	else
		add_not_utf8(&why, settings, settings->fields.person);
	refuse_person(reader, number, record, NULL, why.text);
	strbuf_release(&why);
	return NULL;
}

static void note_bad_deputy(struct feed_reader *reader, size_t number, const struct record *record)
{
	struct strbuf why = STRBUF_INIT;

	add_not_utf8(&why, reader->settings, reader->settings->fields.deputy);
	record_note(reader, number, record, false, why.text);
	strbuf_release(&why);
}

/* Add the names in one value of the field, in NFC, to the record's own. */
static void add_names(struct feed_reader *reader, size_t number, struct record *record,
	const char *value, size_t *room)
{
	const char **parts;
	size_t count = text_split(reader->arena, value, reader->separator, &parts);

	for (size_t i = 0; i < count; i++) {
		const char *deputy = normal_form(reader->arena, parts[i]);

		if (!deputy) {
			note_bad_deputy(reader, number, record);
			continue;
		}
		record->names = arena_grow(reader->arena, record->names, record->name_count, room,
			sizeof(*record->names));
		record->names[record->name_count++] = deputy;
	}
}

/* Split the deputies, once for all absences of the record. */
static void split_deputies(struct feed_reader *reader, size_t number, struct record *record)
{
	size_t count = 0, room = 0;
	struct strbuf why = STRBUF_INIT;

	if (record->is_split)
		return;
	record->is_split = true;
	for (size_t i = 0; i < record->deputy_count; i++)
		count += text_count_parts(record->deputies[i], reader->separator);
	if (count > PERSON_VALUES_MAX) {
		strbuf_addf(&why, _("names more than %d deputies, so none of them is used"),
			PERSON_VALUES_MAX);
		record_note(reader, number, record, false, why.text);
		strbuf_release(&why);
		return;
	}
	for (size_t i = 0; i < record->deputy_count; i++) {
		if (record->deputies[i])
			add_names(reader, number, record, record->deputies[i], &room);
	}
}

static void add_absence(struct feed_reader *reader, size_t number, struct record *record,
	const char *person, moment start, moment end)
{
	struct feed_absences *into = &reader->into->absences;

	if (start >= end)
		return;
	split_deputies(reader, number, record);
	reader->deputies += record->name_count;
	into->items = arena_grow(reader->arena, into->items, into->count, &into->room,
		sizeof(*into->items));
	into->items[into->count++] = (struct feed_absence){.record = number,
		.person = person,
		.start = start,
		.end = end,
		.deputies = record->names,
		.deputy_count = record->name_count};
}

static bool is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether a value may be shown: one with letters but T, Z and NULL may say what the absence is. */
static bool is_shown(const char *text)
{
	const char *at = text ? text : "";
	size_t length = strlen(at);

	text_trim(&at, &length);
	if (length == 4 && strncasecmp(at, "NULL", length) == 0)
		return true;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)at[i];

		if (c >= 0x80 || (is_letter(c) && c != 'T' && c != 'Z'))
			return false;
	}
	return true;
}

static void refuse_dates(struct feed_reader *reader, size_t number, const struct record *record,
	const char *person, enum absence_reading problem)
{
	struct strbuf why = STRBUF_INIT;

	if (problem != ABSENCE_NO_ENDS && is_shown(record->from) && is_shown(record->until)) {
		add_shown(&why, record->from);
		strbuf_addc(&why, '/');
		add_shown(&why, record->until);
		strbuf_adds(&why, ": ");
	}
	strbuf_adds(&why, absence_problem(problem));
	refuse_person(reader, number, record, person, why.text);
	strbuf_release(&why);
}

void record_add(struct feed_reader *reader, size_t number, struct record *record)
{
	const char *person = person_of(reader, number, record);
	enum absence_reading problem;
	moment start, end;

	if (!person)
		return;
	problem = absence_read_pair(record->from, record->until, &reader->settings->dates, &start,
		&end);
	if (problem != ABSENCE_READ) {
		refuse_dates(reader, number, record, person, problem);
		return;
	}
	note_state(reader, number, person, RECORD_READABLE);
	add_absence(reader, number, record, person, start, end);
}

bool record_counts(struct feed_reader *reader, size_t number, struct record *record)
{
	const char *person = person_of(reader, number, record);

	if (person)
		note_state(reader, number, person, RECORD_READABLE);
	return person != NULL;
}

void record_add_interval(struct feed_reader *reader, size_t number, struct record *record,
	moment start, moment end)
{
	const char *person = person_named(reader, record);

	if (person)
		add_absence(reader, number, record, person, start, end);
}
