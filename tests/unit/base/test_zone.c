/* Zones of this machine: their names, and what their clocks show, as the C library has it. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text/moment.h"
#include "base/text/zone.h"
#include "unit.h"

static const char *const zones[] = {"Europe/Copenhagen", "America/New_York", "Asia/Kolkata",
	"Africa/Cairo", "Asia/Jerusalem", "America/Santiago", "Pacific/Auckland", "Etc/GMT+12",
	"UTC", "CET"};

/* libical's own reading of these files is wrong for some of them, and past 2037. */
static void test_clocks_are_the_machines(void **state)
{
	for (size_t i = 0; i < ROWS(zones) && row(i, "%s", zones[i]); i++) {
		const struct zone *zone = zone_load(zones[i]);

		assert_non_null(zone);
		assert_true(moment_zone(zones[i]));
		for (time_t t = 631152000; t < 4102444800; t += 86400 * 2 + 3700) {
			struct tm local;

			localtime_r(&t, &local);
			assert_int_equal(zone_clock(zone, t), timegm(&local));
			if (labs(zone_moment(zone, timegm(&local), MOMENT_START) - t) > 3600)
				fail_msg("%ld", (long)t);
		}
		assert_true(moment_zone("Europe/Copenhagen"));
	}
}

static void test_changes_of_the_clock(void **state)
{
	static const struct {
		moment clock; /* 2026 */
		moment start, end;
	} cases[] = {
		{1792895400, 1792888200, 1792891800}, /* 25 October 02:30 comes twice */
		{1774751400, 1774747800, 1774747800}, /* 29 March 02:30 never comes */
		{1798099200, 1798095600, 1798095600},
	};
	const struct zone *zone = NULL;

	for (size_t i = 0; i < ROWS(cases) && row(i, "%lld", (long long)cases[i].clock); i++) {
		assert_int_equal(zone_moment(zone, cases[i].clock, MOMENT_START), cases[i].start);
		assert_int_equal(zone_moment(zone, cases[i].clock, MOMENT_END), cases[i].end);
	}
}

static void test_the_process_keeps_its_zone(void **state)
{
	zone_load("Asia/Tokyo");
	assert_string_equal(getenv("TZ"), ":Europe/Copenhagen");
	assert_true(moment_is_midnight(1798066800)); /* 2026-12-23T23:00Z */
}

static void test_names(void **state)
{
	static const struct {
		const char *name, *found;
	} cases[] = {
		{"Europe/Copenhagen", "Europe/Copenhagen"},
		{"europe/COPENHAGEN", "Europe/Copenhagen"},
		{"america/argentina/buenos_aires", "America/Argentina/Buenos_Aires"},
		{"utc", "UTC"},
		{"etc/gmt-1", "Etc/GMT-1"},
		{"Europe", NULL},
		{"", NULL},
		{"zone.tab", NULL},
		{"tzdata.zi", NULL},
		{"posix/Europe/Copenhagen", NULL},
		{"../../../etc/passwd", NULL},
		{"Romance Standard Time", NULL},
	};
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].name); i++) {
		const char *found = zone_find_name(cases[i].name);

		if (cases[i].found)
			assert_string_equal(found, cases[i].found);
		else
			assert_null(found);
	}
	assert_null(zone_load("../zoneinfo/UTC"));
	assert_null(zone_load("/usr/share/zoneinfo/UTC"));
	assert_null(zone_load("Europe"));
	assert_null(zone_load("europe/copenhagen"));
}

static int use_copenhagen(void **state)
{
	return moment_zone("Europe/Copenhagen") ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clocks_are_the_machines),
		cmocka_unit_test(test_changes_of_the_clock),
		cmocka_unit_test(test_the_process_keeps_its_zone),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, use_copenhagen, NULL);
}
