/* Time zones of a calendar: this machine's, Windows', and the file's own. */
#include "ics_case.h"

static const struct feed_settings plain = {
	.name = "ferie", .format = FEED_ICS, .fields = {.person = "ATTENDEE"}};

#define ZONE(id, text) "BEGIN:VTIMEZONE\r\nTZID:" id "\r\n" text "END:VTIMEZONE\r\n"
#define PLUS(hours)                                                          \
	"BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0" hours \
	"00\r\nTZOFFSETTO:+0" hours "00\r\nEND:STANDARD\r\n"
#define PLUS_5       PLUS("5")
#define AT_EIGHT(id) LONE(ANNA "DTSTART;TZID=" id ":20261224T080000\r\nDURATION:PT1H\r\n")

#define IN_COPENHAGEN "1 anna 20261224T070000Z-20261224T080000Z\n"
#define IN_NEW_YORK   "1 anna 20261224T130000Z-20261224T140000Z\n"
#define IN_UTC        "1 anna 20261224T080000Z-20261224T090000Z\n"
#define IN_PLUS_5     "1 anna 20261224T030000Z-20261224T040000Z\n"
#define IN_NO_ZONE    IN_COPENHAGEN "record 1: DTSTART: neither the calendar nor this machine has"

/* The machine's rules hold, also where the file says otherwise. */
static void test_machine(void **state)
{
	static const struct ics_case cases[] = {
		{CALENDAR(AT_EIGHT("America/New_York")), IN_NEW_YORK},
		{CALENDAR(AT_EIGHT("\"America/New_York\"")), IN_NEW_YORK},
		{CALENDAR(AT_EIGHT("AMERICA/new_york")), IN_NEW_YORK},
		{CALENDAR(AT_EIGHT("UTC")), IN_UTC},
		{CALENDAR(AT_EIGHT("Z")), IN_UTC},
		{CALENDAR(AT_EIGHT("Etc/GMT-5")), IN_PLUS_5},
		{CALENDAR(AT_EIGHT("/example.org/20260101/America/New_York")), IN_NEW_YORK},
		{CALENDAR(AT_EIGHT("/freeassociation.sourceforge.net/Europe/Copenhagen")),
			IN_COPENHAGEN},
		{CALENDAR(AT_EIGHT("/freeassociation.sourceforge.net/Tzfile/Etc/GMT-5")),
			IN_PLUS_5},
		{CALENDAR(AT_EIGHT("/citadel.org/20260101_1/America/Argentina/Buenos_Aires")),
			"1 anna 20261224T110000Z-20261224T120000Z\n"},
		{CALENDAR(ZONE("America/New_York", PLUS_5) AT_EIGHT("America/New_York")),
			IN_NEW_YORK},
		{CALENDAR(ZONE("America/New_York", "") AT_EIGHT("America/New_York")), IN_NEW_YORK},
		/* a VTIMEZONE that begins after the event */
		{CALENDAR(ZONE("Europe/Copenhagen",
			 "BEGIN:DAYLIGHT\r\nDTSTART:20280326T020000\r\nTZOFFSETFROM:+0100\r\n"
			 "TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\n"
			 "BEGIN:STANDARD\r\nDTSTART:20281029T030000\r\nTZOFFSETFROM:+0200\r\n"
			 "TZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n") LONE(ANNA
			 "DTSTART;TZID=Europe/Copenhagen:20270707T080000\r\nDURATION:PT1H\r\n")),
			"1 anna 20270707T060000Z-20270707T070000Z\n"},
		/* rules of this machine that libical has wrong, and years past 2037 */
		{CALENDAR(LONE(ANNA
			 "DTSTART;TZID=Africa/Cairo:20260701T080000\r\nDURATION:PT1H\r\n")),
			"1 anna 20260701T050000Z-20260701T060000Z\n"},
		{CALENDAR(LONE(ANNA
			 "DTSTART;TZID=Europe/Paris:20620701T080000\r\nDURATION:PT1H\r\n")),
			"1 anna 20620701T060000Z-20620701T070000Z\n"},
	};

	CHECK_ALL(&plain, cases);
}

static void test_windows(void **state)
{
	static const struct ics_case cases[] = {
		{CALENDAR(AT_EIGHT("Romance Standard Time")), IN_COPENHAGEN},
		{CALENDAR(AT_EIGHT("\"eastern STANDARD time\"")), IN_NEW_YORK},
		{CALENDAR(AT_EIGHT("Eastern Standard Time ")), IN_NEW_YORK},
		{CALENDAR(ZONE("Eastern Standard Time", PLUS_5) AT_EIGHT("Eastern Standard Time")),
			IN_NEW_YORK},
		{CALENDAR(AT_EIGHT("tzone://Microsoft/Utc")), IN_UTC},
		{CALENDAR(AT_EIGHT("\"TZONE://microsoft/utc\"")), IN_UTC},
		{CALENDAR(ZONE("tzone://Microsoft/Custom", PLUS_5)
				 AT_EIGHT("tzone://Microsoft/Custom")),
			IN_PLUS_5},
		{CALENDAR(AT_EIGHT("tzone://Microsoft/Custom")), IN_NO_ZONE},
		{CALENDAR(ZONE("(UTC+01:00) Brussels\\, Copenhagen\\, Madrid\\, Paris", PLUS_5)
				 AT_EIGHT("\"(UTC+01:00) Brussels, Copenhagen, Madrid, Paris\"")),
			IN_PLUS_5},
		/* as Exchange writes it, without quotes */
		{CALENDAR(ZONE("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", PLUS_5)
				 AT_EIGHT("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris")),
			IN_PLUS_5},
		{CALENDAR(AT_EIGHT("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris")), IN_NO_ZONE},
	};

	CHECK_ALL(&plain, cases);
}

static void test_file(void **state)
{
	static const struct ics_case cases[] = {
		{CALENDAR(AT_EIGHT("Min") ZONE("Min", PLUS_5)), IN_PLUS_5},
		{CALENDAR(ZONE("Min", PLUS_5) AT_EIGHT("MIN")), IN_PLUS_5},
		{CALENDAR(ZONE("\"Romance\"", PLUS_5) AT_EIGHT("\"Romance\"")), IN_NO_ZONE},
		{CALENDAR(ZONE("Romance",
			 "BEGIN:STANDARD\r\nDTSTART:19501029T020000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
			 "RRULE:FREQ=YEARLY;BYMINUTE=0;BYHOUR=2;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n"
			 "BEGIN:DAYLIGHT\r\nDTSTART:19500326T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
			 "RRULE:FREQ=YEARLY;BYMINUTE=0;BYHOUR=2;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\n")
				 LONE(ANNA
					 "DTSTART;TZID=\"Romance\":20260701T080000\r\nDURATION:PT1H\r\n")
					 AT_EIGHT("\"Romance\"")),
			"1 anna 20260701T060000Z-20260701T070000Z\n2 anna 20261224T070000Z-20261224T080000Z\n"},
		{"BEGIN:VCALENDAR\rBEGIN:VTIMEZONE\rTZID:Min\rBEGIN:STANDARD\rDTSTART:19700101T000000\r"
		 "TZOFFSETFROM:+0500\rTZOFFSETTO:+0500\rEND:STANDARD\rEND:VTIMEZONE\rBEGIN:VEVENT\r"
		 "ATTENDEE:anna\rDTSTART;TZID=Min:20261224T080000\rDURATION:PT1H\rEND:VEVENT\rEND:VCALENDAR\r",
			IN_PLUS_5},
		/* each calendar has zones of its own; a name that only another one has is taken from there */
		{CALENDAR(ZONE("Min", PLUS_5) AT_EIGHT("Min")) CALENDAR(ZONE("Min", PLUS("7"))
				 AT_EIGHT("Min")) CALENDAR(AT_EIGHT("Min")),
			IN_PLUS_5 "2 anna 20261224T010000Z-20261224T020000Z\n"
				  "3 anna 20261224T030000Z-20261224T040000Z\n"},
	};

	CHECK_ALL(&plain, cases);
}

/* An unknown zone is absence.timezone: the absence is not lost, and the record says it. */
static void test_unknown(void **state)
{
	static const struct ics_case cases[] = {
		{CALENDAR(AT_EIGHT("Ingen/Steder")), IN_NO_ZONE},
		{CALENDAR(AT_EIGHT("\"../../etc/passwd\"")), IN_NO_ZONE},
		{CALENDAR(AT_EIGHT("/")), IN_NO_ZONE},
		{CALENDAR(AT_EIGHT("")), IN_NO_ZONE},
		{CALENDAR(LONE(ANNA
			 "DTSTART;TZID=Ingen:20261224T080000\r\nDTEND;TZID=Ingen:20261224T090000\r\n"
			 "DTSTAMP;TZID=Ingen:20261224T080000\r\n")),
			IN_NO_ZONE},
		{CALENDAR(LONE(ANNA DAY_OFF "DTEND;TZID=Ingen:20261225T080000\r\n")),
			"1 anna 20261223T230000Z-20261225T070000Z\nrecord 1: DTEND: neither"},
		{CALENDAR(ZONE("Min", "") AT_EIGHT("Min")), IN_NO_ZONE},
		{CALENDAR(ZONE("Min",
			 "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0500\r\n"
			 "TZOFFSETTO:+0500\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\n")
				 AT_EIGHT("Min")),
			IN_NO_ZONE},
	};

	CHECK_ALL(&plain, cases);
}

/* A thousand calendars with the same VTIMEZONE each, and one more with another. */
static void test_many(void **state)
{
	struct strbuf body = STRBUF_INIT;
	struct feed_page page;

	for (int i = 0; i < 3000; i++)
		strbuf_adds(&body, CALENDAR(ZONE("Min", PLUS_5) AT_EIGHT("Min")));
	strbuf_adds(&body, CALENDAR(ZONE("Min", PLUS("7")) AT_EIGHT("Min")));
	feed_page_init(&page, &plain);
	feed_page_read(&page, body.text, body.length, ICS_NOW);
	feed_page_end(&page);
	assert_int_equal(page.kind, ERROR_NONE);
	assert_int_equal(page.says.absences.count, 3001);
	assert_int_equal(page.says.absences.items[2999].start, 1798081200);
	assert_int_equal(page.says.absences.items[3000].start, 1798074000);
	assert_int_equal(page.findings.count, 0);
	feed_page_release(&page);
	strbuf_release(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_machine),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
