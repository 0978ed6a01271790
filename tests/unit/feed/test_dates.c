/* Dates in a request: {today} as the local day, over changes of the clock, and {now} in UTC. */
#include "feed_case.h"

#include "feed/request/dates.h"

static moment read_moment(const char *text)
{
	moment at;

	assert_true(moment_read(text, MOMENT_START, &at, NULL));
	return at;
}

static void test_day(void **state)
{
	static const struct {
		const char *at;
		int days;
		const char *format, *expected;
	} cases[] = {
		{"2026-12-24T08:00:00+01:00", 0, "", "2026-12-24"},
		/* The day is Copenhagen's. */
		{"2026-12-24T22:59:59Z", 0, "", "2026-12-24"},
		{"2026-12-24T23:00:00Z", 0, "", "2026-12-25"},
		{"2026-06-30T22:00:00Z", 0, "", "2026-07-01"},
		{"2026-12-24T23:59:00+01:00", 90, "", "2027-03-24"},
		{"2026-03-01T12:00:00Z", -1, "", "2026-02-28"},
		{"2028-03-01T12:00:00Z", -1, "", "2028-02-29"},
		/* The clock goes forward on 29 March and back on 25 October. */
		{"2026-03-28T23:30:00+01:00", 1, "", "2026-03-29"},
		{"2026-03-29T23:30:00+02:00", -1, "", "2026-03-28"},
		{"2026-10-24T00:30:00+02:00", 1, "", "2026-10-25"},
		{"2026-10-26T00:30:00+01:00", -1, "", "2026-10-25"},
		{"2026-10-25T02:30:00+01:00", 365, "", "2027-10-25"},
		{"2026-12-24T08:00:00+01:00", 0, "%d.%m.%Y", "24.12.2026"},
		{"2026-12-04T08:00:00+01:00", 0, "%-d/%-m %Y", "4/12 2026"},
		{"2026-12-24T08:00:00+01:00", 0, "%FT%T%z", "2026-12-24T00:00:00+0100"},
		{"2026-12-24T08:00:00+01:00", 200, "%FT%T%z", "2027-07-12T00:00:00+0200"},
		{"2026-12-24T08:00:00+01:00", 0, "%A %G-W%V 100%%", "Thursday 2026-W52 100%"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s %+d", cases[i].at, cases[i].days); i++) {
		struct strbuf out = STRBUF_INIT;

		dates_add_day(&out, read_moment(cases[i].at), cases[i].days, cases[i].format);
		assert_string_equal(out.text, cases[i].expected);
		strbuf_release(&out);
	}
}

static void test_moment(void **state)
{
	struct strbuf out = STRBUF_INIT;
	moment at = read_moment("2026-12-25T00:30:15+01:00");

	dates_add_moment(&out, at, "");
	assert_string_equal(out.text, "2026-12-24T23:30:15Z");
	strbuf_reset(&out);
	dates_add_moment(&out, at, "%Y%m%d%H%M");
	assert_string_equal(out.text, "202612242330");
	strbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_day),
		cmocka_unit_test(test_moment),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
