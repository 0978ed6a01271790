/*
 * Tags that subjects carry and nobody knows, counted in groups: those that only their numbers part are one,
 * "[Ticket#*]" (number_pattern.h). Upper and lower case are the same.
 *
 *	struct unknown_groups *unknown = unknown_groups_new();
 *	unknown_groups_add(unknown, "[Ticket#123]", at); // for each
 *	unknown_groups_free(unknown);
 */
#ifndef MAILBOX_UNKNOWN_GROUPS_H
#define MAILBOX_UNKNOWN_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct arena;
struct tag;
struct unknown_groups;

#define UNKNOWN_KEPT_MAX 5000 /* groups; those seen after these are not counted */

/* A tag that subjects carry, and that the catalogue lacks or no route names. */
struct unknown_tag {
	const char *
		text; /* as first seen, with its brackets, or its pattern; of the catalogue's, its id */
	const char *first; /* as first seen, also where `text` is a pattern */
	bool is_group;     /* several that differ in their numbers; text has * for these */
	size_t count;
	moment last;
	const struct tag *nearest; /* for its owner to fill in; NULL: none is near */
};

struct unknown_groups *unknown_groups_new(void);
void unknown_groups_free(struct unknown_groups *unknown); /* NULL too */

void unknown_groups_add(struct unknown_groups *unknown, const char *text, moment arrived);

/*
 * The groups, most frequent first, then latest first; in `arena`. Returns how many. Whether more came than are kept is
 * for unknown_groups_has_more().
 */
size_t unknown_groups_list(const struct unknown_groups *unknown, struct arena *arena,
	struct unknown_tag ***items);
bool unknown_groups_has_more(const struct unknown_groups *unknown);

#endif
