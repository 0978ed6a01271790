/*
 * One component of an iCalendar text: its properties as they are written, unfolded, with their parameters
 * (RFC 5545 section 3.1). Values are not looked into.
 */
#ifndef FEED_FORMAT_ICS_COMPONENT_H
#define FEED_FORMAT_ICS_COMPONENT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct ics_parameter {
	const char *name, *value; /* quotes around the value dropped */
};

struct ics_property {
	const char *name, *value;
	struct ics_parameter *parameters;
	size_t parameter_count;
};

struct ics_component {
	struct ics_property *properties; /* in the order of the text, in the arena */
	size_t count, room;
};

/* Parse from BEGIN to END, into `arena`. Lines that are no properties, and components inside, are passed over. */
void ics_component_parse(struct ics_component *component, struct arena *arena, const char *text,
	size_t length);

/* The next property of that name, whatever its case, behind `after` (NULL: the first); NULL: there is none. */
const struct ics_property *ics_component_next(const struct ics_component *component,
	const char *name, const struct ics_property *after);

/* The first one's; NULL: there is none. */
const struct ics_property *ics_component_find(const struct ics_component *component,
	const char *name);

/* The value of a parameter, whatever the case of its name; NULL: it has none. */
const char *ics_property_parameter(const struct ics_property *property, const char *name);

/* Whether a parameter has that value, whatever the case of both. */
bool ics_property_is(const struct ics_property *property, const char *name, const char *value);

/* A TEXT value as it is meant (RFC 5545 section 3.3.11), in `arena`. */
const char *ics_property_text(const struct ics_property *property, struct arena *arena);

/*
 * The next of the texts that commas separate, in `arena`; *at is where to go on: the property's value at first, and
 * NULL once there are no more.
 */
const char *ics_next_text(const char **at, struct arena *arena);

#endif
