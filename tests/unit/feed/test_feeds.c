/* Feeds: fresh, kept, doubted, unread, from one run to the next. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "decide/asked_roles.h"
#include "decide/feed_absences.h"
#include "feed/feed_names.h"
#include "feed/feeds.h"
#include "feed/reading_trust.h"
#include "file_case.h"
#include "liar.h"
#include "model/mapping.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "net/fetch.h"

#define NOON   1798012800
#define HOUR   3600
#define PEOPLE 60 /* whom the directory has, by their numbers from 1 */

/* A feed, and the run that read it last. */
struct house {
	struct folder folder;
	struct arena *arena;
	struct settings settings;
	struct feed_settings feed;
	struct feeds feeds;
	struct snapshot *snapshot;
	bool is_remembered; /* earlier runs tell that a reading counted */
};

static struct snapshot *make_people(void)
{
	struct snapshot *snapshot = snapshot_new(0);
	struct arena *arena = snapshot_arena(snapshot);

	for (int i = 1; i <= PEOPLE; i++) {
		const char *number = arena_format(arena, "%d", i);
		struct person person = {.identity = number, .enabled = true};

		person.dn = person.key = arena_format(arena, "uid=%d,dc=x", i);
		person.known_as = arena_get(arena, sizeof(*person.known_as));
		person.known_as[person.known_as_count++] =
			name_key(arena, "employeeNumber", number, false);
		snapshot_add_person(snapshot, &person);
	}
	return snapshot;
}

static void house_make(struct house *house)
{
	*house = (struct house){.arena = arena_new(), .snapshot = make_people()};
	folder_make(&house->folder);
	unsetenv("STATE_DIRECTORY");
	moment_zone("Europe/Copenhagen");
	house->feed = (struct feed_settings){
		.name = "loen",
		.url = arena_format(house->arena, "file://%s/feed", house->folder.path),
		.records = "",
		.fields = {.person = "p", .from = "f", .until = "u", .deputy = "d"},
		.match = "employeeNumber",
		.max_age = 24 * HOUR,
		.doubt = 6 * HOUR,
	};
	house->settings = (struct settings){
		.people = {.separator = ";"},
		.timezone = "Europe/Copenhagen",
		.reports_directory = arena_format(house->arena, "%s/reports", house->folder.path),
		.feeds = &house->feed,
		.feed_count = 1,
	};
	feeds_init(&house->feeds, &house->settings);
}

static const char *copy_path(const struct house *house)
{
	return arena_format(house->arena, "%s/state/feed-loen.json", house->folder.path);
}

static void house_release(struct house *house)
{
	feeds_release(&house->feeds);
	unlink(copy_path(house));
	rmdir(arena_format(house->arena, "%s/state", house->folder.path));
	folder_remove(&house->folder, "feed");
	folder_release(&house->folder);
	snapshot_free(house->snapshot);
	arena_free(house->arena);
}

/*
 * A feed in a few words: "1 2 3" is JSON of three absences, "2?" a record that cannot be read; what begins
 * otherwise is the feed itself.
 */
static const char *feed_text(const struct house *house, const char *words)
{
	char *copy = arena_string(house->arena, words), *rest = NULL;
	struct strbuf text = STRBUF_INIT;
	const char *result;

	if (*words < '0' || *words > '9')
		return words;
	strbuf_addc(&text, '[');
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		strbuf_addf(&text,
			"%s{\"p\":\"%ld\",\"f\":\"%s\",\"u\":\"2027-01-24\",\"kind\":\"sygdom\"}",
			text.length > 1 ? "," : "", strtol(word, NULL, 10),
			strchr(word, '?') ? "i morgen" : "2026-12-23");
	strbuf_addc(&text, ']');
	result = arena_string(house->arena, text.text);
	strbuf_release(&text);
	return result;
}

static void write_feed(const struct house *house, const char *words)
{
	const char *text = words ? feed_text(house, words) : NULL;

	folder_remove(&house->folder, "feed");
	if (text)
		folder_write(&house->folder, "feed", text, strlen(text));
}

static void read_and_judge(struct house *house, moment now, enum feeds_purpose purpose)
{
	feeds_read(&house->feeds, now, purpose);
	feeds_judge(&house->feeds, house->snapshot, purpose);
}

/* Another run, with the feed as it then is (NULL: not there). */
static bool remember(const struct settings *settings, const char *feed)
{
	return strcmp(feed, "loen") == 0 && settings->feed_count == 1;
}

static struct feed *run(struct house *house, const char *words, moment now,
	enum feeds_purpose purpose)
{
	feeds_release(&house->feeds);
	write_feed(house, words);
	feeds_init(&house->feeds, &house->settings);
	house->feeds.was_trusted = house->is_remembered ? remember : NULL;
	read_and_judge(house, now, purpose);
	return &house->feeds.items[0];
}

/* Whose absences serve: "1 2 3~", "~" for those of an earlier reading; "held" where removals are. */
static const char *show_feed(const struct house *house, const struct feed *feed)
{
	const struct kept_reading *serving = feed_serving(feed);
	struct strbuf text = STRBUF_INIT;
	const char *result;

	assert_int_equal(feed->held != NULL, serving == NULL);
	for (size_t i = 0; serving && i < serving->absences.count; i++)
		strbuf_addf(&text, "%s%s%s", i > 0 ? " " : "", serving->absences.items[i].person,
			serving->absences.items[i].kept ? "~" : "");
	result = arena_string(house->arena, serving ? (text.text ? text.text : "") : "held");
	strbuf_release(&text);
	return result;
}

static void expect(const struct house *house, const struct feed *feed, enum feed_state state,
	const char *serving)
{
	for (size_t i = 0; feed->state != state && i < feed->findings.count; i++)
		print_error("%s: %s\n", feed->findings.items[i].where,
			feed->findings.items[i].what);
	assert_int_equal(feed->state, state);
	assert_string_equal(show_feed(house, feed), serving);
	assert_int_equal(feeds_have_trouble(&house->feeds), state != FEED_FRESH);
}

static void expect_finding(const struct feed *feed, const char *text)
{
	bool found = false;

	for (size_t i = 0; i < feed->findings.count; i++)
		found = found || strstr(feed->findings.items[i].what, text);
	if (!found)
		print_error("no finding says \"%s\"\n", text);
	assert_true(found);
}

/* A run, and what comes of it. */
struct step {
	int hour; /* from NOON */
	const char *feed;
	enum feeds_purpose purpose;
	enum feed_state state;
	const char *serving, *finding; /* show_feed(); NULL: there is no finding, "": any */
};

#define STEPS_MAX 8

struct story {
	const char *name;
	struct step steps[STEPS_MAX];
};

static void play(const struct story *stories, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct house house;

		house_make(&house);
		for (size_t j = 0; j < STEPS_MAX && stories[i].steps[j].serving &&
			row(j, "%s", stories[i].name);
			j++) {
			const struct step *step = &stories[i].steps[j];
			const struct feed *feed =
				run(&house, step->feed, NOON + step->hour * HOUR, step->purpose);

			expect(&house, feed, step->state, step->serving);
			if (step->finding)
				expect_finding(feed, step->finding);
			else
				assert_int_equal(feed->findings.count, 0);
		}
		house_release(&house);
	}
}

#define KEEP FEEDS_KEEP
#define LOOK FEEDS_LOOK

/* Rule 8: what serves while a feed is down, or is no feed of its format. */
static void test_down(void **state)
{
	static const struct story stories[] = {
		{"never read",
			{{0, NULL, KEEP, FEED_UNREAD, "held", "no reading of it was ever trusted"},
				{1, "1 2", KEEP, FEED_FRESH, "1 2", NULL}}},
		{"the last reading serves until it is max_age old",
			{{0, "1 2", KEEP, FEED_FRESH, "1 2", NULL},
				{1, NULL, KEEP, FEED_CACHED, "1 2", "serves until"},
				{23, NULL, KEEP, FEED_CACHED, "1 2", "No such file"},
				{24, NULL, KEEP, FEED_UNREAD, "held", "too old"},
				{25, "1 2", KEEP, FEED_FRESH, "1 2", NULL}}},
		{"each reading serves from when it came last",
			{{0, "1 2", KEEP, FEED_FRESH, "1 2", NULL},
				{20, "1 2", KEEP, FEED_FRESH, "1 2", NULL},
				{43, NULL, KEEP, FEED_CACHED, "1 2", "serves until"},
				{44, NULL, KEEP, FEED_UNREAD, "held", "too old"}}},
		{"a clock that was set back makes none younger",
			{{25, "1 2", KEEP, FEED_FRESH, "1 2", NULL},
				{0, NULL, KEEP, FEED_UNREAD, "held", "too old"}}},
		{"who only looks keeps nothing",
			{{0, "1 2", LOOK, FEED_FRESH, "1 2", NULL},
				{1, NULL, LOOK, FEED_UNREAD, "held", "ever trusted"},
				{2, "1 2", KEEP, FEED_FRESH, "1 2", NULL},
				{3, "1 2 3", LOOK, FEED_FRESH, "1 2 3", NULL},
				{4, NULL, LOOK, FEED_CACHED, "1 2", "serves until"}}},
	};

	play(stories, ROWS(stories));
}

/* Rule 8: what serves while a reading is doubted, and how that ends. */
static void test_doubted(void **state)
{
	static const struct story stories[] = {
		{"(d) ends after doubt",
			{{0, "1 2 3 4 5", KEEP, FEED_FRESH, "1 2 3 4 5", NULL},
				{1, "1", KEEP, FEED_DOUBTED, "1 2 3 4 5",
					"of 5 absences of the last trusted reading that have not "
					"ended, 1 are still there"},
				{3, "1", KEEP, FEED_DOUBTED, "1 2 3 4 5", "feeds accept loen"},
				{6, "1", KEEP, FEED_DOUBTED, "1 2 3 4 5", "serves until"},
				{7, "1", KEEP, FEED_FRESH, "1", NULL},
				{8, "1", LOOK, FEED_FRESH, "1", NULL}}},
		{"it is over where the feed is itself again",
			{{0, "1 2 3 4 5", KEEP, FEED_FRESH, "1 2 3 4 5", NULL},
				{1, "1", KEEP, FEED_DOUBTED, "1 2 3 4 5", "doubted"},
				{2, "1 2 3 4 5", KEEP, FEED_FRESH, "1 2 3 4 5", NULL},
				{3, "1", KEEP, FEED_DOUBTED, "1 2 3 4 5", "doubted"},
				{8, "1", KEEP, FEED_DOUBTED, "1 2 3 4 5", "doubted"},
				{9, "1", KEEP, FEED_FRESH, "1", NULL}}},
		{"who is new in a doubted reading does not count",
			{{0, "1 2 3 4 5", KEEP, FEED_FRESH, "1 2 3 4 5", NULL},
				{1, "9", KEEP, FEED_DOUBTED, "1 2 3 4 5", "doubted"}}},
		{"the first reading",
			{{0, "901 902", KEEP, FEED_DOUBTED, "held", "was trusted before"},
				{1, "901 902", KEEP, FEED_DOUBTED, "held", "feeds accept"},
				{20, "901 902 1", KEEP, FEED_FRESH, "901 902 1", NULL}}},
		{"the last reading gets too old",
			{{0, "1 2 3 4 5", KEEP, FEED_FRESH, "1 2 3 4 5", NULL},
				{20, "901 902", KEEP, FEED_DOUBTED, "1 2 3 4 5", "serves until"},
				{24, "901 902", KEEP, FEED_DOUBTED, "held", "too old"},
				{25, "901 1 2 3", KEEP, FEED_FRESH, "901 1 2 3", NULL}}},
		{"down in the meantime: each reading was doubted",
			{{0, "1 2 3 4 5", KEEP, FEED_FRESH, "1 2 3 4 5", NULL},
				{1, "1", KEEP, FEED_DOUBTED, "1 2 3 4 5", "doubted"},
				{2, NULL, KEEP, FEED_CACHED, "1 2 3 4 5", "No such file"},
				{7, "1", KEEP, FEED_FRESH, "1", NULL}}},
		{"who only looks begins no doubt, and ends none",
			{{0, "1 2 3 4 5", KEEP, FEED_FRESH, "1 2 3 4 5", NULL},
				{1, "1", LOOK, FEED_DOUBTED, "1 2 3 4 5", "doubted"},
				{7, "1", KEEP, FEED_DOUBTED, "1 2 3 4 5", "doubted"},
				{13, "1", LOOK, FEED_FRESH, "1", NULL},
				{14, "2", LOOK, FEED_FRESH, "2", NULL},
				{14, NULL, LOOK, FEED_CACHED, "1 2 3 4 5", "serves until"}}},
		{"an unusable record keeps what was trusted",
			{{0, "1 2 3", KEEP, FEED_FRESH, "1 2 3", NULL},
				{1, "1 2 3?", KEEP, FEED_FRESH, "1 2 3~", ""},
				{2, "1 2 3?", KEEP, FEED_FRESH, "1 2 3~", ""},
				{3, "1 2", KEEP, FEED_FRESH, "1 2", NULL}}},
		{"the format drifts",
			{{0, "1 2 3", KEEP, FEED_FRESH, "1 2 3", NULL},
				{1, "1 2? 3?", KEEP, FEED_DOUBTED, "1 2 3",
					"2 of 3 records are unreadable (first: record 2, "},
				{2, "1 2? 3?", KEEP, FEED_DOUBTED, "1 2 3",
					"in the last trusted reading 0 were"},
				{20, "1 2? 3?", KEEP, FEED_DOUBTED, "1 2 3", "feeds accept"}}},
		{"compared with a day before",
			{{0, "1 2 3 4 5 6 7 8 9", KEEP, FEED_FRESH, "1 2 3 4 5 6 7 8 9", NULL},
				{12, "1 2 3 4 5", KEEP, FEED_FRESH, "1 2 3 4 5", NULL},
				{23, "1 2 3 4", KEEP, FEED_FRESH, "1 2 3 4", NULL},
				{24, "1 2 3 4", KEEP, FEED_FRESH, "1 2 3 4", NULL},
				{24, "1 2 3", KEEP, FEED_DOUBTED, "1 2 3 4", "of 9 absences"}}},
	};

	play(stories, ROWS(stories));
}

static void test_fresh(void **state)
{
	struct house house;
	const struct feed *feed;
	char bytes[2000] = "";
	FILE *copy;

	house_make(&house);
	feed = run(&house, "1 2 3", NOON, FEEDS_KEEP);
	expect(&house, feed, FEED_FRESH, "1 2 3");
	assert_int_equal(feed_serving(feed)->last_at, NOON);
	assert_int_equal(strlen(feed->sha256), 64);
	assert_string_equal(feed_serving(feed)->sha256, feed->sha256);
	assert_string_equal(feed_serving(feed)->absences.feed, "loen");
	assert_true(feed->has_counts);
	assert_int_equal(feed->counts.records, 3);
	assert_int_equal(feed->counts.used, 3);
	assert_true(feed_expiry(feed) == MOMENT_LATEST);
	copy = fopen(copy_path(&house), "r");
	assert_non_null(copy);
	assert_true(fread(bytes, 1, sizeof(bytes) - 1, copy) > 100);
	fclose(copy);
	assert_null(strstr(bytes, "sygdom"));
	assert_null(strstr(bytes, "kind"));
	house_release(&house);
}

/* The deputies serve as well; and when that ends is known. */
static void test_cached(void **state)
{
	struct house house;
	const struct feed *feed;

	house_make(&house);
	run(&house, "[{\"p\":\"1\",\"f\":\"2026-12-23\",\"d\":[\"2\",\"3;4\"]}]", NOON, FEEDS_KEEP);
	feed = run(&house, NULL, NOON + HOUR, FEEDS_KEEP);
	expect(&house, feed, FEED_CACHED, "1");
	assert_int_equal(feed_expiry(feed), NOON + 24 * HOUR);
	assert_int_equal(feed_serving(feed)->absences.items[0].deputy_count, 3);
	assert_string_equal(feed_serving(feed)->absences.items[0].deputies[2], "4");
	feed = run(&house, NULL, NOON + 25 * HOUR, FEEDS_KEEP);
	assert_non_null(strstr(feed->held, "feed loen"));
	assert_true(feed_expiry(feed) == MOMENT_LATEST);
	house_release(&house);
}

/* What is no feed of this format is no empty feed. */
static void test_unreadable(void **state)
{
	static const char *const texts[] = {"", " ", "[", "{}", "[]x", "<html></html>",
		"{\"error\":\"token expired\"}", "null"};
	struct house house;

	house_make(&house);
	run(&house, "1 2", NOON, FEEDS_KEEP);
	for (size_t i = 0; i < ROWS(texts) && row(i, "%s", texts[i]); i++)
		expect(&house, run(&house, texts[i], NOON + HOUR, FEEDS_KEEP), FEED_CACHED, "1 2");
	house_release(&house);
}

/* Accepted: the doubted reading that is kept serves, and what comes next is compared with it. */
static void test_accept(void **state)
{
	struct house house;
	struct feed *feed;
	struct error err = ERROR_INIT;

	house_make(&house);
	feed = run(&house, "1 2 3 4 5", NOON, FEEDS_KEEP);
	assert_false(feed_accept(feed));
	run(&house, "901 902", NOON + HOUR, FEEDS_KEEP);
	feeds_release(&house.feeds);
	feeds_init(&house.feeds, &house.settings);
	feed = &house.feeds.items[0];
	feed_look(&house.feeds, feed);
	assert_true(feed->copy.cache.is_doubted);
	assert_int_equal(feed->copy.cache.doubt.doubts, DOUBT_UNKNOWN | DOUBT_SHRUNK);
	assert_true(feed_accept(feed));
	assert_false(feed_accept(feed));
	assert_int_equal(feed_keep(&house.feeds, feed, &err), ERROR_NONE);
	expect(&house, run(&house, NULL, NOON + 2 * HOUR, FEEDS_KEEP), FEED_CACHED, "901 902");
	expect(&house, run(&house, "901 902", NOON + 30 * HOUR, FEEDS_KEEP), FEED_FRESH, "901 902");
	expect(&house, run(&house, "901", NOON + 31 * HOUR, FEEDS_KEEP), FEED_FRESH, "901");
	error_release(&err);
	house_release(&house);
}

/* Where a forecast counts people as away: by what serves, what would, and what is doubted. */
static void test_careful(void **state)
{
	static const struct {
		int hour;
		const char *feed, *people[FEED_READINGS_MAX];
	} cases[] = {
		{0, "1 2 3 4 5", {"1"}},
		{1, "6", {"1", "6"}},
		{2, NULL, {"1", "6"}},
		{3, "1 2 3 4 5", {"1"}},
		{4, NULL, {"1"}},
		{40, NULL, {"1"}},
		{41, "6", {"1", "6"}},
	};
	struct house house;

	house_make(&house);
	for (size_t i = 0; i < ROWS(cases) && row(i, "%d", cases[i].hour); i++) {
		const struct kept_reading *readings[FEED_READINGS_MAX] = {NULL};
		const struct feed *feed =
			run(&house, cases[i].feed, NOON + cases[i].hour * HOUR, FEEDS_KEEP);
		size_t count = feed_careful_readings(feed, readings);

		for (size_t j = 0; j < FEED_READINGS_MAX; j++) {
			assert_int_equal(j < count, cases[i].people[j] != NULL);
			if (j < count)
				assert_string_equal(readings[j]->absences.items[0].person,
					cases[i].people[j]);
		}
	}
	house_release(&house);
}

static bool has_name(const struct feed_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->items[i], name) == 0)
			return true;
	}
	return false;
}

/* The directory is asked for all whom what serves names, and what waits, in whatever state. */
static void test_names(void **state)
{
	static const char *const texts[] = {"1", "2", "3", "4", "5", "6"};
	struct house house;
	struct feed_names names;

	house_make(&house);
	run(&house, "[{\"p\":\"1\",\"f\":\"2026-12-23\",\"d\":\"2\"}]", NOON, FEEDS_KEEP);
	feeds_release(&house.feeds);
	feeds_init(&house.feeds, &house.settings);
	write_feed(&house,
		"[{\"p\":\"3\",\"f\":\"2026-12-23\",\"d\":[\"4\",\"5\"]},{\"p\":\"6\",\"f\":\"x\"}]");
	feeds_read(&house.feeds, NOON + HOUR, FEEDS_KEEP);
	names = feed_names(&house.feeds.items[0], NULL, house.arena);
	assert_string_equal(names.settings->name, "loen");
	for (size_t i = 0; i < ROWS(texts) && row(i, "%s", texts[i]); i++)
		assert_true(has_name(&names, texts[i]));
	assert_false(has_name(&names, "7"));
	house_release(&house);
}

/* Roles that some route asks for: drift. */
static struct asked_roles *ask_for_drift(struct arena *arena)
{
	struct role gallery = {
		.id = "drift", .spellings = (const char *[]){"drift"}, .spelling_count = 1};
	struct role_wanted wanted = {.role = &gallery};
	struct block block = {.roles = &wanted, .role_count = 1};
	const struct mapping mapping = {
		.roles = &gallery, .role_count = 1, .blocks = &block, .block_count = 1};

	return asked_roles_find(arena, &mapping, false);
}

/* A catalogue of `count` people, of whom those up to `drift` have that role, and all others another. */
static const char *catalogue(const struct house *house, int count, int drift)
{
	struct strbuf text = STRBUF_INIT;
	const char *result;

	strbuf_addc(&text, '[');
	for (int i = 1; i <= count; i++)
		strbuf_addf(&text, "%s{\"p\":\"%d\",\"r\":[\"leder\"%s]}", i > 1 ? "," : "", i,
			i <= drift ? ",\"DRIFT/SAPA\"" : "");
	strbuf_addc(&text, ']');
	result = arena_string(house->arena, text.text);
	strbuf_release(&text);
	return result;
}

/* Of a catalogue of roles those are looked up whom a route asks for, and a sample of the others. */
static void test_roles(void **state)
{
	struct house house;
	struct feed_names names;
	struct feed *feed;

	house_make(&house);
	house.feed.gives = GIVES_ROLES;
	house.feed.fields.role = "r";
	write_feed(&house, catalogue(&house, 10000, 3));
	feeds_read(&house.feeds, NOON, FEEDS_KEEP);
	feed = &house.feeds.items[0];
	house.feeds.asked = ask_for_drift(house.arena);
	names = feed_names(feed, NULL, house.arena);
	assert_true(names.count >= 10000);
	names = feed_names(feed, house.feeds.asked, house.arena);
	assert_true(names.count <= FEED_SAMPLE_MAX + 3);
	assert_true(has_name(&names, "1") && has_name(&names, "2") && has_name(&names, "3"));
	assert_false(has_name(&names, "4"));
	feeds_judge(&house.feeds, house.snapshot, FEEDS_KEEP);
	assert_int_equal(feed->state, FEED_FRESH);
	assert_int_equal(feed->counts.records, 10000);
	assert_int_equal(feed->counts.used, 3);
	assert_int_equal(feed->counts.unasked, 9997);
	names = feed_names(feed, house.feeds.asked, house.arena);
	assert_int_equal(names.count, 3);
	house_release(&house);
}

/* A catalogue with no role that a route asks for is a first reading like another: its people are known. */
static void test_unasked_roles(void **state)
{
	struct house house;

	house_make(&house);
	house.feed.gives = GIVES_ROLES;
	house.feed.fields.role = "r";
	write_feed(&house, catalogue(&house, 50, 0));
	feeds_read(&house.feeds, NOON, FEEDS_KEEP);
	house.feeds.asked = ask_for_drift(house.arena);
	feeds_judge(&house.feeds, house.snapshot, FEEDS_KEEP);
	assert_int_equal(house.feeds.items[0].state, FEED_FRESH);
	assert_int_equal(house.feeds.items[0].counts.unasked, 50);
	assert_int_equal(feed_serving(&house.feeds.items[0])->roles.count, 50);
	/* No forecast counts the roles of a doubted reading. */
	write_feed(&house, catalogue(&house, 1, 1));
	feeds_read(&house.feeds, NOON + HOUR, FEEDS_KEEP);
	feeds_judge(&house.feeds, house.snapshot, FEEDS_KEEP);
	assert_int_equal(house.feeds.items[0].state, FEED_DOUBTED);
	assert_null(house.feeds.items[0].replaced.arena);
	assert_int_equal(feed_careful_readings(&house.feeds.items[0],
				 (const struct kept_reading *[FEED_READINGS_MAX]){NULL}),
		1);
	house_release(&house);
}

static void test_bad_records(void **state)
{
	struct house house;
	struct strbuf text = STRBUF_INIT;
	const struct feed *feed;

	house_make(&house);
	strbuf_adds(&text, "[{\"p\":\"1\",\"f\":\"2026-12-23\",\"u\":\"2026-12-30\"}");
	for (int i = 0; i < 150; i++)
		strbuf_adds(&text, ",{\"p\":\"1\",\"f\":\"i morgen\"}");
	strbuf_addc(&text, ']');
	feed = run(&house, text.text, NOON, FEEDS_KEEP);
	expect(&house, feed, FEED_FRESH, "1");
	assert_int_equal(feed->findings.count, 101);
	expect_finding(feed, "and 50 more");
	assert_non_null(strstr(feed->findings.items[0].where, "feed loen, record 2"));
	house_release(&house);
	strbuf_release(&text);
}

/* An empty reading is no first one where one was trusted before; not either once that is forgotten. */
static void test_lost_copy(void **state)
{
	struct house house;

	house_make(&house);
	house.is_remembered = true;
	expect(&house, run(&house, "1 2", NOON, FEEDS_KEEP), FEED_FRESH, "1 2");
	assert_int_equal(unlink(copy_path(&house)), 0);
	for (int i = 0; i < 2; i++) {
		expect(&house, run(&house, "[]", NOON, FEEDS_KEEP), FEED_DOUBTED, "held");
		house.is_remembered = false;
	}
	expect(&house, run(&house, "1", NOON, FEEDS_KEEP), FEED_FRESH, "1");
	expect(&house, run(&house, "[]", NOON, FEEDS_KEEP), FEED_FRESH, "");
	house_release(&house);
}

/* What spoils a copy is said once, and a reading makes it good. */
static void test_damaged_copy(void **state)
{
	struct house house;
	const struct feed *feed;

	house_make(&house);
	run(&house, "1 2 3 4 5", NOON, FEEDS_KEEP);
	assert_int_equal(truncate(copy_path(&house), 50), 0);
	feed = run(&house, NULL, NOON, FEEDS_KEEP);
	expect(&house, feed, FEED_UNREAD, "held");
	expect_finding(feed, "it is damaged");
	feed = run(&house, "1", NOON, FEEDS_KEEP);
	expect(&house, feed, FEED_FRESH, "1");
	expect_finding(feed, "it is damaged");
	feed = run(&house, NULL, NOON, FEEDS_KEEP);
	expect(&house, feed, FEED_CACHED, "1");
	assert_int_equal(feed->findings.count, 1);
	house_release(&house);
}

/* Without a folder the run goes on, and what it read serves as long as it lives. */
static void test_no_room(void **state)
{
	struct house house;
	const struct feed *feed;

	house_make(&house);
	folder_write(&house.folder, "state", "", 0);
	feed = run(&house, "1", NOON, FEEDS_KEEP);
	expect(&house, feed, FEED_FRESH, "1");
	expect_finding(feed, "what was read is not kept");
	folder_remove(&house.folder, "feed");
	read_and_judge(&house, NOON + HOUR, FEEDS_KEEP);
	expect(&house, feed, FEED_CACHED, "1");
	folder_remove(&house.folder, "state");
	house_release(&house);
}

/* As `watch` does it: asked again and again, and judged where something changed. */
static void test_changed(void **state)
{
	static const struct {
		const char *text;
		bool changed;
		enum feed_state state;
	} readings[] = {
		{"[]", true, FEED_FRESH},
		{"[]", false, FEED_FRESH},
		{" []", true, FEED_FRESH},
		{"1 2 3 4 5", true, FEED_FRESH},
		{"1 2 3 4 5", false, FEED_FRESH},
		{"1", true, FEED_DOUBTED},
		{"1", false, FEED_DOUBTED},
		{"2", true, FEED_DOUBTED},
		{"[", true, FEED_CACHED},
		{"[", false, FEED_CACHED},
		{"2", true, FEED_DOUBTED},
		{"1 2 3 4 5", true, FEED_FRESH},
	};
	struct house house;

	house_make(&house);
	for (size_t i = 0; i < ROWS(readings) && row(i, "%s", readings[i].text); i++) {
		struct feed *feed = &house.feeds.items[0];

		write_feed(&house, readings[i].text);
		feeds_read(&house.feeds, NOON, FEEDS_KEEP);
		assert_int_equal(feed->changed, readings[i].changed);
		if (feed->changed)
			feeds_judge(&house.feeds, house.snapshot, FEEDS_KEEP);
		assert_int_equal(feed->state, readings[i].state);
		assert_false(feed->is_pending);
	}
	house_release(&house);
}

/* A reading that waits is dropped when a later one comes; and what says the same is judged by what time it is. */
static void test_waiting(void **state)
{
	struct house house;
	struct feed *feed;

	house_make(&house);
	run(&house, "1 2 3 4 5", NOON, FEEDS_KEEP);
	feed = &house.feeds.items[0];
	write_feed(&house, "1");
	feeds_read(&house.feeds, NOON + HOUR, FEEDS_KEEP);
	assert_true(feed->is_pending);
	write_feed(&house, "1 2");
	read_and_judge(&house, NOON + 2 * HOUR, FEEDS_KEEP);
	expect(&house, feed, FEED_DOUBTED, "1 2 3 4 5");
	assert_int_equal(feed->copy.cache.doubt.since, NOON + 2 * HOUR);
	feeds_read(&house.feeds, NOON + 7 * HOUR, FEEDS_KEEP);
	expect(&house, feed, FEED_DOUBTED, "1 2 3 4 5");
	feeds_read(&house.feeds, NOON + 8 * HOUR, FEEDS_KEEP);
	expect(&house, feed, FEED_FRESH, "1 2");
	house_release(&house);
}

/* By a server: what is unchanged is not sent again, and the copy gets its new date now and then. */
static void test_unchanged(void **state)
{
	static const struct lie lies[] = {
		{.text = "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"1\"\r\n\r\n"
			 "[{\"p\":\"1\",\"f\":\"2026-12-23\"}]"},
		{.text = "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"},
	};
	struct liar liar;
	struct house house;
	const struct feed *feed;
	struct stat first, later;

	house_make(&house);
	liar_start(&liar, lies, 2);
	house.feed.url = arena_format(house.arena, "http://127.0.0.1:%d/", liar.port);
	expect(&house, run(&house, NULL, NOON, FEEDS_KEEP), FEED_FRESH, "1");
	assert_int_equal(stat(copy_path(&house), &first), 0);
	feed = run(&house, NULL, NOON + 59, FEEDS_KEEP);
	expect(&house, feed, FEED_FRESH, "1");
	assert_int_equal(feed_serving(feed)->last_at, NOON + 59);
	assert_int_equal(feed_serving(feed)->first_at, NOON);
	assert_int_equal(stat(copy_path(&house), &later), 0);
	assert_true(first.st_ino == later.st_ino);
	expect(&house, run(&house, NULL, NOON + 23 * HOUR, FEEDS_KEEP), FEED_FRESH, "1");
	liar_stop(&liar);
	assert_int_equal(liar.count, 3);
	assert_null(strstr(liar.requests[0], "If-None-Match"));
	assert_non_null(strstr(liar.requests[1], "If-None-Match: \"1\""));
	expect(&house, run(&house, NULL, NOON + 46 * HOUR, FEEDS_KEEP), FEED_CACHED, "1");
	house_release(&house);
}

/* A server is never asked for what is new since a reading that was doubted. */
static void test_doubt_is_asked_again(void **state)
{
	static const struct lie lies[] = {
		{.text = "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"1\"\r\n\r\n"
			 "[{\"p\":\"1\",\"f\":\"2026-12-23\",\"u\":\"2027-01-24\"},{\"p\":\"2\",\"f\":\"2026-12-23\",\"u\":\"2027-01-24\"}]"},
		{.text = "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"2\"\r\n\r\n[]"},
		{.text = "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"},
	};
	struct liar liar;
	struct house house;
	struct feed *feed;

	house_make(&house);
	liar_start(&liar, lies, 3);
	house.feed.url = arena_format(house.arena, "http://127.0.0.1:%d/", liar.port);
	run(&house, NULL, NOON, FEEDS_KEEP);
	expect(&house, run(&house, NULL, NOON + HOUR, FEEDS_KEEP), FEED_DOUBTED, "1 2");
	feed = run(&house, NULL, NOON + 2 * HOUR, FEEDS_KEEP);
	liar_stop(&liar);
	assert_non_null(strstr(liar.requests[2], "If-None-Match: \"1\""));
	expect(&house, feed, FEED_FRESH, "1 2");
	assert_false(feed->copy.cache.is_doubted);
	house_release(&house);
}

/* Bad records are found by every run, so a feed that has some is always asked for all. */
static void test_bad_are_found_again(void **state)
{
	static const struct lie lie = {
		.text = "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"1\"\r\n\r\n"
			"[{\"p\":\"1\",\"f\":\"2026-12-23\",\"u\":\"2026-12-30\"},"
			"{\"p\":\"2\",\"f\":\"i morgen\"}]"};
	struct liar liar;
	struct house house;

	house_make(&house);
	liar_start(&liar, &lie, 1);
	house.feed.url = arena_format(house.arena, "http://127.0.0.1:%d/", liar.port);
	for (int i = 0; i < 2; i++)
		assert_int_equal(run(&house, NULL, NOON, FEEDS_KEEP)->findings.count, 1);
	liar_stop(&liar);
	assert_null(strstr(liar.requests[1], "If-None-Match"));
	house_release(&house);
}

/* One process reads, and another's copy gets the news. */
static void test_two_processes(void **state)
{
	struct house house;
	struct feeds other;

	house_make(&house);
	run(&house, "1", NOON, FEEDS_KEEP);
	write_feed(&house, "1 2");
	feeds_init(&other, &house.settings);
	feeds_read(&other, NOON + HOUR, FEEDS_KEEP);
	feeds_judge(&other, house.snapshot, FEEDS_KEEP);
	folder_remove(&house.folder, "feed");
	read_and_judge(&house, NOON + 2 * HOUR, FEEDS_KEEP);
	expect(&house, &house.feeds.items[0], FEED_CACHED, "1 2");
	assert_int_equal(feed_serving(&house.feeds.items[0])->last_at, NOON + HOUR);
	feeds_release(&other);
	house_release(&house);
}

/* The copy was lost, and another process has doubted a reading since: what this one trusts is not forgotten. */
static void test_copy_without_trust(void **state)
{
	struct house house;
	struct feeds other;

	house_make(&house);
	run(&house, "1 2", NOON, FEEDS_KEEP);
	unlink(copy_path(&house));
	write_feed(&house, "999");
	feeds_init(&other, &house.settings);
	feeds_read(&other, NOON + HOUR, FEEDS_KEEP);
	feeds_judge(&other, house.snapshot, FEEDS_KEEP);
	assert_int_equal(other.items[0].state, FEED_DOUBTED);
	folder_remove(&house.folder, "feed");
	read_and_judge(&house, NOON + 2 * HOUR, FEEDS_KEEP);
	expect(&house, &house.feeds.items[0], FEED_CACHED, "1 2");
	write_feed(&house, "1 2");
	read_and_judge(&house, NOON + 3 * HOUR, FEEDS_KEEP);
	expect(&house, &house.feeds.items[0], FEED_FRESH, "1 2");
	expect(&house, run(&house, NULL, NOON + 4 * HOUR, FEEDS_KEEP), FEED_CACHED, "1 2");
	feeds_release(&other);
	house_release(&house);
}

/* As a loop does it: asked once, settled once. A URL with a host is libcurl's, and not read at once. */
static void test_by_hand(void **state)
{
	struct house house;
	struct feed *feed;

	house_make(&house);
	house.feed.url = arena_format(house.arena, "file://localhost%s/feed", house.folder.path);
	feeds_release(&house.feeds);
	feeds_init(&house.feeds, &house.settings);
	feed = &house.feeds.items[0];
	assert_ptr_equal(feeds_find(&house.feeds, "loen"), feed);
	assert_null(feeds_find(&house.feeds, "lo"));
	write_feed(&house, "[]");
	feed_complete(&house.feeds, feed, NOON, FEEDS_KEEP);
	assert_int_equal(feed->state, FEED_UNREAD);
	feed_ask(&house.feeds, feed, NOON);
	feed_ask(&house.feeds, feed, NOON);
	feed_complete(&house.feeds, feed, NOON, FEEDS_KEEP);
	fetches_wait(house.feeds.fetches);
	assert_true(feed_has_answered(feed));
	feed_complete(&house.feeds, feed, NOON, FEEDS_KEEP);
	assert_true(feed->is_pending);
	feeds_judge(&house.feeds, house.snapshot, FEEDS_KEEP);
	assert_int_equal(feed->state, FEED_FRESH);
	assert_false(feed_has_answered(feed));
	feed_ask(&house.feeds, feed, NOON);
	house_release(&house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fresh),
		cmocka_unit_test(test_down),
		cmocka_unit_test(test_doubted),
		cmocka_unit_test(test_cached),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_careful),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_unasked_roles),
		cmocka_unit_test(test_bad_records),
		cmocka_unit_test(test_lost_copy),
		cmocka_unit_test(test_damaged_copy),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_unchanged),
		cmocka_unit_test(test_doubt_is_asked_again),
		cmocka_unit_test(test_bad_are_found_again),
		cmocka_unit_test(test_two_processes),
		cmocka_unit_test(test_copy_without_trust),
		cmocka_unit_test(test_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
