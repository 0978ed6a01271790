#include "run/retry_list.h"

#include <string.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/table.h"
#include "model/outcome.h"
#include "model/plan.h"

/* What is to be done to a list, so that the same is known again. */
static void describe(struct strbuf *out, const struct list_plan *list)
{
	for (size_t i = 0; i < list->member_count; i++) {
		if (list->members[i]->is_new)
			strbuf_addf(out, "+ %s\n", list->members[i]->key);
	}
	for (size_t i = 0; i < list->removal_count; i++)
		strbuf_addf(out, "- %s\n", list->removals[i].key);
}

static bool is_stuck(const struct stuck *stuck, const struct list_plan *list)
{
	const char *before = stuck->arena ? table_find(stuck->lists, list->dn) : NULL;
	struct strbuf now = STRBUF_INIT;
	bool same;

	if (!before || !list_plan_has_changes(list))
		return false;
	describe(&now, list);
	same = strcmp(before, now.text) == 0;
	strbuf_release(&now);
	return same;
}

bool stuck_knows_all(const struct stuck *stuck, const struct plan *plan)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		if (list_plan_has_changes(&plan->lists[i]) && !is_stuck(stuck, &plan->lists[i]))
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

bool stuck_leave_out(const struct stuck *stuck, struct plan *plan)
{
	bool any = false;

	for (size_t i = 0; i < plan->list_count; i++) {
		if (!is_stuck(stuck, &plan->lists[i]))
			continue;
		leave_out(plan, &plan->lists[i]);
		any = true;
	}
	return any;
}

static void note_list(struct stuck *stuck, const struct list_plan *list)
{
	struct strbuf text = STRBUF_INIT;

	describe(&text, list);
	table_put(stuck->lists, arena_string(stuck->arena, list->dn),
		arena_string(stuck->arena, text.text));
	strbuf_release(&text);
}

void stuck_note(struct stuck *stuck, const struct plan *plan, const struct list_outcome *outcomes)
{
	stuck_release(stuck);
	stuck_note_also(stuck, plan, outcomes);
}

void stuck_note_also(struct stuck *stuck, const struct plan *plan,
	const struct list_outcome *outcomes)
{
	if (!stuck->arena) {
		stuck->arena = arena_new();
		stuck->lists = table_new(stuck->arena);
	}
	for (size_t i = 0; i < plan->list_count; i++) {
		if (list_plan_has_changes(&plan->lists[i]) && (!outcomes || !outcomes[i].done))
			note_list(stuck, &plan->lists[i]);
	}
}

void stuck_describe(struct strbuf *out, const struct plan *plan)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		strbuf_addf(out, "%s\n", plan->lists[i].dn);
		describe(out, &plan->lists[i]);
	}
}

void stuck_release(struct stuck *stuck)
{
	arena_free(stuck->arena);
	*stuck = (struct stuck)STUCK_INIT;
}
