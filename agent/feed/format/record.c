#include "feed/format/record.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "feed/format/named_zone.h"
#include "feed/format/only.h"
#include "feed/format/record_reader.h"
#include "model/absence.h"
#include "model/person.h"
#include "model/settings.h"

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
		reader->into->roles.count > FEED_ROLES_MAX || reader->deputies > FEED_DEPUTIES_MAX;
}

enum error_kind record_check_count(const struct feed_reader *reader, struct error *err)
{
	if (!record_is_too_much(reader))
		return ERROR_NONE;
	if (reader->deputies > FEED_DEPUTIES_MAX)
		return error_set(err, ERROR_TARGET,
			_("more than %d deputies in its records, repeated ones counted"),
			FEED_DEPUTIES_MAX);
	if (reader->into->roles.count > FEED_ROLES_MAX)
		return error_set(err, ERROR_TARGET,
			_("more than %d roles in its records, repeated ones counted"),
			FEED_ROLES_MAX);
	return error_set(err, ERROR_TARGET,
		_("more than %d absences in its records, repeated ones counted"),
		FEED_ABSENCES_MAX);
}

static bool is_filled(const char *text)
{
	return text && text[strspn(text, " \t\r\n")] != '\0';
}

/* Blanks of any kind, also those that have no width, as Excel and web pages leave them around a value. */
static bool is_wide_blank(ucs4_t c)
{
	return uc_is_property_white_space(c) || (c >= 0x200B && c <= 0x200D) || c == 0x2060 ||
		c == 0xFEFF;
}

/* Narrow valid UTF-8 to what stands between blanks of any kind. */
static void trim_wide(const char **text, size_t *length)
{
	const uint8_t *start = (const uint8_t *)*text, *end = start + *length;
	ucs4_t c;

	while (start < end) {
		int bytes = u8_mbtouc(&c, start, (size_t)(end - start));

		if (!is_wide_blank(c))
			break;
		start += bytes;
	}
	while (end > start) {
		const uint8_t *last = u8_prev(&c, end, start);

		if (!last || !is_wide_blank(c))
			break;
		end = last;
	}
	*text = (const char *)start;
	*length = (size_t)(end - start);
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
	trim_wide(&text, &length);
	normal = u8_normalize(UNINORM_NFC, (const uint8_t *)text, length, NULL, &normal_length);
	if (!normal)
		return NULL;
	result = arena_bytes(arena, (const char *)normal, normal_length);
	free(normal);
	return result;
}

/* What the group of person_pattern matches, trimmed; "" where it does not match. */
static const char *find_pattern(struct feed_reader *reader, const char *text)
{
	regmatch_t found[2];

	if (strlen(text) > FEED_PERSON_MAX || regexec(reader->pattern, text, 2, found, 0) ||
		found[1].rm_so < 0)
		return "";
	text = arena_bytes(reader->arena, text + found[1].rm_so,
		(size_t)(found[1].rm_eo - found[1].rm_so));
	return normal_form(reader->arena, text);
}

/* Stands in a memo for a text that is not UTF-8. */
static char not_utf8[] = "";

/* What `read` makes of a text, once for each text: the same result at the same address. NULL: not UTF-8. */
static const char *read_once(struct feed_reader *reader, struct memo *memo, const char *text,
	const char *(*read)(struct feed_reader *reader, const char *text))
{
	size_t length = strlen(text);
	struct memo_slot *slot = memo_at(memo, text, length);

	if (!slot->value) {
		const char *result = read(reader, text);

		slot->value = result ? (char *)result : not_utf8;
		slot->key = result && strcmp(result, text) == 0
			? result
			: arena_bytes(reader->arena, text, length);
	}
	return slot->value == not_utf8 ? NULL : slot->value;
}

/* The text of the field as a person: trimmed, in NFC, as the settings have it compared; NULL: not UTF-8. */
static const char *make_person(struct feed_reader *reader, const char *text)
{
	const char *person = normal_form(reader->arena, text);

	if (person && reader->settings->person_pattern)
		person = reader->pattern ? find_pattern(reader, person) : "";
	if (person && reader->settings->match_as == MATCH_NUMBER)
		person = text_number(reader->arena, person);
	return person;
}

static const char *make_name(struct feed_reader *reader, const char *text)
{
	return normal_form(reader->arena, text);
}

static const char *read_person(struct feed_reader *reader, const char *text)
{
	return read_once(reader, &reader->people, text ? text : "", make_person);
}

/* The person that a record names; NULL where it names none that can be read. */
static const char *person_named(struct feed_reader *reader, const struct record *record)
{
	const char *person = record ? read_person(reader, record->person) : NULL;

	return person && *person ? person : NULL;
}

static void note_state(struct feed_reader *reader, size_t number, const char *person,
	enum feed_record_state state)
{
	struct feed_reading *into = reader->into;

	into->records = arena_move(reader->arena, into->records, into->record_count,
		&into->record_room, sizeof(*into->records));
	into->records[into->record_count++] =
		(struct feed_record){.number = (uint32_t)number, .state = state, .person = person};
}

static void add_problem(struct feed_reader *reader, size_t number, const struct record *record,
	const char *person, bool costs_absence, const char *why)
{
	struct feed_reading *into = reader->into;

	if (into->problem_count >= (number > 0 ? 1 : 2) * (size_t)FEED_PROBLEMS_MAX) {
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
	size_t length = strlen(text);

	text_trim(&text, &length);
	findings_add_value(out, text, length);
}

/* Say that a field is not UTF-8, and what may help. */
static void add_not_utf8(struct strbuf *why, const struct feed_settings *settings,
	const char *field)
{
	strbuf_addf(why, _("%s is not UTF-8"), field);
	if (settings->format == FEED_CSV && strcmp(settings->charset, "utf-8") == 0)
		strbuf_adds(why,
			_("; if the feed is in Windows-1252, write charset: windows-1252"));
}

/* Who is away; NULL, the record being unusable, where it does not say. */
static const char *person_of(struct feed_reader *reader, size_t number, const struct record *record)
{
	const struct feed_settings *settings = reader->settings;
	const char *person = read_person(reader, record->person);
	struct strbuf why = STRBUF_INIT;

	if (person && *person)
		return person;
	if (person && settings->person_pattern && is_filled(record->person))
		strbuf_addf(&why, _("names nobody: %s does not agree with person_pattern"),
			settings->fields.person);
	else if (person)
		strbuf_addf(&why, _("names nobody: %s is missing or empty"),
			settings->fields.person);
	else
		add_not_utf8(&why, settings, settings->fields.person);
	refuse_person(reader, number, record, NULL, why.text);
	strbuf_release(&why);
	return NULL;
}

void record_spoil(struct feed_reader *reader, size_t number, struct record *record, const char *why)
{
	const bool is_spoilt = reader->settings->gives != GIVES_ABSENCES;

	record->is_spoilt = record->is_spoilt || is_spoilt;
	record_note(reader, number, record, is_spoilt, why);
}

/* Values of one field, each still to be split; and what they come to, in the reading's arena. */
struct several_ctx {
	const char *field;
	const char *const *values;
	size_t value_count;
	const char **names;
	size_t count, room;
};

/* Add the names in one value of the field, in NFC. */
static void add_names(struct feed_reader *reader, size_t number, struct record *record,
	struct several_ctx *several, const char *value)
{
	struct strbuf why = STRBUF_INIT;
	const char **parts;
	size_t count = text_split(reader->arena, value, reader->separator, &parts);

	for (size_t i = 0; i < count; i++) {
		const char *name = read_once(reader, &reader->names, parts[i], make_name);

		if (!name) {
			strbuf_reset(&why);
			add_not_utf8(&why, reader->settings, several->field);
			record_spoil(reader, number, record, why.text);
			continue;
		}
		if (!*name)
			continue;
		several->names = arena_grow(reader->arena, several->names, several->count,
			&several->room, sizeof(*several->names));
		several->names[several->count++] = name;
	}
	strbuf_release(&why);
}

/* Split the values; false where they come to more than PERSON_VALUES_MAX names: then there are none. */
static bool split_several(struct feed_reader *reader, size_t number, struct record *record,
	struct several_ctx *several)
{
	size_t count = 0;

	for (size_t i = 0; i < several->value_count; i++)
		count += text_count_parts(several->values[i], reader->separator);
	for (size_t i = 0; i < several->value_count && count <= PERSON_VALUES_MAX; i++) {
		if (several->values[i])
			add_names(reader, number, record, several, several->values[i]);
	}
	return count <= PERSON_VALUES_MAX;
}

/* Split the deputies, once for all absences of the record. */
static void split_deputies(struct feed_reader *reader, size_t number, struct record *record)
{
	struct several_ctx several = {.field = reader->settings->fields.deputy,
		.values = record->deputies,
		.value_count = record->deputy_count};
	struct strbuf why = STRBUF_INIT;

	if (record->is_split)
		return;
	record->is_split = true;
	if (!split_several(reader, number, record, &several)) {
		strbuf_addf(&why, _("names more than %d deputies, so none of them is used"),
			PERSON_VALUES_MAX);
		record_spoil(reader, number, record, why.text);
	}
	record->names = several.names;
	record->name_count = several.count;
	strbuf_release(&why);
}

static void refuse_dates(struct feed_reader *reader, size_t number, const struct record *record,
	const char *person, enum absence_reading problem)
{
	const char *from = record->from ? record->from : "";
	const char *until = record->until ? record->until : "";
	struct strbuf why = STRBUF_INIT;

	if ((is_filled(from) || is_filled(until)) && absence_may_show(from) &&
		absence_may_show(until)) {
		add_shown(&why, from);
		strbuf_addc(&why, '/');
		add_shown(&why, until);
		strbuf_adds(&why, ": ");
	}
	strbuf_adds(&why, absence_problem(problem));
	refuse_person(reader, number, record, person, why.text);
	strbuf_release(&why);
}

/* Ask `only` once for all people of a record. */
static void judge_record(struct feed_reader *reader, struct record *record)
{
	if (record->is_judged)
		return;
	record->is_judged = true;
	record->is_set_aside = !only_agrees(reader->only, record->only);
	for (size_t i = 0; record->only && i < reader->settings->only_count; i++) {
		if (record->only[i].count > 0)
			reader->only_seen[i] = true;
	}
}

bool record_is_set_aside(struct feed_reader *reader, size_t number, struct record *record)
{
	judge_record(reader, record);
	if (record->is_set_aside)
		note_state(reader, number, person_named(reader, record), RECORD_SET_ASIDE);
	return record->is_set_aside;
}

void record_cancelled(struct feed_reader *reader, size_t number, struct record *record)
{
	judge_record(reader, record); /* for the fields that it has */
	note_state(reader, number, person_named(reader, record), RECORD_SET_ASIDE);
}

/* The end must lie after the start: the problem where it does not, once for a record. */
static void refuse_length(struct feed_reader *reader, size_t number, struct record *record,
	const char *person, moment start, moment end)
{
	if (!record->is_refused)
		refuse_dates(reader, number, record, person,
			end < start ? ABSENCE_ENDS_FIRST : ABSENCE_NO_LENGTH);
	record->is_refused = true;
}

static void add_absence(struct feed_reader *reader, size_t number, struct record *record,
	const char *person, moment start, moment end)
{
	struct feed_absences *into = &reader->into->absences;

	split_deputies(reader, number, record);
	reader->deputies += record->name_count;
	into->items = arena_move(reader->arena, into->items, into->count, &into->room,
		sizeof(*into->items));
	into->items[into->count++] = (struct feed_absence){.record = (uint32_t)number,
		.person = person,
		.start = start,
		.end = end,
		.deputies = record->names,
		.deputy_count = (uint16_t)record->name_count};
}

static void add_standing(struct feed_reader *reader, size_t number, const struct record *record,
	const char *person, moment start, moment end)
{
	struct feed_reading *into = reader->into;

	reader->deputies += record->name_count;
	into->standing = arena_grow(reader->arena, into->standing, into->standing_count,
		&into->standing_room, sizeof(*into->standing));
	into->standing[into->standing_count++] = (struct feed_standing){.record = number,
		.person = person,
		.deputies = record->names,
		.deputy_count = record->name_count,
		.start = start,
		.end = end};
}

/* Neither end: a standing deputy, else what the settings say. */
static void add_open(struct feed_reader *reader, size_t number, struct record *record,
	const char *person)
{
	split_deputies(reader, number, record);
	if (record->name_count == 0 && reader->settings->open == OPEN_REFUSED) {
		refuse_dates(reader, number, record, person, ABSENCE_NO_ENDS);
		return;
	}
	note_state(reader, number, person, RECORD_READABLE);
	if (record->name_count > 0)
		add_standing(reader, number, record, person, MOMENT_EARLIEST, MOMENT_LATEST);
	else
		add_absence(reader, number, record, person, MOMENT_EARLIEST, MOMENT_LATEST);
}

/* Both ends, or one of them. */
static void add_dated(struct feed_reader *reader, size_t number, struct record *record,
	const char *person, moment start, moment end)
{
	struct strbuf why = STRBUF_INIT;

	if (start == MOMENT_LATEST) {
		note_state(reader, number, person, RECORD_READABLE);
		strbuf_addf(&why, _("%s never comes, so this is no absence"),
			reader->settings->fields.from);
		add_problem(reader, number, record, person, true, why.text);
	} else if (start >= end) {
		refuse_length(reader, number, record, person, start, end);
	} else {
		note_state(reader, number, person, RECORD_READABLE);
		add_absence(reader, number, record, person, start, end);
	}
	strbuf_release(&why);
}

/* Note which fields have anything in them, and in how many records they were looked at. */
static void note_filled(struct feed_reader *reader, size_t number, const struct record *record)
{
	if (reader->dated != number)
		reader->dated_count++;
	reader->dated = number;
	reader->from_seen = reader->from_seen || is_filled(record->from);
	reader->until_seen = reader->until_seen || is_filled(record->until);
	reader->zone_seen = reader->zone_seen || is_filled(record->zone);
	for (size_t i = 0; i < record->deputy_count && !reader->deputy_seen; i++)
		reader->deputy_seen = is_filled(record->deputies[i]);
}

/* Look a zone up by its name, once for records that follow each other. */
static const struct zone *find_zone(struct feed_reader *reader, const char *text)
{
	size_t length = strlen(text);

	text_trim(&text, &length);
	if (!reader->zone_name || strlen(reader->zone_name) != length ||
		memcmp(reader->zone_name, text, length) != 0) {
		reader->zone_name = arena_bytes(reader->arena, text, length);
		reader->zone = named_zone_find(reader->zone_name);
	}
	return reader->zone;
}

/* Note the zone that was looked up last as the record's, once however many people it names. */
static void note_zone(struct feed_reader *reader, size_t number)
{
	struct feed_reading *into = reader->into;

	if (into->zone_count > 0 && into->zones[into->zone_count - 1].record == number)
		return;
	into->zones = arena_grow(reader->arena, into->zones, into->zone_count, &into->zone_room,
		sizeof(*into->zones));
	into->zones[into->zone_count++] =
		(struct feed_zone){.record = number, .name = reader->zone_name};
}

/* How the record's times are written: as the settings say, and in the zone that stands beside them. */
static struct absence_rules rules_of(struct feed_reader *reader, size_t number,
	const struct record *record)
{
	struct absence_rules rules = reader->settings->dates;

	if (!is_filled(record->zone) || (!is_filled(record->from) && !is_filled(record->until)))
		return rules;
	rules.zone = find_zone(reader, record->zone);
	note_zone(reader, number);
	if (!rules.zone)
		record_note(reader, number, record, true,
			_("its time zone is neither one of this machine nor one of Windows; read in absence.timezone"));
	return rules;
}

/* Whether the source says that it could not read the person. */
static bool is_unread(const struct record *record)
{
	const char *text = record->unread;
	size_t length = text ? strlen(text) : 0;

	text_trim(&text, &length);
	return length > 0 && !(length == 1 && *text == '0') &&
		!(length == strlen("false") && strncasecmp(text, "false", length) == 0);
}

/* Both texts in `key`, a NUL behind each; 0: they are longer than any that are kept. */
static uint32_t dates_key(const struct record *record, char key[DATES_KEY_MAX])
{
	const char *from = record->from ? record->from : "";
	const char *until = record->until ? record->until : "";
	size_t first = strlen(from) + 1, second = strlen(until) + 1;

	if (first > DATES_KEY_MAX || second > DATES_KEY_MAX - first)
		return 0;
	memcpy(key, from, first);
	memcpy(key + first, until, second);
	return (uint32_t)(first + second);
}

/* The place of a pair of texts among those that are kept, whatever is there. */
static struct kept_dates *dates_place(const struct feed_reader *reader, const char *key,
	uint32_t length)
{
	uint64_t hash = length, word;
	size_t left = length;

	for (; left >= sizeof(word); left -= sizeof(word), key += sizeof(word)) {
		memcpy(&word, key, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, key, left);
	hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return &reader->dates[(hash >> 40) & (DATES_KEPT - 1)];
}

/* Read both ends; those without a zone of their own from what is kept, as a feed has few days and many records. */
static enum absence_reading read_pair(struct feed_reader *reader, size_t number,
	const struct record *record, moment *start, moment *end)
{
	const struct absence_rules rules = rules_of(reader, number, record);
	struct kept_dates *kept;
	char key[DATES_KEY_MAX];
	uint32_t length = is_filled(record->zone) ? 0 : dates_key(record, key);

	if (length == 0)
		return absence_read_pair(record->from, record->until, &rules, start, end);
	kept = dates_place(reader, key, length);
	if (kept->length != length || memcmp(kept->key, key, length) != 0) {
		memcpy(kept->key, key, length);
		kept->length = length;
		kept->reading = absence_read_pair(record->from, record->until, &rules, &kept->start,
			&kept->end);
	}
	*start = kept->start;
	*end = kept->end;
	return kept->reading;
}

/*
 * The times of a record of deputies or roles: open where it has no dates. False, and why is noted, where they cannot be read
 * or never come.
 */
static bool read_times(struct feed_reader *reader, size_t number, struct record *record,
	const char *person, moment *start, moment *end)
{
	enum absence_reading problem = read_pair(reader, number, record, start, end);
	struct strbuf why = STRBUF_INIT;

	if (problem == ABSENCE_NO_ENDS) {
		*start = MOMENT_EARLIEST;
		*end = MOMENT_LATEST;
		return true;
	}
	if (problem != ABSENCE_READ) {
		refuse_dates(reader, number, record, person, problem);
	} else if (*start == MOMENT_LATEST) {
		note_state(reader, number, person, RECORD_READABLE);
		strbuf_addf(&why, _("%s never comes, so this counts for nothing"),
			reader->settings->fields.from);
		add_problem(reader, number, record, person, false, why.text);
		strbuf_release(&why);
	} else if (*start >= *end) {
		refuse_length(reader, number, record, person, *start, *end);
	} else {
		return true;
	}
	return false;
}

/* A record of a feed that gives deputies; one that names none says that the person has none. */
static void add_deputies(struct feed_reader *reader, size_t number, struct record *record,
	const char *person)
{
	moment start, end;

	split_deputies(reader, number, record);
	if (record->is_spoilt) {
		note_state(reader, number, person, RECORD_UNUSABLE);
		return;
	}
	if (!read_times(reader, number, record, person, &start, &end))
		return;
	note_state(reader, number, person, RECORD_READABLE);
	if (record->name_count > 0)
		add_standing(reader, number, record, person, start, end);
}

/* A record of a feed that gives roles. */
static void add_roles(struct feed_reader *reader, size_t number, struct record *record,
	const char *person)
{
	struct several_ctx several = {.field = reader->settings->fields.role,
		.values = record->roles,
		.value_count = record->role_count};
	struct feed_roles *into = &reader->into->roles;
	struct strbuf why = STRBUF_INIT;
	moment start, end;

	if (!split_several(reader, number, record, &several)) {
		strbuf_addf(&why, _("names more than %d roles"), PERSON_VALUES_MAX);
		record_spoil(reader, number, record, why.text);
	} else if (several.count == 0 && !record->is_spoilt) {
		strbuf_addf(&why, _("names no role: %s is missing or empty"),
			reader->settings->fields.role);
		record_spoil(reader, number, record, why.text);
	}
	strbuf_release(&why);
	if (record->is_spoilt)
		note_state(reader, number, person, RECORD_UNUSABLE);
	if (record->is_spoilt || !read_times(reader, number, record, person, &start, &end))
		return;
	note_state(reader, number, person, RECORD_READABLE);
	for (size_t i = 0; i < several.count; i++) {
		into->items = arena_grow(reader->arena, into->items, into->count, &into->room,
			sizeof(*into->items));
		into->items[into->count++] =
			(struct feed_role){number, person, several.names[i], start, end, false};
	}
}

/* A record of a feed that gives absences. */
static void add_absences(struct feed_reader *reader, size_t number, struct record *record,
	const char *person)
{
	moment start, end;
	enum absence_reading problem = read_pair(reader, number, record, &start, &end);

	if (problem == ABSENCE_NO_ENDS)
		add_open(reader, number, record, person);
	else if (problem == ABSENCE_READ)
		add_dated(reader, number, record, person, start, end);
	else
		refuse_dates(reader, number, record, person, problem);
}

void record_add(struct feed_reader *reader, size_t number, struct record *record)
{
	const enum feed_gives gives = reader->settings->gives;
	const char *person;

	if (record_is_set_aside(reader, number, record))
		return;
	if (gives != GIVES_ROLES && !is_unread(record))
		note_filled(reader, number, record);
	person = person_of(reader, number, record);
	if (!person)
		return;
	if (is_unread(record))
		refuse_person(reader, number, record, person,
			_("the source says that this person could not be read"));
	else if (gives == GIVES_DEPUTIES)
		add_deputies(reader, number, record, person);
	else if (gives == GIVES_ROLES)
		add_roles(reader, number, record, person);
	else
		add_absences(reader, number, record, person);
}

bool record_counts(struct feed_reader *reader, size_t number, struct record *record)
{
	const char *person;

	if (record_is_set_aside(reader, number, record))
		return false;
	person = person_of(reader, number, record);
	if (person)
		note_state(reader, number, person, RECORD_READABLE);
	return person != NULL;
}

void record_add_interval(struct feed_reader *reader, size_t number, struct record *record,
	moment start, moment end)
{
	const char *person = person_named(reader, record);

	if (person && start < end)
		add_absence(reader, number, record, person, start, end);
	else if (person)
		refuse_length(reader, number, record, person, start, end);
}

const char *record_read_person(struct feed_reader *reader, const char *text)
{
	return person_named(reader, &(struct record){.person = text});
}
