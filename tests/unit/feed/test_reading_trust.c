/*
 * Which readings of a feed are trusted, and what then counts (CONTRACT section 4, rule 8).
 *
 * A script is the readings of one feed, one after the other: "1..5 / +2h 1 2?" is one that lists five people and, two
 * hours later, one of person 1 and an unusable record of person 2. Every script runs twice: by feed/reading_trust.h
 * and feed/cache.h, which are kept as JSON between readings, and by reference_trust.h; both must agree.
 *
 *	+30m +2h +1d    when it is read, after the one before; an hour later without
 *	7               a readable record of person 7, absent from a day before the start until 60 days after it
 *	7@-2h:3d        the same, absent from then until then, counted from the start of the script
 *	7? ?            an unusable record that names 7, or nobody
 *	7-              a record that is cancelled or set aside
 *	7=              a standing deputy's: readable, and no absence
 *	7&8             one record of two people
 *	7*3 1..5        three records of one person; one of each person from 1 to 5
 *	!               no record has a field of `only`
 *	accept          no reading: `postvagt feeds accept`
 *	number now doubt=24h max_age=12h	settings, at the front
 *
 * The directory has the people 1 to 60, by their numbers, and anna.
 *
 * PROPERTY_HISTORIES says how many random scripts are made (2000), PROPERTY_SEED where to begin (1).
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "decide/feed_absences.h"
#include "decide/feed_counts.h"
#include "feed/cache.h"
#include "feed/cache_json.h"
#include "feed/reading_trust.h"
#include "model/snapshot.h"
#include "reference_trust.h"

#define START       ((moment)1798012800)
#define KNOWN       60 /* people, and anna */
#define RECORDS_MAX 400

static const struct {
	const char *before, *after;
} spellings[] = {{"", ""}, {"0", ""}, {"00", ""}, {"000", ""}, {"", ".0"}, {"0", ".0"}, {"00", ".0"}};

static const char *known[KNOWN + 1];
static struct snapshot *by_text, *by_number; /* with all spellings of a number */

static const char *spell(struct arena *arena, int person, size_t spelling)
{
	if (person > KNOWN)
		return "anna";
	return arena_format(arena, "%s%d%s", spellings[spelling].before, person,
		spellings[spelling].after);
}

/* A feed, read by both. */
struct feed_run {
	struct arena *arena;
	struct feed_settings settings;
	moment now;
	struct feed_cache cache;
	struct arena *cache_arena;
	struct reference_trust reference;
};

static void run_init(struct feed_run *run)
{
	*run = (struct feed_run){
		.arena = arena_new(),
		.settings = {.name = "loen",
			.url = "https://hr.eksempel.dk/",
			.match = "employeeNumber",
			.max_age = 14 * 24 * 3600,
			.doubt = 72 * 3600},
		.now = START - MOMENT_HOUR,
		.cache_arena = arena_new(),
	};
	run->reference = (struct reference_trust){.arena = run->arena,
		.known = known,
		.known_count = KNOWN + 1,
		.shrunk_since = MOMENT_LATEST};
}

static void run_release(struct feed_run *run)
{
	arena_free(run->cache_arena);
	arena_free(run->arena);
}

static struct feed_reading reading_of_stated(const struct stated_reading *stated,
	struct arena *arena)
{
	static const enum feed_record_state states[] = {
		[STATED_READABLE] = RECORD_READABLE,
		[STATED_ASIDE] = RECORD_SET_ASIDE,
		[STATED_UNUSABLE] = RECORD_UNUSABLE,
	};
	struct feed_reading says = {.absences = {.feed = "loen", .match = "employeeNumber"}};
	struct feed_absences *absences = &says.absences;

	says.only_missing = stated->lacks_field ? "status" : NULL;
	for (size_t i = 0; i < stated->count; i++) {
		const struct stated_record *record = &stated->records[i];

		for (int j = 0; j < 2; j++) {
			if (j > 0 && !record->person[j])
				continue;
			says.records = arena_grow(arena, says.records, says.record_count,
				&says.record_room, sizeof(*says.records));
			says.records[says.record_count++] = (struct feed_record){
				i + 1, states[record->kind], record->person[j]};
			if (record->kind != STATED_READABLE || record->start == record->end)
				continue;
			absences->items = arena_grow(arena, absences->items, absences->count,
				&absences->room, sizeof(*absences->items));
			absences->items[absences->count++] =
				(struct feed_absence){.record = i + 1,
					.person = record->person[j],
					.start = record->start,
					.end = record->end};
		}
	}
	return says;
}

/* What is kept is written, and read by the next run. */
static void restart(struct feed_run *run)
{
	struct strbuf text = STRBUF_INIT;
	struct arena *arena = arena_new();
	struct feed_cache again = {0};

	feed_cache_json_add(&text, &run->cache, &run->settings, "s");
	assert_int_equal(feed_cache_json_read(&again, text.text, text.length, "s", arena),
		FEED_CACHE_READ);
	run->cache = again;
	arena_free(run->cache_arena);
	run->cache_arena = arena;
	strbuf_release(&text);
}

static const char *letters_of(unsigned doubts, struct arena *arena)
{
	return arena_format(arena, "%s%s%s%s%s", doubts & DOUBT_UNREADABLE ? "a" : "",
		doubts & DOUBT_UNKNOWN ? "b" : "", doubts & DOUBT_NO_FIELD ? "c" : "",
		doubts & DOUBT_SHRUNK ? "d" : "", doubts & DOUBT_FIRST ? "f" : "");
}

/* As feed/feeds.c does it, without a feed to ask. */
static const char *read_by_cache(struct feed_run *run, const struct stated_reading *stated)
{
	struct arena *arena = arena_new();
	struct feed_reading says = reading_of_stated(stated, arena);
	struct feed_cache *cache = &run->cache;
	const struct kept_reading *last = feed_cache_last(cache);
	struct kept_reading kept = {.first_at = stated->at, .last_at = stated->at};
	struct reading_verdict verdict;
	const char *why;

	reading_keep_absences(&says, last, stated->at, run->settings.match_as, arena);
	feed_reading_count(&kept.counts, &says,
		run->settings.match_as == MATCH_NUMBER ? by_number : by_text);
	memcpy(kept.sha256, hash_hex(arena, stated->pages, strlen(stated->pages)), SHA256_HEX);
	kept.absences = says.absences;
	reading_judge(&verdict,
		&(struct reading_question){.reading = &says,
			.counts = &kept.counts,
			.sha256 = kept.sha256,
			.last = last,
			.older = feed_cache_older(cache, stated->at),
			.covers = run->settings.covers,
			.match_as = run->settings.match_as,
			.now = stated->at});
	why = letters_of(verdict.doubts, run->arena);
	if (verdict.doubts == 0 && last && strcmp(last->sha256, kept.sha256) == 0) {
		feed_cache_repeat(cache, stated->at);
	} else if (verdict.doubts == 0) {
		feed_cache_trust(cache, &kept, false);
	} else if (reading_doubt_is_over(verdict.doubts,
			   feed_cache_next_doubt(cache, verdict.doubts, stated->at).shrunk_since,
			   stated->at, &run->settings)) {
		feed_cache_trust(cache, &kept, true);
		why = "(d)";
	} else {
		feed_cache_doubt(cache, &kept, verdict.doubts, why);
	}
	restart(run);
	arena_free(arena);
	return why;
}

static bool has_absence(const struct feed_absences *absences, const struct reference_absence *one)
{
	for (size_t i = 0; i < absences->count; i++) {
		const struct feed_absence *absence = &absences->items[i];

		if (strcmp(absence->person, one->person) == 0 && absence->start == one->start &&
			absence->end == one->end)
			return true;
	}
	return false;
}

static bool is_expected(const struct reference_reading *reading, const struct feed_absence *one)
{
	for (size_t i = 0; i < reading->absence_count; i++) {
		const struct reference_absence *absence = &reading->absences[i];

		if (strcmp(absence->person, one->person) == 0 && absence->start == one->start &&
			absence->end == one->end)
			return true;
	}
	return false;
}

/* The same absences, as far as they have not ended. */
static void compare_absences(const struct feed_run *run, const struct kept_reading *kept,
	const struct reference_reading *expected)
{
	assert_int_equal(kept != NULL, expected != NULL);
	for (size_t i = 0; kept && i < kept->absences.count; i++)
		assert_true(kept->absences.items[i].end <= run->now ||
			is_expected(expected, &kept->absences.items[i]));
	for (size_t i = 0; expected && i < expected->absence_count; i++)
		assert_true(expected->absences[i].end <= run->now ||
			has_absence(&kept->absences, &expected->absences[i]));
}

static void compare_states(const struct feed_run *run)
{
	const struct feed_cache *cache = &run->cache;
	const struct reference_trust *reference = &run->reference;

	compare_absences(run, feed_cache_last(cache), reference_last(reference));
	assert_int_equal(cache->is_doubted, reference->is_doubted);
	compare_absences(run, cache->is_doubted ? &cache->doubt.reading : NULL,
		reference->is_doubted ? &reference->doubted : NULL);
}

/* The first reading of a row of the same pages, which ends with the one of number `i`. */
static size_t first_of_same(const struct reference_trust *reference, size_t i)
{
	while (i > 0 &&
		strcmp(reference->trusted[i - 1].pages, reference->trusted[i].pages) == 0)
		i--;
	return i;
}

/*
 * The reading that the cache compares with beside the last, as the reference has it. It is the one that the
 * contract says, unless so many came within a day that the cache has dropped that one.
 */
static const struct reference_reading *find_older(const struct feed_run *run, moment now)
{
	const struct reference_trust *reference = &run->reference;
	const struct kept_reading *older = feed_cache_older(&run->cache, now);
	const struct reference_reading *expected = reference_older(reference, now);
	size_t i, rows = 1;

	assert_int_equal(older != NULL, expected != NULL);
	if (!expected)
		return NULL;
	i = (size_t)(expected - reference->trusted);
	if (reference->trusted[first_of_same(reference, i)].at == older->first_at)
		return expected;
	for (size_t j = reference->trusted_count; (j = first_of_same(reference, j - 1)) > 0;)
		rows += reference->trusted[j].at > older->first_at;
	assert_true(rows > FEED_TRUSTED_MAX);
	while (i > 0 && reference->trusted[first_of_same(reference, i)].at != older->first_at)
		i--;
	assert_true(reference->trusted[first_of_same(reference, i)].at == older->first_at);
	return &reference->trusted[i];
}

/* Read by both. */
static const char *read_stated(struct feed_run *run, struct stated_reading *stated)
{
	const char *expected, *why;

	run->now = stated->at;
	expected = reference_read(&run->reference, stated, find_older(run, run->now));
	why = read_by_cache(run, stated);
	assert_string_equal(why, expected);
	compare_states(run);
	return *why ? why : "ok";
}

static const char *accept_doubted(struct feed_run *run)
{
	bool is_doubted = run->cache.is_doubted;

	assert_int_equal(is_doubted, reference_accept(&run->reference));
	if (is_doubted)
		feed_cache_trust(&run->cache, &run->cache.doubt.reading, true);
	restart(run);
	compare_states(run);
	return is_doubted ? "accepted" : "none";
}

/* "-30m", "2h", "3d" in seconds. */
static moment read_span(const char **at)
{
	char *end;
	long number = strtol(*at, &end, 10);

	*at = end + 1;
	switch (*end) {
	case 'm':
		return number * 60;
	case 'h':
		return number * MOMENT_HOUR;
	case 'd':
		return number * MOMENT_DAY;
	}
	fail_msg("\"%s\": not a span of time", end);
	return 0;
}

static const char *read_name(struct feed_run *run, const char **at)
{
	size_t length = strspn(*at, "0123456789abcdefghijklmnopqrstuvwxyzAN.");
	const char *name, *dots = strstr(*at, "..");

	if (dots && dots < *at + length)
		length = (size_t)(dots - *at);
	name = arena_bytes(run->arena, *at, length);
	*at += length;
	return length > 0 ? name : NULL;
}

/* Add what a word says to `records`. */
static size_t read_record(struct feed_run *run, const char *at, struct stated_record *records)
{
	struct stated_record record = {.kind = STATED_READABLE,
		.start = START - MOMENT_DAY,
		.end = START + 60 * MOMENT_DAY};
	long copies = 1, last;

	record.person[0] = read_name(run, &at);
	if (strncmp(at, "..", 2) == 0) {
		last = strtol(at + 2, NULL, 10);
		copies = last - strtol(record.person[0], NULL, 10) + 1;
		for (long i = 0; i < copies; i++) {
			records[i] = record;
			records[i].person[0] =
				arena_format(run->arena, "%ld", last - copies + 1 + i);
		}
		return (size_t)copies;
	}
	for (; *at;) {
		switch (*at++) {
		case '&':
			record.person[1] = read_name(run, &at);
			break;
		case '?':
			record.kind = STATED_UNUSABLE;
			break;
		case '-':
			record.kind = STATED_ASIDE;
			break;
		case '=':
			record.end = record.start;
			break;
		case '@':
			record.start = START + read_span(&at);
			assert_int_equal(*at++, ':');
			record.end = START + read_span(&at);
			break;
		case '*':
			copies = strtol(at, (char **)&at, 10);
			break;
		default:
			fail_msg("\"%s\": not a part of a record", at - 1);
		}
	}
	for (long i = 0; i < copies; i++)
		records[i] = record;
	return (size_t)copies;
}

/* Whether a word is a setting. */
static bool read_setting(struct feed_run *run, const char *word)
{
	const char *value = strchr(word, '=');
	struct feed_settings *settings = &run->settings;

	if (strcmp(word, "number") == 0) {
		settings->match_as = MATCH_NUMBER;
		run->reference.as_number = true;
	} else if (strcmp(word, "now") == 0) {
		settings->covers = COVERS_NOW;
		run->reference.covers_now = true;
	} else if (strncmp(word, "doubt=", 6) == 0) {
		value++;
		settings->doubt = (int)read_span(&value);
	} else if (strncmp(word, "max_age=", 8) == 0) {
		value++;
		settings->max_age = (int)read_span(&value);
	} else {
		return false;
	}
	return true;
}

/* One reading of a script, or something else; what it came to, "ok" where it is trusted. */
static const char *run_step(struct feed_run *run, char *step)
{
	struct stated_record records[RECORDS_MAX];
	struct stated_reading stated = {.at = run->now + MOMENT_HOUR, .records = records};
	struct strbuf pages = STRBUF_INIT;
	const char *result;
	char *rest = NULL;

	for (char *word = strtok_r(step, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		const char *at = word + 1;

		if (strcmp(word, "accept") == 0)
			return accept_doubted(run);
		if (read_setting(run, word))
			continue;
		if (*word == '+') {
			stated.at = run->now + read_span(&at);
			continue;
		}
		strbuf_addf(&pages, "%s ", word);
		if (*word == '!')
			stated.lacks_field = true;
		else
			stated.count += read_record(run, word, records + stated.count);
	}
	run->reference.doubt = run->settings.doubt < run->settings.max_age
		? run->settings.doubt
		: run->settings.max_age;
	stated.pages = arena_string(run->arena, pages.text ? pages.text : "");
	strbuf_release(&pages);
	result = read_stated(run, &stated);
	return result;
}

/* What each step came to, in `run->arena`. */
static const char *run_script(struct feed_run *run, const char *script)
{
	char *copy = arena_string(run->arena, script), *rest = NULL;
	struct strbuf results = STRBUF_INIT;

	for (char *step = strtok_r(copy, "/", &rest); step; step = strtok_r(NULL, "/", &rest))
		strbuf_addf(&results, "%s%s", results.length > 0 ? " " : "", run_step(run, step));
	copy = arena_string(run->arena, results.text);
	strbuf_release(&results);
	return copy;
}

/* Whose absences serve and have not ended, in their order; "7~" is kept of an earlier reading. */
static const char *show_serving(const struct feed_run *run)
{
	const struct kept_reading *last = feed_cache_last(&run->cache);
	struct strbuf text = STRBUF_INIT;
	const char *result;

	for (size_t i = 0; last && i < last->absences.count; i++) {
		const struct feed_absence *absence = &last->absences.items[i];

		if (absence->end > run->now)
			strbuf_addf(&text, "%s%s%s", text.length > 0 ? " " : "", absence->person,
				absence->kept ? "~" : "");
	}
	result = arena_string(run->arena, text.text ? text.text : "");
	strbuf_release(&text);
	return result;
}

struct script_case {
	const char *script, *results;
	const char *serving; /* show_serving() at the end; NULL: not compared */
};

static void assert_scripts(const struct script_case *cases, size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].script); i++) {
		struct feed_run run;

		run_init(&run);
		assert_string_equal(run_script(&run, cases[i].script), cases[i].results);
		if (cases[i].serving)
			assert_string_equal(show_serving(&run), cases[i].serving);
		run_release(&run);
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
		{"1@-2d:1d*5 / +23h 1@-2d:1d*4 / +2h x1", "ok ok b", NULL},
		{"1@-2d:1d*5 / +22h 1@-2d:1d*4 / +1h x1", "ok ok ok", NULL},
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
		{"1..8 / +8h 1..5 / +8h 1..3 / +7h 1..3 / +1h 1..3 / +1h 1..3 9", "ok ok ok ok ok d",
			NULL},
		{"1..8 / +8h 1..5 / +8h 1..3 / +31h 1..3 9", "ok ok ok ok", NULL},
		{"1..5 / +23h 1..5 / +1h 1", "ok ok d", NULL},
		/* When it was the last, in the day before. */
		{"1..20 / +1h 1..12 / +20h 1..12 / +4h 1..6", "ok ok ok ok", NULL},
	};

	assert_scripts(cases, ROWS(cases));
}

/* Chance, the same everywhere (splitmix64). */
static size_t below(uint64_t *dice, size_t n)
{
	uint64_t z = *dice += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return (size_t)((z ^ (z >> 31)) % n);
}

#define SLOTS 14 /* records of a random feed, at most */

/* A record of a random feed. */
struct slot {
	bool is_there, is_broken, is_aside, is_standing, names_nobody;
	int person, other, spelling; /* from PEOPLE_KNOWN on nobody knows them; other 0: none */
	int start, end;              /* minutes */
};

#define PEOPLE_KNOWN 12
#define PEOPLE       15

struct random_feed {
	uint64_t dice;
	struct slot slots[SLOTS];
	int now; /* minutes since START */
	bool is_renamed, lacks_field, as_number, covers_now;
};

static void fill_slot(struct random_feed *feed, struct slot *slot)
{
	uint64_t *dice = &feed->dice;

	*slot = (struct slot){.is_there = true,
		.person = 1 + (int)below(dice, PEOPLE),
		.other = below(dice, 8) == 0 ? 1 + (int)below(dice, PEOPLE) : 0,
		.spelling = below(dice, 4) == 0 ? (int)below(dice, ROWS(spellings)) : 0,
		.is_standing = below(dice, 15) == 0,
		.is_aside = below(dice, 15) == 0,
		.is_broken = below(dice, 15) == 0,
		.names_nobody = below(dice, 40) == 0};
	slot->start = feed->now + (int)below(dice, 9 * 1440) - 6 * 1440;
	slot->end = slot->start + 60 + (int)below(dice, 12 * 1440);
	if (feed->covers_now) {
		slot->start = feed->now - (int)below(dice, 1440);
		slot->end = feed->now + 400 * 1440;
	}
}

/* Something happens to each of the records, or to `percent` of them. */
static void change_slots(struct random_feed *feed, size_t kind, size_t percent)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *slot = &feed->slots[i];

		if (below(&feed->dice, 100) >= percent)
			continue;
		if (kind == 0)
			fill_slot(feed, slot);
		else if (kind == 1)
			slot->is_there = false;
		else if (kind == 2)
			slot->is_broken = true;
		else if (kind == 3)
			slot->is_broken = slot->names_nobody = false;
		else if (kind == 4)
			slot->is_aside = !slot->is_aside;
		else
			slot->end += (int)below(&feed->dice, 4000) - 2000;
		if (slot->end <= slot->start)
			slot->is_there = false;
	}
}

/* What HR and its systems do between two readings. */
static void change_feed(struct random_feed *feed)
{
	static const size_t percents[] = {7, 7, 7, 7, 20, 50, 80, 100};
	uint64_t *dice = &feed->dice;

	for (size_t i = 0; i < SLOTS && !feed->covers_now; i++) {
		if (feed->slots[i].end <= feed->now && below(dice, 3) > 0)
			feed->slots[i].is_there = false;
	}
	if (below(dice, 4) == 0)
		return;
	if (below(dice, 20) == 0)
		feed->is_renamed = !feed->is_renamed;
	feed->lacks_field = below(dice, feed->lacks_field ? 3 : 30) == 0;
	change_slots(feed, below(dice, 6), percents[below(dice, ROWS(percents))]);
	if (below(dice, 3) == 0)
		change_slots(feed, 0, 15);
}

static void add_person(struct strbuf *out, const struct random_feed *feed, int person, int spelling)
{
	if (person > PEOPLE_KNOWN || feed->is_renamed)
		strbuf_adds(out, "x");
	if (!feed->as_number)
		spelling = 0;
	strbuf_addf(out, "%s%d%s", spellings[spelling].before, person, spellings[spelling].after);
}

static void add_slot(struct strbuf *out, const struct random_feed *feed, const struct slot *slot)
{
	strbuf_addc(out, ' ');
	if (slot->names_nobody) {
		strbuf_addc(out, '?');
		return;
	}
	add_person(out, feed, slot->person, slot->spelling);
	if (slot->other > 0) {
		strbuf_addc(out, '&');
		add_person(out, feed, slot->other, 0);
	}
	if (slot->is_broken)
		strbuf_addc(out, '?');
	else if (slot->is_aside)
		strbuf_addc(out, '-');
	else if (slot->is_standing)
		strbuf_addc(out, '=');
	else
		strbuf_addf(out, "@%dm:%dm", slot->start, slot->end);
}

static void add_reading(struct strbuf *out, struct random_feed *feed)
{
	static const int steps[] = {5, 20, 60, 60, 240, 600, 1440, 1500, 4000};
	uint64_t *dice = &feed->dice;
	int step = steps[below(dice, ROWS(steps))];

	step += (int)below(dice, 5);
	feed->now += step;
	change_feed(feed);
	strbuf_addf(out, "+%dm", step);
	for (size_t i = 0; i < SLOTS; i++) {
		if (feed->slots[i].is_there)
			add_slot(out, feed, &feed->slots[i]);
	}
	if (feed->lacks_field)
		strbuf_adds(out, " !");
	strbuf_adds(out, below(dice, 12) == 0 ? " / accept / " : " / ");
}

/* A random script of the same grammar as the cases have: what fails can be made a case. */
static void make_script(struct strbuf *script, uint64_t seed)
{
	struct random_feed feed = {.dice = seed * 7919};
	size_t readings = 3 + below(&feed.dice, 25);

	feed.as_number = below(&feed.dice, 4) == 0;
	feed.covers_now = below(&feed.dice, 6) == 0;
	strbuf_reset(script);
	strbuf_addf(script, "%s%sdoubt=%zuh ", feed.as_number ? "number " : "",
		feed.covers_now ? "now " : "", below(&feed.dice, 60));
	change_slots(&feed, 0, 10 + below(&feed.dice, 90));
	for (size_t i = 0; i < readings; i++)
		add_reading(script, &feed);
	strbuf_adds(script, "+1m");
}

static unsigned long number_from(const char *name, unsigned long standard)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : standard;
}

static void test_property(void **state)
{
	unsigned long first = number_from("PROPERTY_SEED", 1),
		      count = number_from("PROPERTY_HISTORIES", 2000);
	struct strbuf script = STRBUF_INIT;

	for (unsigned long seed = first; seed < first + count; seed++) {
		struct feed_run run;

		make_script(&script, seed);
		row(seed, "PROPERTY_SEED=%lu: %s", seed, script.text);
		run_init(&run);
		run_script(&run, script.text);
		run_release(&run);
	}
	strbuf_release(&script);
}

/* The people of the directory, each with as many spellings of the number. */
static struct snapshot *make_people(size_t spelling_count)
{
	struct snapshot *people = snapshot_new();
	struct arena *arena = snapshot_arena(people);

	for (int i = 0; i <= KNOWN; i++) {
		struct person person = {.dn = arena_format(arena, "uid=%d,dc=x", i),
			.identity = arena_format(arena, "%d", i),
			.enabled = true};

		person.key = person.dn;
		person.known_as = arena_get(arena, spelling_count * sizeof(*person.known_as));
		for (size_t j = 0; j < spelling_count; j++)
			person.known_as[person.known_as_count++] =
				name_key(arena, "employeeNumber", spell(arena, i + 1, j));
		snapshot_add_person(people, &person);
	}
	return people;
}

static int set_up(void **state)
{
	by_text = make_people(1);
	by_number = make_people(ROWS(spellings));
	for (int i = 0; i <= KNOWN; i++)
		known[i] = spell(snapshot_arena(by_text), i + 1, 0);
	return 0;
}

static int tear_down(void **state)
{
	snapshot_free(by_text);
	snapshot_free(by_number);
	return 0;
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
		cmocka_unit_test(test_property),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
