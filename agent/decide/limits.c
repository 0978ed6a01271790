#include "decide/limits.h"

#include "model/plan.h"

/* Count one list for the run, and compare it with the limit of a list. */
static void check_list(struct plan *plan, struct list_plan *list, enum change_kind kind)
{
	plan->unexplained[kind] += list->unexplained[kind];
	list->over_limit[kind] = list->unexplained[kind] > (size_t)plan->limits[kind].per_list;
	plan->refused |= list->over_limit[kind];
}

static void check_kind(struct plan *plan, enum change_kind kind)
{
	plan->unexplained[kind] = 0;
	for (size_t i = 0; i < plan->list_count; i++) {
		if (plan->lists[i].block->kind != BLOCK_MAILBOX)
			check_list(plan, &plan->lists[i], kind);
	}
	plan->over_run_limit[kind] = plan->unexplained[kind] > (size_t)plan->limits[kind].per_run;
	plan->refused |= plan->over_run_limit[kind];
}

void limits_check(struct plan *plan, const struct policy *policy)
{
	plan->refused = false;
	for (int kind = 0; kind < CHANGE_KINDS; kind++) {
		plan->limits[kind] = policy->limits[kind];
		check_kind(plan, (enum change_kind)kind);
	}
}
