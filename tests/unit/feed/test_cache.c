/* What is kept of a feed: what is written is read, what is odd counts as none; and the history of its readings. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "feed/cache.h"
#include "feed/reading_trust.h"
#include "file_case.h"
#include "model/settings.h"

#define AT 1798012800

struct place {
	struct folder folder;
	struct arena *arena;
	char *state, *reports;
	struct settings settings;
	struct feed_settings feed;
};

static void place_make(struct place *place)
{
	folder_make(&place->folder);
	place->arena = arena_new();
	place->state = arena_format(place->arena, "%s/state", place->folder.path);
	place->reports = arena_format(place->arena, "%s/reports", place->folder.path);
	place->settings = (struct settings){
		.people = {.separator = ";"},
		.timezone = "Europe/Copenhagen",
		.reports_directory = place->reports,
	};
	place->feed = (struct feed_settings){
		.name = "løn/1",
		.url = "https://hr.eksempel.dk/",
		.records = "",
		.fields = {.person = "p", .from = "f", .until = "u"},
		.match = "employeeNumber",
		.charset = "utf-8",
	};
	unsetenv("STATE_DIRECTORY");
}

static const char *file_of(struct place *place)
{
	return feed_cache_path(place->state, &place->feed, place->arena);
}

static void place_release(struct place *place)
{
	unlink(file_of(place));
	rmdir(place->state);
	folder_release(&place->folder);
	arena_free(place->arena);
}

static struct kept_reading example_reading(moment at, char digit)
{
	static const char *deputies[] = {"0043", "bo@eksempel.dk"};
	static struct feed_absence absences[] = {
		{.record = 1, .person = "0042", .start = 1000, .end = 2000},
		{.record = 3,
			.person = "Ærø \"\n",
			.start = MOMENT_EARLIEST,
			.end = MOMENT_LATEST,
			.deputies = deputies,
			.deputy_count = 2,
			.kept = true},
	};
	static struct feed_standing standing[] = {
		{2, "0044", deputies, 1, MOMENT_EARLIEST, MOMENT_LATEST, false},
		{4, "0045", deputies, 2, 1000, MOMENT_LATEST, true},
	};
	static struct feed_role roles[] = {
		{5, "0044", "systemansvarlig/SAPA", MOMENT_EARLIEST, MOMENT_LATEST, false},
		{6, "0045", "Ærø", 1000, 2000, true},
	};
	static struct feed_record records[] = {
		{"0042", 1, RECORD_READABLE},
		{"0044", 2, RECORD_SET_ASIDE},
		{"Ærø \"\n", 3, RECORD_UNUSABLE},
	};
	struct kept_reading reading = {
		.first_at = at - 600,
		.last_at = at,
		.counts = {.records = 9,
			.set_aside = 2,
			.unusable = 3,
			.readable = 4,
			.used = 1,
			.known = 5,
			.unasked = 2},
		.absences = {.items = absences, .count = 2},
		.standing = standing,
		.standing_count = 2,
		.roles = {.items = roles, .count = 2},
		.records = records,
		.record_count = 3,
	};

	memset(reading.sha256, digit, SHA256_HEX - 1);
	return reading;
}

static struct feed_cache example(void)
{
	struct feed_cache kept = {
		.etag = "W/\"1\"",
		.trusted = {example_reading(AT, 'a'), example_reading(AT - MOMENT_DAY, 'b')},
		.trusted_count = 2,
	};

	return kept;
}

static struct feed_cache doubtful_example(void)
{
	struct feed_cache kept = example();

	kept.is_doubted = true;
	kept.doubt = (struct feed_doubt){
		.reading = example_reading(AT + 7200, 'c'),
		.doubts = DOUBT_SHRUNK,
		.why = "of 5 absences, 1 is still there",
		.since = AT + 600,
		.shrunk_since = AT + 1200,
	};
	return kept;
}

static void write_copy(struct place *place, const struct feed_cache *kept)
{
	struct error err = ERROR_INIT;
	bool kept_it = false;

	assert_int_equal(feed_cache_write(kept, place->state, &place->settings, &place->feed,
				 &kept_it, &err),
		0);
	assert_true(kept_it);
	error_release(&err);
}

static bool read_copy(struct place *place, struct feed_cache *kept, const char **trouble)
{
	return feed_cache_read(kept, place->state, &place->settings, &place->feed, place->arena,
		trouble);
}

static void assert_roles(const struct feed_roles *roles)
{
	assert_int_equal(roles->count, 2);
	assert_int_equal(roles->items[0].record, 5);
	assert_string_equal(roles->items[0].person, "0044");
	assert_string_equal(roles->items[0].role, "systemansvarlig/SAPA");
	assert_true(roles->items[0].start == MOMENT_EARLIEST);
	assert_true(roles->items[0].end == MOMENT_LATEST);
	assert_false(roles->items[0].kept);
	assert_string_equal(roles->items[1].role, "Ærø");
	assert_int_equal(roles->items[1].start, 1000);
	assert_int_equal(roles->items[1].end, 2000);
	assert_true(roles->items[1].kept);
}

static void assert_reading(const struct kept_reading *is, const struct kept_reading *expected)
{
	const struct feed_absence *absences = is->absences.items;

	assert_int_equal(is->first_at, expected->first_at);
	assert_int_equal(is->last_at, expected->last_at);
	assert_string_equal(is->sha256, expected->sha256);
	assert_memory_equal(&is->counts, &expected->counts, sizeof(is->counts));
	assert_string_equal(is->absences.feed, "løn/1");
	assert_string_equal(is->absences.match, "employeeNumber");
	assert_int_equal(is->absences.count, 2);
	assert_int_equal(absences[0].start, 1000);
	assert_int_equal(absences[0].end, 2000);
	assert_int_equal(absences[0].deputy_count, 0);
	assert_false(absences[0].kept);
	assert_int_equal(absences[1].record, 3);
	assert_string_equal(absences[1].person, "Ærø \"\n");
	assert_true(absences[1].start == MOMENT_EARLIEST);
	assert_true(absences[1].end == MOMENT_LATEST);
	assert_int_equal(absences[1].deputy_count, 2);
	assert_string_equal(absences[1].deputies[1], "bo@eksempel.dk");
	assert_true(absences[1].kept);
	assert_int_equal(is->record_count, 3);
	for (size_t i = 0; i < is->record_count; i++) {
		assert_int_equal(is->records[i].state, i);
		assert_string_equal(is->records[i].person,
			example_reading(AT, 'a').records[i].person);
	}
	assert_int_equal(is->standing_count, 2);
	assert_int_equal(is->standing[0].record, 2);
	assert_string_equal(is->standing[0].person, "0044");
	assert_int_equal(is->standing[0].deputy_count, 1);
	assert_string_equal(is->standing[0].deputies[0], "0043");
	assert_true(is->standing[0].start == MOMENT_EARLIEST);
	assert_true(is->standing[0].end == MOMENT_LATEST);
	assert_false(is->standing[0].kept);
	assert_int_equal(is->standing[1].start, 1000);
	assert_true(is->standing[1].end == MOMENT_LATEST);
	assert_true(is->standing[1].kept);
	assert_roles(&is->roles);
}

static void test_round(void **state)
{
	struct place place;
	struct feed_cache kept, written;
	const char *trouble;
	struct stat status;

	place_make(&place);
	assert_false(read_copy(&place, &kept, &trouble));
	assert_null(trouble);
	written = example();
	write_copy(&place, &written);
	assert_int_equal(stat(place.state, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
	assert_int_equal(stat(file_of(&place), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_true(read_copy(&place, &kept, &trouble));
	assert_null(trouble);
	assert_string_equal(kept.etag, "W/\"1\"");
	assert_null(kept.last_modified);
	assert_int_equal(kept.trusted_count, 2);
	assert_reading(&kept.trusted[0], &written.trusted[0]);
	assert_reading(&kept.trusted[1], &written.trusted[1]);
	assert_false(kept.is_doubted);
	place_release(&place);
}

/* A doubt is kept whole: the reading that may be accepted, why, and since when. */
static void test_round_of_doubt(void **state)
{
	struct place place;
	struct feed_cache kept, written = doubtful_example();
	const char *trouble;

	place_make(&place);
	write_copy(&place, &written);
	assert_true(read_copy(&place, &kept, &trouble));
	assert_true(kept.is_doubted);
	assert_reading(&kept.doubt.reading, &written.doubt.reading);
	assert_int_equal(kept.doubt.doubts, DOUBT_SHRUNK);
	assert_string_equal(kept.doubt.why, written.doubt.why);
	assert_int_equal(kept.doubt.since, AT + 600);
	assert_int_equal(kept.doubt.shrunk_since, AT + 1200);
	written.doubt.shrunk_since = MOMENT_EARLIEST;
	written.trusted_count = 0;
	write_copy(&place, &written);
	assert_true(read_copy(&place, &kept, &trouble));
	assert_int_equal(kept.trusted_count, 0);
	assert_true(kept.doubt.shrunk_since == MOMENT_EARLIEST);
	place_release(&place);
}

/* What was of an arena that is gone lasts. */
static void test_copy(void **state)
{
	struct place place;
	struct arena *arena = arena_new(), *last = arena_new();
	struct feed_cache written = doubtful_example(), kept;
	const char *trouble;

	place_make(&place);
	write_copy(&place, &written);
	assert_true(feed_cache_read(&kept, place.state, &place.settings, &place.feed, arena,
		&trouble));
	feed_cache_copy(&kept, last);
	arena_free(arena);
	assert_string_equal(kept.etag, "W/\"1\"");
	assert_reading(&kept.trusted[1], &written.trusted[1]);
	assert_reading(&kept.doubt.reading, &written.doubt.reading);
	assert_string_equal(kept.doubt.why, written.doubt.why);
	arena_free(last);
	place_release(&place);
}

/* Whatever makes of the same pages other absences makes the copy none, without a word. */
static void test_other_settings(void **state)
{
	struct place place;
	struct feed_settings feed;
	struct feed_cache kept;
	const char *trouble;
	static const char *approved[] = {"approved"}, *two[] = {"approved", "x"};
	static struct only_field only[] = {{"status", {.items = approved, .count = 1}}},
				 other_only[] = {{"state", {.items = approved, .count = 1}}},
				 wider_only[] = {{"status", {.items = two, .count = 2}}};
	struct feed_settings others[20];

	place_make(&place);
	place.feed.only = only;
	place.feed.only_count = 1;
	feed = place.feed;
	kept = example();
	write_copy(&place, &kept);
	for (size_t i = 0; i < ROWS(others); i++)
		others[i] = feed;
	others[0].url = "https://hr.eksempel.dk/b";
	others[1].format = FEED_CSV;
	others[2].records = "/data";
	others[3].fields.person = "q";
	others[4].fields.deputy = "";
	others[5].match = "mail";
	others[6].charset = "windows-1252";
	others[7].next = "/next";
	others[8].header_row = 3;
	others[9].only_count = 0;
	others[10].only = other_only;
	others[11].only = wider_only;
	others[12].match_as = MATCH_NUMBER;
	others[13].dates.date_format = "%m/%d/%Y";
	others[14].dates.until_is = UNTIL_DAY;
	others[15].person = "anna";
	others[16].person_pattern = "(.*)";
	others[17].open = OPEN_ABSENT;
	others[18].covers = COVERS_NOW;
	others[19].fields.until = NULL;
	for (size_t i = 0; i < ROWS(others) && row(i, "settings that differ"); i++) {
		place.feed = others[i];
		assert_false(read_copy(&place, &kept, &trouble));
		assert_null(trouble);
	}
	place.feed = feed;
	place.settings.timezone = "UTC";
	assert_false(read_copy(&place, &kept, &trouble));
	place.settings.timezone = "Europe/Copenhagen";
	place.settings.people.separator = ",";
	assert_false(read_copy(&place, &kept, &trouble));
	place.settings.people.separator = ";";
	place.feed.max_age = 17; /* these say nothing of what was read */
	place.feed.doubt = 17;
	place.feed.every = 17;
	assert_true(read_copy(&place, &kept, &trouble));
	place_release(&place);
}

static char *slurp(const char *path, size_t *length)
{
	char *bytes = calloc(1, 10000);
	FILE *stream = fopen(path, "r");

	assert_non_null(stream);
	*length = fread(bytes, 1, 9999, stream);
	fclose(stream);
	return bytes;
}

static void put(struct place *place, const char *text, mode_t mode)
{
	FILE *stream = fopen(file_of(place), "w");

	assert_non_null(stream);
	fputs(text, stream);
	assert_int_equal(fclose(stream), 0);
	assert_int_equal(chmod(file_of(place), mode), 0);
}

/* Cut off anywhere, it is damaged: never a shorter list. */
static void test_cut(void **state)
{
	struct place place;
	struct feed_cache kept;
	const char *trouble;
	size_t length;
	char *text;

	place_make(&place);
	kept = doubtful_example();
	write_copy(&place, &kept);
	text = slurp(file_of(&place), &length);
	for (size_t cut = 1; cut < length; cut++) {
		text[length - 1 - cut] = '\0';
		put(&place, text, 0600);
		assert_false(read_copy(&place, &kept, &trouble));
		assert_non_null(trouble);
		assert_non_null(strstr(trouble, "it is damaged"));
	}
	free(text);
	place_release(&place);
}

static void test_damaged(void **state)
{
	static const char *const texts[] = {"", "{}", "[]", "x", "{\"settings\": 3}"};
	struct place place;
	struct feed_cache kept;
	const char *trouble;

	place_make(&place);
	assert_int_equal(mkdir(place.state, 0700), 0);
	for (size_t i = 0; i < ROWS(texts) && row(i, "%s", texts[i]); i++) {
		put(&place, texts[i], 0600);
		assert_false(read_copy(&place, &kept, &trouble));
		assert_non_null(trouble);
	}
	place_release(&place);
}

/* The first `from` of a text becomes `to`. */
static char *replace_text(struct arena *arena, const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	assert_non_null(at);
	return arena_format(arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

/* A copy of before there were roles says what it said. */
static void test_without_roles(void **state)
{
	struct place place;
	struct feed_cache kept = example();
	const char *trouble;
	size_t length;
	char *text;

	place_make(&place);
	kept.trusted_count = 1;
	kept.trusted[0].roles = (struct feed_roles){0};
	kept.trusted[0].counts.unasked = 0;
	write_copy(&place, &kept);
	text = slurp(file_of(&place), &length);
	assert_null(strstr(text, "\"roles\""));
	put(&place, replace_text(place.arena, text, ",\"unasked\":0", ""), 0600);
	assert_true(read_copy(&place, &kept, &trouble));
	assert_int_equal(kept.trusted[0].roles.count, 0);
	assert_int_equal(kept.trusted[0].counts.unasked, 0);
	assert_int_equal(kept.trusted[0].standing_count, 2);
	free(text);
	place_release(&place);
}

/* One value that cannot be so: nothing of the copy is believed. */
static void test_impossible(void **state)
{
	static const struct {
		const char *from, *to;
	} cases[] = {
		{"\"trusted\":[", "\"trusted\":3,\"x\":["},
		{"\"trusted\":[", "\"trusted\":[{},"},
		{"\"first_at\":", "\"first\":"},
		{"\"last_at\":", "\"last\":"},
		{"\"sha256\":\"a", "\"sha256\":\""},
		{"\"first_at\":1798", "\"first_at\":-1798"},
		{"\"last_at\":1798", "\"last_at\":9000000000001798"},
		{"\"shrunk_since\":1798", "\"shrunk_since\":-1798"},
		{"\"set_aside\":2,", "\"set_aside\":9223372036854775807,"},
		{"\"records\":9", "\"records\":10"},
		{"\"records\":9", "\"records\":\"9\""},
		{"\"records\":9,", ""},
		{"\"unusable\":3", "\"unusable\":-3"},
		{"\"used\":1", "\"used\":5"},
		{"\"known\":5", "\"known\":10"},
		{"\"absences\":[", "\"absences\":{},\"x\":["},
		{"\"absences\":[", "\"absences\":[7,"},
		{"\"person\":\"0042\"", "\"person\":\"\""},
		{"\"start\":1000", "\"start\":2000"},
		{"\"standing\":[", "\"standing\":{},\"x\":["},
		{"\"person\":\"0044\"", "\"name\":\"0044\""},
		{"\"unasked\":2", "\"unasked\":4"},
		{"\"unasked\":2", "\"unasked\":\"2\""},
		{"\"roles\":[", "\"roles\":{},\"x\":["},
		{"\"roles\":[", "\"roles\":[7,"},
		{"\"asked\":{", "\"asked\":[],\"x\":{"},
		{"\"set_aside\":[\"0044\"]", "\"set_aside\":[\"\"]"},
		{"\"set_aside\":[\"0044\"]", "\"set_aside\":[44]"},
		{"\"role\":\"Ærø\"", "\"role\":\"\""},
		{"\"role\":\"Ærø\"", "\"title\":\"Ærø\""},
		{"\"deputies\":[", "\"deputies\":[\"\","},
		{"\"deputies\":[", "\"deputies\":[7,"},
		{"\"doubts\":8", "\"doubts\":0"},
		{"\"why\":", "\"x\":"},
		{"\"since\":", "\"x\":"},
	};
	struct place place;
	struct feed_cache kept = doubtful_example();
	const char *trouble;
	size_t length;
	char *text;

	place_make(&place);
	write_copy(&place, &kept);
	text = slurp(file_of(&place), &length);
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].to); i++) {
		put(&place, replace_text(place.arena, text, cases[i].from, cases[i].to), 0600);
		assert_false(read_copy(&place, &kept, &trouble));
		assert_non_null(trouble);
		assert_non_null(strstr(trouble, "it is damaged"));
	}
	put(&place, text, 0600);
	assert_true(read_copy(&place, &kept, &trouble));
	free(text);
	place_release(&place);
}

/* The copy of a postvagt that judged otherwise is none, without a word; so are the validators of another version. */
static void test_other_version(void **state)
{
	struct place place;
	struct feed_cache kept = example();
	const char *trouble;
	size_t length;
	char *text;

	place_make(&place);
	write_copy(&place, &kept);
	text = slurp(file_of(&place), &length);
	put(&place, replace_text(place.arena, text, "\"copy\":2", "\"copy\":1"), 0600);
	assert_false(read_copy(&place, &kept, &trouble));
	assert_null(trouble);
	put(&place, replace_text(place.arena, text, "\"version\":\"", "\"version\":\"0"), 0600);
	assert_true(read_copy(&place, &kept, &trouble));
	assert_null(kept.etag);
	assert_int_equal(kept.trusted_count, 2);
	free(text);
	place_release(&place);
}

static void expect_trouble(struct place *place, const char *text)
{
	struct feed_cache kept;
	const char *trouble = NULL;

	assert_false(read_copy(place, &kept, &trouble));
	assert_non_null(trouble);
	assert_non_null(strstr(trouble, text));
}

static void test_distrust(void **state)
{
	struct place place;
	struct feed_cache kept;
	char *elsewhere;

	place_make(&place);
	kept = example();
	write_copy(&place, &kept);
	assert_int_equal(chmod(file_of(&place), 0620), 0);
	expect_trouble(&place, "others can write it");
	elsewhere = arena_format(place.arena, "%s/elsewhere", place.folder.path);
	assert_int_equal(rename(file_of(&place), elsewhere), 0);
	assert_int_equal(chmod(elsewhere, 0600), 0);
	assert_int_equal(symlink(elsewhere, file_of(&place)), 0);
	expect_trouble(&place, "counts as none");
	unlink(file_of(&place));
	unlink(elsewhere);
	assert_int_equal(mkdir(file_of(&place), 0700), 0);
	expect_trouble(&place, "not a regular file");
	rmdir(file_of(&place));
	assert_int_equal(mkfifo(file_of(&place), 0600), 0);
	expect_trouble(&place, "not a regular file");
	place_release(&place);
}

/* The copy is text of ours, but nothing may lead out of the folder. */
static void test_paths(void **state)
{
	struct arena *arena = arena_new();
	struct feed_settings feed = {.name = "../a b"};
	char name[1000];

	assert_string_equal(feed_cache_path("/s", &feed, arena), "/s/feed-%2E%2E%2Fa%20b.json");
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	feed.name = name;
	assert_int_equal(strlen(feed_cache_path("/s", &feed, arena)), strlen("/s/feed-.json") + 64);
	arena_free(arena);
}

static void test_folder(void **state)
{
	static const struct {
		const char *reports, *folder;
	} cases[] = {
		{"/a/reports", "/a/state"},
		{"/a/reports//", "/a/state"},
		{"/reports", "//state"},
		{"reports", "./state"},
		{"a/b/reports", "a/b/state"},
	};
	struct arena *arena = arena_new();
	struct settings settings = {0};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].reports); i++) {
		settings.reports_directory = cases[i].reports;
		assert_string_equal(feed_cache_folder(&settings, arena), cases[i].folder);
	}
	setenv("STATE_DIRECTORY", "/var/lib/postvagt:/var/lib/b", 1);
	assert_string_equal(feed_cache_folder(&settings, arena), "/var/lib/postvagt");
	unsetenv("STATE_DIRECTORY");
	arena_free(arena);
}

static void test_no_folder(void **state)
{
	struct place place;
	struct feed_cache kept;
	struct error err = ERROR_INIT;
	bool kept_it = true;
	char *nowhere;

	place_make(&place);
	kept = example();
	nowhere = arena_format(place.arena, "%s/no/state", place.folder.path);
	assert_int_equal(feed_cache_write(&kept, nowhere, &place.settings, &place.feed, &kept_it,
				 &err),
		ERROR_OURS);
	assert_false(kept_it);
	error_release(&err);
	place_release(&place);
}

/* Where another user's folder is: root gives one away, others find the root's. */
static void test_other_user(void **state)
{
	struct place place;
	struct feed_cache kept = example();
	struct error err = ERROR_INIT;
	bool kept_it = true;
	const char *folder = "/postvagt-test-state";

	place_make(&place);
	if (geteuid() == 0) {
		assert_int_equal(mkdir(place.state, 0700), 0);
		assert_int_equal(chown(place.state, 1, 1), 0);
		folder = place.state;
	}
	assert_int_equal(feed_cache_write(&kept, folder, &place.settings, &place.feed, &kept_it,
				 &err),
		0);
	assert_false(kept_it);
	assert_int_not_equal(access(feed_cache_path(folder, &place.feed, place.arena), F_OK), 0);
	place_release(&place);
}

/* Two processes write at once: the copy is whole at every moment. */
static void test_two_writers(void **state)
{
	struct place place;
	struct feed_cache one = example(), two = example(), kept;
	const char *trouble;
	pid_t other;
	int status;

	place_make(&place);
	one.trusted[0].absences.count = 1;
	write_copy(&place, &one);
	other = fork();
	assert_true(other >= 0);
	for (int i = 0; i < 100; i++) {
		write_copy(&place, other ? &two : &one);
		if (!read_copy(&place, &kept, &trouble))
			fail_msg("%s", trouble ? trouble : "no copy");
	}
	if (other == 0)
		_exit(0);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(status, 0);
	place_release(&place);
}

/* One is compared with the last, and with the last that is a day old by its first day. */
static void test_older(void **state)
{
	static const struct {
		moment ages[FEED_TRUSTED_MAX]; /* of the first time that it was read; hours */
		size_t count, older;           /* which; `count`: none */
	} cases[] = {
		{{0}, 0, 0},
		{{1}, 1, 1},
		{{23}, 1, 1},
		{{24}, 1, 0},
		{{1, 23, 24, 30}, 4, 2},
		{{1, 23, 25, 30}, 4, 2},
		{{30, 40}, 2, 0},
		{{1, 2, 3}, 3, 3},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%zu readings", cases[i].count); i++) {
		struct feed_cache cache = {.trusted_count = cases[i].count};
		size_t older = cases[i].older;

		for (size_t j = 0; j < cases[i].count; j++) {
			cache.trusted[j].first_at = AT - cases[i].ages[j] * MOMENT_HOUR;
			cache.trusted[j].last_at = AT;
		}
		assert_ptr_equal(feed_cache_last(&cache),
			cases[i].count > 0 ? &cache.trusted[0] : NULL);
		assert_ptr_equal(feed_cache_older(&cache, AT),
			older < cases[i].count ? &cache.trusted[older] : NULL);
	}
}

/* However often it is read, and another each time, it is compared with one that is a day old and not two. */
static void test_often(void **state)
{
	static const int steps[] = {60, 300, 900, 3600, 7200, 40000};

	for (size_t i = 0; i < ROWS(steps) && row(i, "every %d s", steps[i]); i++) {
		struct feed_cache cache = {0};

		for (moment at = AT; at < AT + 9 * MOMENT_DAY; at += steps[i]) {
			struct kept_reading reading = {.first_at = at, .last_at = at};
			const struct kept_reading *older = feed_cache_older(&cache, at);

			assert_int_equal(older != NULL, at - AT >= MOMENT_DAY);
			if (older)
				assert_true(at - older->first_at < 2 * MOMENT_DAY);
			feed_cache_trust(&cache, &reading, false);
			assert_true(cache.trusted_count <= FEED_TRUSTED_MAX);
			assert_int_equal(feed_cache_last(&cache)->first_at, at);
		}
	}
}

static void test_history(void **state)
{
	struct feed_cache cache = {0};
	struct kept_reading reading = example_reading(AT, 'a');

	reading.first_at = AT;
	feed_cache_trust(&cache, &reading, false);
	feed_cache_repeat(&cache, AT + 60);
	assert_int_equal(cache.trusted_count, 1);
	assert_int_equal(cache.trusted[0].first_at, AT);
	assert_int_equal(cache.trusted[0].last_at, AT + 60);
	reading = example_reading(AT + 120, 'b');
	feed_cache_doubt(&cache, &reading, DOUBT_UNKNOWN, "why");
	assert_true(cache.is_doubted);
	assert_string_equal(cache.doubt.why, "why");
	assert_string_equal(feed_cache_last(&cache)->sha256, cache.trusted[0].sha256);
	feed_cache_repeat(&cache, AT + 180);
	assert_false(cache.is_doubted);
	feed_cache_doubt(&cache, &reading, DOUBT_UNKNOWN, "why");
	feed_cache_trust(&cache, &cache.doubt.reading, false);
	assert_false(cache.is_doubted);
	assert_int_equal(cache.trusted_count, 2);
	assert_string_equal(cache.trusted[0].sha256, reading.sha256);
	feed_cache_doubt(&cache, &reading, DOUBT_UNKNOWN, "why");
	feed_cache_trust(&cache, &cache.doubt.reading, true);
	assert_int_equal(cache.trusted_count, 1);
	assert_string_equal(cache.trusted[0].sha256, reading.sha256);
}

/* Since when it is doubted, and since when for (d) alone. */
static void test_since(void **state)
{
	static const struct {
		unsigned doubts;
		moment since, shrunk_since; /* hours; -1: not */
	} readings[] = {
		{DOUBT_UNKNOWN, 0, -1},
		{DOUBT_SHRUNK, 0, 1},
		{DOUBT_SHRUNK, 0, 1},
		{DOUBT_SHRUNK | DOUBT_UNKNOWN, 0, -1},
		{DOUBT_SHRUNK, 0, 4},
		{0, 0, -1}, /* trusted */
		{DOUBT_SHRUNK, 6, 6},
		{DOUBT_SHRUNK, 6, 6},
	};
	struct feed_cache cache = {0};

	for (size_t i = 0; i < ROWS(readings) && row(i, "doubts %u", readings[i].doubts); i++) {
		moment at = AT + (moment)i * MOMENT_HOUR;
		struct kept_reading reading = {.first_at = at, .last_at = at};

		if (readings[i].doubts == 0) {
			feed_cache_trust(&cache, &reading, false);
			continue;
		}
		feed_cache_doubt(&cache, &reading, readings[i].doubts, "why");
		assert_int_equal(cache.doubt.since, AT + readings[i].since * MOMENT_HOUR);
		if (readings[i].shrunk_since < 0)
			assert_true(cache.doubt.shrunk_since == MOMENT_EARLIEST);
		else
			assert_int_equal(cache.doubt.shrunk_since,
				AT + readings[i].shrunk_since * MOMENT_HOUR);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_round_of_doubt),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_other_settings),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_impossible),
		cmocka_unit_test(test_without_roles),
		cmocka_unit_test(test_other_version),
		cmocka_unit_test(test_distrust),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_no_folder),
		cmocka_unit_test(test_other_user),
		cmocka_unit_test(test_two_writers),
		cmocka_unit_test(test_older),
		cmocka_unit_test(test_often),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_since),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
