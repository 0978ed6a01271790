/* Which readings of a feed are trusted, and what then counts: each edge of rule 8. Scripts: trust_script.h. */
#include "unit.h"

#include <string.h>

#include "base/text/strbuf.h"
#include "feed/reading_trust.h"
#include "trust_script.h"

struct script_case {
	const char *script, *results;
	const char *serving; /* trust_run_show() at the end; NULL: not compared */
};

static void assert_scripts(const struct script_case *cases, size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].script); i++) {
		struct trust_run run;

		trust_run_init(&run);
		assert_string_equal(trust_run_script(&run, cases[i].script), cases[i].results);
		if (cases[i].serving)
			assert_string_equal(trust_run_show(&run), cases[i].serving);
		trust_run_release(&run);
	}
}

/* (a): half as large a share of what is not set aside can be read. */
static void test_unreadable(void **state)
{
	static const struct script_case cases[] = {
		{"1..4 / 1 2 3? 4?", "ok ok", NULL},
		{"1..4 / 1 2? 3? 4?", "ok a", NULL},
		{"1..5 / 1 2 3? 4? 5?", "ok a", NULL},
		{"1..5 / 1 2 3 4? 5?", "ok ok", NULL},
		/* Half of a half. */
		{"1 2 3? 4? / 1 2? 3? 4?", "ok ok", NULL},
		{"1 2 3? 4? / 1 2? 3? 4? 5?", "ok a", NULL},
		/* None could be read before, so none need be now. */
		{"1? 2? / 1? 2? 3?", "ok ok", NULL},
		{"1..3 / 1? 2? 3?", "ok a", NULL},
		{"1 / 1?", "ok a", NULL},
		/* Nobody is named. */
		{"1 2 / 1 2 ?*2", "ok ok", NULL},
		{"1 2 / 1 2 ?*3", "ok a", NULL},
		/* What is set aside does not count, on either side. */
		{"1..4 5-*90 / 1 2 3? 4? 5-*3", "ok ok", NULL},
		{"1..4 / 1 2? 3? 4? 5-*50", "ok a", NULL},
		{"1 2? 5-*4 / 1 2? 3? 4? 5-", "ok ok", NULL},
		{"1 2? 5-*4 / 1 2? 3? 4? 6? 5-", "ok a", NULL},
		/* No records, or none that is not set aside: not compared. */
		{"1 / 1-", "ok ok", ""},
		{"1- / 1?", "ok ok", NULL},
		{" / 1 2?*9", "ok ok", NULL},
		/* People whom the directory does not know are readable all the same. */
		{"1 x2 x3 x4 / 1 x2 x3? x4?", "ok ok", NULL},
		/* One record of two people is one. */
		{"1..4 / 1&2 3?", "ok ok", NULL},
		{"1..4 / 1&2 3?&4 5?", "ok a", NULL},
		/* Slowly: each step alone is small, and a day is compared, too. */
		{"1..8 / +9h 1..5 6? 7? 8? / +9h 1..4 5? 6? 7? 8? / +9h 1..3 4? 5? 6? 7? 8?",
			"ok ok ok a", NULL},
		{"1..8 / +9h 1..5 6? 7? 8? / +9h 1..4 5? 6? 7? 8? / +5h 1..3 4? 5? 6? 7? 8?",
			"ok ok ok ok", NULL},
	};

	assert_scripts(cases, ROWS(cases));
}

/* (b): where five records or more had a known person, one has. */
static void test_unknown(void **state)
{
	static const struct script_case cases[] = {
		{"1..4 x5 / x1 x2 x3 x4 x5 1- 2- 3- 4-", "ok ok", NULL},
		{"1@-2d:0m 2@-2d:0m 3@-2d:0m 4@-2d:0m / x1 x2 x3", "ok ok", NULL},
		{"1@-2d:0m 2@-2d:0m 3@-2d:0m 4@-2d:0m 5@-2d:0m / x1 x2 x3", "ok b", NULL},
		{"1@-2d:0m 2@-2d:0m 3@-2d:0m 4@-2d:0m 5@-2d:0m / x1 x2 6", "ok ok", NULL},
		/* Leading zeros are another text. */
		{"1..6 / 01 02 03 04 05 06", "ok bd", NULL},
		{"number 1..6 / 01 002 03.0 04 05 6", "ok ok", NULL},
		{"anna*5 / ANNA", "ok ok", NULL},
		/* Records count, not people; each once. */
		{"1@-2d:0m*5 / x1", "ok b", NULL},
		{"1&2@-2d:0m 1&3@-2d:0m / x1", "ok ok", NULL},
		/* In whatever state they are. */
		{"1@-2d:0m 2- 3- 4- 5? / x1", "ok b", NULL},
		{"1@-2d:0m*5 / x1 1-", "ok ok", NULL},
		{"1@-2d:0m*5 / x1 1?", "ok ok", NULL},
		{"1@-2d:0m*5 / x1- x2-", "ok b", NULL},
		/* No records at all: absences that have ended leave no doubt. */
		{"1@-2d:0m*5 / ", "ok ok", NULL},
		/* A day is compared, too. */
		{"1@-2d:0m*5 / +22h 1@-2d:0m*4 / +2h x1", "ok ok b", NULL},
		{"1@-2d:0m*5 / +22h 1@-2d:0m*4 / +1h x1", "ok ok ok", NULL},
	};

	assert_scripts(cases, ROWS(cases));
}

/* (c): some record has the field of `only`. */
static void test_no_field(void **state)
{
	static const struct script_case cases[] = {
		{"1 2 ! / 1 2", "c ok", "1 2"},
		{"1 2 / 1 2 !", "ok c", "1 2"},
		{"1 2 / 1- 2- ! / 1 2", "ok c ok", NULL},
		{"now 1 2 / 1 2 !", "ok ok", NULL},
		{"now 1 2 ! / 1 2", "ok ok", NULL},
		/* It is no matter of time. */
		{"doubt=1h 1 2 / 1 2 ! / +9d 1 2 ! / 1 2", "ok c c ok", NULL},
	};

	assert_scripts(cases, ROWS(cases));
}

/* (d): of five or more absences that had not ended half are still there, of two to four one. */
static void test_shrunk(void **state)
{
	static const struct script_case cases[] = {
		{"1 / ", "ok ok", ""},
		{"1 / 9", "ok ok", "9"},
		{"1 2 / ", "ok d", "1 2"},
		{"1 2 / 9", "ok d", "1 2"},
		{"1 2 / 1", "ok ok", "1"},
		{"1..4 / 9", "ok d", NULL},
		{"1..4 / 4", "ok ok", "4"},
		{"1..5 / 1 2", "ok d", NULL},
		{"1..5 / 1..3", "ok ok", NULL},
		{"1..6 / 1 2", "ok d", NULL},
		{"1..6 / 1..3", "ok ok", NULL},
		{"1..7 / 1..3", "ok d", NULL},
		{"1..7 / 1..4", "ok ok", NULL},
		{"1..5 / 1 2 6..20", "ok d", NULL},
		{"1..5 / ", "ok d", "1 2 3 4 5"},
		/* Absences that had ended by now do not count; their last moment is over. */
		{"1..5 6@-1d:1h 7@-1d:1h / 1..3", "ok ok", NULL},
		{"1..5 6@-1d:61m 7@-1d:1h / 1..3", "ok ok", NULL},
		{"1..5 6@-1d:61m 7@-1d:61m / 1..3", "ok d", NULL},
		{"1@-1d:1h*9 / ", "ok ok", ""},
		{"1@-1d:1h*9 2 / 9", "ok ok", "9"},
		/* What is still to come counts as well. */
		{"1@5d:6d 2@7d:9d / ", "ok d", NULL},
		/* Still there: at any moment of what remains of it. */
		{"1@-1d:5d 2@-1d:5d / 1@4d:9d", "ok ok", NULL},
		{"1@-1d:5d 2@-1d:5d / 1@5d:9d", "ok d", NULL},
		{"1@-1d:5d 2@-1d:5d / 1@-9d:1h", "ok d", NULL},
		{"1@-1d:5d 2@-1d:5d / 1@-9d:61m", "ok ok", NULL},
		{"1@3d:5d 2@3d:5d / 1@2d:3d", "ok d", NULL},
		{"1@3d:5d 2@3d:5d / 1@2d:73h", "ok ok", NULL},
		{"1@3d:5d 2@3d:5d / 1@-1d:60d", "ok ok", NULL},
		/* By the same person. */
		{"anna 2 / ANNA", "ok ok", NULL},
		{"3 2 / 03", "ok d", NULL},
		{"number 3 2 / 003.0", "ok ok", NULL},
		{"x1 2 / x1", "ok ok", NULL},
		{"1&2 / 1", "ok ok", NULL},
		{"1&2 3 / 4", "ok d", NULL},
		/* Called off, or set aside, is no loss. */
		{"1..5 / 1- 2- 3-", "ok ok", ""},
		{"1..5 / 1- 2- 9-", "ok d", NULL},
		{"1..3 / 2-", "ok ok", ""},
		/* A standing deputy is no absence. */
		{"1..3 / 1=", "ok d", NULL},
		/* Each absence counts, also of one person. */
		{"1*4 2 / 2", "ok d", NULL},
		{"1*4 2 / 1", "ok ok", NULL},
		/* Slowly: each step alone is small, and a day is compared, too. */
		{"1..20 / +8h 1..14 / +8h 1..10 / +8h 1..7", "ok ok ok d", NULL},
		{"1..20 / +8h 1..14 / +8h 1..10 / +7h 1..7", "ok ok ok ok", NULL},
		{"1..20 / +8h 1..14 / +8h 1..10 / +7h 1..7 / +1h 1..7", "ok ok ok ok ok", NULL},
		{"1..20 / +8h 1..14 / +8h 1..10 / +7h 1..7 / +1h 1..7 8?", "ok ok ok ok d", NULL},
		{"1..20 / +8h 1..14 / +8h 1..10 / +8h 1..10", "ok ok ok ok", NULL},
		/* The last is compared, too, not the day alone. */
		{"1 2 / +1d 1..20 / +1h 1 2", "ok ok d", NULL},
		/* Many readings in a day, and nothing is forgotten of the day before. */
		{"1..40 / +2h 1..36 / +2h 1..33 / +2h 1..30 / +2h 1..28 / +2h 1..26 / +2h 1..25 / "
		 "+2h 1..24 / +2h 1..23 / +2h 1..22 / +2h 1..21 / +2h 1..20 / +2h 1..19",
			"ok ok ok ok ok ok ok ok ok ok ok ok d", NULL},
	};

	assert_scripts(cases, ROWS(cases));
}

static void test_first(void **state)
{
	static const struct script_case cases[] = {
		{" ", "ok", ""},
		{" / ", "ok ok", ""},
		{"1 x1 x2", "ok", "1 x1 x2"},
		{"x1", "f", ""},
		{"?", "f", ""},
		{"x1 1?", "ok", "x1"},
		{"x1 1-", "ok", "x1"},
		{"1=", "ok", ""},
		{"x1 / x1 / x1 1", "f f ok", "x1 1"},
		{"x1 / ", "f ok", ""},
		{"x1 / accept / x1", "f accepted ok", "x1"},
		{"x1 ! / x1 1 !", "cf c", ""},
		/* After an empty one it is no first reading. */
		{" / x1", "ok ok", "x1"},
		{"now x1 / 1", "f ok", "1"},
	};

	assert_scripts(cases, ROWS(cases));
}

static void test_covers_now(void **state)
{
	static const struct script_case cases[] = {
		{"now 1..5 / ", "ok d", NULL},
		{"now 1..4 / ", "ok ok", ""},
		{"now 1..5 / 5", "ok ok", "5"},
		{"now 1..5 / 9", "ok ok", "9"},
		{"now 1..50 / 9", "ok ok", "9"},
		/* People are away, not records. */
		{"now 1*9 2 3 4 / ", "ok ok", ""},
		{"number now 1 01 02 3 4 5.0 / ", "ok d", NULL},
		{"number now 1 01 02 3 4 4.0 / ", "ok ok", NULL},
		/* Who is listed for another time is not away. */
		{"now 1..5 / 1@-2d:1h 2@2d:3d", "ok d", NULL},
		{"now 1..4 5@-2d:0m 6@1d:2d / ", "ok ok", NULL},
		{"now 1..5 / 1- 2-", "ok d", NULL},
		/* (a) and (b) hold. */
		{"now 1..5 / 1 2? 3?", "ok a", NULL},
		{"now 1..5 / x1", "ok b", NULL},
		/* A day is compared, too. */
		{"now 1..5 / +20h 1 / +3h ", "ok ok ok", NULL},
		{"now 1..5 / +20h 1 / +4h ", "ok ok d", NULL},
	};

	assert_scripts(cases, ROWS(cases));
}

/* Whom an unusable record names keeps what was trusted, until there is no such record any more. */
static void test_kept(void **state)
{
	static const struct script_case cases[] = {
		{"1 2 3 / 1 2 3?", "ok ok", "1 2 3~"},
		{"1 2 3 / 1 2 3? / 1 2 3? / 1 2 3?", "ok ok ok ok", "1 2 3~"},
		{"1 2 3 / 1 2 3? / 1 2", "ok ok ok", "1 2"},
		{"1 2 3 / 1 2 3? / 1 2 / 1 2 3?", "ok ok ok ok", "1 2"},
		{"1 2 3 / 1 2 3? / 1 2 3@1d:2d", "ok ok ok", "1 2 3"},
		/* All of them, beside those that can be read. */
		{"1 2 3@-1d:2d 3@5d:6d / 1 2 3? 3@8d:9d", "ok ok", "1 2 3 3~ 3~"},
		{"1 2 3@-1d:2d 3@5d:6d / 1 2 3? 3@8d:9d / 1 2 3? 3@10d:11d", "ok ok ok",
			"1 2 3 3~ 3~ 3~"},
		/* ... once. */
		{"1 2 3 / 1 2 3 3?", "ok ok", "1 2 3"},
		/* ... that have not ended. */
		{"1 2 3@-1d:1h / 1 2 3?", "ok ok", "1 2"},
		{"1 2 3@-1d:61m / 1 2 3?", "ok ok", "1 2 3~"},
		{"1 2 3@-1d:61m / 1 2 3? / 1 2 3?", "ok ok ok", "1 2"},
		/* By the same value. */
		{"1 2 anna / 1 2 ANNA?", "ok ok", "1 2 anna~"},
		{"1 2 3 / 1 2 03?", "ok ok", "1 2"},
		{"number 1 2 3 / 1 2 003.0?", "ok ok", "1 2 3~"},
		{"1 2 x3 / 1 2 x3?", "ok ok", "1 2 x3~"},
		{"1 2 3&4 / 1 2 3?&5", "ok ok", "1 2 3~"},
		/* Not of who is set aside, nor of an unusable record of nobody. */
		{"1 2 3 / 1 2 3-", "ok ok", "1 2"},
		{"1 2 3 / 1 2 ?", "ok ok", "1 2"},
		/* They are still there, so they are no loss; and they belong to what is compared with. */
		{"1..6 / 1..2 3? / 1..3", "ok ok ok", NULL},
		{"1 2 3? / 1 2 3? 4", "ok ok", "1 2 4"},
		{"1..3 4@-1d:9d 5@-1d:9d / 1..3 4? 5? / 6", "ok ok d", "1 2 3 4~ 5~"},
		/* A doubted reading keeps them, too, and nothing of it lasts. */
		{"1..6 / 1 2? 3? 4? 5? / accept", "ok a accepted", "1 2~ 3~ 4~ 5~"},
		{"1..6 / 1 2? 3? 4? 5? / 1..6", "ok a ok", "1 2 3 4 5 6"},
		/* Only of the last trusted reading. */
		{"1..6 7 / 1..6 / 1..6 7?", "ok ok ok", "1 2 3 4 5 6"},
	};

	assert_scripts(cases, ROWS(cases));
}

static void test_doubt_ends(void **state)
{
	static const struct script_case cases[] = {
		{"1..5 / 1 / +71h 1 / +1h 1", "ok d d (d)", "1"},
		{"1..5 / 1 / +72h 1", "ok d (d)", "1"},
		{"1..5 / 1 / +2h 1..5 / 1 / +71h 1", "ok d ok d d", "1 2 3 4 5"},
		{"doubt=24h 1..5 / 1 / +1439m 1 / +1m 1", "ok d d (d)", "1"},
		{"doubt=72h max_age=12h 1..5 / 1 / +11h 1 / +1h 1", "ok d d (d)", "1"},
		{"doubt=0h 1..5 / 1", "ok (d)", "1"},
		/* It need not say the same all the time. */
		{"doubt=5h 1..5 / 1 / +2h 2 / +2h  / +1h 3", "ok d d d (d)", "3"},
		/* Each reading was doubted for (d), and for (d) alone. */
		{"doubt=5h 1..5 / 1 / +4h x1 / +1h 1 / +4h 1 / +1h 1", "ok d bd d d (d)", "1"},
		{"doubt=5h 1..5 / 1? / +9h 1?", "ok ad ad", NULL},
		{"doubt=5h 1..5 / x1 / +9h x1 / +9h x1", "ok bd bd bd", NULL},
		{"doubt=5h x1 / +9h x1", "f f", ""},
		{"doubt=5h 1..4 / 1? 2? 3? / +9h 1? 2? 3?", "ok a a", NULL},
		{"doubt=5h now 1..5 / / +5h ", "ok d (d)", NULL},
		/* What was before is compared with no more. */
		{"doubt=5h 1..5 / 1 / +5h 1 / +1h 1 7", "ok d (d) ok", "1 7"},
		{"doubt=5h 1..9 / 1 2 / +5h 1 2 / +1d 1", "ok d (d) ok", "1"},
		/* Nor is what was accepted held up against it. */
		{"1..5 / 1 / accept", "ok d accepted", "1"},
		{"1..5 / 1 / accept / 1", "ok d accepted ok", "1"},
		{"1..5 / +1d 1 / accept / 1 7", "ok d accepted ok", "1 7"},
		{"1..5 / 1 / accept / 1..5 / 1", "ok d accepted ok d", "1 2 3 4 5"},
		{"1..5 / x1 / accept / x1", "ok bd accepted ok", "x1"},
		{"1..5 / 1 2 ! / accept / 1 2 !", "ok cd accepted c", "1 2"},
		{"1..5 / accept", "ok none", "1 2 3 4 5"},
		{"1..5 / 1 / 1..5 / accept", "ok d ok none", "1 2 3 4 5"},
		{"1..5 / 1 / accept / accept", "ok d accepted none", "1"},
		/* The reading that is accepted is the last one that was doubted. */
		{"1..5 / 1 / 2 / accept", "ok d d accepted", "2"},
	};

	assert_scripts(cases, ROWS(cases));
}

/* What came again is not compared with what was before it; what comes later is. */
static void test_repeated(void **state)
{
	static const struct script_case cases[] = {
		{"1..8 / +8h 1..5 / +8h 1..3 / +7h 1..3 / +1h 1..3 / +1h 1..3 9",
			"ok ok ok ok ok d", NULL},
		{"1..8 / +8h 1..5 / +8h 1..3 / +31h 1..3 9", "ok ok ok ok", NULL},
		{"1..5 / +23h 1..5 / +1h 1", "ok ok d", NULL},
		/* When it was the last, in the day before. */
		{"1..20 / +1h 1..12 / +20h 1..12 / +4h 1..6", "ok ok ok ok", NULL},
	};

	assert_scripts(cases, ROWS(cases));
}

/* A feed that is asked about people is compared for those who are asked about now. */
static void test_asked(void **state)
{
	static const struct script_case cases[] = {
		/* (d): who is not asked about any more is no loss. */
		{"asks 1..5 6- / 6-", "ok ok", ""},
		{"asks 1..5 / 1 2", "ok ok", "1 2"},
		{"asks 1..5 / 6..9", "ok ok", "6 7 8 9"},
		{"asks 1..5 / 1- 2- 3- 4- 5-", "ok ok", ""},
		{"asks 1..5 / 1@80d:81d 2@80d:81d 3@80d:81d 4 5", "ok d", NULL},
		{"asks 1..5 / 1@80d:81d 2@80d:81d 3@80d:81d", "ok d", NULL},
		{"asks 1..5 / 1@80d:81d 2@80d:81d 3", "ok ok", NULL},
		{"asks 1..5 / 1@80d:81d", "ok ok", NULL},
		{"asks 1 2 3@-1d:9d 4@-1d:9d 5@-1d:9d / 3@8d:10d 4- 5@9d:10d", "ok ok", NULL},
		/* (a): who is not away was read, too. */
		{"asks 1..4 / 1 2 3? 4?", "ok ok", "1 2 3~ 4~"},
		{"asks 1..4 / 1 2? 3? 4?", "ok a", NULL},
		{"asks 1..4 / 1- 2- 3? 4?", "ok ok", NULL},
		{"asks 1 2- 3- 4- / 1? 2- 3- 4-", "ok ok", "1~"},
		{"asks 1 2- 3- 4- / 1? 2- 3? 4?", "ok a", NULL},
		{"asks 1- 2- 3- / 1- 2? 3?", "ok a", NULL},
		/* ... and who is new has no share in what was. */
		{"asks 1 2 3? 4? / 3? 4? 5?", "ok ok", NULL},
		{"asks 1 2 3? 4? / 1? 3? 4?", "ok a", NULL},
		{"asks 1 2 3- / 1 2 3? 5?", "ok ok", NULL},
		{"asks 1 2 3- / 1 2 3? 5? 6?", "ok a", NULL},
		{"asks 1 2 3 / 7? 8?", "ok ok", NULL},
		/* What cannot be read keeps what was, of the people asked about. */
		{"asks 1..3 / 1? 2", "ok ok", "2 1~"},
		{"asks 1..3 / 1? 2 / 3? 2 1?", "ok ok ok", "2 1~"},
		/* A day is compared, too. */
		{"asks 1..8 / +9h 1..5 6? 7? 8? / +9h 1..4 5? 6? 7? 8? / +9h 1..3 4? 5? 6? 7? 8?",
			"ok ok ok a", NULL},
		{"asks 1..8 / +9h 1..5 6? 7? 8? / +9h 1..4 5? 6? 7? 8? / +9h 1 2 3 5? 6?",
			"ok ok ok ok", NULL},
		/* The rest is as of other feeds. */
		{"asks 1 2 / 1 2 !", "ok c", NULL},
		{"asks number 1..5 / 001@80d:81d 002@80d:81d 003@80d:81d 04 5", "ok d", NULL},
		{"asks now 1..5 / 6-", "ok ok", ""},
		/* ... and all may be back: each of them was asked about. */
		{"asks now 1..5 / 1- 2- 3- 4- 5-", "ok ok", ""},
		{"asks now 1..6 / 1- 2@2d:3d 3@2d:3d 4@2d:3d 5@2d:3d 6@2d:3d", "ok d", NULL},
		{"asks now 1..6 / 1- 2- 3@2d:3d 4@2d:3d 5@2d:3d 6@2d:3d", "ok ok", NULL},
	};

	assert_scripts(cases, ROWS(cases));
}

/* What is doubted is said with its figures, every reason of it. */
/* Roles and deputies of a feed that gives them: each role of a person, and each time with a deputy, is as an absence is. */
static void test_roles(void **state)
{
	static const struct script_case cases[] = {
		/* Of five or more half are still there, of two to four one. */
		{"roles 1..5 / 1 2", "ok d", NULL},
		{"roles 1..5 / 1 2 3", "ok ok", "1:r 2:r 3:r"},
		{"roles 1..4 / ", "ok d", NULL},
		{"roles 1..4 / 1", "ok ok", NULL},
		{"roles 1 / ", "ok ok", ""},
		/* Each role of a person counts by itself; upper and lower case are the same, but not in a scope. */
		{"roles 1:a 1:b 1:c 1:e 1:f / 1:A 1:B", "ok d", NULL},
		{"roles 1:a 1:b 1:c 1:e 1:f / 1:A 1:B 1:C", "ok ok", NULL},
		{"roles 1:s|A 2:s|A / 1:s|a 2:S|a", "ok d", NULL},
		{"roles 1:s|A 2:s|A / 1:s 2:S|A", "ok ok", NULL},
		{"roles 1:a 2:a / 3:a 4:a", "ok d", NULL},
		/* A record that is set aside keeps each role of the person, and so does one that cannot be used. */
		{"roles 1:a 1:b 2:c 2:e 3:f / 1- 3:f", "ok ok", "3:f"},
		{"roles 1:a 1:b 2:c 2:e 3:f / 1? 3:f", "ok ok", "3:f 1:a~ 1:b~"},
		{"roles 1:a 1:b 2:c / 1:A 1? 2:c", "ok ok", "1:A 2:c 1:b~"},
		{"roles 1:a 2:c 3:c / 1? 2:c 3:c / 1? 2:c / 2:c", "ok ok ok ok", "2:c"},
		/* With dates, or without. */
		{"roles 1%*5 / 2", "ok d", NULL},
		{"roles 1@-9d:2h 2@-9d:2h / +3h 3", "ok ok", "3:r"},
		{"roles 1@-9d:9d 2% / 1@8d:20d", "ok ok", NULL},
		{"roles 1@-9d:9d 2@-9d:9d / 1@9d:20d", "ok d", NULL},
		{"doubt=5h roles 1..5 / 1 / +5h 1", "ok d (d)", "1:r"},
		{"roles 1..6 / x1 x2", "ok bd", NULL},
		{"roles x1 x2", "f", NULL},
	};

	assert_scripts(cases, ROWS(cases));
}

static void test_deputies(void **state)
{
	static const struct script_case cases[] = {
		{"deputies 1..5% / 1 2", "ok d", NULL},
		{"deputies 1..5% / 1 2% 3", "ok ok", "1 2 3"},
		{"deputies 1 2 3 / 1= 2= 3=", "ok d", NULL},
		{"deputies 1 2 3 / 1- ", "ok ok", ""},
		{"deputies 1 2 3 / 1? 3", "ok ok", "3 1~"},
		{"deputies 1@-9d:2h 2@-9d:2h / +3h ", "ok ok", ""},
		{"deputies 1 / ", "ok ok", ""},
	};

	assert_scripts(cases, ROWS(cases));
}

static void test_text(void **state)
{
	static const struct feed_counts few = {
		.records = 220, .set_aside = 8, .unusable = 180, .readable = 32, .known = 0};
	static const struct feed_counts none = {.records = 0};
	static const struct feed_counts before = {
		.records = 215, .set_aside = 3, .unusable = 3, .readable = 209, .known = 200};
	static struct feed_problem problems[] = {
		{.record = 0, .what = "no record has column d", .costs_absence = true},
		{.record = 1, .what = "no such deputy"},
		{.record = 2, .what = "\"31.12.2026\" is not a date", .costs_absence = true},
	};
	static const struct feed_reading reading = {.problems = problems, .problem_count = 3};
	static const struct {
		struct reading_verdict verdict;
		const char *text;
	} cases[] = {
		{{.doubts = DOUBT_UNREADABLE, .counts = few, .unreadable_before = before},
			"180 of 212 records are unreadable (first: record 2, \"31.12.2026\" is not a "
			"date); in the last trusted reading 3 were"},
		{{.doubts = DOUBT_UNKNOWN, .counts = few, .known_before = 200},
			"none of 220 records names a person whom the directory has; in the last "
			"trusted reading 200 did"},
		{{.doubts = DOUBT_FIRST, .counts = few},
			"none of 220 records names a person whom the directory has, and no reading "
			"was trusted before"},
		{{.doubts = DOUBT_LOST, .counts = none},
			"it has no records, and what was trusted of it before is lost, or was read under "
			"other settings"},
		{{.doubts = DOUBT_NO_FIELD, .counts = few, .field = "status"},
			"no record has the field that only names: status"},
		{{.doubts = DOUBT_SHRUNK, .counts = few, .absences_before = 7, .absences_left = 3},
			"of 7 absences of the last trusted reading that have not ended, 3 are still "
			"there"},
		{{.doubts = DOUBT_SHRUNK, .counts = none, .absences_before = 7},
			"it has no records, and 7 absences of the last trusted reading have not "
			"ended"},
		{{.doubts = DOUBT_NO_FIELD | DOUBT_SHRUNK,
			 .counts = few,
			 .field = "sta\ntus",
			 .absences_before = 2},
			"no record has the field that only names: sta\\0atus; of 2 absences of the "
			"last trusted reading that have not ended, 0 are still there"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf text = STRBUF_INIT;

		strbuf_adds(&text, "feed loen: ");
		reading_add_doubt(&text, &cases[i].verdict, &reading);
		assert_string_equal(text.text + strlen("feed loen: "), cases[i].text);
		strbuf_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_no_field),
		cmocka_unit_test(test_shrunk),
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_covers_now),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_doubt_ends),
		cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_asked),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_deputies),
	};

	return cmocka_run_group_tests(tests, trust_set_up, trust_tear_down);
}
