/* iCalendar feeds: days and times, what is not a calendar, and what is read only in part. */
#include "ics_case.h"

static const struct feed_settings plain = {
	.name = "ferie", .format = FEED_ICS, .fields = {.person = "ATTENDEE"}};

static const struct feed_settings by_day = {.name = "ferie",
	.format = FEED_ICS,
	.fields = {.person = "ATTENDEE"},
	.dates = {.until_is = UNTIL_DAY}};

static const struct feed_settings named = {.name = "ferie",
	.format = FEED_ICS,
	.fields = {.person = "x-employee",
		.from = "X-FROM",
		.until = "X-UNTIL",
		.deputy = "X-DEPUTY"}};

static void test_times(void **state)
{
	static const struct ics_case cases[] = {
		{"\xEF\xBB\xBF" ONE(DAY_OFF), "1 anna " CHRISTMAS},
		{ONE("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261225\n"),
			"1 anna " CHRISTMAS},
		{ONE("DTSTART:20261224\r\nDTEND:20261225\r\n"), "1 anna " CHRISTMAS},
		{ONE("DTSTART;VALUE=DATE:20261224T000000\r\nDTEND;VALUE=DATE:20261225T000000\r\n"),
			"1 anna " CHRISTMAS},
		{ONE("DTSTART:2026-12-24\r\n"), "1 anna " CHRISTMAS},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261224\r\n"),
			"1 anna " CHRISTMAS},
		{ONE("DTSTART;VALUE=DATE:20260328\r\nDTEND;VALUE=DATE:20260330\r\n"),
			"1 anna 20260327T230000Z-20260329T220000Z\n"},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nDURATION:P1W\r\n"),
			"1 anna 20261223T230000Z-20261230T230000Z\n"},
		{ONE("DTSTART:20261224T070000Z\r\nDTEND:20261224T150000Z\r\n"),
			"1 anna 20261224T070000Z-20261224T150000Z\n"},
		{ONE("DTSTART:20261224T080000+0100\r\nDTEND:2026-12-24T16:00:00+01:00\r\n"),
			"1 anna 20261224T070000Z-20261224T150000Z\n"},
		{ONE("DTSTART:20261224T080000\r\nDTEND:20261224T160000\r\n"),
			"1 anna 20261224T070000Z-20261224T150000Z\n"},
		{ONE("DTSTART:20261224T080000\r\nDTEND:20261224T240000\r\n"),
			"1 anna 20261224T070000Z-20261224T230000Z\n"},
		{ONE("DTSTART:20261224T080000\r\nDURATION:P1DT2H30M\r\n"),
			"1 anna 20261224T070000Z-20261225T093000Z\n"},
		/* a day is a day, also where the clock changes; hours are hours */
		{ONE("DTSTART:20260328T080000\r\nDURATION:P1D\r\n"),
			"1 anna 20260328T070000Z-20260329T060000Z\n"},
		{ONE("DTSTART:20260328T080000\r\nDURATION:PT24H\r\n"),
			"1 anna 20260328T070000Z-20260329T070000Z\n"},
		/* the same local midnight is that day, other ends without a length are no absence */
		{ONE("DTSTART:20261224T000000\r\nDTEND:20261224T000000\r\n"), "1 anna " CHRISTMAS},
		{ONE("DTSTART:20261223T230000Z\r\n"), "1 anna " CHRISTMAS},
		{ONE("DTSTART:20261224T000000\r\nDURATION:PT0S\r\n"), "1 anna " CHRISTMAS},
		{ONE("DTSTART:20261224T080000Z\r\n"), "record 1: line 3: DTEND: is missing, and"},
		{ONE("DTSTART:20261224T080000Z\r\nDTEND:20261224T080000Z\r\n"),
			"record 1: line 3: DTEND: the end is the start"},
		{ONE("DTSTART:20261224T080000Z\r\nDURATION:PT0S\r\n"),
			"record 1: line 3: DURATION: the end is the start"},
		/* dates that stand for an open end (CONTRACT section 4) */
		{ONE(DAY_OFF "DTEND;VALUE=DATE:99991231\r\n"), "1 anna 20261223T230000Z-open\n"},
		{ONE("DTSTART:16010101T000000\r\nDTEND;VALUE=DATE:20261225\r\n"),
			"1 anna open-20261224T230000Z\n"},
		{ONE("DTSTART;VALUE=DATE:19000101\r\nDTEND;VALUE=DATE:99991231\r\n"),
			"1 anna open-open\n"},
		{ONE("DTSTART;VALUE=DATE:19000101\r\nDTEND;VALUE=DATE:19000101\r\n"),
			"record 1: line 3: DTEND: both ends are missing"},
		{ONE("DTSTART;VALUE=DATE:19000101\r\n"),
			"record 1: DTSTART: both ends are missing"},
		{ONE("DTSTART;VALUE=DATE:99991231\r\n"), "record 1: DTSTART: it never begins"},
		{ONE(DAY_OFF "DTEND;VALUE=DATE:99991231\r\nRRULE:FREQ=DAILY\r\n"),
			"1 anna 20261223T230000Z-open\n"},
		/* a series may begin in any year; one event may not */
		{ONE("DTSTART;VALUE=DATE:19551224\r\nRRULE:FREQ=YEARLY;UNTIL=20261231\r\n"),
			"1 anna 20231223T230000Z-20231224T230000Z\n"
			"1 anna 20241223T230000Z-20241224T230000Z\n"
			"1 anna 20251223T230000Z-20251224T230000Z\n1 anna " CHRISTMAS},
		{ONE("DTSTART;VALUE=DATE:19551224\r\n"),
			"record 1: line 3: DTSTART: 19551224: a year"},
		{ONE("DTSTART;VALUE=DATE:22261224\r\n"),
			"record 1: line 3: DTSTART: 22261224: a year"},
	};
	static const struct ics_case days[] = {
		{ONE("DTSTART;VALUE=DATE:20261223\r\nDTEND;VALUE=DATE:20261224\r\n"),
			"1 anna 20261222T230000Z-20261224T230000Z\n"},
		{ONE("DTSTART:20261224T000000\r\nDTEND:20261224T000000\r\n"), "1 anna " CHRISTMAS},
		{ONE("DTSTART:20261224T000000\r\nDTEND:20261224T000000Z\r\n"), "1 anna " CHRISTMAS},
		{ONE("DTSTART:20261224T000000\r\nDTEND:20261224T120000\r\n"),
			"1 anna 20261223T230000Z-20261224T110000Z\n"},
	};

	CHECK_ALL(&plain, cases);
	CHECK_ALL(&by_day, days);
}

/* A record whose times cannot be read is refused, and says so. */
static void test_bad(void **state)
{
	static const struct ics_case cases[] = {
		{ONE(""), "record 1: line 3: DTSTART: is missing"},
		{ONE("DTSTART:i morgen\r\n"), "record 1: DTSTART: not a time"},
		{ONE("DTSTART:\x12"
		     "0261224\r\n"),
			"record 1: DTSTART: \\120261224: not a time"},
		{ONE("DTSTART:20261324T080000Z\r\nDURATION:PT1H\r\n"),
			"record 1: DTSTART: 20261324T080000Z: not a time"},
		{ONE("DTSTART;VALUE=DATE:20260230\r\n"), "record 1: DTSTART: 20260230: not a time"},
		{ONE("DTSTART:20261224T080000Z\r\nDTEND:x\r\n"), "record 1: DTEND: not a time"},
		{ONE("DTSTART:20261224T080000Z\r\nDTEND:20261223T080000Z\r\n"),
			"record 1: DTEND: the end lies before the start"},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261222\r\n"),
			"record 1: DTEND: the end lies before the start"},
		{ONE("DTSTART:20261224T080000Z\r\nDURATION:-PT1H\r\n"),
			"record 1: DURATION: the end lies"},
		{ONE("DTSTART:20261224T080000Z\r\nDURATION:1H\r\n"),
			"record 1: DURATION: not a time"},
		{CALENDAR(EVENT("") LONE(ANNA DAY_OFF)),
			"2 anna " CHRISTMAS "record 1: names nobody"},
		{CALENDAR(EVENT("ATTENDEE:a\r\nATTENDEE:b\r\nDTSTART:x\r\n")),
			"record 1: DTSTART: not"},
	};

	CHECK_ALL(&plain, cases);
}

static void test_no_calendar(void **state)
{
	static const struct ics_case cases[] = {
		{"", "ERROR line 1: not a calendar; expected BEGIN:VCALENDAR"},
		{"\n\n", "ERROR not a calendar"},
		{"<!DOCTYPE html>\n<html>", "ERROR line 1: not a calendar"},
		{"[{}]", "ERROR not a calendar"},
		{EVENT(DAY_OFF), "ERROR not a calendar"},
		{"BEGIN:VCALENDAR\r\n" EVENT(ANNA DAY_OFF),
			"ERROR line 6: the calendar ends too early"},
		{"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
			"ERROR line 3: this END does not belong"},
		{"BEGIN:VCALENDAR\n"
		 "BEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\n",
			"ERROR nested too deep"},
	};

	CHECK_ALL(&plain, cases);
	assert_feed(&plain, "BEGIN:VCALENDAR\0\n", 17, ICS_NOW, "ERROR the character NUL");
}

/* Lines as they are written: folded anywhere, ended by CR, behind a BOM, before a ^Z. */
static void test_lines(void **state)
{
	static const struct ics_case cases[] = {
		{"BEGIN:VCALENDAR\rBEGIN:VEVENT\rUID:1\rATTENDEE:mailto:anna\r"
		 "DTSTART;VALUE=DATE:20261224\rEND:VEVENT\rEND:VCALENDAR\r",
			"1 anna " CHRISTMAS},
		{"BEGIN:VCALENDAR\r\r\nBEGIN:VEVENT\r\r\nATTENDEE\r\r\n :mailto:anna\r\r\n"
		 "DTSTART;VALUE=DATE:20261224\r\r\nEND:VEVENT\r\r\nEND:VCALENDAR\r\r\n",
			"1 anna " CHRISTMAS},
		{ONE("DTST\r\n\tART;VALUE=DA\r\n TE:2026\n\t1224\r\n"), "1 anna " CHRISTMAS},
		{ONE(DAY_OFF) "\x1A", "1 anna " CHRISTMAS},
		{ONE(DAY_OFF) "\r\n\x1A\r\n", "1 anna " CHRISTMAS},
		{"begin:vcalendar\nbegin:vevent\nattendee:mailto:anna\ndtstart:20261224\n"
		 "end:vevent\nend:vcalendar",
			"1 anna " CHRISTMAS},
		{ONE("a line without a colon\r\n;X=1:\r\n" DAY_OFF), "1 anna " CHRISTMAS},
		{CALENDAR(EVENT("ATTENDEE;CN=\"Anna:mailto:anna\r\n" DAY_OFF)),
			"1 anna " CHRISTMAS},
		/* what is inside another component is not the event's */
		{ONE(DAY_OFF "BEGIN:VALARM\r\nDTSTART:x\r\nEND:VALARM\r\nSUMMARY:x\r\n"),
			"1 anna " CHRISTMAS},
	};
	static const char units[] = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nATTENDEE:anna\n"
				    "DTSTART:20261224\nEND:VEVENT\nEND:VCALENDAR\n";
	char wide[2 * sizeof(units)];

	CHECK_ALL(&plain, cases);
	for (size_t i = 0; i < sizeof(units); i++) { /* "\xFF\xFE", little-endian */
		wide[2 * i] = i ? units[i - 1] : '\xFF';
		wide[2 * i + 1] = i ? '\0' : '\xFE';
	}
	assert_feed(&plain, wide, sizeof(wide), ICS_NOW, "1 anna " CHRISTMAS);
}

/* What is read only in part says so. */
static void test_nothing_is_dropped(void **state)
{
#define OTHER(name, text) "BEGIN:" name "\r\n" text "END:" name "\r\n"
	static const struct ics_case cases[] = {
		{CALENDAR(""), "ferie: the calendar has no events"},
		{"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n",
			"ferie: the calendar has no events"},
		{"BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n", ""},
		{CALENDAR("") ONE(DAY_OFF), "1 anna " CHRISTMAS},
		{CALENDAR(OTHER("VTODO", DAY_OFF) EVENT(ANNA DAY_OFF) OTHER("VTODO", "DUE:x\r\n")),
			"1 anna " CHRISTMAS
			"ferie: line 3: VTODO is not read, though it has dates (how many: 2)"},
		{CALENDAR(OTHER("VTODO", "SUMMARY:x\r\n") EVENT(ANNA DAY_OFF)),
			"1 anna " CHRISTMAS},
		{CALENDAR(OTHER("VJOURNAL", DAY_OFF) EVENT(ANNA DAY_OFF)),
			"1 anna " CHRISTMAS "ferie: line 3: VJOURNAL is not read"},
		{CALENDAR(OTHER("VFREEBUSY", "FREEBUSY:20261224T070000Z/PT4H\r\n")),
			"ferie: VFREEBUSY is not read\nferie: no events"},
		{ONE(DAY_OFF) "<html>\nService unavailable\n</html>\n",
			"1 anna " CHRISTMAS "ferie: line 9: there is text behind the calendar"},
		{ONE(DAY_OFF) "x\n" CALENDAR(LONE("ATTENDEE:bo\r\n" DAY_OFF)),
			"1 anna " CHRISTMAS "2 bo " CHRISTMAS "ferie: line 9: there is text"},
	};

	CHECK_ALL(&plain, cases);
}

static void test_named_ends(void **state)
{
	static const struct ics_case cases[] = {
		{CALENDAR(EVENT(
			 "X-EMPLOYEE:007\r\nX-FROM:2026-12-24\r\nX-UNTIL:24-12-2026\r\nX-DEPUTY:bo;eva\r\n")),
			"1 007 20261223T230000Z-20261224T230000Z bo;eva\n"},
		{CALENDAR(EVENT("X-EMPLOYEE:7\r\nX-UNTIL;VALUE=DATE:20261224\r\n")),
			"1 7 open-20261224T230000Z\n"},
		{CALENDAR(EVENT(
			 "X-EMPLOYEE:7\r\nX-FROM;VALUE=DATE-TIME;TZID=America/New_York:20261224T080000\r\n")),
			"1 7 20261224T130000Z-open\n"},
		{CALENDAR(EVENT("X-EMPLOYEE:7\r\n" DAY_OFF)),
			"record 1: line 3: both ends are missing"},
		{CALENDAR(EVENT("X-EMPLOYEE:7\r\nX-FROM:snart\r\n")),
			"record 1: line 3: not a time"},
		{CALENDAR(EVENT("X-EMPLOYEE:7\r\nX-FROM:2026-12-24\r\nX-UNTIL:2026-12-24\r\n"
				"RRULE:FREQ=DAILY\r\n")),
			"1 7 20261223T230000Z-20261224T230000Z\nrecord 1: RRULE: is not followed where"},
		{CALENDAR(EVENT("X-EMPLOYEE:7\r\nX-FROM:2026-12-24\r\nX-UNTIL:2026-12-24\r\n"
				"STATUS:CANCELLED\r\n")),
			"1 7 aside\n"},
	};

	CHECK_ALL(&named, cases);
}

static void test_nothing_leaks(void **state)
{
	static const char *const bodies[] = {
		ONE("SUMMARY:sygdom\r\n"),
		ONE("SUMMARY:sygdom\r\nDTSTART:sygdom\r\n"),
		"BEGIN:VCALENDAR\r\nSUMMARY:sygdom\r\n",
		"SUMMARY:sygdom\r\n",
		"BEGIN:VCALENDAR\r\nEND:sygdom\r\n",
		CALENDAR(EVENT("SUMMARY:sygdom\r\n" DAY_OFF)),
		ONE("SUMMARY:sygdom\r\nDTSTART;TZID=sygdom:20261224T080000\r\nDTEND:sygdom\r\n"),
		ONE(DAY_OFF "CATEGORIES:sygdom\r\n") "sygdom",
	};

	for (size_t i = 0; i < ROWS(bodies) && row(i, "%s", bodies[i]); i++) {
		struct feed_page page;

		feed_page_init(&page, &plain);
		feed_page_read(&page, bodies[i], strlen(bodies[i]), ICS_NOW);
		feed_page_end(&page);
		assert_null(strstr(page.err.text.text, "sygdom"));
		for (size_t j = 0; j < page.findings.count; j++)
			assert_null(strstr(page.findings.items[j].what, "sygdom"));
		assert_true(page.kind || page.findings.count > 0);
		feed_page_release(&page);
	}
}

/* A calendar cut off anywhere before its end is refused: half of it would make people come back. */
static void test_cut_off(void **state)
{
	static const char body[] =
		CALENDAR(EVENT(ANNA MORNING "RRULE:FREQ=DAILY;COUNT=3\r\n") EVENT(ANNA DAY_OFF));

	for (size_t i = 0; i + 3 < sizeof(body) - 1; i++)
		assert_feed(&plain, body, i, ICS_NOW, "ERROR ");
}

static void test_torment(void **state)
{
	feed_torment(&plain,
		CALENDAR(
			"BEGIN:VTIMEZONE\r\nTZID:Min\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
			"TZOFFSETFROM:+0500\r\nTZOFFSETTO:+0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" EVENT(
				ANNA
				"DTSTART;TZID=Min:20261224T080000\r\nDURATION:PT1H\r\n") EVENT(ANNA
					MORNING "RRULE:FREQ=DAILY;COUNT=3\r\n")
				EVENT("RECURRENCE-ID;RANGE=THISANDFUTURE:20261222T080000\r\n" ANNA
						DAY_OFF "RDATE:20261225T080000Z\r\n"
				      "EXDATE;VALUE=DATE:20261225\r\n")),
		ICS_NOW, 3000);
	feed_torment(&named,
		CALENDAR(EVENT(
			"X-EMPLOYEE:007\r\nX-FROM;TZID=Min:20261224T080000\r\nX-DEPUTY:bo;eva\r\n")),
		ICS_NOW, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_no_calendar),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_nothing_is_dropped),
		cmocka_unit_test(test_named_ends),
		cmocka_unit_test(test_nothing_leaks),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_torment),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
