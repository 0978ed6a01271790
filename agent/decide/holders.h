/*
 * Who holds which role, worked out once from the role values of everyone in a
 * snapshot, and from the roles that feeds give them (CONTRACT section 3: spellings, scopes).
 */
#ifndef DECIDE_HOLDERS_H
#define DECIDE_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct arena;
struct mapping;
struct person;
struct role;
struct role_wanted;
struct snapshot;
struct time_scope;

/* One person who holds a role, perhaps in a scope. */
struct holder {
	const struct person *person;
	const char *scope; /* NULL: unscoped */
	const char *feed;  /* that gives the role; NULL: the directory says it */
	moment start, end; /* [start, end): when */
};

struct holders;

/* Work it out. In `arena`; borrows from the mapping and the snapshot. */
struct holders *holders_find(struct arena *arena, const struct mapping *mapping,
	const struct snapshot *snapshot);

/* Add those who came into the snapshot since; what holders_of() gave before may have moved. */
void holders_add_new(struct holders *holders, const struct snapshot *snapshot);

/* Everyone who holds the role, once for each value; `*count` of them. */
const struct holder *holders_of(const struct holders *holders, const struct role *role,
	size_t *count);

/* Whether a holder is among those a route wants: any, or those of exactly its scope. */
bool holder_is_wanted(const struct holder *holder, const struct role_wanted *wanted);

/* Whether the role is held at any moment of the scope. */
bool holder_holds(const struct holder *holder, const struct time_scope *scope);

#endif
