/* Which revision of an event holds: SEQUENCE, CANCEL, RECURRENCE-ID and RANGE, for each person. */
#include "ics_case.h"

static const struct feed_settings plain = {
	.name = "ferie", .format = FEED_ICS, .fields = {.person = "ATTENDEE"}};

static const struct feed_settings summarized = {.name = "ferie",
	.format = FEED_ICS,
	.fields = {.person = "SUMMARY"},
	.person_pattern = "^([^:]*):"};

#define CANCEL(text) "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n" text "END:VCALENDAR\r\n"
#define SEQUENCE(n)  "SEQUENCE:" n "\r\n"
#define STAMP(day)   "DTSTAMP:202611" day "T000000Z\r\n"
#define CANCELLED    "STATUS:CANCELLED\r\n"
#define BO           "ATTENDEE:mailto:bo\r\n"
#define SERIES       EVENT(ANNA MORNING "RRULE:FREQ=DAILY;COUNT=3\r\n")
#define OF(day)      "RECURRENCE-ID:202612" day "T080000\r\n"

/* Of revisions the highest SEQUENCE holds, then the later DTSTAMP, then the later in the text. */
static void test_rank(void **state)
{
	static const struct ics_case cases[] = {
		{CALENDAR(EVENT(ANNA SEQUENCE("0") MORNING_OF("21"))
				 EVENT(ANNA SEQUENCE("1") MORNING_OF("22"))),
			"2 " AT("22")},
		{CALENDAR(EVENT(ANNA SEQUENCE("10") MORNING_OF("21"))
				 EVENT(ANNA SEQUENCE("9") MORNING_OF("22"))),
			"1 " AT("21")},
		{CALENDAR(EVENT(ANNA MORNING_OF("21")) EVENT(ANNA SEQUENCE("1") MORNING_OF("22"))),
			"2 " AT("22")},
		{CALENDAR(EVENT(ANNA STAMP("02") MORNING_OF("21"))
				 EVENT(ANNA STAMP("01") MORNING_OF("22"))),
			"1 " AT("21")},
		{CALENDAR(EVENT(ANNA MORNING_OF("21")) EVENT(ANNA STAMP("01") MORNING_OF("22"))),
			"2 " AT("22")},
		{CALENDAR(EVENT(ANNA SEQUENCE("1") STAMP("01") MORNING_OF("21"))
				 EVENT(ANNA SEQUENCE("0") STAMP("02") MORNING_OF("22"))),
			"1 " AT("21")},
		{CALENDAR(EVENT(ANNA MORNING_OF("21")) EVENT(ANNA MORNING_OF("22"))),
			"2 " AT("22")},
		/* in another calendar of the text, too */
		{CALENDAR(EVENT(ANNA SEQUENCE("1") MORNING_OF("21")))
				CALENDAR(EVENT(ANNA SEQUENCE("0") MORNING_OF("22"))),
			"1 " AT("21")},
		/* other UIDs, and none, are other events */
		{CALENDAR(LONE(ANNA "UID:a\r\n" MORNING_OF("21"))
				 LONE(ANNA "UID:A\r\n" MORNING_OF("22"))),
			"1 " AT("21") "2 " AT("22")},
		{CALENDAR(LONE(ANNA MORNING_OF("21")) LONE(ANNA MORNING_OF("22"))),
			"1 " AT("21") "2 " AT("22")},
		{CALENDAR(LONE(ANNA "UID:\r\n" MORNING_OF("21"))
				 LONE(ANNA "UID:\r\n" MORNING_OF("22"))),
			"1 " AT("21") "2 " AT("22")},
		/* one that cannot be used holds all the same */
		{CALENDAR(EVENT(ANNA MORNING_OF("21")) EVENT(ANNA SEQUENCE("1") "DTSTART:x\r\n")),
			"record 2: DTSTART: not a time"},
	};

	CHECK_ALL(&plain, cases);
}

/* Each person has revisions of their own: many systems give one UID to the leave of many. */
static void test_people(void **state)
{
	static const struct ics_case cases[] = {
		{CALENDAR(EVENT(ANNA MORNING_OF("21")) EVENT(BO SEQUENCE("1") MORNING_OF("22"))),
			"1 " AT("21") "2 bo 20261222T070000Z-20261222T110000Z\n"},
		{CALENDAR(EVENT(ANNA MORNING_OF("21"))
				 EVENT("ATTENDEE:MAILTO:Anna\r\n" MORNING_OF("22"))),
			"2 Anna 20261222T070000Z-20261222T110000Z\n"},
		{CALENDAR(EVENT(ANNA BO MORNING_OF("21"))
				 EVENT(ANNA SEQUENCE("1") MORNING_OF("22"))),
			"1 bo 20261221T070000Z-20261221T110000Z\n2 " AT("22")},
		{CALENDAR(EVENT(ANNA BO MORNING_OF("21"))
				 EVENT("ATTENDEE;PARTSTAT=DECLINED:bo\r\n" ANNA SEQUENCE("1")
						 MORNING_OF("22"))),
			"2 " AT("22") "2 bo aside\n"},
		{CALENDAR(EVENT(ANNA MORNING "RRULE:FREQ=DAILY;COUNT=2\r\n") EVENT(BO MORNING
			 "RRULE:FREQ=DAILY;COUNT=2\r\n") EVENT(OF("22") BO CANCELLED MORNING)),
			"1 " AT("21") "1 " AT(
				"22") "2 bo 20261221T070000Z-20261221T110000Z\n3 bo aside\n"},
	};

	/* within a text, whatever else it says */
	static const struct ics_case summaries[] = {
		{CALENDAR(EVENT("SUMMARY:anna: ferie\r\n" MORNING_OF("21"))
				 EVENT("SUMMARY:Anna : ferie (godkendt)\r\n" SEQUENCE("1")
						 MORNING_OF("22"))),
			"2 Anna 20261222T070000Z-20261222T110000Z\n"},
	};

	CHECK_ALL(&plain, cases);
	CHECK_ALL(&summarized, summaries);
}

static void test_cancelled(void **state)
{
	static const struct ics_case cases[] = {
		{ONE(MORNING CANCELLED), "1 anna aside\n"},
		{ONE(MORNING "status:canceled\r\n"), "1 anna aside\n"},
		{ONE(MORNING "STATUS:TENTATIVE\r\n"), "1 " AT("21")},
		{CALENDAR(LONE(ANNA MORNING CANCELLED)), "1 anna aside\n"},
		{CANCEL(EVENT(ANNA MORNING)) CALENDAR(LONE(ANNA MORNING)),
			"2 " AT("21") "1 anna aside\n"},
		{CALENDAR(EVENT(ANNA MORNING)) CANCEL(EVENT(ANNA SEQUENCE("1") MORNING)),
			"2 anna aside\n"},
		{CALENDAR(EVENT(ANNA MORNING)) CANCEL(EVENT(ANNA MORNING)), "2 anna aside\n"},
		{CALENDAR(EVENT(ANNA SEQUENCE("2") MORNING))
				CANCEL(EVENT(ANNA SEQUENCE("1") MORNING)),
			"1 " AT("21")},
		{CALENDAR(EVENT(ANNA SEQUENCE("1") MORNING CANCELLED) EVENT(ANNA MORNING)),
			"1 anna aside\n"},
		/* for the one it names; for all, where it names nobody */
		{CALENDAR(EVENT(ANNA BO MORNING)) CANCEL(EVENT(BO SEQUENCE("1") MORNING)),
			"1 " AT("21") "2 bo aside\n"},
		{CALENDAR(EVENT(ANNA BO MORNING)) CANCEL(EVENT(SEQUENCE("1") MORNING)),
			"1 anna aside\n1 bo aside\n2 - aside\n"},
		{CALENDAR(EVENT(ANNA SEQUENCE("2") MORNING)) CANCEL(EVENT(SEQUENCE("1") MORNING)),
			"1 " AT("21") "2 - aside\n"},
		/* a series, with the events of its occurrences, unless these are newer */
		{CALENDAR(SERIES EVENT(OF("22") ANNA MORNING_OF("24"))
				 EVENT(ANNA SEQUENCE("1") MORNING CANCELLED)),
			"2 anna aside\n3 anna aside\n"},
		{CALENDAR(SERIES EVENT(OF("22") ANNA SEQUENCE("2") MORNING_OF("24"))
				 EVENT(ANNA SEQUENCE("1") MORNING CANCELLED)),
			"2 " AT("24") "3 anna aside\n"},
		{CALENDAR(SERIES EVENT(OF("22") ANNA MORNING_OF("24")))
				CANCEL(EVENT(SEQUENCE("1") MORNING)),
			"1 anna aside\n2 anna aside\n3 - aside\n"},
	};

	CHECK_ALL(&plain, cases);
}

/* An occurrence with an event of its own is that event, moved or cancelled, wherever it stands. */
static void test_instances(void **state)
{
	static const struct ics_case cases[] = {
		{CALENDAR(SERIES EVENT(OF("22") ANNA MORNING_OF("24"))),
			"1 " AT("21") "1 " AT("23") "2 " AT("24")},
		{CALENDAR(EVENT("RECURRENCE-ID:20261222T070000Z\r\n" ANNA MORNING_OF("24")) SERIES),
			"1 " AT("24") "2 " AT("21") "2 " AT("23")},
		{CALENDAR(SERIES EVENT(OF("22") CANCELLED ANNA MORNING)),
			"1 " AT("21") "1 " AT("23") "2 anna aside\n"},
		{CALENDAR(SERIES EVENT(OF("22") CANCELLED MORNING)),
			"1 " AT("21") "1 " AT("23") "2 - aside\n"},
		{CALENDAR(SERIES) CANCEL(EVENT(OF("22") ANNA MORNING)),
			"1 " AT("21") "1 " AT("23") "2 anna aside\n"},
		{CALENDAR(SERIES) CALENDAR(EVENT(OF("21") ANNA MORNING_OF("24"))),
			"1 " AT("22") "1 " AT("23") "2 " AT("24")},
		{CALENDAR(SERIES LONE("UID:2\r\n" OF("22") ANNA MORNING_OF("24"))),
			"1 " AT("21") "1 " AT("22") "1 " AT("23") "2 " AT("24")},
		/* its own revisions */
		{CALENDAR(SERIES EVENT(OF("22") ANNA SEQUENCE("2") MORNING_OF("24"))
				 EVENT(OF("22") ANNA SEQUENCE("1") MORNING_OF("25"))),
			"1 " AT("21") "1 " AT("23") "2 " AT("24")},
		/* a date is that day's occurrence, and a time that of its day */
		{CALENDAR(SERIES EVENT("RECURRENCE-ID;VALUE=DATE:20261222\r\n" CANCELLED ANNA
				 MORNING)),
			"1 " AT("21") "1 " AT("23") "2 anna aside\n"},
		{CALENDAR(EVENT(ANNA "DTSTART;VALUE=DATE:20261223\r\nRRULE:FREQ=DAILY;COUNT=2\r\n")
				 EVENT("RECURRENCE-ID:20261223T000000Z\r\n" CANCELLED ANNA
				       "DTSTART;VALUE=DATE:20261223\r\n")),
			"1 anna " CHRISTMAS "2 anna aside\n"},
		/* in the zone of DTSTART, where it has none */
		{CALENDAR(EVENT(ANNA
			 "DTSTART;TZID=America/New_York:20261221T080000\r\nDURATION:PT1H\r\n"
			 "RRULE:FREQ=DAILY;COUNT=2\r\n") EVENT(ANNA OF("22") CANCELLED
			 "DTSTART;TZID=America/New_York:20261222T080000\r\nDURATION:PT1H\r\n")),
			"1 anna 20261221T130000Z-20261221T140000Z\n2 anna aside\n"},
		/* nobody knows which occurrence it is of, so it replaces none */
		{CALENDAR(SERIES EVENT("RECURRENCE-ID:x\r\n" SEQUENCE("1") ANNA MORNING_OF("24"))),
			"1 " AT("21") "1 " AT("22") "1 " AT("23") "2 " AT(
				"24") "record 2: RECURRENCE-ID: not a time"},
		/* it recurs no more */
		{CALENDAR(EVENT(OF("22") ANNA MORNING_OF("24") "RRULE:FREQ=DAILY\r\n")),
			"1 " AT("24") "record 1: RRULE: is not followed in an event with a RECURRENCE-ID"},
		/* RDATEs are occurrences as others */
		{CALENDAR(EVENT(ANNA MORNING "RDATE:20261222T080000\r\n")
				 EVENT(OF("22") CANCELLED ANNA MORNING)),
			"1 " AT("21") "2 anna aside\n"},
	};

	CHECK_ALL(&plain, cases);
}

/* RFC 5545 section 3.8.4.4: the later occurrences move by as much, and are as long. */
static void test_range(void **state)
{
#define FROM(day) "RECURRENCE-ID;RANGE=THISANDFUTURE:202612" day "T080000\r\n"
#define WEEK      EVENT(ANNA MORNING "RRULE:FREQ=DAILY;COUNT=5\r\n")
	static const struct ics_case cases[] = {
		{CALENDAR(WEEK EVENT(FROM("23") ANNA
			 "DTSTART:20261223T130000\r\nDTEND:20261223T140000\r\n")),
			"1 " AT("21") "1 " AT("22") "2 anna 20261223T120000Z-20261223T130000Z\n"
						    "2 anna 20261224T120000Z-20261224T130000Z\n"
						    "2 anna 20261225T120000Z-20261225T130000Z\n"},
		{CALENDAR(WEEK EVENT(FROM("23") ANNA CANCELLED MORNING_OF("23"))),
			"1 " AT("21") "1 " AT("22") "2 anna aside\n"},
		{CALENDAR(WEEK EVENT(FROM("23") CANCELLED MORNING_OF("23"))),
			"1 " AT("21") "1 " AT("22") "2 - aside\n"},
		/* a date; the day before */
		{CALENDAR(
			 WEEK EVENT("RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20261224\r\n" ANNA
					 MORNING_OF("23"))),
			"1 " AT("21") "1 " AT("22") "1 " AT("23") "2 " AT("23") "2 " AT("24")},
		/* an occurrence with an event of its own stays so, and a later range takes over */
		{CALENDAR(WEEK EVENT(FROM("22") ANNA MORNING_OF("22")) EVENT(OF("23")
				 ANNA CANCELLED MORNING) EVENT(FROM("24") ANNA CANCELLED MORNING)),
			"1 " AT("21") "2 " AT("22") "3 anna aside\n4 anna aside\n"},
		{CALENDAR(WEEK EVENT(FROM("24") ANNA MORNING_OF("28"))
				 EVENT(FROM("22") ANNA "DTSTART;VALUE=DATE:20261222\r\n")),
			"1 " AT("21") "2 " AT("28") "2 " AT(
				"29") "3 anna 20261221T230000Z-20261222T230000Z\n3 anna 20261222T230000Z-20261223T230000Z\n"},
		/* of revisions the one that holds */
		{CALENDAR(WEEK EVENT(FROM("22") ANNA CANCELLED MORNING)
				 EVENT(OF("22") ANNA SEQUENCE("1") MORNING_OF("28"))),
			"1 " AT("21") "1 " AT("23") "1 " AT("24") "1 " AT("25") "3 " AT("28")},
		/* the series is nowhere */
		{CALENDAR(EVENT(FROM("22") ANNA MORNING_OF("28"))), "1 " AT("28")},
	};

	CHECK_ALL(&plain, cases);
}

/* The states that a reading is judged by: what is superseded has none, what is cancelled is set aside. */
static void test_states(void **state)
{
	static const char body[] = CALENDAR(EVENT(ANNA BO MORNING) EVENT(ANNA SEQUENCE("1")
			MORNING) LONE("ATTENDEE;PARTSTAT=DECLINED:eva\r\n" ANNA DAY_OFF)
			LONE(ANNA DAY_OFF CANCELLED) LONE(ANNA "DTSTART:x\r\n") LONE(DAY_OFF));
	static const struct {
		size_t number;
		enum feed_record_state state;
		const char *person;
	} expected[] = {
		{1, RECORD_READABLE, "bo"},
		{2, RECORD_READABLE, "anna"},
		{3, RECORD_READABLE, "anna"},
		{3, RECORD_SET_ASIDE, "eva"},
		{4, RECORD_SET_ASIDE, "anna"},
		{5, RECORD_UNUSABLE, "anna"},
		{6, RECORD_UNUSABLE, NULL},
	};
	struct feed_page page;

	feed_page_init(&page, &plain);
	feed_page_read(&page, body, strlen(body), ICS_NOW);
	feed_page_end(&page);
	assert_int_equal(page.says.record_count, ROWS(expected));
	for (size_t i = 0; i < ROWS(expected) && row(i, "%zu", expected[i].number); i++) {
		const struct feed_record *record = &page.says.records[i];

		assert_int_equal(record->number, expected[i].number);
		assert_int_equal(record->state, expected[i].state);
		if (expected[i].person)
			assert_string_equal(record->person, expected[i].person);
		else
			assert_null(record->person);
	}
	feed_page_release(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rank),
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_cancelled),
		cmocka_unit_test(test_instances),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_states),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
