/* A list of a plan: who is on it, found by key whatever became of the others, and why. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "model/plan.h"

#define MANY 1000

static const char *key_of(struct arena *arena, size_t number)
{
	return arena_format(arena, "uid=p%zu,dc=x", number);
}

/* Add so many, the last one first. */
static void add_many(struct plan *plan, struct list_plan *list)
{
	for (size_t i = MANY; i-- > 0;) {
		const char *key = key_of(plan->arena, i);
		struct plan_member *member = list_plan_add(plan, list, key, key, NULL);

		assert_int_equal(list->member_count, MANY - i);
		assert_ptr_equal(list_plan_add(plan, list, "another", key, NULL), member);
		assert_ptr_equal(list_plan_member(list, key_of(plan->arena, i)), member);
	}
}

/* Each is found by a key that is the same text, and nobody else is. */
static void expect_found(const struct list_plan *list, struct arena *arena, size_t from)
{
	for (size_t i = 0; i < list->member_count; i++)
		assert_ptr_equal(list_plan_member(list, list->members[i]->key), list->members[i]);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(list_plan_member(list, key_of(arena, i)) != NULL, i >= from);
	assert_null(list_plan_member(list, "uid=p,dc=x"));
}

static void test_members(void **state)
{
	struct plan *plan = plan_new(0);
	struct list_plan list = {0};
	const char *late = "uid=zz,dc=x";
	const struct plan_member *added;

	list_plan_start(plan, &list);
	assert_null(list_plan_member(&list, late));
	add_many(plan, &list);
	expect_found(&list, plan->arena, 0);
	list_plan_sort(&list);
	for (size_t i = 1; i < MANY; i++)
		assert_true(strcmp(list.members[i - 1]->dn, list.members[i]->dn) < 0);
	expect_found(&list, plan->arena, 0);
	added = list_plan_add(plan, &list, late, late, NULL);
	assert_ptr_equal(list_plan_member(&list, late), added);
	expect_found(&list, plan->arena, 0);
	plan_free(plan);
}

/* Whoever is taken out is not found, and comes again as another. */
static void test_cut(void **state)
{
	struct plan *plan = plan_new(0);
	struct list_plan list = {0};
	const char *gone = "uid=p7,dc=x";
	const struct plan_member *before;

	list_plan_start(plan, &list);
	add_many(plan, &list); /* 999 first, 0 last */
	before = list_plan_member(&list, gone);
	list_plan_cut(&list, MANY - 10);
	expect_found(&list, plan->arena, 10);
	assert_ptr_not_equal(list_plan_add(plan, &list, gone, gone, NULL), before);
	assert_int_equal(list.member_count, MANY - 9);
	assert_ptr_equal(list_plan_member(&list, gone), list.members[MANY - 10]);
	plan_free(plan);
}

/* Members share the reasons of who is required; one more for the one is none for the other. */
static void test_reasons(void **state)
{
	struct plan *plan = plan_new(0);
	struct list_plan list = {0};
	struct reason shared = {.kind = REASON_ROLE, .what = "infra"};
	struct required required = {.reasons = &shared, .reason_count = 1, .reason_room = 1};
	struct plan_member *anna, *bo;

	list_plan_start(plan, &list);
	anna = list_plan_add(plan, &list, "uid=anna", "uid=anna", NULL);
	bo = list_plan_add(plan, &list, "uid=bo", "uid=bo", NULL);
	plan_member_required(plan, anna, &required);
	plan_member_required(plan, bo, &required);
	plan_member_reason(plan, anna, (struct reason){.kind = REASON_KEEP});
	plan_member_reason(plan, anna, shared);
	assert_int_equal(anna->reason_count, 2);
	assert_int_equal(anna->reasons[0].kind, REASON_ROLE);
	assert_int_equal(anna->reasons[1].kind, REASON_KEEP);
	assert_int_equal(bo->reason_count, 1);
	required_add_reason(&required, plan->arena,
		&(struct reason){.kind = REASON_NAMED, .what = "bo"});
	assert_int_equal(bo->reason_count, 1);
	plan_member_required(plan, bo, &required);
	assert_int_equal(bo->reason_count, 2);
	assert_int_equal(bo->reasons[1].kind, REASON_NAMED);
	assert_int_equal(anna->reason_count, 2);
	assert_string_equal(shared.what, "infra");
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
