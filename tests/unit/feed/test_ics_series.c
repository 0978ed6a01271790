/* Occurrences of an event: rules, dates, what is taken out, and where they are cut off. */
#include "ics_case.h"

static const struct feed_settings plain = {
	.name = "ferie", .format = FEED_ICS, .fields = {.person = "ATTENDEE"}};

static void test_recurrence(void **state)
{
	static const struct ics_case cases[] = {
		{ONE(MORNING "RRULE:FREQ=DAILY;COUNT=3\r\n"),
			"1 " AT("21") "1 " AT("22") "1 " AT("23")},
		{ONE(MORNING "RRULE:FREQ=DAILY;UNTIL=20261222\r\n"), "1 " AT("21") "1 " AT("22")},
		{ONE(MORNING "RRULE:FREQ=DAILY;UNTIL=20261222T070000Z\r\n"),
			"1 " AT("21") "1 " AT("22")},
		{ONE(MORNING "RRULE:FREQ=DAILY;UNTIL=20261222T065959Z\r\n"), "1 " AT("21")},
		{ONE(MORNING "RRULE:FREQ=DAILY;UNTIL=20261222T080000\r\n"),
			"1 " AT("21") "1 " AT("22")},
		/* UNTIL is in UTC where the start has a zone */
		{ONE("DTSTART;TZID=Europe/Copenhagen:20261221T080000\r\nDURATION:PT4H\r\n"
		     "RRULE:FREQ=DAILY;UNTIL=20261222T070000Z\r\n"),
			"1 " AT("21") "1 " AT("22")},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=YEARLY;COUNT=2\r\n"),
			"1 anna " CHRISTMAS "1 anna 20271223T230000Z-20271224T230000Z\n"},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=YEARLY;UNTIL=20271224\r\n"),
			"1 anna " CHRISTMAS "1 anna 20271223T230000Z-20271224T230000Z\n"},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=YEARLY;UNTIL=20271223\r\n"),
			"1 anna " CHRISTMAS},
		/* a local time stays, also where the clock changes */
		{ONE("DTSTART;TZID=Europe/Copenhagen:20261024T080000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=2\r\n"),
			"1 anna 20261024T060000Z-20261024T070000Z\n1 anna 20261025T070000Z-20261025T080000Z\n"},
		{ONE("DTSTART;TZID=America/New_York:20261029T080000\r\nDURATION:PT1H\r\n"
		     "RRULE:FREQ=WEEKLY;COUNT=2\r\n"),
			"1 anna 20261029T120000Z-20261029T130000Z\n1 anna 20261105T130000Z-20261105T140000Z\n"},
		/* every other week, from long ago: the weeks count from the first */
		{ONE("DTSTART;VALUE=DATE:20200106\r\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;UNTIL=20231210\r\n"),
			"1 anna 20231119T230000Z-20231120T230000Z\n1 anna 20231203T230000Z-20231204T230000Z\n"},
		/* without an end of its own the first is no less an occurrence */
		{ONE(MORNING "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2\r\n"),
			"1 " AT("21") "1 " AT("22") "1 " AT("29")},
	};

	CHECK_ALL(&plain, cases);
}

static void test_taken_out_and_added(void **state)
{
	static const struct ics_case cases[] = {
		{ONE(MORNING "RRULE:FREQ=DAILY;COUNT=3\r\nEXDATE:20261222T080000\r\n"),
			"1 " AT("21") "1 " AT("23")},
		{ONE(MORNING
			 "RRULE:FREQ=DAILY;COUNT=3\r\nEXDATE:20261222T070000Z,20261221T070000Z\r\n"),
			"1 " AT("23")},
		{ONE(MORNING "RRULE:FREQ=DAILY;COUNT=3\r\nEXDATE;VALUE=DATE:20261222\r\n"),
			"1 " AT("21") "1 " AT("23")},
		/* without a zone it is in that of DTSTART */
		{ONE("DTSTART;TZID=America/New_York:20261221T080000\r\nDURATION:PT1H\r\n"
		     "RRULE:FREQ=DAILY;COUNT=2\r\nEXDATE:20261222T080000\r\n"),
			"1 anna 20261221T130000Z-20261221T140000Z\n"},
		/* a time takes the whole day out that it is in */
		{ONE("DTSTART;VALUE=DATE:20261223\r\nRRULE:FREQ=DAILY;COUNT=2\r\n"
		     "EXDATE:20261223T000000Z\r\n"),
			"1 anna " CHRISTMAS},
		{ONE(MORNING "RRULE:FREQ=DAILY;COUNT=2\r\nEXDATE;TZID=Ingen:20261222T080000\r\n"),
			"1 " AT("21") "record 1: EXDATE: neither"},
		{ONE(MORNING "RRULE:FREQ=DAILY;COUNT=2\r\nEXDATE:x\r\n"),
			"1 " AT("21") "1 " AT("22") "record 1: EXDATE: not a time"},
		{ONE(MORNING "RRULE:FREQ=DAILY;COUNT=2\r\nEXRULE:FREQ=DAILY;COUNT=1\r\n"),
			"1 " AT("21") "1 " AT("22") "record 1: EXRULE: is not followed"},
		{ONE(MORNING "RDATE:20261224T080000,20261221T080000\r\n"),
			"1 " AT("21") "1 " AT("24")},
		{ONE(MORNING
			 "RDATE;VALUE=PERIOD:20261224T070000Z/PT1H,20261228T070000Z/20261228T090000Z\r\n"),
			"1 " AT("21") "1 anna 20261224T070000Z-20261224T080000Z\n"
				      "1 anna 20261228T070000Z-20261228T090000Z\n"},
		{ONE(MORNING "RDATE:20261224T080000,x\r\n"),
			"1 " AT("21") "1 " AT("24") "record 1: RDATE: not a time"},
		{ONE(MORNING "RDATE;VALUE=PERIOD:20261224T070000Z/-PT1H\r\n"),
			"1 " AT("21") "record 1: RDATE: not a time"},
	};

	CHECK_ALL(&plain, cases);
}

/* What cannot be followed makes the record unusable, and the first occurrence counts all the same. */
static void test_not_followed(void **state)
{
	static const struct ics_case cases[] = {
		{ONE(MORNING "RRULE:FREQ=ALTID\r\n"),
			"1 " AT("21") "record 1: line 3: RRULE: not a rule that can be followed"},
		{ONE(MORNING "RRULE:x\r\n"), "1 " AT("21") "record 1: RRULE: not a rule"},
		{ONE(MORNING "RRULE:FREQ=SECONDLY\r\n"),
			"1 " AT("21") "record 1: RRULE: recurs every hour or"},
		{ONE(MORNING "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n"),
			"1 " AT("21") "record 1: RRULE: not a rule that can be followed"},
		{ONE(MORNING "RRULE:FREQ=YEARLY;COUNT=13\r\n"),
			"1 " AT("21") "1 anna 20271221T070000Z-20271221T110000Z\n"
				      "1 anna 20281221T070000Z-20281221T110000Z\n"
				      "1 anna 20291221T070000Z-20291221T110000Z\n"
				      "1 anna 20301221T070000Z-20301221T110000Z\n"
				      "1 anna 20311221T070000Z-20311221T110000Z\n"
				      "1 anna 20321221T070000Z-20321221T110000Z\n"
				      "1 anna 20331221T070000Z-20331221T110000Z\n"
				      "1 anna 20341221T070000Z-20341221T110000Z\n"
				      "1 anna 20351221T070000Z-20351221T110000Z\n"
				      "record 1: RRULE: goes on for more than ten years"},
		{ONE(MORNING "RRULE:FREQ=YEARLY;INTERVAL=9;UNTIL=20501221\r\n"),
			"1 " AT("21") "1 anna 20351221T070000Z-20351221T110000Z\n"
				      "record 1: RRULE: goes on for more than ten years"},
		{ONE(MORNING "RRULE:FREQ=YEARLY;INTERVAL=9;UNTIL=99991231T235959Z\r\n"),
			"1 " AT("21") "1 anna 20351221T070000Z-20351221T110000Z\n"},
		{ONE(MORNING "RRULE:FREQ=YEARLY;INTERVAL=9\r\n"),
			"1 " AT("21") "1 anna 20351221T070000Z-20351221T110000Z\n"},
	};

	CHECK_ALL(&plain, cases);
}

/* Endless rules are followed from three years ago to ten years on, and no further than they have room. */
static void test_endless(void **state)
{
	static const struct {
		const char *body;
		size_t least, most, findings;
		moment after, before;
	} cases[] = {
		{ONE("DTSTART;VALUE=DATE:20000103\r\nRRULE:FREQ=WEEKLY\r\n"), 675, 685, 0,
			ICS_NOW - 1103 * 86400LL, ICS_NOW + 3653 * 86400LL},
		{ONE("DTSTART;VALUE=DATE:20000103\r\nRRULE:FREQ=WEEKLY;COUNT=100000\r\n"), 675, 685,
			1, ICS_NOW - 1103 * 86400LL, ICS_NOW + 3653 * 86400LL},
		{ONE("DTSTART;VALUE=DATE:20000103\r\nRRULE:FREQ=DAILY\r\n"), 4740, 4760, 0,
			ICS_NOW - 1098 * 86400LL, ICS_NOW + 3653 * 86400LL},
		{ONE("DTSTART:20000103T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;BYHOUR=8,12,15\r\n"),
			5000, 5000, 1, ICS_NOW - 1097 * 86400LL, ICS_NOW + 3653 * 86400LL},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].body); i++) {
		struct feed_page page;

		feed_page_init(&page, &plain);
		feed_page_read(&page, cases[i].body, strlen(cases[i].body), ICS_NOW);
		feed_page_end(&page);
		assert_int_equal(page.kind, ERROR_NONE);
		assert_in_range(page.says.absences.count, cases[i].least, cases[i].most);
		assert_int_equal(page.findings.count, cases[i].findings);
		for (size_t j = 0; j < page.says.absences.count; j++) {
			assert_true(page.says.absences.items[j].start >= cases[i].after);
			assert_true(page.says.absences.items[j].start <= cases[i].before);
		}
		feed_page_release(&page);
	}
}

/* A record's people times its occurrences are bounded too. */
static void test_bomb(void **state)
{
	struct strbuf body = STRBUF_INIT;

	strbuf_adds(&body,
		"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20261224\nRRULE:FREQ=DAILY\n");
	for (int i = 0; i < 1000; i++)
		strbuf_addf(&body, "ATTENDEE:mailto:a%d\n", i);
	strbuf_adds(&body, "END:VEVENT\nEND:VCALENDAR\n");
	assert_feed(&plain, body.text, body.length, ICS_NOW, "ERROR more than 1000000 absences");
	strbuf_release(&body);
}

/* Dates are cut off as rules are, with a problem; taking them out is not slow. */
static void test_many_dates(void **state)
{
	struct strbuf body = STRBUF_INIT;
	struct feed_page page;

	strbuf_adds(&body, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nATTENDEE:anna\n");
	for (int i = 0; i < 40000; i++)
		strbuf_addf(&body, "EXDATE:19%02d%02d%02dT0800%02d\n", 90 + i % 10, 1 + i % 12,
			1 + i % 28, i % 60);
	strbuf_adds(&body, "RDATE;VALUE=DATE:");
	for (int i = 0; i < 6000; i++)
		strbuf_addf(&body, "%s20%02d%02d%02d", i ? "," : "", 10 + i % 80, 1 + i % 12,
			1 + i % 28);
	strbuf_adds(&body, "\nDTSTART:20261224T080000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n");
	feed_page_init(&page, &plain);
	feed_page_read(&page, body.text, body.length, ICS_NOW);
	feed_page_end(&page);
	assert_int_equal(page.kind, ERROR_NONE);
	assert_in_range(page.says.absences.count, 4900, 5000);
	assert_int_equal(page.findings.count, 1);
	feed_page_release(&page);
	strbuf_release(&body);
}

/* A series of many people, all of whose occurrences are cancelled, is bounded too. */
static void test_people_times_occurrences(void **state)
{
	struct strbuf body = STRBUF_INIT;

	strbuf_adds(&body,
		"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20261124T080000\n"
		"DURATION:PT1H\nRRULE:FREQ=DAILY\n");
	for (int i = 0; i < 5000; i++)
		strbuf_addf(&body, "ATTENDEE:a%d\n", i);
	strbuf_adds(&body,
		"END:VEVENT\nBEGIN:VEVENT\nUID:1\nSTATUS:CANCELLED\n"
		"RECURRENCE-ID;RANGE=THISANDFUTURE:20200101T080000\nEND:VEVENT\n"
		"END:VCALENDAR\n");
	assert_feed(&plain, body.text, body.length, ICS_NOW, "ERROR its recurrence rules");
	strbuf_release(&body);
}

/* So is the work on rules that come to little. */
static void test_work(void **state)
{
	struct strbuf body = STRBUF_INIT;
	struct feed_page page;

	/* a day in four years, looked for day by day */
	strbuf_adds(&body, "BEGIN:VCALENDAR\n");
	for (int i = 0; i < 1000; i++)
		strbuf_adds(&body,
			"BEGIN:VEVENT\nATTENDEE:anna\nDTSTART;VALUE=DATE:20000101\n"
			"RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29\nEND:VEVENT\n");
	strbuf_adds(&body, "END:VCALENDAR\n");
	assert_feed(&plain, body.text, body.length, ICS_NOW,
		"ERROR its recurrence rules (RRULE) take too long");
	strbuf_reset(&body);

	/* rules that never come: the first few are tried */
	strbuf_adds(&body, "BEGIN:VCALENDAR\n");
	for (int i = 0; i < 1000; i++)
		strbuf_adds(&body,
			"BEGIN:VEVENT\nATTENDEE:anna\nDTSTART;VALUE=DATE:20261224\n"
			"RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\n");
	strbuf_adds(&body, "END:VCALENDAR\n");
	feed_page_init(&page, &plain);
	feed_page_read(&page, body.text, body.length, ICS_NOW);
	feed_page_end(&page);
	assert_int_equal(page.kind, ERROR_NONE);
	assert_int_equal(page.says.absences.count, 1000);
	assert_int_equal(page.findings.count, 1000);
	feed_page_release(&page);
	strbuf_release(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recurrence),
		cmocka_unit_test(test_taken_out_and_added),
		cmocka_unit_test(test_not_followed),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_many_dates),
		cmocka_unit_test(test_people_times_occurrences),
		cmocka_unit_test(test_work),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
