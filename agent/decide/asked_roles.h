/*
 * Which roles some route asks for. A feed may give thousands of roles to thousands of people; only those who hold one
 * of these are looked up in the directory, and get it (decide/feed_absences.h).
 */
#ifndef DECIDE_ASKED_ROLES_H
#define DECIDE_ASKED_ROLES_H

#include <stdbool.h>

struct arena;
struct asked_roles;
struct mapping;

enum role_asked {
	ROLE_UNKNOWN, /* the gallery has no role of that spelling */
	ROLE_UNASKED, /* it has, and no route asks for it, or none in that scope */
	ROLE_ASKED,
};

/*
 * Find the roles, in `arena`; borrows from the mapping. With `whole_gallery` also those that the gallery wants held by
 * somebody (holders.at_least), as directory/read/role_filter.h has it.
 */
struct asked_roles *asked_roles_find(struct arena *arena, const struct mapping *mapping,
	bool whole_gallery);

/* What a value of a role (decide/role_value.h) is to the routes. */
enum role_asked asked_roles_judge(const struct asked_roles *asked, const char *value);

#endif
