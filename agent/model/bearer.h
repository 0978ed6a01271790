/*
 * The people that bear a name, and which of them a reference by that name means (CONTRACT
 * section 4, References). Pure.
 */
#ifndef MODEL_BEARER_H
#define MODEL_BEARER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct arena;
struct person;

/* How somebody bears a name; a lower value goes before a higher one. */
enum bearer_rank {
	BEARER_FIRST, /* as a login, or as the first value of the first attribute of mail */
	BEARER_OTHER, /* as another value of mail */
};

struct bearer {
	const struct person *person; /* borrowed from the snapshot */
	enum bearer_rank rank;
	bool by_login;
};

/* All that bear one name. */
struct bearers {
	struct bearer *items;
	size_t count, room;
};

/*
 * Add a person that answers to the reference key `key`; how is found in person.known_as. The array
 * is in `arena`.
 */
void bearers_add(struct bearers *bearers, struct arena *arena, const char *key,
	const struct person *person);

/* When all are added: order them by DN, as bytes, and drop those that were added twice. */
void bearers_sort(struct bearers *bearers);

/*
 * The person that the name means at `t`, or NULL: the only one; of several the one that is
 * reachable among those of the first rank, and where none of these is reachable, among the others.
 * Two that are reachable in one rank are nobody. With `logins_only` only those count that bear the
 * name as login.
 */
const struct person *bearers_choose(const struct bearers *bearers, moment t, bool logins_only);

/* The first moment after `t` at which bearers_choose() may choose another one; MOMENT_LATEST: none. */
moment bearers_next_change(const struct bearers *bearers, moment t);

#endif
