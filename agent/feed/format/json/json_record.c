#include "feed/format/json/json_record.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "feed/format/json/json_scan.h"
#include "feed/format/record.h"
#include "feed/format/record_reader.h"
#include "model/settings.h"

/* Bytes of a name that may be one of a field, with a slip in it. */
#define SHOWN_NAME_MAX 20

const char *json_kind(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return _("an object");
	case JSON_ARRAY:
		return _("an array");
	case JSON_STRING:
		return _("a text or a number");
	case JSON_NULL:
		return _("null");
	default:
		break;
	}
	return _("true or false");
}

const json_t *json_record_field(const json_t *record, const char *name)
{
	const json_t *value = json_object_get(record, name);
	const char *dot = strchr(name, '.');

	for (; !value && dot; dot = strchr(name, '.')) {
		record = json_object_getn(record, name, (size_t)(dot - name));
		name = dot + 1;
		if (!strchr(name, '.'))
			value = json_object_get(record, name);
	}
	return value;
}

/* The text of a field's value, NULL where it is not there; false, with why, where it is something else. */
static bool field_text(const char *name, const json_t *value, const char **text, struct strbuf *why)
{
	const char *what = NULL;

	*text = NULL;
	if (!value || json_is_null(value))
		return true;
	if (!json_is_string(value))
		what = json_kind(value);
	else if (strlen(json_string_value(value)) != json_string_length(value))
		what = _("a text with the character NUL");
	else
		*text = json_string_value(value);
	if (what)
		strbuf_addf(why, _("%s is %s; expected a text or a number"), name, what);
	return what == NULL;
}

/*
 * Read the texts of a field that may have several, for the caller to free; record_spoil() says what those cost that cannot be
 * read.
 */
static const char **read_several(struct feed_reader *reading, size_t number, struct record *record,
	const char *name, const json_t *value, size_t *count)
{
	const char **texts;
	bool several = json_is_array(value);
	size_t given = several ? json_array_size(value) : 1;
	struct strbuf why = STRBUF_INIT;

	*count = 0;
	if (!value || given == 0)
		return NULL;
	texts = memory_get(given * sizeof(*texts));
	for (size_t i = 0; i < given; i++) {
		const json_t *one = several ? json_array_get(value, i) : value;

		strbuf_reset(&why);
		if (!field_text(name, one, &texts[*count], &why))
			record_spoil(reading, number, record, why.text);
		else if (texts[*count])
			++*count;
	}
	strbuf_release(&why);
	return texts;
}

/* What says that the person could not be read, as record.h has it: an object or array does that holds something. */
static const char *unread_text(const json_t *value)
{
	if (json_is_string(value))
		return json_string_value(value);
	return json_is_true(value) || json_array_size(value) > 0 || json_object_size(value) > 0
		? "true"
		: NULL;
}

/* Read the fields that are one text; false, with why, where one of them is not. */
static bool read_texts(const struct feed_reader *reading, struct record *record,
	const json_t *object, struct strbuf *why)
{
	const struct feed_settings *settings = reading->settings;
	const char *const names[] = {settings->fields.person, settings->fields.from,
		settings->fields.until, settings->fields.zone};
	const char **const texts[] = {
		&record->person, &record->from, &record->until, &record->zone};

	if (settings->fields.unread)
		record->unread = unread_text(json_record_field(object, settings->fields.unread));

	for (size_t i = 0; i < COUNT(names); i++) {
		if (names[i] &&
			!field_text(names[i], json_record_field(object, names[i]), texts[i], why))
			return false;
	}
	return true;
}

/* A value as `only` compares it; NULL where it is not a text. Borrowed. */
static const char *only_text(const json_t *value)
{
	if (json_is_null(value))
		return "";
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	if (!json_is_string(value) || strlen(json_string_value(value)) != json_string_length(value))
		return NULL;
	return json_string_value(value);
}

/* What a record has in a field of `only`: each item of an array; an empty array is an empty text. */
static void read_only(struct strings *values, const json_t *value, struct arena *arena)
{
	size_t count = json_array_size(value);

	if (!value)
		return;
	values->count = count > 0 ? count : 1;
	values->items = arena_get(arena, values->count * sizeof(*values->items));
	if (!json_is_array(value))
		values->items[0] = only_text(value);
	else if (count == 0)
		values->items[0] = "";
	for (size_t i = 0; i < count; i++)
		values->items[i] = only_text(json_array_get(value, i));
}

/* The values for record.only, in `arena`. */
static const struct strings *only_values(const struct feed_reader *reading, const json_t *object,
	struct arena *arena)
{
	const struct feed_settings *settings = reading->settings;
	struct strings *values = arena_get(arena, settings->only_count * sizeof(*values));

	for (size_t i = 0; i < settings->only_count; i++)
		read_only(&values[i], json_record_field(object, settings->only[i].name), arena);
	return values;
}

/* Whether `only` sets the record aside. */
static bool is_set_aside(struct feed_reader *reading, size_t number, struct record *record,
	const json_t *object)
{
	struct arena *arena;
	bool is_aside;

	if (reading->settings->only_count == 0)
		return false;
	arena = arena_new();
	record->only = only_values(reading, object, arena);
	is_aside = record_is_set_aside(reading, number, record);
	record->only = NULL;
	arena_free(arena);
	return is_aside;
}

/* Whether a name of a record that jq made is one of those that are looked at; `fields` are those of the settings. */
static bool is_known(const struct feed_settings *settings, const char *const *fields, size_t count,
	const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (fields[i] && strcmp(fields[i], name) == 0)
			return true;
	}
	for (size_t i = 0; i < settings->only_count; i++) {
		const char *only = settings->only[i].name;

		if (strcmp(only, name) == 0 ||
			(strncmp(only, name, strlen(name)) == 0 && only[strlen(name)] == '.'))
			return true;
	}
	return false;
}

/*
 * False, with why, where a record that jq made has a name that nobody looks at. It is shown only where it is nearly
 * one of those that count: else it may be something that was read.
 */
static bool has_known_names(const struct feed_settings *settings, const json_t *object,
	struct strbuf *why)
{
	const char *const fields[] = {settings->fields.person, settings->fields.from,
		settings->fields.until, settings->fields.deputy, settings->fields.zone,
		settings->fields.role, settings->fields.unread};
	const char *name, *nearest = NULL;
	json_t *value;

	json_object_foreach((json_t *)object, name, value)
	{
		struct strbuf shown = STRBUF_INIT;

		if (is_known(settings, fields, COUNT(fields), name))
			continue;
		if (strlen(name) <= SHOWN_NAME_MAX)
			nearest = text_nearest(name, fields, COUNT(fields));
		strbuf_add_safe(&shown, nearest ? name : "");
		if (nearest)
			strbuf_addf(why, _("the program gives %s; did you mean %s?"), shown.text,
				nearest);
		else
			strbuf_adds(why,
				_("the program gives something else than person, from, until, deputy, zone, role, "
				  "unread and what `only` names"));
		strbuf_release(&shown);
		return false;
	}
	return true;
}

static void read_object(struct feed_reader *reading, size_t number, const json_t *object)
{
	const char *deputy = reading->settings->fields.deputy;
	const char *role = reading->settings->fields.role;
	struct record record = {.person = NULL};
	struct strbuf why = STRBUF_INIT;
	bool is_whole = read_texts(reading, &record, object, &why);

	if (is_whole && reading->settings->jq)
		is_whole = has_known_names(reading->settings, object, &why);

	if (is_set_aside(reading, number, &record, object)) {
		strbuf_release(&why);
		return;
	}
	if (is_whole) {
		if (deputy)
			record.deputies = read_several(reading, number, &record, deputy,
				json_record_field(object, deputy), &record.deputy_count);
		if (role)
			record.roles = read_several(reading, number, &record, role,
				json_record_field(object, role), &record.role_count);
		record_add(reading, number, &record);
	} else {
		record_refuse(reading, number, &record, why.text);
	}
	free(record.deputies);
	free(record.roles);
	strbuf_release(&why);
}

void json_record_read(struct feed_reader *reading, size_t number, const json_t *value)
{
	struct strbuf why = STRBUF_INIT;

	if (json_is_object(value)) {
		read_object(reading, number, value);
		return;
	}
	strbuf_addf(&why, _("this is %s; expected an object"), json_kind(value));
	record_refuse(reading, number, NULL, why.text);
	strbuf_release(&why);
}

/* The fields of a record besides those of `only`, as json_record_want() asks for them. */
enum { PERSON, FROM, UNTIL, ZONE, DEPUTY, ROLE, UNREAD, ONLY };

static void list_fields(const struct feed_settings *settings, const char *names[ONLY])
{
	names[PERSON] = settings->fields.person;
	names[FROM] = settings->fields.from;
	names[UNTIL] = settings->fields.until;
	names[ZONE] = settings->fields.zone;
	names[DEPUTY] = settings->fields.deputy;
	names[ROLE] = settings->fields.role;
	names[UNREAD] = settings->fields.unread;
}

void json_record_want(struct json_scan *scan, const struct feed_reader *reading)
{
	const struct feed_settings *settings = reading->settings;
	const char *names[ONLY];

	json_scan_init(scan);
	list_fields(settings, names);
	for (size_t i = 0; i < ONLY; i++)
		json_scan_want(scan, names[i]);
	for (size_t i = 0; i < settings->only_count; i++)
		json_scan_want(scan, settings->only[i].name);
	scan->is_wide = scan->is_wide || settings->jq;
}

/* What a record has in a field of `only`, as read_only() has it, in `texts`; returns how many of these it takes. */
static size_t scanned_only(const struct json_scan *scan, size_t field, const char **texts,
	struct strings *values)
{
	static const char *const words[] = {
		[JSON_SCAN_NULL] = "", [JSON_SCAN_TRUE] = "true", [JSON_SCAN_FALSE] = "false"};
	const struct json_scan_value *value = &scan->values[field];

	*values = (struct strings){texts, value->kind == JSON_SCAN_ABSENT ? 0 : 1};
	if (value->count > 0) {
		json_scan_texts(scan, field, texts);
		values->count = value->count;
	} else {
		texts[0] = value->kind == JSON_SCAN_TEXTS ? "" : words[value->kind];
	}
	return values->count;
}

/* Whether the fields that take one text each have no other value. */
static bool has_texts(const struct json_scan *scan)
{
	for (size_t i = 0; i < UNREAD; i++) {
		const enum json_scan_kind kind = scan->values[i].kind;

		if (kind == JSON_SCAN_TRUE || kind == JSON_SCAN_FALSE ||
			(kind == JSON_SCAN_TEXTS && i != DEPUTY && i != ROLE))
			return false;
	}
	return scan->values[UNREAD].kind != JSON_SCAN_TEXTS;
}

bool json_record_take(struct feed_reader *reading, size_t number, const struct json_scan *scan)
{
	const size_t only_count = reading->settings->only_count;
	const char *few[2 * JSON_SCAN_FIELDS_MAX], **texts = few;
	struct strings only[JSON_SCAN_FIELDS_MAX];
	struct record record = {.person = json_scan_text(scan, PERSON),
		.from = json_scan_text(scan, FROM),
		.until = json_scan_text(scan, UNTIL),
		.zone = json_scan_text(scan, ZONE),
		.unread = scan->values[UNREAD].kind == JSON_SCAN_TRUE
			? "true"
			: json_scan_text(scan, UNREAD),
		.deputy_count = scan->values[DEPUTY].count,
		.role_count = scan->values[ROLE].count,
		.only = only_count > 0 ? only : NULL};
	size_t used, all = record.deputy_count + record.role_count;

	if (!has_texts(scan))
		return false;
	for (size_t i = 0; i < only_count; i++)
		all += 1 + scan->values[ONLY + i].count;
	if (all > COUNT(few))
		texts = memory_get(all * sizeof(*texts));
	record.deputies = texts;
	record.roles = texts + record.deputy_count;
	used = record.deputy_count + record.role_count;
	json_scan_texts(scan, DEPUTY, record.deputies);
	json_scan_texts(scan, ROLE, record.roles);
	for (size_t i = 0; i < only_count; i++)
		used += scanned_only(scan, ONLY + i, texts + used, &only[i]);
	record_add(reading, number, &record);
	if (texts != few)
		free(texts);
	return true;
}
