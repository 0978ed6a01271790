/* The snapshot: an entry that comes by several ways is one person, and a shared mailbox once it is known as one. */
#include "unit.h"

#include "base/memory/arena.h"
#include "model/person.h"
#include "model/snapshot.h"

static void test_mailbox_by_several_ways(void **state)
{
	static const char *roles[] = {"infrastrukturansvarlig"};
	static const struct {
		const char *what;
		bool is_mailbox[3], named_only[3]; /* of each time that it is read */
		size_t times, role_count;
		bool end_mailbox, end_named_only;
	} cases[] = {
		{"a person", {false}, {false}, 1, 1, false, false},
		{"a mailbox that is named", {true}, {true}, 1, 0, true, true},
		{"as a person, then as a mailbox", {false, true}, {false, true}, 2, 0, true, false},
		{"the other way round", {true, false}, {true, false}, 2, 0, true, false},
		{"twice as a mailbox", {true, true}, {true, true}, 2, 0, true, true},
		{"and then as a person", {true, true, false}, {true, true, false}, 3, 0, true,
			false},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].what); i++) {
		struct snapshot *snapshot = snapshot_new(0);
		const struct person *kept = NULL;

		for (size_t j = 0; j < cases[i].times; j++)
			kept = snapshot_add_person(snapshot,
				&(struct person){.dn = "uid=fp,dc=x",
					.key = "uid=fp,dc=x",
					.identity = "7",
					.mail = "fp@x.dk",
					.roles = roles,
					.role_count = 1,
					.roles_unread = cases[i].is_mailbox[j],
					.is_mailbox = cases[i].is_mailbox[j],
					.named_only = cases[i].named_only[j]});
		assert_int_equal(kept->is_mailbox, cases[i].end_mailbox);
		assert_int_equal(kept->named_only, cases[i].end_named_only);
		assert_int_equal(kept->role_count, cases[i].role_count);
		assert_int_equal(person_is_reachable(kept, 0), cases[i].end_mailbox);
		assert_null(snapshot_held(snapshot));
		assert_int_equal(snapshot_person_count(snapshot), 1);
		snapshot_free(snapshot);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mailbox_by_several_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
