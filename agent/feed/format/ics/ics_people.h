/*
 * Whose an event is: the people it names, and what it has in the fields that the settings name.
 */
#ifndef FEED_FORMAT_ICS_PEOPLE_H
#define FEED_FORMAT_ICS_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct feed_settings;
struct ics_component;
struct ics_property;
struct strings;

struct ics_person {
	const char
		*name; /* as written, less what makes a mail address of it; NULL: nobody is named */
	const char *key;   /* by which names are compared: folded; "" for nobody */
	bool has_declined; /* PARTSTAT=DECLINED: is not away, whatever the event says */
};

/*
 * The people, each once and one or more, in `arena`. Rooms, resources (CUTYPE) and people who are only informed
 * (ROLE=NON-PARTICIPANT) are left out. A calendar of settings->person is that person's, no matter who is invited.
 */
struct ics_person *ics_people_read(const struct feed_settings *settings,
	const struct ics_component *component, struct arena *arena, size_t *count);

/* All values of the properties of a name (NULL: none), as texts in `arena`; addresses as in ics_person.name. */
const char **ics_texts(const struct ics_component *component, const char *name, struct arena *arena,
	size_t *count);

/*
 * For each field of settings->only its values, in `arena`; NULL where there is no such field. "busystatus" is
 * X-MICROSOFT-CDO-BUSYSTATUS. Where RFC 5545 has a default, a property that is not there has that value.
 */
const struct strings *ics_only_values(const struct feed_settings *settings,
	const struct ics_component *component, struct arena *arena);

/* A calendar address (RFC 5545 section 3.3.3), without its scheme, as mail addresses are compared; in `arena`. */
const char *ics_address(const struct ics_property *property, struct arena *arena);

#endif
