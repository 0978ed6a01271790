/*
 * The filters that find whoever holds a role that some route asks for. They
 * find enough, and perhaps more: values hold several roles, spellings and
 * scopes, and it is decide/ that compares them exactly.
 */
#ifndef DIRECTORY_READ_ROLE_FILTER_H
#define DIRECTORY_READ_ROLE_FILTER_H

#include <stdbool.h>

struct arena;
struct mapping;
struct strings;

/*
 * Make the filters, in `arena`: each is `(&people_filter(|…))` with so few terms
 * that a server takes it. `attributes` are those that hold roles. None where no
 * route asks for a role. With `whole_gallery` also for the roles that the gallery
 * wants held by somebody (holders.at_least), asked for or not.
 */
struct strings role_filters(struct arena *arena, const struct mapping *mapping,
	const char *people_filter, const struct strings *attributes, bool whole_gallery);

#endif
