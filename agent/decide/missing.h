/*
 * What the decision still needs to know: the references, groups and lists that
 * a snapshot lacks. Pure: directory/read/gather.h asks, reads, and asks again until
 * nothing is wanted. This is what keeps a run's cost with the recipients: the
 * deputies of someone who is here are not read, unless the scope counts everyone
 * as away; then the members of the lists are wanted, too.
 *
 * Each question continues where the one before had to stop: what was waited for is looked at again, and nothing else.
 */
#ifndef DECIDE_MISSING_H
#define DECIDE_MISSING_H

#include <stddef.h>

#include "model/mapping.h"

struct missing_rounds;
struct policy;
struct snapshot;
struct time_scope;

/* References that the snapshot has no subject for, and lists that it does not have; no doubles. */
struct missing {
	struct references refs;
	struct group_wanted *lists;
	size_t list_count;
};

/*
 * Begin to ask. All that it is given is borrowed, less the scope. From then on the snapshot must only be read into: a person's
 * absences and the feeds' roles stay as they are. missing_rounds_free() takes NULL too.
 */
struct missing_rounds *missing_rounds_new(const struct mapping *mapping,
	const struct policy *policy, const struct snapshot *snapshot,
	const struct time_scope *scope);
void missing_rounds_free(struct missing_rounds *rounds);

/*
 * What is wanted now that all is read that was wanted before; two counts of 0: nothing more, ever. What `missing` holds lasts
 * until the next call.
 */
void missing_rounds_next(struct missing_rounds *rounds, struct missing *missing);

#endif
