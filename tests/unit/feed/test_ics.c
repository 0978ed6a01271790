/* iCalendar feeds: days and times, zones, recurrence and what replaces it, who is named, and what is no calendar. */
#include "feed_case.h"

#include <string.h>

static const struct feed_settings plain = {
	.name = "ferie", .format = FEED_ICS, .fields = {.person = "ATTENDEE"}};

static const struct feed_settings named = {.name = "ferie",
	.format = FEED_ICS,
	.fields = {.person = "x-employee",
		.from = "X-FROM",
		.until = "X-UNTIL",
		.deputy = "X-DEPUTY"}};

static const struct feed_settings organized = {.name = "ferie",
	.format = FEED_ICS,
	.fields = {.person = "ORGANIZER", .deputy = "ATTENDEE"}};

struct feed_case {
	const char *body, *expected;
};

#define NOW            1795000000 /* 2026-11-18 */
#define CALENDAR(text) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" text "END:VCALENDAR\r\n"
#define EVENT(text)    "BEGIN:VEVENT\r\nUID:1\r\n" text "END:VEVENT\r\n"
#define ANNA           "ATTENDEE:mailto:anna\r\n"
#define ONE(text)      CALENDAR(EVENT(ANNA text))

static void check_all(const struct feed_settings *settings, const struct feed_case *cases,
	size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].body); i++)
		assert_feed(settings, cases[i].body, strlen(cases[i].body), NOW, cases[i].expected);
}

#define CHECK_ALL(settings, cases) check_all(settings, cases, sizeof(cases) / sizeof((cases)[0]))
#define CHRISTMAS                  "20261223T230000Z-20261224T230000Z\n"

static void test_times(void **state)
{
	static const struct feed_case cases[] = {
		{CALENDAR(""), ""},
		{"\xEF\xBB\xBF" ONE("DTSTART;VALUE=DATE:20261224\r\n"), "1 anna " CHRISTMAS},
		{ONE("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261225\n"),
			"1 anna " CHRISTMAS},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261224\r\n"),
			"1 anna " CHRISTMAS},
		{ONE("DTSTART;VALUE=DATE:20260328\r\nDTEND;VALUE=DATE:20260330\r\n"),
			"1 anna 20260327T230000Z-20260329T220000Z\n"},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nDURATION:P1W\r\n"),
			"1 anna 20261223T230000Z-20261230T230000Z\n"},
		{ONE("DTSTART:20261224T070000Z\r\nDTEND:20261224T150000Z\r\n"),
			"1 anna 20261224T070000Z-20261224T150000Z\n"},
		{ONE("DTSTART:20261224T080000\r\nDTEND:20261224T160000\r\n"),
			"1 anna 20261224T070000Z-20261224T150000Z\n"},
		{ONE("DTSTART:20261224T080000\r\nDURATION:P1DT2H30M\r\n"),
			"1 anna 20261224T070000Z-20261225T093000Z\n"},
		/* a day is a day, also where the clock changes; hours are hours */
		{ONE("DTSTART:20260328T080000\r\nDURATION:P1D\r\n"),
			"1 anna 20260328T070000Z-20260329T060000Z\n"},
		{ONE("DTSTART:20260328T080000\r\nDURATION:PT24H\r\n"),
			"1 anna 20260328T070000Z-20260329T070000Z\n"},
		{ONE("DTSTART:20261224T080000Z\r\n"), "record 1: line 3: DTEND: is missing, and"},
		{ONE("DTSTART;TZID=America/New_York:20261224T080000\r\nDURATION:PT1H\r\n"),
			"1 anna 20261224T130000Z-20261224T140000Z\n"},
		{ONE("DTSTART;TZID=/example.org/20260101/America/New_York:20261224T080000\r\nDURATION:PT1H\r\n"),
			"1 anna 20261224T130000Z-20261224T140000Z\n"},
		{ONE("DTSTART;TZID=\"../../etc/passwd\":20261224T080000\r\nDURATION:PT1H\r\n"),
			"record 1: neither the calendar nor"},
		{ONE("DTSTART;TZID=Ingen/Steder:20261224T080000\r\nDURATION:PT1H\r\n"),
			"record 1: line 3: DTSTART: neither the calendar nor this machine knows"},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nDTEND;TZID=Ingen:20261225T080000\r\n"),
			"record 1: DTEND: neither"},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nSTATUS:CANCELLED\r\n"), ""},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nSTATUS:TENTATIVE\r\n"), "1 anna " CHRISTMAS},
	};

	CHECK_ALL(&plain, cases);
}

static void test_bad(void **state)
{
	static const struct feed_case cases[] = {
		{ONE(""), "record 1: line 3: DTSTART: is missing"},
		{ONE("DTSTART:i morgen\r\n"), "record 1: DTSTART: cannot be read"},
		{ONE("DTSTART:20261324T080000Z\r\nDURATION:PT1H\r\n"),
			"record 1: DTSTART: not a time"},
		{ONE("DTSTART:20261224T080000Z\r\nDTEND:x\r\n"), "record 1: DTEND: cannot be read"},
		{ONE("DTSTART:20261224T080000Z\r\nDTEND:20261223T080000Z\r\n"),
			"record 1: DTEND: the end lies before the start"},
		{ONE("DTSTART:20261224T080000Z\r\nDURATION:-PT1H\r\n"),
			"record 1: DURATION: the end lies"},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=ALTID\r\n"),
			"record 1: RRULE: cannot be read"},
		{ONE("DTSTART:20261224T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=SECONDLY\r\n"),
			"1 anna 20261224T080000Z-20261224T090000Z\nrecord 1: RRULE: recurs every hour or"},
		{CALENDAR(EVENT("DTSTART;VALUE=DATE:20261224\r\n")),
			"record 1: names nobody: ATTENDEE is missing"},
		{CALENDAR(EVENT("ATTENDEE:mailto:\r\nDTSTART;VALUE=DATE:20261224\r\n")),
			"record 1: names nobody"},
		{CALENDAR(EVENT("ATTENDEE:mailto:\xE6\r\nDTSTART;VALUE=DATE:20261224\r\n")),
			"record 1: line 3: ATTENDEE is not UTF-8"},
		{CALENDAR(EVENT("") EVENT(ANNA "DTSTART;VALUE=DATE:20261224\r\n")),
			"2 anna " CHRISTMAS "record 1: "},
	};

	CHECK_ALL(&plain, cases);
}

static void test_no_calendar(void **state)
{
	static const struct feed_case cases[] = {
		{"", "ERROR line 1: no calendar; expected BEGIN:VCALENDAR"},
		{"\n\n", "ERROR no calendar"},
		{"<!DOCTYPE html>\n<html>", "ERROR line 1: no calendar"},
		{"[{}]", "ERROR no calendar"},
		{EVENT("DTSTART;VALUE=DATE:20261224\r\n"), "ERROR no calendar"},
		{"BEGIN:VCALENDAR\r\n" EVENT(ANNA "DTSTART;VALUE=DATE:20261224\r\n"),
			"ERROR line 6: the calendar ends too early"},
		{"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
			"ERROR line 3: this END does not belong"},
		{CALENDAR("") "x", "ERROR line 4: no calendar"},
		{"BEGIN:VCALENDAR\n"
		 "BEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\nBEGIN:A\n",
			"ERROR nested too deep"},
	};

	CHECK_ALL(&plain, cases);
	assert_feed(&plain, "BEGIN:VCALENDAR\0\n", 17, NOW, "ERROR the character NUL");
}

static void test_people(void **state)
{
#define DAY_OFF "DTSTART;VALUE=DATE:20261224\r\n"
	static const struct feed_case attendees[] = {
		{CALENDAR(EVENT("ATTENDEE;CN=A:MAILTO:a@x.dk\r\nattendee:b\r\n" DAY_OFF)),
			"1 a@x.dk " CHRISTMAS "1 b " CHRISTMAS},
		{CALENDAR(EVENT(
			 "ATTENDEE;PARTSTAT=DECLINED:mailto:a\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:b\r\n" DAY_OFF)),
			"1 b " CHRISTMAS},
		{CALENDAR(EVENT("ATTENDEE;PARTSTAT=DECLINED:mailto:a\r\n" DAY_OFF)), ""},
		{CALENDAR(EVENT("ATTENDEE;CN=\"Ann;a\":mail\r\n to:a\r\n" DAY_OFF
				"BEGIN:VALARM\r\nATTENDEE:mailto:alarm\r\nEND:VALARM\r\n")),
			"1 a " CHRISTMAS},
		{CALENDAR("BEGIN:VTODO\r\n" ANNA DAY_OFF "END:VTODO\r\n"), ""},
		{"BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n" EVENT(ANNA
				 DAY_OFF) "END:VCALENDAR\r\n" CALENDAR(EVENT(ANNA DAY_OFF)),
			"2 anna " CHRISTMAS},
	};
	static const struct feed_case organizers[] = {
		{CALENDAR(EVENT(
			 "ORGANIZER:mailto:o@x\r\nATTENDEE:mailto:bo\r\nATTENDEE:mailto:eva\r\n" DAY_OFF)),
			"1 o@x 20261223T230000Z-20261224T230000Z bo;eva\n"},
	};
	static const struct feed_case names[] = {
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
	};

	CHECK_ALL(&plain, attendees);
	CHECK_ALL(&organized, organizers);
	CHECK_ALL(&named, names);
}

/* The file's own zone wins over the system's of that name; one that tells nothing does not. */
static void test_zones(void **state)
{
#define ZONE(id, text) "BEGIN:VTIMEZONE\r\nTZID:" id "\r\n" text "END:VTIMEZONE\r\n"
#define PLUS_5                                                                                    \
	"BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0500\r\nTZOFFSETTO:+0500\r\n" \
	"END:STANDARD\r\n"
#define AT_EIGHT(id) EVENT(ANNA "DTSTART;TZID=" id ":20261224T080000\r\nDURATION:PT1H\r\n")
	static const struct feed_case cases[] = {
		{CALENDAR(ZONE("Romance Standard Time",
			 "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
			 "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n"
			 "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
			 "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\n") EVENT(ANNA
			 "DTSTART;TZID=Romance Standard Time:20260701T080000\r\nDURATION:PT1H\r\n")
				 AT_EIGHT("\"Romance Standard Time\"")),
			"1 anna 20260701T060000Z-20260701T070000Z\n2 anna 20261224T070000Z-20261224T080000Z\n"},
		{CALENDAR(AT_EIGHT("Min") ZONE("Min", PLUS_5)),
			"1 anna 20261224T030000Z-20261224T040000Z\n"},
		{CALENDAR(ZONE("America/New_York", PLUS_5) AT_EIGHT("America/New_York")),
			"1 anna 20261224T030000Z-20261224T040000Z\n"},
		{CALENDAR(ZONE("America/New_York", "") AT_EIGHT("America/New_York")),
			"1 anna 20261224T130000Z-20261224T140000Z\n"},
		{CALENDAR(ZONE("Min", "") AT_EIGHT("Min")), "record 1: neither the calendar"},
		{CALENDAR(ZONE("Min",
			 "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0500\r\n"
			 "TZOFFSETTO:+0500\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\n")
				 AT_EIGHT("Min")),
			"record 1: neither the calendar"},
	};

	CHECK_ALL(&plain, cases);
}

static void test_recurrence(void **state)
{
#define MORNING "DTSTART:20261221T080000\r\nDTEND:20261221T120000\r\n"
#define AT(day) "anna 202612" day "T070000Z-202612" day "T110000Z\n"
	static const struct feed_case cases[] = {
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
		{ONE(MORNING "RRULE:FREQ=DAILY;COUNT=3\r\nEXDATE:20261222T080000\r\n"),
			"1 " AT("21") "1 " AT("23")},
		{ONE(MORNING
			 "RRULE:FREQ=DAILY;COUNT=3\r\nEXDATE:20261222T070000Z,20261221T070000Z\r\n"),
			"1 " AT("23")},
		{ONE(MORNING "RRULE:FREQ=DAILY;COUNT=3\r\nEXDATE;VALUE=DATE:20261222\r\n"),
			"1 " AT("21") "1 " AT("23")},
		{ONE(MORNING "RRULE:FREQ=DAILY;COUNT=3\r\nEXDATE;TZID=Ingen:20261222T080000\r\n"),
			"record 1: EXDATE: neither"},
		{ONE(MORNING "RDATE:20261224T080000,20261221T080000\r\n"),
			"1 " AT("21") "1 " AT("24")},
		{ONE(MORNING "RDATE;VALUE=PERIOD:20261224T070000Z/PT1H\r\n"),
			"1 " AT("21") "1 anna 20261224T070000Z-20261224T080000Z\n"},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=YEARLY;COUNT=2\r\n"),
			"1 anna " CHRISTMAS "1 anna 20271223T230000Z-20271224T230000Z\n"},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=YEARLY;UNTIL=20271224\r\n"),
			"1 anna " CHRISTMAS "1 anna 20271223T230000Z-20271224T230000Z\n"},
		{ONE("DTSTART;VALUE=DATE:20261224\r\nRRULE:FREQ=YEARLY;UNTIL=20271223\r\n"),
			"1 anna " CHRISTMAS},
		/* a local time stays, also where the clock changes */
		{ONE("DTSTART;TZID=Europe/Copenhagen:20261024T080000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=2\r\n"),
			"1 anna 20261024T060000Z-20261024T070000Z\n1 anna 20261025T070000Z-20261025T080000Z\n"},
		{ONE("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n"),
			"1 anna 20251231T230000Z-20260101T230000Z\nrecord 1: RRULE: not a rule that can be followed"},
	};

	CHECK_ALL(&plain, cases);
}

/* An occurrence with an event of its own is that event, moved, or cancelled, and wherever it stands. */
static void test_replaced(void **state)
{
#define SERIES EVENT(ANNA MORNING "RRULE:FREQ=DAILY;COUNT=3\r\n")
	static const struct feed_case cases[] = {
		{CALENDAR(SERIES EVENT("RECURRENCE-ID:20261222T080000\r\n" ANNA
				       "DTSTART:20261224T080000\r\nDTEND:20261224T120000\r\n")),
			"1 " AT("21") "1 " AT("23") "2 " AT("24")},
		{CALENDAR(EVENT("RECURRENCE-ID:20261222T070000Z\r\n" ANNA
				"DTSTART:20261224T080000\r\nDTEND:20261224T120000\r\n") SERIES),
			"1 " AT("24") "2 " AT("21") "2 " AT("23")},
		{CALENDAR(SERIES EVENT("RECURRENCE-ID:20261222T080000\r\nSTATUS:CANCELLED\r\n" ANNA
				 MORNING)),
			"1 " AT("21") "1 " AT("23")},
		{CALENDAR(SERIES) "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n" EVENT(
			 "RECURRENCE-ID:20261222T080000\r\n" ANNA MORNING) "END:VCALENDAR\r\n",
			"1 " AT("21") "1 " AT("23")},
		{CALENDAR(SERIES
			 "BEGIN:VEVENT\r\nUID:2\r\nRECURRENCE-ID:20261222T080000\r\n" ANNA
			 "DTSTART:20261224T080000\r\nDTEND:20261224T120000\r\nEND:VEVENT\r\n"),
			"1 " AT("21") "1 " AT("22") "1 " AT("23") "2 " AT("24")},
		{CALENDAR(SERIES EVENT("RECURRENCE-ID;RANGE=THISANDFUTURE:20261222T080000\r\n" ANNA
				       "DTSTART:20261224T080000\r\nDTEND:20261224T120000\r\n")),
			"1 " AT("21") "1 " AT("23") "2 " AT(
				"24") "record 2: RECURRENCE-ID: RANGE is not followed"},
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
			NOW - 1103 * 86400LL, NOW + 3653 * 86400LL},
		{ONE("DTSTART;VALUE=DATE:20000103\r\nRRULE:FREQ=WEEKLY;COUNT=100000\r\n"), 675, 685,
			0, NOW - 1103 * 86400LL, NOW + 3653 * 86400LL},
		{ONE("DTSTART;VALUE=DATE:20000103\r\nRRULE:FREQ=DAILY\r\n"), 4740, 4760, 0,
			NOW - 1098 * 86400LL, NOW + 3653 * 86400LL},
		{ONE("DTSTART:20000103T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;BYHOUR=8,12,15\r\n"),
			5000, 5000, 1, NOW - 1097 * 86400LL, NOW + 3653 * 86400LL},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].body); i++) {
		struct feed_page page;

		feed_page_init(&page, &plain);
		feed_page_read(&page, cases[i].body, strlen(cases[i].body), NOW);
		feed_page_end(&page);
		assert_int_equal(page.kind, ERROR_NONE);
		assert_in_range(page.says.absences.count, cases[i].least, cases[i].most);
		assert_int_equal(page.findings.count, cases[i].findings);
		for (size_t j = 1; j < page.says.absences.count; j++) { /* but DTSTART itself */
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
	assert_feed(&plain, body.text, body.length, NOW, "ERROR more than 1000000 absences");
	strbuf_release(&body);
}

static void test_nothing_leaks(void **state)
{
	static const char *const bodies[] = {
		ONE("SUMMARY:sygdom\r\n"),
		ONE("SUMMARY:sygdom\r\nDTSTART:sygdom\r\n"),
		"BEGIN:VCALENDAR\r\nSUMMARY:sygdom\r\n",
		"SUMMARY:sygdom\r\n",
		"BEGIN:VCALENDAR\r\nEND:sygdom\r\n",
		CALENDAR(EVENT("SUMMARY:sygdom\r\nDTSTART;VALUE=DATE:20261224\r\n")),
	};

	for (size_t i = 0; i < ROWS(bodies) && row(i, "%s", bodies[i]); i++) {
		struct feed_page page;

		feed_page_init(&page, &plain);
		feed_page_read(&page, bodies[i], strlen(bodies[i]), NOW);
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
	static const char body[] = CALENDAR(SERIES EVENT(ANNA "DTSTART;VALUE=DATE:20261224\r\n"));

	for (size_t i = 0; i + 3 < sizeof(body) - 1; i++)
		assert_feed(&plain, body, i, NOW, "ERROR ");
}

static void test_torment(void **state)
{
	feed_torment(&plain,
		CALENDAR(ZONE("Min", PLUS_5) AT_EIGHT("Min")
				SERIES EVENT("RECURRENCE-ID:20261222T080000\r\n" ANNA DAY_OFF
					     "RDATE:20261225T080000Z\r\n"
					     "EXDATE;VALUE=DATE:20261225\r\n")),
		NOW, 3000);
	feed_torment(&named,
		CALENDAR(EVENT(
			"X-EMPLOYEE:007\r\nX-FROM;TZID=Min:20261224T080000\r\nX-DEPUTY:bo;eva\r\n")),
		NOW, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_no_calendar),
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_recurrence),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_nothing_leaks),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_torment),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
