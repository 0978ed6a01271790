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

static bool pass_kind(const struct plan *plan, const struct policy *policy,
	struct passed_limit *passed)
{
	const struct change_limit *limit = &policy->limits[passed->kind];
	size_t all = 0;

	passed->limit = limit->per_list;
	for (size_t i = 0; i < plan->list_count; i++) {
		passed->list = &plan->lists[i];
		if (passed->list->block->kind == BLOCK_MAILBOX)
			continue;
		passed->count = passed->kind == CHANGE_ADDS ? passed->list->added
							    : passed->list->removal_count;
		if (passed->count > (size_t)limit->per_list)
			return true;
		all += passed->count;
	}
	passed->list = NULL;
	passed->count = all;
	passed->limit = limit->per_run;
	return all > (size_t)limit->per_run;
}

bool limits_pass_all(const struct plan *plan, const struct policy *policy,
	struct passed_limit *passed)
{
	for (int kind = 0; kind < CHANGE_KINDS; kind++) {
		*passed = (struct passed_limit){.kind = (enum change_kind)kind};
		if (pass_kind(plan, policy, passed))
			return true;
	}
	return false;
}

const char *passed_limit_name(const struct passed_limit *passed)
{
	if (passed->kind == CHANGE_ADDS)
		return passed->list ? "additions_per_list" : "additions_per_run";
	return passed->list ? "removals_per_list" : "removals_per_run";
}
