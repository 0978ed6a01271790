/*
 * The decision: who is on each list at moment t, and why (CONTRACT section 4,
 * rules 1 to 7). The only one there is: every command asks it.
 */
#ifndef DECIDE_DECISION_H
#define DECIDE_DECISION_H

struct mapping;
struct plan;
struct policy;
struct snapshot;

/*
 * Fill the plan's lists with their members, gaps and findings, as of plan->at.
 * The snapshot must be complete: wants_find() for that moment finds nothing.
 */
void decide(struct plan *plan, const struct mapping *mapping, const struct policy *policy,
	const struct snapshot *snapshot);

#endif
