#include "decide/limits.h"

#include "model/plan.h"
#include "model/policy.h"

void limits_check(struct plan *plan, const struct policy *policy)
{
	plan->removals_per_list = policy->removals_per_list;
	plan->removals_per_run = policy->removals_per_run;
	plan->unexplained = 0;
	plan->refused = false;
	for (size_t i = 0; i < plan->list_count; i++) {
		struct list_plan *list = &plan->lists[i];

		if (list->block->kind == BLOCK_MAILBOX)
			continue;
		plan->unexplained += list->unexplained;
		list->over_limit = list->unexplained > (size_t)policy->removals_per_list;
		plan->refused |= list->over_limit;
	}
	plan->over_run_limit = plan->unexplained > (size_t)policy->removals_per_run;
	plan->refused |= plan->over_run_limit;
}
