#include "feed/format/ics/ics_people.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/text/text.h"
#include "feed/format/ics/ics_component.h"
#include "model/settings.h"

static bool is_name(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

/* Step over one of the schemes that mail addresses are written with, and the blanks behind it. */
static bool skip_scheme(const char **text)
{
	static const char *const schemes[] = {"mailto:", "mailto%3A", "smtp:"};

	for (size_t i = 0; i < COUNT(schemes); i++) {
		size_t length = strlen(schemes[i]);

		if (strncasecmp(*text, schemes[i], length) == 0) {
			*text += length;
			*text += strspn(*text, " \t'\"");
			return true;
		}
	}
	return false;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* RFC 3986 section 2.1. An escape that is not a byte of a text stays as it is. */
static void decode_percent(char *text)
{
	char *out = text;

	for (const char *at = text; *at; at++) {
		int high = *at == '%' ? hex_digit(at[1]) : -1;
		int low = high >= 0 ? hex_digit(at[2]) : -1;

		if (low >= 0 && (high || low)) {
			*out++ = (char)(high * 16 + low);
			at += 2;
		} else {
			*out++ = *at;
		}
	}
	*out = '\0';
}

static bool is_quote(char c)
{
	return c == '\'' || c == '"';
}

/* "Anna <anna@x>" and 'anna@x' are anna@x. */
static const char *strip_marks(char *text)
{
	char *open = strchr(text, '<'), *end = open ? strchr(open, '>') : NULL;
	const char *stripped = text;
	size_t length;

	if (end) {
		*end = '\0';
		stripped = open + 1;
	}
	length = strlen(stripped);
	text_trim(&stripped, &length);
	for (; length > 0 && is_quote(*stripped); length--)
		stripped++;
	while (length > 0 && is_quote(stripped[length - 1]))
		length--;
	text[(size_t)(stripped - text) + length] = '\0';
	return stripped;
}

static const char *read_address(const char *value, struct arena *arena)
{
	bool has_scheme = false;
	char *text;

	value += strspn(value, " \t'\"<");
	while (skip_scheme(&value))
		has_scheme = true;
	text = arena_string(arena, value);
	if (has_scheme)
		text[strcspn(text, "?")] = '\0';
	if (has_scheme || (strstr(text, "%40") && !strchr(text, '@')))
		decode_percent(text);
	if (!strchr(text, '<'))
		text[strcspn(text, ">")] = '\0';
	return strip_marks(text);
}

const char *ics_address(const struct ics_property *property, struct arena *arena)
{
	const char *address = read_address(property->value, arena);
	const char *mail = ics_property_parameter(property, "EMAIL"); /* RFC 7986 section 6.2 */

	return mail && *mail && !strchr(address, '@') ? read_address(mail, arena) : address;
}

static bool is_address(const struct ics_property *property)
{
	const char *value = property->value;

	return is_name(property->name, "ATTENDEE") || is_name(property->name, "ORGANIZER") ||
		skip_scheme(&value);
}

/* The properties whose value is a list of texts (RFC 5545 sections 3.8.1.2, 3.8.1.10). */
static bool is_list(const char *name)
{
	return is_name(name, "CATEGORIES") || is_name(name, "RESOURCES");
}

const char **ics_texts(const struct ics_component *component, const char *name, struct arena *arena,
	size_t *count)
{
	const struct ics_property *property = name ? ics_component_find(component, name) : NULL;
	const char **texts = NULL;
	size_t room = 0;

	*count = 0;
	for (; property; property = ics_component_next(component, name, property)) {
		const char *at = property->value;

		while (at) {
			texts = arena_grow(arena, texts, *count, &room, sizeof(*texts));
			if (is_list(name)) {
				texts[(*count)++] = ics_next_text(&at, arena);
				continue;
			}
			texts[(*count)++] = is_address(property)
				? ics_address(property, arena)
				: ics_property_text(property, arena);
			at = NULL;
		}
	}
	return texts;
}

/* RFC 5545 sections 3.2.3 and 3.2.16. */
static bool is_nobody(const struct ics_property *property)
{
	return ics_property_is(property, "CUTYPE", "ROOM") ||
		ics_property_is(property, "CUTYPE", "RESOURCE") ||
		ics_property_is(property, "ROLE", "NON-PARTICIPANT");
}

struct people_ctx {
	struct arena *arena;
	struct ics_person *items;
	size_t count, room;
	struct table *met; /* keys; NULL while there is none */
};

static void add_person(struct people_ctx *people, const char *name, bool has_declined)
{
	const char *key = name ? text_fold(people->arena, name, strlen(name)) : "";

	if (people->met && table_find(people->met, key))
		return;
	if (!people->met)
		people->met = table_new(people->arena);
	people->items = arena_grow(people->arena, people->items, people->count, &people->room,
		sizeof(*people->items));
	people->items[people->count] =
		(struct ics_person){.name = name, .key = key, .has_declined = has_declined};
	table_put(people->met, key, &people->items[people->count]);
	people->count++;
}

static bool has_declined(const struct ics_property *property)
{
	return ics_property_is(property, "PARTSTAT", "DECLINED");
}

/* Whether the owner of the calendar is invited, and will not come. */
static bool has_owner_declined(const struct ics_component *component, const char *owner,
	struct arena *arena)
{
	const struct ics_property *property = ics_component_find(component, "ATTENDEE");

	for (; property; property = ics_component_next(component, "ATTENDEE", property)) {
		if (has_declined(property) && text_same(ics_address(property, arena), owner))
			return true;
	}
	return false;
}

static void add_named(struct people_ctx *people, const struct ics_component *component,
	const char *name)
{
	const struct ics_property *property = ics_component_find(component, name);

	for (; property; property = ics_component_next(component, name, property)) {
		const char *at = property->value;

		if (is_address(property) && is_nobody(property))
			continue;
		if (!is_list(name)) {
			const char *text = is_address(property)
				? ics_address(property, people->arena)
				: ics_property_text(property, people->arena);

			if (text[strspn(text, " \t")])
				add_person(people, text, has_declined(property));
			continue;
		}
		while (at)
			add_person(people, ics_next_text(&at, people->arena), false);
	}
}

struct ics_person *ics_people_read(const struct feed_settings *settings,
	const struct ics_component *component, struct arena *arena, size_t *count)
{
	struct people_ctx people = {.arena = arena};
	const char *owner = settings->person;

	if (owner && is_name(settings->fields.person, "ATTENDEE"))
		add_person(&people, owner, has_owner_declined(component, owner, arena));
	else
		add_named(&people, component, settings->fields.person);
	if (people.count == 0)
		add_person(&people, owner, false);
	*count = people.count;
	return people.items;
}

static const char *property_of_field(const char *field)
{
	return is_name(field, "busystatus") ? "X-MICROSOFT-CDO-BUSYSTATUS" : field;
}

/* RFC 5545 sections 3.8.1.3, 3.8.1.9, 3.8.2.7 and 3.8.7.4. */
static const char *default_of(const char *name)
{
	static const char *const defaults[][2] = {
		{"TRANSP", "OPAQUE"}, {"CLASS", "PUBLIC"}, {"PRIORITY", "0"}, {"SEQUENCE", "0"}};

	for (size_t i = 0; i < COUNT(defaults); i++) {
		if (is_name(name, defaults[i][0]))
			return defaults[i][1];
	}
	return NULL;
}

const struct strings *ics_only_values(const struct feed_settings *settings,
	const struct ics_component *component, struct arena *arena)
{
	struct strings *values = arena_get(arena, settings->only_count * sizeof(*values));

	for (size_t i = 0; i < settings->only_count; i++) {
		const char *name = property_of_field(settings->only[i].name);
		const char *standard = default_of(name);

		values[i].items = ics_texts(component, name, arena, &values[i].count);
		if (values[i].count > 0 || !standard)
			continue;
		values[i].items = arena_get(arena, sizeof(*values[i].items));
		values[i].items[0] = standard;
		values[i].count = 1;
	}
	return settings->only_count > 0 ? values : NULL;
}
