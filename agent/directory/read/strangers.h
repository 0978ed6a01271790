/*
 * Strangers: entries that no snapshot knows, and whose change makes no difference to it. Of each thousand changes in a
 * municipality's directory nearly all are theirs. So that one ends where it is heard, the search that stays asks for
 * the attributes by which an entry could come to matter: roles, logins, mail addresses, and what feeds are compared with.
 *
 * An entry is none that is known by its DN or identity, holds a role that some route asks for, or bears a name that
 * something asked for, whether anybody had it or not. People.filter is not looked at: what it leaves out matters at most.
 */
#ifndef DIRECTORY_READ_STRANGERS_H
#define DIRECTORY_READ_STRANGERS_H

#include <stdbool.h>

struct arena;
struct connection;
struct dir_change;
struct dir_entry;
struct mapping;
struct snapshot;
struct strangers;

/*
 * Learn what could make an entry matter, in `arena`; borrows from the mapping and the connection's settings. `connection`
 * is open. With `whole_gallery` as asked_roles_find().
 */
struct strangers *strangers_new(struct arena *arena, const struct connection *connection,
	const struct mapping *mapping, bool whole_gallery);

/* What to ask for of an entry that changed; NULL-ended. */
const char *const *strangers_attributes(const struct strangers *strangers);

/* Whether the entry of that change, with these attributes, is a stranger to the snapshot. Takes no memory of it. */
bool strangers_include(const struct strangers *strangers, const struct snapshot *snapshot,
	const struct dir_entry *entry, const struct dir_change *change);

#endif
