/* The range option: which descriptions are slices of an attribute, and which are odd. */
#include "unit.h"

#include "directory/entry/range.h"

static void test_slices(void **state)
{
	static const struct {
		const char *description;
		struct range range;
	} slices[] = {
		{"member;range=0-1499", {0, 1499, false}},
		{"member;range=1500-*", {1500, 0, true}},
		{"MEMBER;Range=0-*", {0, 0, true}},
		{"member;range=7-7", {7, 7, false}},
		{"member;range=999999998-999999999", {999999998, 999999999, false}},
	};

	for (size_t i = 0; i < ROWS(slices) && row(i, "%s", slices[i].description); i++) {
		struct range range;

		assert_int_equal(range_read(slices[i].description, "member", &range), RANGE_READ);
		assert_int_equal(range.first, slices[i].range.first);
		assert_int_equal(range.last, slices[i].range.last);
		assert_int_equal(range.is_end, slices[i].range.is_end);
	}
}

static void test_others(void **state)
{
	static const char *const others[] = {"member", "memberOf;range=0-*", "member;lang-da",
		"members;range=0-*", "mem", "", "member;ranged=0-1", "uniqueMember;range=0-1"};
	struct range range;

	for (size_t i = 0; i < ROWS(others) && row(i, "%s", others[i]); i++) {
		if (range_read(others[i], "member", &range) != RANGE_NONE)
			fail_msg("%s is taken for a slice of member", others[i]);
	}
}

static void test_odd(void **state)
{
	static const char *const odd[] = {"member;range=", "member;range=0", "member;range=0-",
		"member;range=-1", "member;range=*-*", "member;range=5-4", "member;range=0-1499 ",
		"member;range= 0-1", "member;range=0-1;lang-da", "member;lang-da;range=0-1",
		"member;range=0-**", "member;range=+0-1", "member;range=0x0-1",
		"member;range=1000000000-*", "member;range=0-18446744073709551616",
		"member;range=0-1;range=2-3"};
	struct range range;

	for (size_t i = 0; i < ROWS(odd) && row(i, "%s", odd[i]); i++) {
		if (range_read(odd[i], "member", &range) != RANGE_ODD)
			fail_msg("%s is not odd", odd[i]);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slices),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
