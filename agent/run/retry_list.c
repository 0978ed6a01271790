#include "run/retry_list.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/strbuf.h"
#include "model/outcome.h"
#include "model/plan.h"

/* What is to be done to a list, so that the same is known again. */
static void describe_failed_list(struct strbuf *out, const struct list_plan *list)
{
	for (size_t i = 0; i < list->member_count; i++) {
		if (list->members[i]->is_new)
			strbuf_addf(out, "+ %s\n", list->members[i]->key);
	}
	for (size_t i = 0; i < list->removal_count; i++)
		strbuf_addf(out, "- %s\n", list->removals[i].key);
}

static bool is_stuck(const struct retry_list *retries, const struct list_plan *list)
{
	const char *before = retries->arena ? table_find(retries->lists, list->dn) : NULL;
	struct strbuf now = STRBUF_INIT;
	bool same;

	if (!before || !list_plan_has_changes(list))
		return false;
	describe_failed_list(&now, list);
	same = strcmp(before, now.text) == 0;
	strbuf_release(&now);
	return same;
}

bool retry_list_knows_all(const struct retry_list *retries, const struct plan *plan)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		if (list_plan_has_changes(&plan->lists[i]) && !is_stuck(retries, &plan->lists[i]))
			return false;
	}
	return true;
}

/* The list stays as it is. */
static void leave_out(struct plan *plan, struct list_plan *list)
{
	for (size_t i = 0; i < list->member_count; i++)
		list->members[i]->is_new = false;
	plan->added -= list->added;
	plan->removed -= list->removal_count;
	list->added = 0;
	list->removal_count = 0;
}

bool retry_list_leave_out(const struct retry_list *retries, struct plan *plan)
{
	bool any = false;

	for (size_t i = 0; i < plan->list_count; i++) {
		if (!is_stuck(retries, &plan->lists[i]))
			continue;
		leave_out(plan, &plan->lists[i]);
		any = true;
	}
	return any;
}

static void note_list(struct retry_list *retries, const struct list_plan *list)
{
	struct strbuf text = STRBUF_INIT;

	describe_failed_list(&text, list);
	table_put(retries->lists, arena_string(retries->arena, list->dn),
		arena_string(retries->arena, text.text));
	strbuf_release(&text);
}

void retry_list_note(struct retry_list *retries, const struct plan *plan,
	const struct list_outcome *outcomes)
{
	retry_list_release(retries);
	retry_list_note_also(retries, plan, outcomes);
}

void retry_list_note_also(struct retry_list *retries, const struct plan *plan,
	const struct list_outcome *outcomes)
{
	if (!retries->arena) {
		retries->arena = arena_new();
		retries->lists = table_new(retries->arena);
	}
	for (size_t i = 0; i < plan->list_count; i++) {
		if (list_plan_has_changes(&plan->lists[i]) && (!outcomes || !outcomes[i].done))
			note_list(retries, &plan->lists[i]);
	}
}

void retry_list_describe(struct strbuf *out, const struct plan *plan)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		strbuf_addf(out, "%s\n", plan->lists[i].dn);
		describe_failed_list(out, &plan->lists[i]);
	}
}

void retry_list_release(struct retry_list *retries)
{
	arena_free(retries->arena);
	*retries = (struct retry_list)RETRY_LIST_INIT;
}
