/*
 * What the decision still needs to know: the references, groups and lists that
 * a snapshot lacks. Pure: directory/read/gather.h asks, reads, and asks again until
 * nothing is wanted. This is what keeps a run's cost with the recipients: the
 * deputies of someone who is here are not read, unless the scope counts everyone
 * as away; then the members of the lists are wanted, too.
 */
#ifndef DECIDE_MISSING_H
#define DECIDE_MISSING_H

#include <stddef.h>

#include "model/mapping.h"

struct arena;
struct policy;
struct snapshot;
struct time_scope;

/* References that the snapshot has no subject for, and lists that it does not have; no doubles. */
struct missing {
	struct references refs;
	struct group_wanted *lists;
	size_t list_count;
};

/* Ask. The arrays are in `arena`; nothing wanted is two counts of 0. */
void missing_find(struct missing *missing, struct arena *arena, const struct mapping *mapping,
	const struct policy *policy, const struct snapshot *snapshot,
	const struct time_scope *scope);

#endif
