/* Absence values: intervals, pairs of attributes, and what cannot be read; then whether one is away. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/absence.h"
#include "model/person.h"

#define NBSP "\xC2\xA0"

#define OPEN  "open"
#define NEVER "never" /* a start that does not begin */

static const char *const names[] = {"read", "unreadable", "no ends", "ends first", "no length",
	"one moment", "year", "several"};

struct interval_case {
	const char *text;
	enum absence_reading reading;
	const char *start, *end; /* in UTC */
};

struct pair_case {
	const char *from, *until;
	enum absence_reading reading;
	const char *start, *end;
};

static int use_copenhagen(void **state)
{
	language_set(LANGUAGE_ENGLISH);
	return moment_zone("Europe/Copenhagen") ? 0 : -1;
}

static moment midnight_of(const char *day)
{
	moment t = 0;

	assert_true(moment_read(day, MOMENT_START, &t, NULL));
	return t;
}

static void check_end(const char *text, moment t, const char *expected, const char *endless)
{
	struct strbuf b = STRBUF_INIT;

	if (t == MOMENT_EARLIEST || t == MOMENT_LATEST)
		strbuf_adds(&b, t == MOMENT_EARLIEST ? OPEN : endless);
	else
		moment_add_basic_utc(&b, t);
	if (strcmp(b.text, expected) != 0)
		fail_msg("%s: %s, expected %s", text, b.text, expected);
	strbuf_release(&b);
}

static void check(const char *text, enum absence_reading reading, moment start, moment end,
	const struct interval_case *expected)
{
	if (reading != expected->reading)
		fail_msg("%s: %s, expected %s", text, names[reading], names[expected->reading]);
	if (reading != ABSENCE_READ)
		return;
	check_end(text, start, expected->start, NEVER);
	check_end(text, end, expected->end, OPEN);
}

static void test_intervals(void **state)
{
	static const struct interval_case cases[] = {
		{"2026-12-20/2026-12-30", ABSENCE_READ, "20261219T230000Z", "20261230T230000Z"},
		{"2026-12-24/2026-12-24", ABSENCE_READ, "20261223T230000Z", "20261224T230000Z"},
		{" 2026-12-24 / 2026-12-30 ", ABSENCE_READ, "20261223T230000Z", "20261230T230000Z"},
		{"2026-12-24/", ABSENCE_READ, "20261223T230000Z", OPEN},
		{"/2026-12-24", ABSENCE_READ, OPEN, "20261224T230000Z"},
		{"20261224/20261230", ABSENCE_READ, "20261223T230000Z", "20261230T230000Z"},
		{"24-12-2026/30-12-2026", ABSENCE_READ, "20261223T230000Z", "20261230T230000Z"},
		{"2026-12-24T08:00/2026-12-24T16:00", ABSENCE_READ, "20261224T070000Z",
			"20261224T150000Z"},
		{"2026-12-24T08:00/2026-12-24", ABSENCE_READ, "20261224T070000Z",
			"20261224T230000Z"},
		{"20261224070000Z/20261230070000Z", ABSENCE_READ, "20261224T070000Z",
			"20261230T070000Z"},
		{"24.12.2026/30.12.2026", ABSENCE_READ, "20261223T230000Z", "20261230T230000Z"},
		{"1.12.2026 08:00/24-12-2026T16:00", ABSENCE_READ, "20261201T070000Z",
			"20261224T150000Z"},
		{"20261124000000/20261124240000", ABSENCE_READ, "20261123T230000Z",
			"20261124T230000Z"},
		{"24. 12. 2026" NBSP "/" NBSP "30. 12. 2026", ABSENCE_READ, "20261223T230000Z",
			"20261230T230000Z"},
		/* dates with slashes: one alone, and any two where one split only can be read */
		{"24/12/2026", ABSENCE_READ, "20261223T230000Z", "20261224T230000Z"},
		{" 1 / 12 / 2026 ", ABSENCE_READ, "20261130T230000Z", "20261201T230000Z"},
		{"1/12/2026/24/12/2026", ABSENCE_READ, "20261130T230000Z", "20261224T230000Z"},
		{"01/12/2026 / 24/12/2026", ABSENCE_READ, "20261130T230000Z", "20261224T230000Z"},
		{"1/12/2026 08:00/24/12/2026 16:00", ABSENCE_READ, "20261201T070000Z",
			"20261224T150000Z"},
		{"1/12/2026/", ABSENCE_READ, "20261130T230000Z", OPEN},
		{"/24/12/2026", ABSENCE_READ, OPEN, "20261224T230000Z"},
		{"1/12/2026/2026-12-24", ABSENCE_READ, "20261130T230000Z", "20261224T230000Z"},
		{"2026-12-01/24/12/2026", ABSENCE_READ, "20261130T230000Z", "20261224T230000Z"},
		{"1/12/2026/00/00/0000", ABSENCE_READ, "20261130T230000Z", OPEN},
		{"24/12/2026/1/12/2026", ABSENCE_ENDS_FIRST, NULL, NULL},
		{"1/12/2026/24/12", ABSENCE_UNREADABLE, NULL, NULL},
		{"1/12/2026/24/12/2026/", ABSENCE_UNREADABLE, NULL, NULL},
		{"12/24/2026", ABSENCE_UNREADABLE, NULL, NULL},
		{"1/12/1926/24/12/2026", ABSENCE_YEAR, NULL, NULL},
		{"24.12.1926", ABSENCE_YEAR, NULL, NULL},
		{"//", ABSENCE_UNREADABLE, NULL, NULL},
		{"2026/12/24", ABSENCE_UNREADABLE, NULL, NULL},
		{"2026-W52-4/2026-364", ABSENCE_UNREADABLE, NULL, NULL},
		{"24.12-2026/", ABSENCE_UNREADABLE, NULL, NULL},
		{"1122026/9122026", ABSENCE_UNREADABLE, NULL, NULL},
		{"1122026", ABSENCE_UNREADABLE, NULL, NULL},
		/* one date: that day, also one of 23 or 25 hours */
		{"2026-12-24", ABSENCE_READ, "20261223T230000Z", "20261224T230000Z"},
		{" 24-12-2026 ", ABSENCE_READ, "20261223T230000Z", "20261224T230000Z"},
		{"2026-03-29", ABSENCE_READ, "20260328T230000Z", "20260329T220000Z"},
		{"2026-10-25", ABSENCE_READ, "20261024T220000Z", "20261025T230000Z"},
		/* the hour that comes twice: a start the earlier, an end the later */
		{"2026-10-25T02:30/2026-10-25T02:30", ABSENCE_READ, "20261025T003000Z",
			"20261025T013000Z"},
		/* AD: as a start never begins, as an end never ends */
		{"0/", ABSENCE_READ, NEVER, OPEN},
		{"/0", ABSENCE_READ, OPEN, OPEN},
		{"0/2026-12-24", ABSENCE_READ, NEVER, "20261224T230000Z"},
		{"2026-12-24/0", ABSENCE_READ, "20261223T230000Z", OPEN},
		{"2026-12-24/9223372036854775807", ABSENCE_READ, "20261223T230000Z", OPEN},
		{"9223372036854775807/0", ABSENCE_READ, NEVER, OPEN},
		{"134428896000000000/134429760000000000", ABSENCE_READ, "20261228T000000Z",
			"20261229T000000Z"},
		/* neither end, or the wrong way round */
		{"/", ABSENCE_NO_ENDS, NULL, NULL},
		{"NULL/NULL", ABSENCE_NO_ENDS, NULL, NULL},
		{"NULL", ABSENCE_NO_ENDS, NULL, NULL},
		{"00-00-0000", ABSENCE_NO_ENDS, NULL, NULL},
		{"0", ABSENCE_NO_ENDS, NULL, NULL},
		{"9999-12-31", ABSENCE_NO_ENDS, NULL, NULL},
		{"", ABSENCE_NO_ENDS, NULL, NULL},
		{NBSP, ABSENCE_NO_ENDS, NULL, NULL},
		{" / ", ABSENCE_NO_ENDS, NULL, NULL},
		{"2026-12-30/2026-12-20", ABSENCE_ENDS_FIRST, NULL, NULL},
		{"2026-12-24T16:00/2026-12-24T08:00", ABSENCE_ENDS_FIRST, NULL, NULL},
		{"2026-12-24T08:00/2026-12-23", ABSENCE_ENDS_FIRST, NULL, NULL},
		/* not to be read */
		{"ferie", ABSENCE_UNREADABLE, NULL, NULL},
		{"-", ABSENCE_UNREADABLE, NULL, NULL},
		{"2026-12-24T08:00", ABSENCE_ONE_MOMENT, NULL, NULL},
		{"20261224070000Z", ABSENCE_ONE_MOMENT, NULL, NULL},
		{"2026-12-24/2026-12-26/2026-12-30", ABSENCE_UNREADABLE, NULL, NULL},
		{"2026-12-24/31-02-2027", ABSENCE_UNREADABLE, NULL, NULL},
		{"2026-13-01/2026-12-24", ABSENCE_UNREADABLE, NULL, NULL},
		{"2026-12-24--2026-12-30", ABSENCE_UNREADABLE, NULL, NULL},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		moment start, end;
		enum absence_reading reading = absence_read_interval(cases[i].text, &start, &end);

		check(cases[i].text, reading, start, end, &cases[i]);
	}
}

/* "An end before its start": also where the end is the very day before, which ends as the start begins. */
static void test_ends_the_day_before(void **state)
{
	static const char *const texts[] = {"2026-12-24/2026-12-23", "24-12-2026/23-12-2026",
		"2026-12-24T00:00/2026-12-23", "2026-03-30/2026-03-29", "2026-01-01/2025-12-31"};

	for (size_t i = 0; i < ROWS(texts) && row(i, "%s", texts[i]); i++) {
		moment start, end;

		if (absence_read_interval(texts[i], &start, &end) != ABSENCE_ENDS_FIRST)
			fail_msg("%s is read", texts[i]);
	}
}

static void test_pairs(void **state)
{
	static const struct pair_case cases[] = {
		{"2026-12-20", "2026-12-24", ABSENCE_READ, "20261219T230000Z", "20261224T230000Z"},
		{"2026-12-20", NULL, ABSENCE_READ, "20261219T230000Z", OPEN},
		{NULL, "2026-12-24", ABSENCE_READ, OPEN, "20261224T230000Z"},
		{"  ", "2026-12-24", ABSENCE_READ, OPEN, "20261224T230000Z"},
		{"2026-12-20", "", ABSENCE_READ, "20261219T230000Z", OPEN},
		{"134428896000000000", "0", ABSENCE_READ, "20261228T000000Z", OPEN},
		{"0", "0", ABSENCE_READ, NEVER, OPEN},
		{"0", NULL, ABSENCE_READ, NEVER, OPEN},
		{"0", "2026-12-24", ABSENCE_READ, NEVER, "20261224T230000Z"},
		{"9223372036854775807", "2026-12-24", ABSENCE_READ, NEVER, "20261224T230000Z"},
		{NULL, "0", ABSENCE_READ, OPEN, OPEN},
		{NULL, NULL, ABSENCE_NO_ENDS, NULL, NULL},
		{"", " ", ABSENCE_NO_ENDS, NULL, NULL},
		{"2026-12-24", "2026-12-20", ABSENCE_ENDS_FIRST, NULL, NULL},
		{"i morgen", "2026-12-24", ABSENCE_UNREADABLE, NULL, NULL},
		{"2026-12-24", "snart", ABSENCE_UNREADABLE, NULL, NULL},
		{"2026-12-20/2026-12-24", NULL, ABSENCE_UNREADABLE, NULL, NULL},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].from); i++) {
		const struct pair_case *c = &cases[i];
		const struct interval_case expected = {"", c->reading, c->start, c->end};
		moment start, end;
		enum absence_reading reading =
			absence_read_pair(c->from, c->until, NULL, &start, &end);

		check(c->from ? c->from : "no start", reading, start, end, &expected);
	}
}

/* "Open ends are also, in every accepted spelling and with any time of day": nobody is lost by them. */
static void test_open_ends(void **state)
{
	static const char *const missing[] = {"", " ", NBSP, "\xE2\x80\x8B", "NULL", " NULL ",
		"null", "0001-01-01", "1601-01-01", "1800-01-01", "1900-01-01", "00010101",
		"01-01-0001", "1.1.1900", "1/1/1800", "01.01.1601", "1900-01-01T00:00:00",
		"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000", "1900-01-01 12:34:56",
		"19000101000000Z", "18000101000000.0Z", "16010101000000.0Z",
		"1601-01-01T01:00:00+01:00", "1.1.1900 8:00", "94354848000000000", "00-00-0000",
		"0000-00-00", "00000000", "00.00.0000", "00/00/0000", "0.0.0000", "0-0-0000",
		"0/0/0000", "0000-00-00 00:00:00", "0000-00-00T00:00:00Z", "00-00-0000 08:00",
		"00000000000000", "00000000000000Z", "00000000T000000", "00", "0000", "000000"};
	static const char *const never[] = {"0", "9223372036854775807", "9999-12-31", "31-12-9999",
		"31.12.9999", "31/12/9999", "99991231", "9999-12-31T23:59:59",
		"9999-12-31T23:59:59.9999999Z", "9999-12-31T00:00:00+01:00", "99991231235959Z",
		"99991231235959.9999999Z", "31.12.9999 23:59", "99991231240000",
		"2650467743999999999", "2650466880000000000", NBSP "0" NBSP};
	static const char *const other_years[] = {"0001-01-02", "1899-12-31", "1900-01-02",
		"1601-12-31", "9999-12-30", "9998-12-31", "1970-01-01", "1989-12-31", "2101-01-01",
		"31.12.1989", "1/1/2101", "1989-12-31T23:59:59-10:00", "2101-01-01T00:00:00+14:00",
		"116444736000000000"};
	static const char *const neither[] = {"-", "N/A", "1", "-1", "nul", "NULLNULL",
		"0000-00-01", "0000-01-00", "00-01-2026", "0001-01-01x", "NULL 08:00", "0000-01-01",
		"9223372036854775808"};
	moment start, end;

	for (size_t i = 0; i < ROWS(missing) && row(i, "%s", missing[i]); i++) {
		assert_int_equal(absence_read_pair(missing[i], "2026-12-24", NULL, &start, &end),
			ABSENCE_READ);
		assert_true(start == MOMENT_EARLIEST && end == midnight_of("2026-12-25"));
		assert_int_equal(absence_read_pair("2026-12-24", missing[i], NULL, &start, &end),
			ABSENCE_READ);
		assert_true(start == midnight_of("2026-12-24") && end == MOMENT_LATEST);
		assert_int_equal(absence_read_pair(missing[i], missing[i], NULL, &start, &end),
			ABSENCE_NO_ENDS);
		assert_int_equal(absence_read_pair(missing[i], NULL, NULL, &start, &end),
			ABSENCE_NO_ENDS);
	}
	for (size_t i = 0; i < ROWS(never) && row(i, "%s", never[i]); i++) {
		assert_int_equal(absence_read_pair(never[i], "2026-12-24", NULL, &start, &end),
			ABSENCE_READ);
		assert_true(start == MOMENT_LATEST);
		assert_int_equal(absence_read_pair("2026-12-24", never[i], NULL, &start, &end),
			ABSENCE_READ);
		assert_true(start == midnight_of("2026-12-24") && end == MOMENT_LATEST);
		assert_int_equal(absence_read_pair(NULL, never[i], NULL, &start, &end),
			ABSENCE_READ);
		assert_true(start == MOMENT_EARLIEST && end == MOMENT_LATEST);
	}
	for (size_t i = 0; i < ROWS(other_years) && row(i, "%s", other_years[i]); i++) {
		assert_int_equal(absence_read_pair(other_years[i], "2026-12-24", NULL, &start,
					 &end),
			ABSENCE_YEAR);
		assert_int_equal(absence_read_pair("2026-12-24", other_years[i], NULL, &start,
					 &end),
			ABSENCE_YEAR);
	}
	for (size_t i = 0; i < ROWS(neither) && row(i, "%s", neither[i]); i++) {
		assert_int_equal(absence_read_pair(neither[i], "2026-12-24", NULL, &start, &end),
			ABSENCE_UNREADABLE);
		assert_int_equal(absence_read_pair("2026-12-24", neither[i], NULL, &start, &end),
			ABSENCE_UNREADABLE);
	}
}

/* 1990 and 2100 are read, whichever way the zone pulls. */
static void test_first_and_last_year(void **state)
{
	static const struct pair_case cases[] = {
		{"1990-01-01", "2100-12-31", ABSENCE_READ, "19891231T230000Z", "21001231T230000Z"},
		{"01.01.1990", "31.12.2100", ABSENCE_READ, "19891231T230000Z", "21001231T230000Z"},
		{"1990-01-01T00:00+14:00", "2100-12-31T23:00-12:00", ABSENCE_READ,
			"19891231T100000Z", "21010101T110000Z"},
		{"20991231", "21001231240000", ABSENCE_READ, "20991230T230000Z",
			"21001231T230000Z"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].from); i++) {
		const struct pair_case *c = &cases[i];
		const struct interval_case expected = {"", c->reading, c->start, c->end};
		moment start, end;
		enum absence_reading reading =
			absence_read_pair(c->from, c->until, NULL, &start, &end);

		check(c->from, reading, start, end, &expected);
	}
}

struct rules_case {
	const char *from, *until;
	struct absence_rules rules;
	enum absence_reading reading;
	const char *start, *end;
};

static void check_rules(const struct rules_case *cases, size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s, %s", cases[i].from, cases[i].until); i++) {
		const struct rules_case *c = &cases[i];
		const struct interval_case expected = {"", c->reading, c->start, c->end};
		moment start, end;
		enum absence_reading reading =
			absence_read_pair(c->from, c->until, &c->rules, &start, &end);

		check(c->from ? c->from : "no start", reading, start, end, &expected);
	}
}

#define READS(start, end) ABSENCE_READ, start, end
#define REFUSED(reading)  ABSENCE_##reading, NULL, NULL
#define THE_24TH          READS("20261223T230000Z", "20261224T230000Z")
#define THE_24TH_ON       READS("20261223T230000Z", "20261225T230000Z")

/* "A start and an end that are the same local midnight mean that day." */
static void test_same_midnight(void **state)
{
	static const struct rules_case cases[] = {
		{"2026-12-24T00:00:00+01:00", "2026-12-24T00:00:00+01:00", {0}, THE_24TH},
		{"2026-12-24T00:00:00", "2026-12-24T00:00:00", {0}, THE_24TH},
		{"2026-12-24 00:00", "24.12.2026 00:00", {0}, THE_24TH},
		{"20261223230000Z", "20261223230000Z", {0}, THE_24TH},
		{"134425404000000000", "134425404000000000", {0}, THE_24TH},
		{"2026-12-24", "2026-12-24T00:00", {0}, THE_24TH},
		{"2026-12-23T24:00", "2026-12-24T00:00", {0}, THE_24TH},
		{"2026-03-29T00:00", "2026-03-29T00:00", {0},
			READS("20260328T230000Z", "20260329T220000Z")},
		{"2026-10-25T00:00", "2026-10-25T00:00", {0},
			READS("20261024T220000Z", "20261025T230000Z")},
		/* not midnight, or not here */
		{"2026-12-24T00:00:00Z", "2026-12-24T00:00:00Z", {0}, REFUSED(NO_LENGTH)},
		{"2026-12-24T08:00", "2026-12-24T08:00", {0}, REFUSED(NO_LENGTH)},
		{"2026-12-24T08:00", "2026-12-24T07:00Z", {0}, REFUSED(NO_LENGTH)},
		{"2026-12-24T00:00:01", "2026-12-24T00:00:01", {0}, REFUSED(NO_LENGTH)},
		{"2026-12-25T00:00", "2026-12-24T00:00", {0}, REFUSED(ENDS_FIRST)},
		{"2026-12-25T00:00", "2026-12-24", {0}, REFUSED(ENDS_FIRST)},
		/* two midnights are what they say */
		{"2026-12-24T00:00", "2026-12-25T00:00", {0}, THE_24TH},
		{"2026-12-24T00:00", "2026-12-24T24:00", {0}, THE_24TH},
	};

	check_rules(cases, ROWS(cases));
}

/* Where the clock goes back over midnight, the same midnight comes twice and is one day still. */
static void test_same_midnight_that_comes_twice(void **state)
{
	static const struct rules_case cases[] = {
		{"2026-11-01T00:00", "2026-11-01T00:00", {0},
			READS("20261101T040000Z", "20261102T050000Z")},
	};

	moment_zone("America/Havana");
	check_rules(cases, ROWS(cases));
	moment_zone("Europe/Copenhagen");
}

#define DAY                           \
	{                             \
		.until_is = UNTIL_DAY \
	}

/* "The day that is written counts where its time is midnight, in whatever zone." */
static void test_until_is_day(void **state)
{
	static const struct rules_case cases[] = {
		{"2026-12-24", "2026-12-25T00:00:00", DAY, THE_24TH_ON},
		{"2026-12-24", "2026-12-25T00:00:00+01:00", DAY, THE_24TH_ON},
		{"2026-12-24", "2026-12-25T00:00:00Z", DAY, THE_24TH_ON},
		{"2026-12-24", "2026-12-25T00:00:00.000Z", DAY, THE_24TH_ON},
		{"2026-12-24", "2026-12-25T00:00:00-05:00", DAY, THE_24TH_ON},
		{"2026-12-24", "2026-12-25T00:00:00+14:00", DAY, THE_24TH_ON},
		{"2026-12-24", "20261225000000Z", DAY, THE_24TH_ON},
		{"2026-12-24", "25.12.2026 00:00", DAY, THE_24TH_ON},
		{"2026-12-24", "2026-12-25", DAY, THE_24TH_ON},
		{"2026-12-24", "2026-12-25T24:00", DAY, THE_24TH_ON},
		{"2026-12-24", "20261225240000", DAY, THE_24TH_ON},
		{"2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z", DAY, THE_24TH_ON},
		{"2026-12-24T00:00:00Z", "2026-12-24T00:00:00Z", DAY, THE_24TH},
		{"2026-12-24T00:00:00-05:00", "2026-12-24T00:00:00-05:00", DAY, THE_24TH},
		{"2026-12-24T00:00:00+01:00", "2026-12-24T00:00:00+01:00", DAY, THE_24TH},
		/* local midnight in the words of another zone, as JSON.stringify() writes a date */
		{"2026-12-23T23:00:00.000Z", "2026-12-24T23:00:00.000Z", DAY, THE_24TH_ON},
		{"2026-12-23T23:00:00Z", "2026-12-23T23:00:00Z", DAY, THE_24TH},
		{"2026-12-24", "134426268000000000", DAY, THE_24TH_ON},
		/* any other time is a moment */
		{"2026-12-24", "2026-12-25T12:00:00", DAY,
			READS("20261223T230000Z", "20261225T110000Z")},
		{"2026-12-24", "2026-12-25T01:00:00Z", DAY,
			READS("20261223T230000Z", "20261225T010000Z")},
		{"2026-12-24T08:00", "2026-12-24T08:00", DAY, REFUSED(NO_LENGTH)},
		{"2026-12-24", "2026-12-23T00:00:00Z", DAY, REFUSED(ENDS_FIRST)},
		{"2026-12-25T00:00", "2026-12-24T24:00", DAY, REFUSED(ENDS_FIRST)},
		{"2026-12-24", "9999-12-31T00:00:00", DAY, READS("20261223T230000Z", OPEN)},
		{"2026-12-24", "1900-01-01T00:00:00", DAY, READS("20261223T230000Z", OPEN)},
		/* without the rule until a moment is exclusive */
		{"2026-12-24", "2026-12-25T00:00:00", {0}, THE_24TH},
		{"2026-12-24", "2026-12-25T00:00:00Z", {0},
			READS("20261223T230000Z", "20261225T000000Z")},
	};

	check_rules(cases, ROWS(cases));
}

#define US                                \
	{                                 \
		.date_format = "%m/%d/%Y" \
	}
#define US_AM                                      \
	{                                          \
		.date_format = "%m/%d/%Y %I:%M %p" \
	}
#define MONTH                             \
	{                                 \
		.date_format = "%e %b %Y" \
	}
#define RUN                             \
	{                               \
		.date_format = "%d%m%Y" \
	}
#define BLANK                             \
	{                                 \
		.date_format = "%d %m %Y" \
	}
#define ZONE                                         \
	{                                            \
		.date_format = "%Y/%m/%dT%H:%M:%S%z" \
	}

/* The format first, then ISO's forms; never day-month-year. */
static void test_date_format(void **state)
{
	static const struct rules_case cases[] = {
		{"12/24/2026", "12/25/2026", US, THE_24TH_ON},
		{"5/12/2026", NULL, US, READS("20260511T220000Z", OPEN)},
		{" 12 / 24 / 2026 ", "12/25/2026" NBSP, US, THE_24TH_ON},
		{"2026-12-24", "20261225", US, THE_24TH_ON},
		{"2026-12-24T00:00", "134426268000000000", US, THE_24TH},
		{"20261223230000Z", "20261225230000Z", US, THE_24TH_ON},
		{"24/12/2026", NULL, US, REFUSED(UNREADABLE)},
		{"24-12-2026", NULL, US, REFUSED(UNREADABLE)},
		{"24.12.2026", NULL, US, REFUSED(UNREADABLE)},
		{"5-12-2026", NULL, US, REFUSED(UNREADABLE)},
		{"12/24/2026 08:00", NULL, US, REFUSED(UNREADABLE)},
		{"12/24/2026x", NULL, US, REFUSED(UNREADABLE)},
		{"12/24/20266", NULL, US, REFUSED(UNREADABLE)},
		{"12/24/26", NULL, US, REFUSED(UNREADABLE)},
		{"2/30/2026", NULL, US, REFUSED(UNREADABLE)},
		{"12/24/1989", NULL, US, REFUSED(YEAR)},
		{"12/24/2101", NULL, US, REFUSED(YEAR)},
		/* open ends in that spelling, too */
		{"12/24/2026", "12/31/9999", US, READS("20261223T230000Z", OPEN)},
		{"12/31/9999", "12/24/2026", US, READS(NEVER, "20261224T230000Z")},
		{"1/1/1900", "12/24/2026", US, READS(OPEN, "20261224T230000Z")},
		{"00/00/0000", "12/24/2026", US, READS(OPEN, "20261224T230000Z")},
		{"12/24/2026", "0000-00-00", US, READS("20261223T230000Z", OPEN)},
		{"12/24/2026", "00-00-0000", US, READS("20261223T230000Z", OPEN)},
		{"12/24/2026", "NULL", US, READS("20261223T230000Z", OPEN)},
		{"12/24/2026", "0", US, READS("20261223T230000Z", OPEN)},
		/* a time of day */
		{"12/24/2026 08:00 AM", "12/24/2026 4:30 PM", US_AM,
			READS("20261224T070000Z", "20261224T153000Z")},
		{"12/24/2026 12:00 AM", "12/24/2026 12:00 AM", US_AM, THE_24TH},
		{"10/25/2026 02:30 AM", "10/25/2026 02:30 AM", US_AM,
			READS("20261025T003000Z", "20261025T013000Z")},
		{"2026/12/24T00:00:00+0100", "2026/12/24T09:00:00-0500", ZONE,
			READS("20261223T230000Z", "20261224T140000Z")},
		{"2026/12/24T00:00:00Z", "2026/12/24T00:00:00Z",
			{"%Y/%m/%dT%H:%M:%S%z", UNTIL_DAY, NULL}, THE_24TH},
		/* months in English, whatever the locale */
		{"24 Dec 2026", "25 december 2026", MONTH, THE_24TH_ON},
		{"24 DEC 2026", "", MONTH, READS("20261223T230000Z", OPEN)},
		{"1 Oct 2026", "1 Oct 2026", MONTH, READS("20260930T220000Z", "20261001T220000Z")},
		{"24 okt 2026", NULL, MONTH, REFUSED(UNREADABLE)},
		/* without separators no leading zero can be missing: 1122026 is 1 December or 11 February */
		{"24122026", "25122026", RUN, THE_24TH_ON},
		{"01122026", "1122026", RUN, REFUSED(UNREADABLE)},
		{"1122026", NULL, RUN, REFUSED(UNREADABLE)},
		{"112026", NULL, RUN, REFUSED(UNREADABLE)},
		{"24122026 0000 +0100", "25122026 0000 Z", {"%d%m%Y %H%M %z", UNTIL_DAY, NULL},
			THE_24TH_ON},
		{"1122026 0000 +0100", NULL, {"%d%m%Y %H%M %z", UNTIL_DAY, NULL},
			REFUSED(UNREADABLE)},
		{"24122026 12:00:00 AM", NULL, {.date_format = "%d%m%Y %r"},
			READS("20261223T230000Z", OPEN)},
		/* strptime(3) takes nothing for a blank */
		{"24 12 2026", "25 12 2026", BLANK, THE_24TH_ON},
		{"24122026", "25122026", BLANK, THE_24TH_ON},
		{"1 12 2026", "1 12 2026", BLANK, READS("20261130T230000Z", "20261201T230000Z")},
		{"1122026", NULL, BLANK, REFUSED(UNREADABLE)},
		{"11 22026", NULL, BLANK, REFUSED(UNREADABLE)},
	};

	check_rules(cases, ROWS(cases));
}

/* The slash between FROM and UNTIL, for what rewrites one of them. */
static void test_slash_between(void **state)
{
	static const struct {
		const char *text;
		size_t at;
	} cases[] = {
		{"2026-12-24/2026-12-25", 10},
		{"2026-12-24", 10},
		{"/2026-12-24", 0},
		{"24/12/2026", 10},
		{"24/12/2026/", 10},
		{" 1/12/2026 /24/12/2026", 11},
		{"2026-12-01/24/12/2026", 10},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++)
		assert_int_equal(absence_slash_between(cases[i].text), cases[i].at);
}

static void test_problems(void **state)
{
	assert_string_equal(absence_problem(ABSENCE_READ), "");
	for (int reading = ABSENCE_UNREADABLE; reading <= ABSENCE_SEVERAL; reading++)
		assert_true(strlen(absence_problem((enum absence_reading)reading)) > 10);
}

/* Of the parts of a separated value those that are blank do not count. */
static void test_blank_parts(void **state)
{
	const char *parts[] = {NBSP, "2026-12-24", "\xE2\x80\x8B ", "", "NULL", NBSP "0"};

	assert_int_equal(absence_drop_blank(parts, ROWS(parts)), 3);
	assert_string_equal(parts[0], "2026-12-24");
	assert_string_equal(parts[1], "NULL");
	assert_string_equal(parts[2], NBSP "0");
	assert_int_equal(absence_drop_blank(NULL, 0), 0);
}

/* "The value, if it has no letters but T, Z and NULL": no word gets into a finding. */
static void test_what_may_be_shown(void **state)
{
	static const char *const shown[] = {"", "/", "2026-13-01", "2026-12-24T25:00Z/NULL", "null",
		"31.12.20266", "1122026", "24-12-2026 \xE2\x80\x93 26-12-2026", "TZ",
		"24\xC2\xA0/ 12", "2026-12-24T08:00+01:00/\t"};
	static const char *const kept[] = {"syg til fredag", "2026-W52-4", "i morgen", "t", "z",
		"NUL", "NULLE", "24. dec. 2026", "\xC3\xB8", "2026-12-24 \xF0\x9F\xA4\x92",
		"u\xCC\x8A", "\xCC\x8A", "2026-12-24\xE6", "\xFF", "1. \xD0\xB6"};

	for (size_t i = 0; i < ROWS(shown) && row(i, "%s", shown[i]); i++)
		assert_true(absence_may_show(shown[i]));
	for (size_t i = 0; i < ROWS(kept) && row(i, "%s", kept[i]); i++)
		assert_false(absence_may_show(kept[i]));
}

/* An interval is its start and all before its end; several are one union. */
static void test_absent(void **state)
{
	static struct absence absences[] = {
		{.start = 10, .end = 20}, {.start = 40, .end = 50},
		{.start = 20, .end = 30}, /* touches the first */
		{.start = 45, .end = 60}, /* overlaps the second */
		{.start = 41, .end = 42}, /* lies inside */
		{.start = 70, .end = 70}, /* has no length */
		{.start = 90, .end = MOMENT_LATEST}, {.start = MOMENT_EARLIEST, .end = 5},
		{.start = MOMENT_LATEST, .end = MOMENT_LATEST}, /* never begins */
	};
	static const struct {
		moment at, until; /* until == at: not absent */
	} cases[] = {
		{0, 5},
		{4, 5},
		{5, 5},
		{9, 9},
		{10, 30},
		{19, 30},
		{20, 30},
		{29, 30},
		{30, 30},
		{40, 60},
		{41, 60},
		{59, 60},
		{60, 60},
		{70, 70},
		{89, 89},
		{90, MOMENT_LATEST},
		{1000, MOMENT_LATEST},
	};
	struct person person = {.enabled = true, .mail = "x"};
	struct arena *arena = arena_new();

	calendar_make(&person.calendar, arena, absences, 9, 0);
	for (size_t i = 0; i < ROWS(cases) && row(i, "%lld", (long long)cases[i].at); i++) {
		const struct time_scope now = scope_at(cases[i].at);
		moment until = 0;
		bool absent = person_is_absent(&person, cases[i].at, &until);

		assert_int_equal(absent, cases[i].until != cases[i].at);
		assert_true(until == cases[i].until);
		assert_int_equal(person_is_available(&person, &now), !absent);
		assert_int_equal(person_is_absent(&person, cases[i].at, NULL), absent);
	}
	arena_free(arena);
}

/* AD's admin tools write "end of 8 July" as the midnight after it. */
static void test_trouble(void **state)
{
	static const struct {
		struct person person;
		const char *in_english, *in_danish;
	} cases[] = {
		{{.enabled = true, .mail = "x"}, "", ""},
		{{.enabled = true}, "no mail address", "ingen mailadresse"},
		{{.mail = "x"}, "the account is disabled", "kontoen er deaktiveret"},
		{{.enabled = true, .expires = true, .expires_at = 1783548000},
			"the account expired at the end of 8 July 2026",
			"kontoen udløb ved udgangen af 8. juli 2026"},
		{{.enabled = true, .expires = true, .expires_at = 1783591200, .mail = "x"},
			"the account expired on 9 July 2026 12:00",
			"kontoen udløb den 9. juli 2026 kl. 12:00"},
		{{.is_mailbox = true, .mail = "x"}, "", ""},
		{{.is_mailbox = true}, "a shared mailbox without a mail address",
			"en fællespostkasse uden mailadresse"},
		{{.is_mailbox = true, .expires = true, .expires_at = 1783548000, .mail = "x"},
			"the account expired at the end of 8 July 2026",
			"kontoen udløb ved udgangen af 8. juli 2026"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].in_english); i++) {
		struct strbuf english = STRBUF_INIT, other = STRBUF_INIT;

		person_add_trouble(&english, &cases[i].person, 1790000000);
		language_set(LANGUAGE_DANISH);
		person_add_trouble(&other, &cases[i].person, 1790000000);
		language_set(LANGUAGE_ENGLISH);
		assert_string_equal(english.text, cases[i].in_english);
		assert_string_equal(other.text, cases[i].in_danish);
		strbuf_release(&english);
		strbuf_release(&other);
	}
}

/* Reachable: enabled, with a mail address. Available: that, and away at no moment of the scope. */
static void test_available(void **state)
{
	static struct absence absence = {.start = 10, .end = 20};
	static const struct {
		bool enabled;
		const char *mail;
		moment from, to;
		bool everyone, reachable, available;
	} cases[] = {
		{true, "a@x", 5, 5, false, true, true},
		{false, "a@x", 5, 5, false, false, false},
		{true, NULL, 5, 5, false, false, false},
		{true, "a@x", 10, 10, false, true, false},
		{true, "a@x", 20, 20, false, true, true},
		{true, "a@x", 5, 9, false, true, true},
		{true, "a@x", 5, 10, false, true, false},
		{true, "a@x", 19, 30, false, true, false},
		{true, "a@x", 20, 30, false, true, true},
		{true, "a@x", 5, 30, false, true, false},
		{true, "a@x", 5, 5, true, true, false},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].mail); i++) {
		struct person person = {.enabled = cases[i].enabled, .mail = cases[i].mail};
		const struct time_scope scope = {cases[i].from, cases[i].to, cases[i].everyone};
		struct arena *arena = arena_new();

		calendar_make(&person.calendar, arena, &absence, 1, 0);
		assert_int_equal(person_is_reachable(&person, cases[i].to), cases[i].reachable);
		assert_int_equal(person_is_available(&person, &scope), cases[i].available);
		arena_free(arena);
	}
}

/* Away "at any moment" of a stretch: one without length is none. */
static void test_no_length(void **state)
{
	static struct absence absence = {.start = 10, .end = 10};
	struct person person = {.enabled = true, .mail = "a@x"};
	const struct time_scope scope = {5, 15, false};
	struct arena *arena = arena_new();

	calendar_make(&person.calendar, arena, &absence, 1, 0);
	assert_true(person_is_available(&person, &scope));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intervals),
		cmocka_unit_test(test_ends_the_day_before),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_open_ends),
		cmocka_unit_test(test_first_and_last_year),
		cmocka_unit_test(test_same_midnight),
		cmocka_unit_test(test_same_midnight_that_comes_twice),
		cmocka_unit_test(test_until_is_day),
		cmocka_unit_test(test_date_format),
		cmocka_unit_test(test_slash_between),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_blank_parts),
		cmocka_unit_test(test_what_may_be_shown),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_available),
		cmocka_unit_test(test_no_length),
	};

	return cmocka_run_group_tests(tests, use_copenhagen, NULL);
}
