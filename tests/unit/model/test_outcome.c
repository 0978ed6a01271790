/* Outcomes: the words are read by programs, and by later versions, so they stay. */
#include "unit.h"

#include "model/outcome.h"

static void test_words(void **state)
{
	static const char *const words[] = {"intended", "unchanged", "done", "partly", "failed",
		"refused", "interrupted", "unproved"};

	assert_int_equal(RUN_OUTCOMES, sizeof(words) / sizeof(*words));
	for (int i = 0; i < RUN_OUTCOMES; i++)
		assert_string_equal(run_outcome_word((enum run_outcome)i), words[i]);
}

static void test_of_writing(void **state)
{
	assert_int_equal(run_outcome_of(false, false), RUN_DONE);
	assert_int_equal(run_outcome_of(false, true), RUN_DONE);
	assert_int_equal(run_outcome_of(true, true), RUN_PARTLY);
	assert_int_equal(run_outcome_of(true, false), RUN_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_of_writing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
