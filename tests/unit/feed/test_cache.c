/* Kept copies: what is written is read, and what is odd counts as none. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "feed/cache.h"
#include "file_case.h"

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

static struct feed_cache example(void)
{
	static const char *deputies[] = {"0043", "bo@eksempel.dk"};
	static struct feed_absence absences[] = {
		{.record = 1, .person = "0042", .start = 1000, .end = 2000},
		{.record = 3,
			.person = "Ærø \"\n",
			.start = MOMENT_EARLIEST,
			.end = MOMENT_LATEST,
			.deputies = deputies,
			.deputy_count = 2},
	};
	struct feed_cache kept = {
		.read_at = 1798012800,
		.etag = "W/\"1\"",
		.absences = {.items = absences, .count = 2},
	};

	memset(kept.sha256, 'a', SHA256_HEX - 1);
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
	memset(written.doubted_sha256, 'b', SHA256_HEX - 1);
	written.doubted_count = 1;
	write_copy(&place, &written);
	assert_int_equal(stat(place.state, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
	assert_int_equal(stat(file_of(&place), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_true(read_copy(&place, &kept, &trouble));
	assert_null(trouble);
	assert_int_equal(kept.read_at, written.read_at);
	assert_string_equal(kept.sha256, written.sha256);
	assert_string_equal(kept.etag, "W/\"1\"");
	assert_null(kept.last_modified);
	assert_string_equal(kept.doubted_sha256, written.doubted_sha256);
	assert_int_equal(kept.doubted_count, 1);
	assert_string_equal(kept.absences.feed, "løn/1");
	assert_string_equal(kept.absences.match, "employeeNumber");
	assert_int_equal(kept.absences.count, 2);
	assert_int_equal(kept.absences.items[0].start, 1000);
	assert_int_equal(kept.absences.items[0].end, 2000);
	assert_int_equal(kept.absences.items[0].deputy_count, 0);
	assert_int_equal(kept.absences.items[1].record, 3);
	assert_string_equal(kept.absences.items[1].person, "Ærø \"\n");
	assert_true(kept.absences.items[1].start == MOMENT_EARLIEST);
	assert_true(kept.absences.items[1].end == MOMENT_LATEST);
	assert_int_equal(kept.absences.items[1].deputy_count, 2);
	assert_string_equal(kept.absences.items[1].deputies[1], "bo@eksempel.dk");
	place_release(&place);
}

/* Whatever makes of the same pages other absences makes the copy none, without a word. */
static void test_other_settings(void **state)
{
	struct place place;
	struct feed_settings feed;
	struct feed_cache kept;
	const char *trouble;
	struct feed_settings others[8];

	place_make(&place);
	feed = place.feed;
	kept = example();
	write_copy(&place, &kept);
	for (size_t i = 0; i < 8; i++)
		others[i] = feed;
	others[0].url = "https://hr.eksempel.dk/b";
	others[1].format = FEED_CSV;
	others[2].records = "/data";
	others[3].fields.person = "q";
	others[4].fields.deputy = "";
	others[5].match = "mail";
	others[6].charset = "windows-1252";
	others[7].next = "/next";
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
	place.feed.max_age = 17; /* says nothing of what was read */
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
	kept = example();
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
	one.absences.count = 1;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_other_settings),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_distrust),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_no_folder),
		cmocka_unit_test(test_other_user),
		cmocka_unit_test(test_two_writers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
