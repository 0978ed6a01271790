/* Records whose times have their zone in a field beside them, as Microsoft Graph has it; in each format. */
#include "feed_case.h"

#include <stdlib.h>
#include <string.h>

#include "base/jq/jq_child.h"
#include "base/text/strbuf.h"

struct zone_case {
	const char *from, *until, *zone, *expected;
};

#define UNKNOWN \
	"record 1: its time zone is neither one of this machine nor one of Windows; read in absence.timezone\n"

/* Each case as a record of plain JSON, and as one that a program of jq gave. */
static void check_all(const struct feed_settings *given, const struct zone_case *cases,
	size_t count)
{
	for (size_t i = 0;
		i < count && row(i, "%s %s %s", cases[i].from, cases[i].until, cases[i].zone);
		i++) {
		struct feed_settings settings = *given;
		struct strbuf body = STRBUF_INIT;

		strbuf_addf(&body,
			"[{\"person\":\"a\",\"from\":\"%s\",\"until\":\"%s\",\"zone\":\"%s\"}]",
			cases[i].from, cases[i].until, cases[i].zone);
		assert_feed(&settings, body.text, body.length, 0, cases[i].expected);
		settings.jq = ".";
		assert_feed(&settings, body.text, body.length, 0, cases[i].expected);
		strbuf_release(&body);
	}
}

static const struct feed_settings moments = {.name = "graph",
	.format = FEED_JSON,
	.records = "",
	.open = OPEN_ABSENT,
	.fields = {.person = "person", .from = "from", .until = "until", .zone = "zone"}};

static void test_zones(void **state)
{
	static const struct zone_case cases[] = {
		{"2016-03-14T07:00:00.0000000", "2016-03-28T07:00:00.0000000", "UTC",
			"1 a 20160314T070000Z-20160328T070000Z\n"},
		{"2016-03-14T07:00:00.0000000", "2016-03-28T07:00:00.0000000",
			"Romance Standard Time", "1 a 20160314T060000Z-20160328T050000Z\n"},
		{"2026-12-24T08:00:00", "2026-12-24T16:00:00", "tzone://Microsoft/Utc",
			"1 a 20261224T080000Z-20261224T160000Z\n"},
		{"2026-12-24T08:00:00", "2026-12-24T16:00:00", " pacific standard time ",
			"1 a 20261224T160000Z-20261225T000000Z\n"},
		{"2026-12-24T08:00:00", "2026-12-24T16:00:00", "europe/copenhagen",
			"1 a 20261224T070000Z-20261224T150000Z\n"},
		{"2026-12-24T08:00:00", "2026-12-24T16:00:00", "",
			"1 a 20261224T070000Z-20261224T150000Z\n"},
		{"2026-12-24T08:00:00", "2026-12-24T16:00:00", "Mars/Olympus",
			"1 a 20261224T070000Z-20261224T150000Z\n" UNKNOWN},
		{"2026-12-24T08:00:00", "2026-12-24T16:00:00", "../../etc/passwd",
			"1 a 20261224T070000Z-20261224T150000Z\n" UNKNOWN},
		/* a zone of its own goes first, end by end */
		{"2026-12-24T08:00:00Z", "2026-12-24T16:00:00", "America/New_York",
			"1 a 20261224T080000Z-20261224T210000Z\n"},
		/* a date alone is the day here, wherever it was written */
		{"2026-12-24", "2026-12-24", "America/New_York",
			"1 a 20261223T230000Z-20261224T230000Z\n"},
		{"", "", "Mars/Olympus", "1 a open-open\n"},
		{"", "2026-12-24T16:00:00", "America/New_York", "1 a open-20261224T210000Z\n"},
		/* the hour that comes twice there; here it comes a week before */
		{"2026-11-01T01:30:00", "2026-11-01T01:30:00", "America/New_York",
			"1 a 20261101T053000Z-20261101T063000Z\n"},
		{"2026-10-25T02:30:00", "2026-10-25T02:45:00", "UTC",
			"1 a 20261025T023000Z-20261025T024500Z\n"},
		{"2026-10-25T02:30:00", "2026-10-25T02:30:00", "Romance Standard Time",
			"1 a 20261025T003000Z-20261025T013000Z\n"},
		/* and the hour that never comes */
		{"2026-03-08T02:30:00", "2026-03-08T04:00:00", "America/New_York",
			"1 a 20260308T073000Z-20260308T080000Z\n"},
		/* the same midnight here, written elsewhere */
		{"2026-12-23T23:00:00", "2026-12-23T23:00:00", "UTC",
			"1 a 20261223T230000Z-20261224T230000Z\n"},
		{"2026-12-24T00:00:00", "2026-12-24T00:00:00", "UTC",
			"record 1: 2026-12-24T00:00:00/2026-12-24T00:00:00: start and end are the same moment\n"},
	};

	check_all(&moments, cases, ROWS(cases));
}

/* The day that is written, at midnight there, or the day that begins here at that moment. */
static void test_days(void **state)
{
	static const struct zone_case cases[] = {
		{"2026-12-24T00:00:00", "2026-12-24T00:00:00", "UTC",
			"1 a 20261223T230000Z-20261224T230000Z\n"},
		{"2026-12-23T23:00:00", "2026-12-23T23:00:00", "UTC",
			"1 a 20261223T230000Z-20261224T230000Z\n"},
		{"2026-12-24T00:00:00", "2026-12-26T00:00:00", "Pacific Standard Time",
			"1 a 20261223T230000Z-20261226T230000Z\n"},
		{"2026-12-24T08:00:00", "2026-12-24T16:00:00", "UTC",
			"1 a 20261224T080000Z-20261224T160000Z\n"},
		{"2026-12-24", "2026-12-24", "UTC", "1 a 20261223T230000Z-20261224T230000Z\n"},
	};
	struct feed_settings days = moments;

	days.dates.until_is = UNTIL_DAY;
	check_all(&days, cases, ROWS(cases));
}

static void test_formats(void **state)
{
	static const char csv[] = "nr;fra;til;zone;fejl\n"
				  "a;2026-12-24T08:00:00;2026-12-24T16:00:00;UTC;\n"
				  "b;2026-12-24T08:00:00;2026-12-24T16:00:00;FLE Standard Time;0\n"
				  "c;;;UTC;404\n";
	static const char xml[] =
		"<o><p n=\"a\" z=\"UTC\"><f>2026-12-24T08:00:00</f><t>2026-12-24T16:00:00</t></p>"
		"<p n=\"b\" z=\"FLE Standard Time\"><f>2026-12-24T08:00:00</f>"
		"<t>2026-12-24T16:00:00</t></p><p n=\"c\"><e>404</e></p></o>";
	static const char expected[] =
		"1 a 20261224T080000Z-20261224T160000Z\n"
		"2 b 20261224T060000Z-20261224T140000Z\n"
		"record 3: the source says that this person could not be read\n";
	static const struct feed_settings columns = {.name = "loen",
		.format = FEED_CSV,
		.charset = "utf-8",
		.fields = {.person = "nr",
			.from = "fra",
			.until = "til",
			.zone = "zone",
			.unread = "fejl"}};
	static const struct feed_settings elements = {.name = "loen",
		.format = FEED_XML,
		.records = "/o/p",
		.fields = {.person = "@n", .from = "f", .until = "t", .zone = "@z", .unread = "e"}};

	assert_feed(&columns, csv, strlen(csv), 0, expected);
	assert_feed(&elements, xml, strlen(xml), 0, expected);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_formats),
	};

	if (jq_child_is(argc, argv))
		jq_child_run();
	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
