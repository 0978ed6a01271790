/*
 * Limits on removals and additions that no absence explains (rule 9), judged on the whole
 * plan before the first write.
 */
#ifndef DECIDE_LIMITS_H
#define DECIDE_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/policy.h"

struct list_plan;
struct plan;

/* A limit, and what passes it. */
struct passed_limit {
	const struct list_plan *list; /* NULL: the limit of the run */
	enum change_kind kind;
	size_t count;
	int limit;
};

/* Count what counts, and set over_limit, over_run_limit and refused. After diff_lists(). */
void limits_check(struct plan *plan, const struct policy *policy);

/*
 * Whether more would change than a limit says, though no change counted for one: of an undo (rule 9). `passed` gets the
 * first such limit. The mailbox's list counts for none.
 */
bool limits_pass_all(const struct plan *plan, const struct policy *policy,
	struct passed_limit *passed);

/* The name of a limit in the settings: "removals_per_list". */
const char *passed_limit_name(const struct passed_limit *passed);

#endif
