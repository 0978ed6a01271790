/*
 * What a list that does not exist is made of (lists.create): the entry but for
 * its members, which are the plan's additions.
 */
#ifndef DIRECTORY_DIALECT_NEW_LIST_H
#define DIRECTORY_DIALECT_NEW_LIST_H

#include <stddef.h>

struct arena;
struct dialect;
struct list_plan;
struct plan;
struct settings;

/* A list being described; the dialect adds what is its own (dialect.h). */
struct list_description {
	struct arena *arena;
	struct list_plan *list;
	size_t room;
	const char *name;             /* of the RDN, decoded */
	const char *address;          /* NULL: none */
	const char *member_attribute; /* that the list will have */
};

/* Add an attribute's value; both are kept as they are. */
void list_description_add(struct list_description *description, const char *type,
	const char *value);

/*
 * Fill in `entry` of every list of the plan that is not there and is to be made:
 * the object classes, the RDN's attributes, a description, and the address that
 * the route gives it. In the plan's arena. After diff_lists(), before the report.
 */
void new_lists_describe(struct plan *plan, const struct dialect *dialect,
	const struct settings *settings);

#endif
