/*
 * Limits on removals and additions that no absence explains (rule 9), judged on the whole
 * plan before the first write.
 */
#ifndef DECIDE_LIMITS_H
#define DECIDE_LIMITS_H

struct plan;
struct policy;

/* Count what counts, and set over_limit, over_run_limit and refused. After diff_lists(). */
void limits_check(struct plan *plan, const struct policy *policy);

#endif
