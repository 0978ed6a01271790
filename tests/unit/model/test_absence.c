/* Absence values: intervals, pairs of attributes, and what cannot be read; then whether one is away. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/absence.h"
#include "model/person.h"

#define OPEN  "open"
#define NEVER "never" /* a start that does not begin */

static const char *const names[] = {
	"read", "unreadable", "no ends", "ends first", "no length", "several"};

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
		{"2026-W52-4/2026-364", ABSENCE_READ, "20261223T230000Z", "20261230T230000Z"},
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
		{" / ", ABSENCE_NO_ENDS, NULL, NULL},
		{"2026-12-30/2026-12-20", ABSENCE_ENDS_FIRST, NULL, NULL},
		{"2026-12-24T16:00/2026-12-24T08:00", ABSENCE_ENDS_FIRST, NULL, NULL},
		{"2026-12-24T08:00/2026-12-23", ABSENCE_ENDS_FIRST, NULL, NULL},
		/* not to be read */
		{"", ABSENCE_UNREADABLE, NULL, NULL},
		{"ferie", ABSENCE_UNREADABLE, NULL, NULL},
		{"2026-12-24T08:00", ABSENCE_UNREADABLE, NULL, NULL},
		{"20261224070000Z", ABSENCE_UNREADABLE, NULL, NULL},
		{"0", ABSENCE_UNREADABLE, NULL, NULL},
		{"2026-12-24/2026-12-26/2026-12-30", ABSENCE_UNREADABLE, NULL, NULL},
		{"2026-12-24/31-02-2027", ABSENCE_UNREADABLE, NULL, NULL},
		{"2026-13-01/2026-12-24", ABSENCE_UNREADABLE, NULL, NULL},
		{"2026-12-24--2026-12-30", ABSENCE_UNREADABLE, NULL, NULL},
		{"24/12/2026", ABSENCE_UNREADABLE, NULL, NULL},
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

static void test_problems(void **state)
{
	assert_string_equal(absence_problem(ABSENCE_READ), "");
	for (int reading = ABSENCE_UNREADABLE; reading <= ABSENCE_SEVERAL; reading++)
		assert_true(strlen(absence_problem((enum absence_reading)reading)) > 10);
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

	calendar_make(&person.calendar, arena, absences, 9);
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

		calendar_make(&person.calendar, arena, &absence, 1);
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

	calendar_make(&person.calendar, arena, &absence, 1);
	assert_true(person_is_available(&person, &scope));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intervals),
		cmocka_unit_test(test_ends_the_day_before),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_what_may_be_shown),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_available),
		cmocka_unit_test(test_no_length),
	};

	return cmocka_run_group_tests(tests, use_copenhagen, NULL);
}
