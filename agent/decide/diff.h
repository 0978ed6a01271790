/*
 * The difference: what must be added to and deleted from each list, so that it
 * becomes what was decided (rules 6 to 10). Single values, never the whole.
 */
#ifndef DECIDE_DIFF_H
#define DECIDE_DIFF_H

#include <stdbool.h>

struct added_members;
struct mapping;
struct plan;
struct policy;
struct snapshot;

/*
 * Hold each decided list up against the list as it stands: mark who joins,
 * list who leaves and why, and add to the members whoever stays all the same.
 * After decide(), once.
 */
void diff_lists(struct plan *plan, const struct policy *policy, const struct snapshot *snapshot,
	const struct added_members *added);

/*
 * Whether some member is left over that only a look at all possible stand-ins
 * can explain: then the snapshot must be widened (missing.h, `everyone`) and the
 * plan made anew. After decide(), before diff_lists().
 */
bool diff_needs_everyone(const struct plan *plan, const struct snapshot *snapshot);

#endif
