/* Reports of watch: free up to the bound of a day, then with pauses that grow. */
#include "unit.h"

#include "watch/report_budget.h"

#define DAY ((int64_t)86400 * 1000)

/* As many as can be written in a day, one as soon as the one before allows it. */
static void test_number(void **state)
{
	struct report_budget budget = {0};
	int64_t now = 5000, end = now + DAY - 1;
	size_t count = 0, waits = 0;

	while (now < end) {
		if (report_budget_waits(&budget, now)) {
			assert_in_range(budget.write_at - now, 1, REPORT_PAUSE_MAX);
			now = budget.write_at;
			waits++;
			continue;
		}
		report_budget_note(&budget, 1, now);
		count++;
	}
	assert_in_range(count, REPORTS_PER_DAY, REPORTS_PER_DAY + 100);
	assert_in_range(waits, 90, 100);
	assert_false(report_budget_waits(&budget, 5000 + DAY)); /* the next day begins anew */
	assert_int_equal(budget.reports, 0);
}

static void test_bytes(void **state)
{
	struct report_budget budget = {0};

	report_budget_note(&budget, REPORT_BYTES_PER_DAY - 1, 100);
	assert_false(report_budget_waits(&budget, 100));
	report_budget_note(&budget, 1, 100);
	assert_true(report_budget_waits(&budget, 100));
	assert_int_equal(budget.write_at, 100 + REPORT_PAUSE);
	assert_false(report_budget_waits(&budget, 100 + REPORT_PAUSE));
	report_budget_note(&budget, 1, 100 + REPORT_PAUSE);
	assert_int_equal(budget.write_at, 100 + 3 * REPORT_PAUSE);
}

/* The bound stays reached between the pauses, until the day is over. */
static void test_reached(void **state)
{
	struct report_budget budget = {0};

	assert_int_equal(report_budget_next(&budget), REPORT_PAUSE);
	assert_false(report_budget_is_reached(&budget, 100));
	for (int i = 0; i < REPORTS_PER_DAY; i++) {
		assert_false(report_budget_is_reached(&budget, 100));
		report_budget_note(&budget, 1, 100);
	}
	assert_true(report_budget_is_reached(&budget, 100));
	assert_true(report_budget_is_reached(&budget, 100 + REPORT_PAUSE));
	assert_false(report_budget_waits(&budget, 100 + REPORT_PAUSE));
	assert_int_equal(report_budget_next(&budget), 2 * REPORT_PAUSE);
	for (int i = 0; i < 10; i++)
		report_budget_note(&budget, 1, 100);
	assert_int_equal(report_budget_next(&budget), REPORT_PAUSE_MAX);
	assert_false(report_budget_is_reached(&budget, 100 + DAY));
	assert_int_equal(report_budget_next(&budget), REPORT_PAUSE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_reached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
