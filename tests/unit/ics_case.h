/*
 * Calendars in a few words, for the tests of iCalendar feeds.
 */
#ifndef ICS_CASE_H
#define ICS_CASE_H

#include <string.h>

#include "feed_case.h"

struct ics_case {
	const char *body, *expected; /* as assert_feed() has it */
};

#define ICS_NOW        1795000000 /* 2026-11-18 */
#define CALENDAR(text) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" text "END:VCALENDAR\r\n"
#define EVENT(text)    "BEGIN:VEVENT\r\nUID:1\r\n" text "END:VEVENT\r\n"
#define LONE(text)     "BEGIN:VEVENT\r\n" text "END:VEVENT\r\n" /* without a UID */
#define ANNA           "ATTENDEE:mailto:anna\r\n"
#define ONE(text)      CALENDAR(EVENT(ANNA text))
#define DAY_OFF        "DTSTART;VALUE=DATE:20261224\r\n"
#define CHRISTMAS      "20261223T230000Z-20261224T230000Z\n"

/* Four hours of a day of December 2026, in Copenhagen, and what it comes to. */
#define MORNING_OF(day) "DTSTART:202612" day "T080000\r\nDTEND:202612" day "T120000\r\n"
#define MORNING         MORNING_OF("21")
#define AT(day)         "anna 202612" day "T070000Z-202612" day "T110000Z\n"

#define CHECK_ALL(settings, cases)                                                 \
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", (cases)[i].body); i++)  \
	assert_feed((settings), (cases)[i].body, strlen((cases)[i].body), ICS_NOW, \
		(cases)[i].expected)

#endif
