/* Rule 6: whom postvagt put on which list, by who the person is, and by the DN where a report is all that says so. */
#include "unit.h"

#include "base/memory/arena.h"
#include "decide/added_members.h"
#include "model/person.h"
#include "model/snapshot.h"

#define BO "uid=bo,ou=p,dc=x"

static const struct list by_identity = {.key = "cn=infra", .identity = "uuid-infra"};
static const struct list by_key = {.key = "cn=infra"};
static const struct person bo = {.key = BO, .identity = "uuid-bo"};
static const struct person renamed = {.key = "uid=bosse,ou=p,dc=x", .identity = "uuid-bo"};
static const struct person another = {.key = BO, .identity = "uuid-another"};
static const struct person unread = {.key = BO};

/* What is known: of `bo`, as it is written. */
static struct added_members *known(struct arena *arena, const struct added_member *member)
{
	struct added_members *added = added_members_new(arena);

	added_members_put(added, member);
	return added;
}

struct find_case {
	const char *list, *identity; /* as it was put */
	const struct list *in;
	const struct person *person;
	bool found;
};

static void test_find(void **state)
{
	static const struct find_case cases[] = {
		{"uuid-infra", "uuid-bo", &by_identity, &bo, true},
		{"uuid-infra", "uuid-bo", &by_identity, &renamed, true},
		{"uuid-infra", "uuid-bo", &by_identity, &unread, true},
		{"uuid-infra", "uuid-bo", &by_identity, NULL, false}, /* by the DN of `renamed` */
		/* one who got the DN of another */
		{"uuid-infra", "uuid-bo", &by_identity, &another, false},
		/* of a report: who bears the DN */
		{"uuid-infra", NULL, &by_identity, &bo, true},
		{"uuid-infra", NULL, &by_identity, &another, true},
		{"uuid-infra", NULL, &by_identity, &renamed, false},
		/* the list as it was made, before it had an identity; and another one of its name */
		{"cn=infra", "uuid-bo", &by_identity, &bo, true},
		{"cn=infra", "uuid-bo", &by_key, &bo, true},
		{"uuid-infra", "uuid-bo", &by_key, &bo, false},
		{"uuid-other", "uuid-bo", &by_identity, &bo, false},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].list); i++) {
		const struct find_case *c = &cases[i];
		struct arena *arena = arena_new();
		struct added_members *added = known(arena,
			&(struct added_member){
				.list = c->list, .dn = BO, .key = BO, .identity = c->identity});
		const char *key = c->person ? c->person->key : renamed.key;

		assert_int_equal(added_members_find(added, c->in, key, c->person) != NULL,
			c->found);
		arena_free(arena);
	}
	assert_null(added_members_find(NULL, &by_key, BO, &bo));
}

/* Who has gone is not found, but can be brought back by an undo. */
static void test_gone(void **state)
{
	struct arena *arena = arena_new();
	struct added_members *added = known(arena,
		&(struct added_member){.list = "uuid-infra",
			.dn = BO,
			.key = BO,
			.gone = true,
			.removed_by = "r"});

	assert_null(added_members_find(added, &by_identity, BO, &bo));
	assert_string_equal(added_members_find_any(added, "uuid-infra", BO, &bo)->removed_by, "r");
	added_members_put(added,
		&(struct added_member){.list = "uuid-infra", .dn = BO, .key = BO, .when = 7});
	assert_int_equal(added->count, 1);
	assert_int_equal(added_members_find(added, &by_identity, BO, &bo)->when, 7);
	arena_free(arena);
}

/* A list that postvagt made is known by its identity once it has been read. */
static void test_list(void **state)
{
	struct arena *arena = arena_new();
	struct added_members *added =
		known(arena, &(struct added_member){.list = "cn=infra", .dn = BO, .key = BO});

	added_members_set_list(added, added->items[0], &by_identity);
	assert_string_equal(added->items[0]->list, "uuid-infra");
	assert_non_null(added_members_find_any(added, "uuid-infra", BO, &bo));
	assert_int_equal(added->count, 1);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
