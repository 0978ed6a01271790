#include "feed/format/ics/ics_component.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/text.h"

/* Whether two names may be the same: most differ in their first letter, and all lines are looked at for several names. */
static bool is_near(const char *a, const char *b)
{
	return ((*a ^ *b) & ~0x20) == 0;
}

/* Names of properties whose value has no colon. */
static bool is_time(const char *name)
{
	static const char *const names[] = {
		"DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE", "DTSTAMP"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (is_near(name, names[i]) && strcasecmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* Where a name, a parameter or its value ends: at one of `ends`, of which there are one or two, outside quotes, or at the end. */
static char *find_end(char *at, const char *ends)
{
	bool is_quoted = false;

	for (; *at; at++) {
		if (*at == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && (*at == ends[0] || *at == ends[1]))
			break;
	}
	return at;
}

static const char *without_quotes(char *text)
{
	const char *trimmed = text;
	size_t length = strlen(text);

	text_trim(&trimmed, &length);
	if (length >= 2 && trimmed[0] == '"' && trimmed[length - 1] == '"') {
		trimmed++;
		length -= 2;
	}
	text[(size_t)(trimmed - text) + length] = '\0';
	return trimmed;
}

static void add_parameter(struct ics_property *property, struct arena *arena, size_t *room,
	char *text)
{
	char *equals = strchr(text, '=');

	if (!equals)
		return;
	*equals = '\0';
	property->parameters = arena_grow(arena, property->parameters, property->parameter_count,
		room, sizeof(*property->parameters));
	property->parameters[property->parameter_count++] =
		(struct ics_parameter){.name = text, .value = without_quotes(equals + 1)};
}

/*
 * Where the value begins; NULL: the line is not a property. Some write TZID=(UTC+01:00) Brussels without quotes: a time
 * has no colon, so the last one ends its parameters. So it does where a quote has no end.
 */
static char *find_colon(char *line, char *parameters)
{
	char *colon;

	if (*parameters == ';') {
		bool is_last;

		*parameters = '\0';
		is_last = is_time(line);
		*parameters = ';';
		if (is_last)
			return strrchr(parameters, ':');
	}
	colon = find_end(parameters, ":");
	return *colon ? colon : strrchr(parameters, ':');
}

/* Read one unfolded line, which is taken to pieces. */
static void read_property(struct ics_component *component, struct arena *arena, char *line)
{
	struct ics_property property = {.name = line};
	char *at = find_end(line, ";:"), *colon = find_colon(line, at);
	size_t room = 0;

	if (!colon || at == line)
		return;
	*colon = '\0';
	property.value = colon + 1;
	while (*at == ';') {
		char *end = find_end(at + 1, ";"), mark = *end;

		*at = *end = '\0';
		add_parameter(&property, arena, &room, at + 1);
		*end = mark;
		at = end;
	}
	component->properties = arena_grow(arena, component->properties, component->count,
		&component->room, sizeof(*component->properties));
	component->properties[component->count++] = property;
}

static bool begins_with(const char *line, const char *word)
{
	return is_near(line, word) && strncasecmp(line, word, strlen(word)) == 0;
}

/* Take a line of the component, whose depth is 1 in itself and more inside another. */
static void take_line(struct ics_component *component, struct arena *arena, char *line, int *depth)
{
	if (begins_with(line, "BEGIN:"))
		(*depth)++;
	else if (begins_with(line, "END:"))
		(*depth)--;
	else if (*depth == 1)
		read_property(component, arena, line);
}

/* Unfold in place: a line that begins with a blank goes on the one before it. */
void ics_component_parse(struct ics_component *component, struct arena *arena, const char *text,
	size_t length)
{
	char *copy = arena_bytes(arena, text, length), *out = copy, *line = copy;
	int depth = 0;

	*component = (struct ics_component){0};
	for (const char *at = copy; *at;) {
		size_t count = strcspn(at, "\r\n");
		bool is_folded = out > line && (*at == ' ' || *at == '\t');
		size_t skip = is_folded ? 1 : 0;

		if (!is_folded && count > 0 && out > copy) {
			*out++ = '\0'; /* where the line break was, or before it */
			take_line(component, arena, line, &depth);
			line = out;
		}
		memmove(out, at + skip, count - skip);
		out += count - skip;
		at += count;
		at += *at != '\0';
	}
	*out = '\0';
	take_line(component, arena, line, &depth);
}

const struct ics_property *ics_component_next(const struct ics_component *component,
	const char *name, const struct ics_property *after)
{
	size_t i = after ? (size_t)(after - component->properties) + 1 : 0;

	for (; i < component->count; i++) {
		if (is_near(component->properties[i].name, name) &&
			strcasecmp(component->properties[i].name, name) == 0)
			return &component->properties[i];
	}
	return NULL;
}

const struct ics_property *ics_component_find(const struct ics_component *component,
	const char *name)
{
	return ics_component_next(component, name, NULL);
}

const char *ics_property_parameter(const struct ics_property *property, const char *name)
{
	for (size_t i = 0; i < property->parameter_count; i++) {
		if (strcasecmp(property->parameters[i].name, name) == 0)
			return property->parameters[i].value;
	}
	return NULL;
}

bool ics_property_is(const struct ics_property *property, const char *name, const char *value)
{
	const char *own = ics_property_parameter(property, name);

	return own && strcasecmp(own, value) == 0;
}

/* Copy a text less its escapes. */
static const char *unescape(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_bytes(arena, text, length), *out = copy;

	for (const char *at = copy; *at; at++) {
		if (*at == '\\' && at[1]) {
			at++;
			*out = *at;
			if (*at == 'n' || *at == 'N')
				*out = '\n';
			out++;
		} else {
			*out++ = *at;
		}
	}
	*out = '\0';
	return copy;
}

const char *ics_property_text(const struct ics_property *property, struct arena *arena)
{
	return unescape(arena, property->value, strlen(property->value));
}

const char *ics_next_text(const char **at, struct arena *arena)
{
	const char *begin = *at, *end = begin;

	while (*end && *end != ',')
		end += *end == '\\' && end[1] ? 2 : 1;
	*at = *end ? end + 1 : NULL;
	return unescape(arena, begin, (size_t)(end - begin));
}
