/* Feeds: fresh, kept, doubted, unread, from one run to the next. */
#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "feed/feeds.h"
#include "file_case.h"
#include "liar.h"
#include "net/fetch.h"

#define NOON 1798012800
#define HOUR 3600

/* A feed, and the run that read it last. */
struct house {
	struct folder folder;
	struct arena *arena;
	struct settings settings;
	struct feed_settings feed;
	struct feeds feeds;
};

static void house_make(struct house *house)
{
	*house = (struct house){.arena = arena_new()};
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
	arena_free(house->arena);
}

/* JSON of so many absences, the first of person 1. */
static const char *absences(const struct house *house, size_t count)
{
	struct strbuf text = STRBUF_INIT;
	const char *result;

	strbuf_addc(&text, '[');
	for (size_t i = 1; i <= count; i++)
		strbuf_addf(&text,
			"%s{\"p\":\"%zu\",\"f\":\"2026-12-23\",\"u\":\"2026-12-24\",\"kind\":\"sygdom\"}",
			i > 1 ? "," : "", i);
	strbuf_addc(&text, ']');
	result = arena_string(house->arena, text.text);
	strbuf_release(&text);
	return result;
}

/* Another run, an hour of the day, with the feed as it then is (NULL: not there). */
static const struct feed *run(struct house *house, const char *text, moment now,
	enum feeds_purpose purpose)
{
	feeds_release(&house->feeds);
	folder_remove(&house->folder, "feed");
	if (text)
		folder_write(&house->folder, "feed", text, strlen(text));
	feeds_init(&house->feeds, &house->settings);
	feeds_read(&house->feeds, now, purpose);
	return &house->feeds.items[0];
}

static void expect(const struct feed *feed, enum feed_state state, size_t count, bool held)
{
	for (size_t i = 0; feed->state != state && i < feed->findings.count; i++)
		print_error("%s: %s\n", feed->findings.items[i].where,
			feed->findings.items[i].what);
	assert_int_equal(feed->state, state);
	assert_int_equal(feed->absences.count, count);
	assert_int_equal(feed->held != NULL, held);
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

static void test_fresh(void **state)
{
	struct house house;
	const struct feed *feed;
	char bytes[2000] = "";
	FILE *copy;

	house_make(&house);
	feed = run(&house, absences(&house, 3), NOON, FEEDS_LOOK);
	expect(feed, FEED_FRESH, 3, false);
	assert_int_equal(feed->findings.count, 0);
	assert_int_equal(feed->read_at, NOON);
	assert_int_equal(strlen(feed->sha256), 64);
	assert_string_equal(feed->absences.items[2].person, "3");
	assert_string_equal(feed->absences.feed, "loen");
	assert_true(feed_expiry(feed) == MOMENT_LATEST);
	copy = fopen(copy_path(&house), "r");
	assert_non_null(copy);
	assert_true(fread(bytes, 1, sizeof(bytes) - 1, copy) > 100);
	fclose(copy);
	assert_null(strstr(bytes, "sygdom"));
	assert_null(strstr(bytes, "kind"));
	house_release(&house);
}

/* Rule 8: from the copy while it is young, then held; the copy's own deputies and all. */
static void test_down(void **state)
{
	struct house house;
	const struct feed *feed;

	house_make(&house);
	feed = run(&house, NULL, NOON, FEEDS_KEEP);
	expect(feed, FEED_UNREAD, 0, true);
	assert_true(feed->read_at == MOMENT_EARLIEST);
	assert_string_equal(feed->sha256, "");
	expect_finding(feed, "there is no copy of it");
	assert_non_null(strstr(feed->held, "feed loen"));
	run(&house, "[{\"p\":\"1\",\"f\":\"2026-12-23\",\"d\":[\"2\",\"3;4\"]}]", NOON, FEEDS_KEEP);
	feed = run(&house, NULL, NOON + 24 * HOUR - 1, FEEDS_KEEP);
	expect(feed, FEED_CACHED, 1, false);
	assert_int_equal(feed->read_at, NOON);
	assert_int_equal(feed_expiry(feed), NOON + 24 * HOUR);
	assert_int_equal(feed->absences.items[0].deputy_count, 3);
	assert_string_equal(feed->absences.items[0].deputies[2], "4");
	expect_finding(feed, "serves until");
	expect_finding(feed, "No such file");
	feed = run(&house, NULL, NOON + 24 * HOUR, FEEDS_KEEP);
	expect(feed, FEED_UNREAD, 0, true);
	expect_finding(feed, "too old");
	feed = run(&house, NULL, NOON - 25 * HOUR, FEEDS_KEEP);
	expect(feed, FEED_UNREAD, 0, true);
	feed = run(&house, absences(&house, 1), NOON + 25 * HOUR, FEEDS_KEEP);
	expect(feed, FEED_FRESH, 1, false);
	house_release(&house);
}

/* What is no feed of this format is no empty feed. */
static void test_unreadable(void **state)
{
	static const char *const texts[] = {"", " ", "[", "{}", "[]x", "<html></html>",
		"{\"error\":\"token expired\"}", "null"};
	struct house house;

	house_make(&house);
	run(&house, absences(&house, 2), NOON, FEEDS_KEEP);
	for (size_t i = 0; i < ROWS(texts) && row(i, "%s", texts[i]); i++)
		expect(run(&house, texts[i], NOON + HOUR, FEEDS_KEEP), FEED_CACHED, 2, false);
	house_release(&house);
}

static void test_shrunk(void **state)
{
	struct house house;
	const struct feed *feed;
	const char *one;

	house_make(&house);
	one = absences(&house, 1);
	run(&house, absences(&house, 5), NOON, FEEDS_LOOK);
	for (int i = 1; i <= 2; i++) {
		feed = run(&house, one, NOON + i * HOUR, FEEDS_LOOK);
		expect(feed, FEED_DOUBTED, 5, false);
		assert_int_equal(feed->read_at, NOON);
		expect_finding(feed, "from 5 absences to 1");
	}
	expect(run(&house, one, NOON + 3 * HOUR, FEEDS_KEEP), FEED_DOUBTED, 5, false);
	expect(run(&house, one, NOON + 4 * HOUR, FEEDS_LOOK), FEED_DOUBTED, 5, false);
	expect(run(&house, NULL, NOON + 4 * HOUR, FEEDS_KEEP), FEED_CACHED, 5, false);
	expect(run(&house, one, NOON + 5 * HOUR, FEEDS_KEEP), FEED_FRESH, 1, false);
	feed = run(&house, one, NOON + 6 * HOUR, FEEDS_LOOK);
	expect(feed, FEED_FRESH, 1, false);
	assert_int_equal(feed->findings.count, 0);
	house_release(&house);
}

/* Who is new in the reading counts at once, beside the old. */
static void test_shrunk_to_others(void **state)
{
	struct house house;
	const struct feed *feed;

	house_make(&house);
	run(&house, absences(&house, 5), NOON, FEEDS_KEEP);
	feed = run(&house, "[{\"p\":\"9\",\"f\":\"2026-12-23\"}]", NOON, FEEDS_KEEP);
	expect(feed, FEED_DOUBTED, 6, false);
	assert_string_equal(feed->absences.items[0].person, "9");
	house_release(&house);
}

static void test_how_much(void **state)
{
	static const struct {
		size_t was, is;
		enum feed_state state;
	} cases[] = {
		{1, 0, FEED_FRESH},
		{4, 0, FEED_FRESH},
		{5, 0, FEED_DOUBTED},
		{5, 2, FEED_DOUBTED},
		{5, 3, FEED_FRESH},
		{6, 3, FEED_FRESH},
		{7, 3, FEED_DOUBTED},
		{0, 0, FEED_FRESH},
		{1, 3, FEED_FRESH},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%zu, then %zu", cases[i].was, cases[i].is);
		i++) {
		struct house house;

		house_make(&house);
		run(&house, absences(&house, cases[i].was), NOON, FEEDS_KEEP);
		assert_int_equal(run(&house, absences(&house, cases[i].is), NOON, FEEDS_KEEP)
					 ->state,
			cases[i].state);
		house_release(&house);
	}
}

/* A doubt is over when the feed is itself again: what shrinks later is doubted anew. */
static void test_recovered(void **state)
{
	struct house house;
	const char *one, *five;

	house_make(&house);
	one = absences(&house, 1);
	five = absences(&house, 5);
	run(&house, five, NOON, FEEDS_KEEP);
	expect(run(&house, one, NOON, FEEDS_KEEP), FEED_DOUBTED, 5, false);
	expect(run(&house, five, NOON, FEEDS_LOOK), FEED_FRESH, 5, false);
	expect(run(&house, one, NOON, FEEDS_KEEP), FEED_DOUBTED, 5, false);
	expect(run(&house, one, NOON, FEEDS_KEEP), FEED_FRESH, 1, false);
	house_release(&house);
}

static void test_shrunk_and_old(void **state)
{
	struct house house;
	const struct feed *feed;
	const moment late = NOON + 30 * HOUR;

	house_make(&house);
	run(&house, absences(&house, 5), NOON, FEEDS_KEEP);
	feed = run(&house, absences(&house, 1), late, FEEDS_KEEP);
	expect(feed, FEED_FRESH, 1, false);
	assert_int_equal(feed->read_at, late);
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
	expect(feed, FEED_FRESH, 1, false);
	assert_int_equal(feed->findings.count, 101);
	expect_finding(feed, "and 50 more");
	assert_non_null(strstr(feed->findings.items[0].where, "feed loen, record 2"));
	house_release(&house);
	strbuf_release(&text);
}

/* What spoils a copy is said once, and a reading makes it good. */
static void test_damaged_copy(void **state)
{
	struct house house;
	const struct feed *feed;

	house_make(&house);
	run(&house, absences(&house, 5), NOON, FEEDS_KEEP);
	assert_int_equal(truncate(copy_path(&house), 50), 0);
	feed = run(&house, NULL, NOON, FEEDS_KEEP);
	expect(feed, FEED_UNREAD, 0, true);
	expect_finding(feed, "it is damaged");
	feed = run(&house, absences(&house, 1), NOON, FEEDS_KEEP);
	expect(feed, FEED_FRESH, 1, false);
	expect_finding(feed, "it is damaged");
	feed = run(&house, NULL, NOON, FEEDS_KEEP);
	expect(feed, FEED_CACHED, 1, false);
	assert_int_equal(feed->findings.count, 1);
	house_release(&house);
}

/* Without a folder the run goes on, and what it read serves as long as it lives. */
static void test_no_room(void **state)
{
	struct house house;
	const struct feed *feed;
	const char *one;

	house_make(&house);
	one = absences(&house, 1);
	folder_write(&house.folder, "state", "", 0);
	feed = run(&house, one, NOON, FEEDS_KEEP);
	expect(feed, FEED_FRESH, 1, false);
	expect_finding(feed, "its copy is not kept");
	folder_remove(&house.folder, "feed");
	feeds_read(&house.feeds, NOON + HOUR, FEEDS_KEEP);
	expect(feed, FEED_CACHED, 1, false);
	folder_remove(&house.folder, "state");
	house_release(&house);
}

static void test_changed(void **state)
{
	static const struct {
		const char *text;
		bool changed;
	} readings[] = {
		{"[]", true},
		{"[]", false},
		{" []", false},
		{"[{\"p\":\"1\",\"f\":\"2026-12-23\"}]", true},
		{"[{\"p\":\"1\",\"f\":\"2026-12-23\",\"kind\":\"x\"}]", false},
		{"[{\"p\":\"1\",\"f\":\"2026-12-22\"}]", true},
		{"[{\"p\":\"1\",\"f\":\"2026-12-22\",\"d\":\"2\"}]", true},
		{"[{\"p\":\"1\",\"f\":\"2026-12-22\",\"d\":\"3\"}]", true},
		{"[{\"p\":\"2\",\"f\":\"2026-12-22\",\"d\":\"3\"}]", true},
		{"[", true},
		{"{", false},
	};
	struct house house;

	house_make(&house);
	for (size_t i = 0; i < ROWS(readings) && row(i, "%s", readings[i].text); i++) {
		folder_write(&house.folder, "feed", readings[i].text, strlen(readings[i].text));
		feeds_read(&house.feeds, NOON, FEEDS_KEEP);
		assert_int_equal(house.feeds.items[0].changed, readings[i].changed);
	}
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
	expect(run(&house, NULL, NOON, FEEDS_LOOK), FEED_FRESH, 1, false);
	assert_int_equal(stat(copy_path(&house), &first), 0);
	feed = run(&house, NULL, NOON + 59, FEEDS_LOOK);
	expect(feed, FEED_FRESH, 1, false);
	assert_int_equal(feed->read_at, NOON + 59);
	assert_int_equal(stat(copy_path(&house), &later), 0);
	assert_true(first.st_ino == later.st_ino);
	expect(run(&house, NULL, NOON + 23 * HOUR, FEEDS_LOOK), FEED_FRESH, 1, false);
	liar_stop(&liar);
	assert_int_equal(liar.count, 3);
	assert_null(strstr(liar.requests[0], "If-None-Match"));
	assert_non_null(strstr(liar.requests[1], "If-None-Match: \"1\""));
	expect(run(&house, NULL, NOON + 46 * HOUR, FEEDS_LOOK), FEED_CACHED, 1, false);
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
		assert_int_equal(run(&house, NULL, NOON, FEEDS_LOOK)->findings.count, 1);
	liar_stop(&liar);
	assert_null(strstr(liar.requests[1], "If-None-Match"));
	house_release(&house);
}

/* One process reads, and another's copy gets the news. */
static void test_two_processes(void **state)
{
	struct house house;
	struct feeds other;
	const char *two;

	house_make(&house);
	two = absences(&house, 2);
	run(&house, absences(&house, 1), NOON, FEEDS_KEEP);
	folder_write(&house.folder, "feed", two, strlen(two));
	feeds_init(&other, &house.settings);
	feeds_read(&other, NOON + HOUR, FEEDS_KEEP);
	folder_remove(&house.folder, "feed");
	feeds_read(&house.feeds, NOON + 2 * HOUR, FEEDS_KEEP);
	expect(&house.feeds.items[0], FEED_CACHED, 2, false);
	assert_int_equal(house.feeds.items[0].read_at, NOON + HOUR);
	feeds_release(&other);
	house_release(&house);
}

/* As a loop does it: asked once, settled once. */
static void test_by_hand(void **state)
{
	struct house house;
	struct feed *feed;

	house_make(&house);
	feed = &house.feeds.items[0];
	folder_write(&house.folder, "feed", "[]", 2);
	feed_complete(&house.feeds, feed, NOON, FEEDS_KEEP);
	assert_int_equal(feed->state, FEED_UNREAD);
	feed_ask(&house.feeds, feed);
	feed_ask(&house.feeds, feed);
	feed_complete(&house.feeds, feed, NOON, FEEDS_KEEP);
	fetches_wait(house.feeds.fetches);
	assert_true(feed_has_answered(feed));
	feed_complete(&house.feeds, feed, NOON, FEEDS_KEEP);
	assert_int_equal(feed->state, FEED_FRESH);
	assert_false(feed_has_answered(feed));
	feed_ask(&house.feeds, feed);
	house_release(&house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fresh),
		cmocka_unit_test(test_down),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_shrunk),
		cmocka_unit_test(test_shrunk_to_others),
		cmocka_unit_test(test_how_much),
		cmocka_unit_test(test_recovered),
		cmocka_unit_test(test_shrunk_and_old),
		cmocka_unit_test(test_bad_records),
		cmocka_unit_test(test_damaged_copy),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_unchanged),
		cmocka_unit_test(test_bad_are_found_again),
		cmocka_unit_test(test_two_processes),
		cmocka_unit_test(test_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
