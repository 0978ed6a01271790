/*
 * Kept plans that somebody sealed who is not us, and carried out against the very lists that
 * they tell of.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "decide/resume.h"
#include "fuzz.h"
#include "model/mapping.h"
#include "model/policy.h"
#include "report/ldif/machine.h"
#include "report/ldif/saved_plan.h"
#include "report/ldif/seal.h"

/* The lists as they were, and all people are there. */
static struct snapshot *snapshot_of(const struct saved_plan *kept)
{
	struct snapshot *snapshot = snapshot_new(0);

	for (size_t i = 0; i < kept->list_count; i++) {
		const struct saved_list *from = kept->lists[i];
		struct list *list = snapshot_add_list(snapshot, from->key);

		list->dn = from->dn;
		list->exists = from->exists;
		list->identity = from->identity;
		list->members = from->had;
	}
	return snapshot;
}

static void expect_list(const struct saved_plan *kept, const struct saved_list *list)
{
	const struct mapping nothing = {0};
	const struct policy policy = {.mailbox_list = list->dn, .mailbox_list_key = list->key};
	struct saved_plan one = *kept;
	struct saved_list *lists[] = {(struct saved_list *)list};
	struct snapshot *snapshot = snapshot_of(kept);
	struct plan *plan;

	one.lists = lists;
	one.list_count = 1;
	plan = saved_plan_resume(&one, &nothing, &policy, snapshot);
	fuzz_expect(plan->list_count == 1, "a list that is asked for is of the plan");
	fuzz_expect(plan->removed == list->leaves.count, "who leaves was there, once");
	fuzz_expect(plan->added == list->joins.count, "who joins was not there, and once");
	fuzz_expect(plan->moved.count == list->joins.count,
		"nothing moved, but that of those who join nobody is there");
	plan_free(plan);
	snapshot_free(snapshot);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct strbuf text = STRBUF_INIT;
	struct saved_plan kept;

	strbuf_add(&text, data, size);
	if (size == 0 || data[size - 1] != '\n')
		strbuf_addc(&text, '\n');
	seal_add(&text);
	strbuf_adds(&text, "# end\n");
	if (saved_plan_parse(&kept, "k", text.text, text.length, "member", arena, &err) ==
		ERROR_NONE) {
		fuzz_expect(kept.state == SAVED_PLAN_WHOLE ||
				machine_form(text.text, text.length) < MACHINE_FORM,
			"what is sealed is whole");
		for (size_t i = 0; i < kept.list_count; i++)
			expect_list(&kept, kept.lists[i]);
	} else {
		fuzz_expect(err.kind == ERROR_USAGE && strncmp(err.text.text, "k:", 2) == 0,
			"an error says where");
	}
	saved_plan_parse(&kept, "k", (const char *)text.text, size, "member", arena, &err);
	error_release(&err);
	strbuf_release(&text);
	arena_free(arena);
	return 0;
}
