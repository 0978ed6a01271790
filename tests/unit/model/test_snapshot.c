/* The snapshot: an entry that comes by several ways is one person, and a shared mailbox once it is known as one. */
#include "unit.h"

#include <string.h>

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

/* One value for each text, and one subject for all texts of one DN, be they plain or not. */
static void test_members(void **state)
{
	static const struct {
		const char *text, *key;
	} cases[] = {
		{"uid=anna,ou=P,dc=x", "uid=anna,ou=p,dc=x"},
		{"UID=Anna, ou=P,dc=x", "uid=anna,ou=p,dc=x"},
		{"userid=an\\6ea,ou=P,dc=x", "uid=anna,ou=p,dc=x"},
		{"uid=anna,ou=p,dc=x", "uid=anna,ou=p,dc=x"},
		{"uid=Bo \xC3\x98,dc=x", "uid=bo \xC3\xB8,dc=x"},
		{"uid=gro\xC3\x9F,dc=x", "uid=gross,dc=x"},
		{"no DN", "no DN"},
	};
	struct snapshot *snapshot = snapshot_new(0);

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		size_t length = strlen(cases[i].text);
		const struct member_value *value;

		assert_null(snapshot_known_member(snapshot, cases[i].text, length));
		value = snapshot_member(snapshot, cases[i].text, length);
		assert_string_equal(value->dn, cases[i].text);
		assert_string_equal(value->key, cases[i].key);
		assert_false(value->is_login);
		assert_ptr_equal(snapshot_member(snapshot, cases[i].text, length), value);
		assert_ptr_equal(snapshot_known_member(snapshot, cases[i].text, length), value);
		assert_int_equal(snapshot_subject_count(snapshot), i < 4 ? 1 : i - 2);
	}
	/* Only so many bytes are the text. */
	assert_string_equal(snapshot_member(snapshot, "uid=anna,dc=x", 8)->key, "uid=anna");
	snapshot_free(snapshot);
}

/* A subject is found by the key that a reference has, and by the DN that a person has. */
static void test_subjects(void **state)
{
	struct snapshot *snapshot = snapshot_new(0);
	const struct subject *anna = snapshot_member(snapshot, "uid=Anna,dc=x", 13)->subject;
	const struct member_value *login = snapshot_member_of_login(snapshot, "Anna");

	assert_ptr_equal(snapshot_subject(snapshot, "dn:uid=anna,dc=x"), anna);
	assert_string_equal(anna->key, "dn:uid=anna,dc=x");
	assert_true(login->is_login);
	assert_string_equal(login->dn, "Anna");
	assert_string_equal(login->key, "id:anna");
	assert_ptr_equal(snapshot_subject(snapshot, "id:anna"), login->subject);
	assert_ptr_not_equal(login->subject, anna);
	assert_null(snapshot_ref(snapshot, anna->key));
	snapshot_resolve(snapshot, anna->key, &(struct resolved_ref){.kind = REF_OTHER});
	assert_ptr_equal(snapshot_ref(snapshot, "dn:uid=anna,dc=x"), subject_ref(anna));
	assert_ptr_equal(snapshot_ref_of_dn(snapshot, "uid=anna,dc=x"), subject_ref(anna));
	snapshot_forget(snapshot, anna->key);
	assert_null(snapshot_ref_of_dn(snapshot, "uid=anna,dc=x"));
	assert_int_equal(snapshot_subject_count(snapshot), 2);
	assert_ptr_equal(snapshot_subject_at(snapshot, 0), anna);
	snapshot_free(snapshot);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mailbox_by_several_ways),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_subjects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
