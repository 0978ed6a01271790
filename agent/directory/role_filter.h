/*
 * The filters that find whoever holds a role that some route asks for. They
 * find enough, and perhaps more: values hold several roles, spellings and
 * scopes, and it is decide/ that compares them exactly.
 */
#ifndef DIRECTORY_ROLE_FILTER_H
#define DIRECTORY_ROLE_FILTER_H

struct arena;
struct mapping;
struct strings;

/*
 * Make the filters, in `arena`: each is `(&people_filter(|…))` with so few terms
 * that a server takes it. `attribute` is the role attribute's name. None where no
 * route asks for a role.
 */
struct strings role_filters(struct arena *arena, const struct mapping *mapping,
	const char *people_filter, const char *attribute);

#endif
