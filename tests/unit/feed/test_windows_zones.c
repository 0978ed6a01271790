/* The names that Windows has for time zones. */
#include <string.h>
#include <strings.h>

#include "base/text/zone.h"
#include "feed/format/windows_zones.h"
#include "unit.h"

static void test_names(void **state)
{
	static const struct {
		const char *windows, *iana;
	} cases[] = {
		{"Romance Standard Time", "Europe/Copenhagen"}, /* 001 is Paris */
		{"romance standard time", "Europe/Copenhagen"},
		{"W. Europe Standard Time", "Europe/Berlin"},
		{"Central Europe Standard Time", "Europe/Budapest"},
		{"GMT Standard Time", "Europe/London"},
		{"Greenwich Standard Time", "Atlantic/Reykjavik"},
		{"FLE Standard Time", "Europe/Kiev"},
		{"UTC", "Etc/UTC"},
		{"UTC-11", "Etc/GMT+11"},
		{"Eastern Standard Time", "America/New_York"},
		{"Afghanistan Standard Time", "Asia/Kabul"}, /* the first and the last row */
		{"Yukon Standard Time", "America/Whitehorse"},
		{"Romance Daylight Time", NULL},
		{"Romance", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].windows); i++) {
		const char *iana = windows_zone_find(cases[i].windows);

		if (cases[i].iana)
			assert_string_equal(iana, cases[i].iana);
		else
			assert_null(iana);
	}
}

/* Each row is found, and this machine knows its zone. */
static void test_rows(void **state)
{
	assert_in_range(windows_zone_count, 130, 200);
	for (size_t i = 0; i < windows_zone_count && row(i, "%s", windows_zones[i].windows); i++) {
		assert_string_equal(windows_zone_find(windows_zones[i].windows),
			windows_zones[i].iana);
		assert_non_null(zone_load(windows_zones[i].iana));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
