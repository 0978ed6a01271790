/*
 * Who a list asks for (rule 1): the holders of its roles, the people in its
 * groups with the groups inside them, and those it names, each once. And what
 * protects the list, as it is not found.
 */
#ifndef DECIDE_REQUIRED_H
#define DECIDE_REQUIRED_H

#include <stddef.h>

#include "base/text/moment.h"
#include "model/plan.h"

struct arena;
struct block;
struct holders;
struct required_faults;
struct snapshot;
struct time_scope;

/* What is found while looking. */
struct required_notes {
	struct required_faults *faults; /* may be NULL */
	struct protection protection;   /* of the list, by what is not found */
	moment until; /* the first moment at which a name may mean somebody else, or a role begins or ends */
};

/*
 * Everyone a block asks for, with the reasons, in `arena`; sorted by DN. The
 * array is of `*count` pointers. In a scope of several moments it is everyone whom it asks for at
 * any of them.
 */
struct required **required_find(struct arena *arena, const struct block *block,
	const struct holders *holders, const struct snapshot *snapshot,
	const struct time_scope *scope, struct required_notes *notes, size_t *count);

#endif
