/*
 * Whom postvagt put on which list, as this host's reports show (CONTRACT section 4, rules 1 and 6). From an additive
 * list nobody else is removed but required people; from a protected one, only the stand-ins among them.
 * Pure: run/added_state.h reads and writes the file.
 *
 * A list is known by its identity, or by its DN's key where that may not be read. A person is known by the identity, and
 * by the DN alone where a report is all that says so.
 */
#ifndef DECIDE_ADDED_MEMBERS_H
#define DECIDE_ADDED_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct arena;
struct list;
struct person;
struct table;

/* How long a report shows that postvagt added somebody. */
#define ADDED_MEMBERS_TIME (400 * MOMENT_DAY)

struct added_member {
	const char *list;     /* added_members_list() */
	const char *dn, *key; /* the value as it was added, and its dn_key() */
	const char *identity; /* the person's; NULL: not known */
	moment when;          /* when it was added last */
	bool stand_in;        /* as a stand-in or to fill up, and not in their own right since */
	bool gone;            /* not on the list any more; kept for `removed_by`, if that is set */
	const char *
		removed_by; /* the run of this host that removed it, which may be taken back; NULL: another did */
	bool is_there;              /* on the list, as far as the last comparison saw */
	bool found_gone, found_own; /* by a comparison, and no line of a run says so yet */
};

struct added_members {
	struct arena *arena;         /* borrowed: of all that is in it */
	struct added_member **items; /* in the order first added */
	size_t count, room;
	struct table *by_name; /* list and DN key, or list and identity -> struct added_member */
};

struct added_members *added_members_new(struct arena *arena);

/* What tells a list from others; borrowed from it. */
const char *added_members_list(const struct list *list);

/*
 * Put a member, whose texts are copied, in place of one of the same list and person. Borrowed until the next one is
 * put.
 */
struct added_member *added_members_put(struct added_members *added,
	const struct added_member *member);

/*
 * The member of that list, by who the person is, or by the DN's key; NULL where postvagt did not put it there, or it has
 * gone since. A list whose identity is known is looked for by its DN's key too: it may have had none when it was made.
 * `person` and `added` may be NULL.
 */
struct added_member *added_members_find(const struct added_members *added, const struct list *list,
	const char *key, const struct person *person);

/* The same by what tells the list from others, also where the member has gone. */
struct added_member *added_members_find_any(const struct added_members *added, const char *list,
	const char *key, const struct person *person);

/* Take a member of a list that was known by its DN for one of the list itself. */
void added_members_set_list(struct added_members *added, struct added_member *member,
	const struct list *list);

#endif
