/* Fetching, from a server that lies: what is whole comes, and all else is an error in time. */
#include "unit.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "feed/format/json/json_paging.h"
#include "file_case.h"
#include "liar.h"
#include "model/settings.h"
#include "net/fetch.h"
#include "net/request.h"

#define OK_HEAD  "HTTP/1.1 200 OK\r\nConnection: close\r\n"
#define OK(body) OK_HEAD "\r\n" body

/* 200,000 bytes, as gzip. */
#define BOMB                                                                               \
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x31\x01\x00\x00\x00\xc2\xa0\x4a" \
	"\xeb\x9f\xce\x0c\xfe\x40\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" \
	"\xaf\x01\x94\x7d\x23\x36\x40\x0d\x03\x00"

static const struct fetch_bounds quick = {
	.connect = 30000,
	.silence = 30, /* longer than any server here is silent, but for one */
	.total = 60000,
	.pause = 10,
	.pause_most = 3000,
	.bytes = 50000,
	.pages = 4,
};

/* One feed of one server, and what came of it. */
struct trial {
	struct liar liar;
	struct fetch_bounds bounds;
	struct feed_settings feed;
	struct validators known;
	char url[100];
	struct fetches *fetches;
	struct fetch *fetch;
};

static void trial_init(struct trial *trial, const struct lie *lies, size_t count)
{
	*trial = (struct trial){.bounds = quick};
	liar_start(&trial->liar, lies, count);
	snprintf(trial->url, sizeof(trial->url), "http://127.0.0.1:%d/feed?key=1",
		trial->liar.port);
	trial->feed = (struct feed_settings){.fields = {.person = "p"},
		.name = "loen",
		.url = trial->url,
		.format = FEED_JSON,
		.records = ""};
}

static enum fetch_next find_next(void *context, size_t page, const struct strbuf *body,
	struct http_request *next, struct error *err)
{
	const struct feed_settings *feed = context;

	(void)page;
	strbuf_reset(&next->url);
	return feed->next &&
			json_next(feed, body->text, body->length, &next->url, err) == JSON_NEXT_TEXT
		? FETCH_NEXT_ADDRESS
		: FETCH_NEXT_NONE;
}

static struct fetch *start_feed(struct fetches *fetches, struct feed_settings *feed,
	const struct validators *known)
{
	const struct fetch_pager pager = {.next = find_next, .context = feed};
	struct http_request request = HTTP_REQUEST_INIT;
	struct fetch *fetch;

	strbuf_adds(&request.url, feed->url);
	fetch = fetch_start(fetches, &feed->http, &request, &pager, known);
	http_request_release(&request);
	return fetch;
}

static void trial_run(struct trial *trial, enum fetch_state expected)
{
	trial->fetches = fetches_new(&trial->bounds);
	trial->fetch = start_feed(trial->fetches, &trial->feed, &trial->known);
	fetches_wait(trial->fetches);
	if (fetch_state(trial->fetch) != expected)
		print_error("%s\n", fetch_error(trial->fetch)->text.text);
	assert_int_equal(fetch_state(trial->fetch), expected);
	liar_stop(&trial->liar);
}

static void trial_release(struct trial *trial)
{
	fetches_free(trial->fetches);
}

static void assert_says(const struct trial *trial, const char *text)
{
	const char *said = fetch_error(trial->fetch)->text.text;

	if (!strstr(said, text))
		print_error("\"%s\" is not in \"%s\"\n", text, said);
	assert_non_null(strstr(said, text));
	assert_null(strstr(said, "Bearer"));
	assert_null(strstr(said, "hemmelig"));
}

static void assert_asked(const struct trial *trial, size_t request, const char *text)
{
	const char *asked = trial->liar.requests[request];

	if (!strstr(asked, text))
		print_error("\"%s\" is not in:\n%s\n", text, asked);
	assert_non_null(strstr(asked, text));
}

/* The feed is read, with these pages, in so many requests. */
static void expect_pages(const struct lie *lies, size_t count, size_t requests,
	const char *const *pages, size_t page_count)
{
	struct trial trial;

	trial_init(&trial, lies, count);
	trial.feed.records = "/items";
	trial.feed.next = "/next";
	trial_run(&trial, FETCH_FRESH);
	assert_int_equal(trial.liar.count, requests);
	assert_int_equal(fetch_page_count(trial.fetch), page_count);
	for (size_t i = 0; i < page_count; i++)
		assert_string_equal(fetch_page(trial.fetch, i)->text, pages[i]);
	trial_release(&trial);
}

static void expect_page(const struct lie *lies, size_t count, const char *page)
{
	expect_pages(lies, count, count, &page, 1);
}

/* It fails, after so many requests, and says so. */
static void expect_failure(const struct lie *lies, size_t count, size_t requests, const char *text)
{
	struct trial trial;

	trial_init(&trial, lies, count);
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, text);
	assert_says(&trial, trial.url);
	assert_int_equal(trial.liar.count, requests);
	trial_release(&trial);
}

#define LIES(...)                          \
	(const struct lie[]){__VA_ARGS__}, \
		sizeof((const struct lie[]){__VA_ARGS__}) / sizeof(struct lie)

static void test_plain(void **state)
{
	static const struct lie lie = {.text = OK_HEAD
		"Date: Mon, 23 Nov 2026 10:00:02 GMT\r\n"
		"ETag: \"7\"\r\nLast-Modified: Mon, 23 Nov 2026 10:00:00 GMT\r\n\r\n[]"};
	struct trial trial;

	trial_init(&trial, &lie, 1);
	trial_run(&trial, FETCH_FRESH);
	assert_string_equal(fetch_page(trial.fetch, 0)->text, "[]");
	assert_string_equal(fetch_validators(trial.fetch).etag, "\"7\"");
	assert_string_equal(fetch_validators(trial.fetch).last_modified,
		"Mon, 23 Nov 2026 10:00:00 GMT");
	assert_asked(&trial, 0, "GET /feed?key=1 HTTP/1.1\r\n");
	assert_asked(&trial, 0, "User-Agent: postvagt/");
	assert_asked(&trial, 0, "Accept-Encoding: ");
	assert_asked(&trial, 0, "gzip");
	assert_null(strstr(trial.liar.requests[0], "If-"));
	assert_null(strstr(trial.liar.requests[0], "Authorization"));
	trial_release(&trial);
}

/* Before a second is over the next version may look the same. */
static void test_just_changed(void **state)
{
	static const struct lie lies[] = {
		{.text = OK_HEAD "Date: Mon, 23 Nov 2026 10:00:01 GMT\r\n"
				 "ETag: \"7\"\r\n"
				 "Last-Modified: Mon, 23 Nov 2026 10:00:00 GMT\r\n\r\n[]"},
		{.text = OK_HEAD "Last-Modified: Mon, 23 Nov 2026 10:00:00 GMT\r\n\r\n[]"},
		{.text = OK_HEAD "Date: Mon, 23 Nov 2026 10:00:09 GMT\r\n"
				 "Last-Modified: i går\r\n\r\n[]"},
	};

	for (size_t i = 0; i < ROWS(lies) && row(i, "%s", lies[i].text); i++) {
		struct trial trial;

		trial_init(&trial, &lies[i], 1);
		trial_run(&trial, FETCH_FRESH);
		assert_null(fetch_validators(trial.fetch).etag);
		assert_null(fetch_validators(trial.fetch).last_modified);
		trial_release(&trial);
	}
}

static void test_unchanged(void **state)
{
	static const struct lie lie = {
		.text = "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"};
	struct trial trial;

	trial_init(&trial, &lie, 1);
	trial.known = (struct validators){"\"7\"", "Mon, 23 Nov 2026 10:00:00 GMT"};
	trial_run(&trial, FETCH_UNCHANGED);
	assert_asked(&trial, 0, "If-None-Match: \"7\"\r\n");
	assert_asked(&trial, 0, "If-Modified-Since: Mon, 23 Nov 2026 10:00:00 GMT\r\n");
	trial_release(&trial);
	expect_failure(&lie, 1, 1, "304");
}

static void test_statuses(void **state)
{
	expect_failure(LIES({.text = "HTTP/1.1 401 No\r\nConnection: close\r\n\r\n"}), 1,
		"token_file");
	expect_failure(LIES({.text = "HTTP/1.1 403 No\r\nConnection: close\r\n\r\n"}), 1, "403");
	expect_failure(LIES({.text = "HTTP/1.1 404 No\r\nConnection: close\r\n\r\n[]"}), 1, "url");
	expect_failure(LIES({.text = "HTTP/1.1 204 No\r\nConnection: close\r\n\r\n"}), 1, "204");
	expect_failure(LIES({.text = "HTTP/1.1 206 No\r\nConnection: close\r\n\r\n[]"}), 1, "206");
	expect_failure(LIES({.text = "HTTP/1.1 203 No\r\nConnection: close\r\n\r\n[]"}), 1, "203");
	expect_failure(LIES({.text = "[]\r\n\r\n"}), 1, "HTTP/0.9");
}

static void test_retries(void **state)
{
	static const char error[] = "HTTP/1.1 500 No\r\nConnection: close\r\n\r\n[1]";

	expect_page(LIES({.text = error}, {.text = OK("[]")}), "[]");
	expect_page(LIES({.text = "HTTP/1.1 503 No\r\nConnection: close\r\n\r\n"}, {.text = error},
			    {.text = OK("[]")}),
		"[]");
	expect_page(LIES({.text = OK_HEAD "Content-Length: 9\r\n\r\n[1,"}, {.text = OK("[]")}),
		"[]");
	expect_page(LIES({.text = ""}, {.text = OK("[]")}), "[]");
	expect_failure(LIES({.text = error}), 3, "500");
}

static void test_retry_after(void **state)
{
	expect_page(LIES({.text = "HTTP/1.1 429 No\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"},
			    {.text = OK("[]")}),
		"[]");
	expect_failure(
		LIES({.text = "HTTP/1.1 429 No\r\nRetry-After: 3600\r\nConnection: close\r\n\r\n"}),
		1, "3600 seconds");
	expect_failure(
		LIES({.text = "HTTP/1.1 503 No\r\nRetry-After: 3600\r\nConnection: close\r\n\r\n"}),
		1, "503");
}

static void test_cut_off(void **state)
{
	expect_failure(LIES({.text = OK_HEAD "Content-Length: 9\r\n\r\n[1,"}), 3,
		": Transferred a partial file (tried 3 times)");
	expect_failure(LIES({.text = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n"}), 3,
		"tried 3 times");
	expect_failure(LIES({.text = OK("")}), 3, "tried 3 times");
	expect_failure(LIES({.text = "HTTP/1.1 200 OK\r\nConte"}), 3, "tried 3 times");
}

static void test_slow(void **state)
{
	expect_page(LIES({.text = OK_HEAD "Content-Length: 2\r\n\r\n[]", .pause = 5}), "[]");
}

static void test_silent(void **state)
{
	static const struct lie lie = {.text = NULL};
	struct trial trial;

	trial_init(&trial, &lie, 1);
	trial.bounds.silence = 1;
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, "tried 3 times");
	assert_int_equal(trial.liar.count, 3);
	trial_release(&trial);
}

/* Always something, never all: the whole fetch has its end. */
static void test_deadline(void **state)
{
	static const struct lie lie = {
		.text = OK_HEAD "\r\n[                            ", .pause = 50};
	struct trial trial;

	trial_init(&trial, &lie, 1);
	trial.bounds.total = 1000;
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, "within 1 seconds");
	assert_int_equal(trial.liar.count, 1);
	trial_release(&trial);
}

static void test_too_much(void **state)
{
	static const char bomb[] = OK_HEAD "Content-Encoding: gzip\r\n\r\n" BOMB;
	const struct lie lies[] = {{.text = bomb, .length = sizeof(bomb) - 1}};
	char endless[1000];

	memset(endless, ' ', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	memcpy(endless, OK("["), strlen(OK("[")));
	expect_failure(lies, 1, 1, "more than 50000 bytes");
	expect_failure(LIES({.text = endless, .times = 60}), 1, "more than 50000 bytes");
	expect_failure(LIES({.text = OK_HEAD "Content-Encoding: gzip\r\n\r\nno gzip"}), 1,
		"ncoding");
}

static void test_pages(void **state)
{
	static const char *const linked[] = {"[1]", "[2]", "[3]"};
	static const char *const pointed[] = {
		"{\"items\":[],\"next\":\"/b\"}", "{\"items\":[],\"next\":\"\"}"};
	static const char *const both[] = {"{\"items\":[],\"next\":\"/wrong\"}", "{\"items\":[]}"};

	expect_pages(LIES({.text = OK_HEAD "Link: </b>; rel=next\r\n\r\n[1]"},
			     {.text = OK_HEAD
				     "Link: </a>; rel=prev\r\nLink: <c>; rel=next\r\n\r\n[2]"},
			     {.text = OK("[3]")}),
		3, linked, 3);
	expect_pages(LIES({.text = OK("{\"items\":[],\"next\":\"/b\"}")},
			     {.text = OK("{\"items\":[],\"next\":\"\"}")}),
		2, pointed, 2);
	expect_pages(LIES({.text = OK_HEAD
				  "Link: </b>; rel=next\r\n\r\n{\"items\":[],\"next\":\"/wrong\"}"},
			     {.text = OK("{\"items\":[]}")}),
		2, both, 2);
	expect_pages(LIES({.text = OK_HEAD "Link: </b>; rel=next\r\n\r\n[1]"},
			     {.text = "HTTP/1.1 500 No\r\nConnection: close\r\n\r\n"},
			     {.text = OK_HEAD "Link: </c>; rel=next\r\n\r\n[2]"},
			     {.text = OK("[3]")}),
		4, linked, 3);
}

/* What is said of the first page says nothing of the others. */
static void test_page_validators(void **state)
{
	static const struct lie lies[] = {
		{.text = OK_HEAD "ETag: \"7\"\r\nLink: </b>; rel=next\r\n\r\n[1]"},
		{.text = OK_HEAD "ETag: \"8\"\r\n\r\n[2]"},
	};
	struct trial trial;

	trial_init(&trial, lies, 2);
	trial.known.etag = "\"6\"";
	trial_run(&trial, FETCH_FRESH);
	assert_null(fetch_validators(trial.fetch).etag);
	assert_asked(&trial, 0, "If-None-Match: \"6\"");
	assert_null(strstr(trial.liar.requests[1], "If-None-Match"));
	trial_release(&trial);
}

static void test_bad_pages(void **state)
{
	expect_failure(LIES({.text = OK_HEAD "Link: </b>; rel=next\r\n\r\n[1]"}), 3,
		"read already");
	expect_failure(LIES({.text = OK_HEAD "Link: </b>; rel=next\r\n\r\n[1]"},
			       {.text = OK_HEAD "Link: </c>; rel=next\r\n\r\n[1]"},
			       {.text = OK_HEAD "Link: </d>; rel=next\r\n\r\n[1]"},
			       {.text = OK_HEAD "Link: </e>; rel=next\r\n\r\n[1]"}),
		4, "more than 4 pages");
	expect_failure(LIES({.text = OK_HEAD "Link: </b>; rel=next\r\n\r\n[1]"},
			       {.text = "HTTP/1.1 404 No\r\nConnection: close\r\n\r\n"}),
		2, "page 2: ");
	expect_failure(LIES({.text = OK_HEAD "Link: </b>; rel=next\r\n\r\n[1]"},
			       {.text = "HTTP/1.1 304 No\r\nConnection: close\r\n\r\n"}),
		2, "304");
	expect_failure(LIES({.text = OK_HEAD "Link: <file:///etc/passwd>; rel=next\r\n\r\n[1]"}), 1,
		"neither https:// nor http://");
}

#define MOVED(to) "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: " to "\r\n\r\n"

static void test_redirects(void **state)
{
	expect_page(LIES({.text = MOVED("/a")}, {.text = MOVED("b")}, {.text = OK("[]")}), "[]");
	expect_failure(LIES({.text = MOVED("/a")}), 6, "more than 5 redirects");
	expect_failure(LIES({.text = MOVED("file:///etc/passwd")}), 1,
		"neither https:// nor http://");
	expect_failure(LIES({.text = "HTTP/1.1 301 No\r\nConnection: close\r\n\r\n"}), 1,
		"without an address");
}

/* The token goes to its own host and port only. */
static void test_token(void **state)
{
	static const struct lie here = {.text = OK("[]")}, moved = {.text = MOVED("/a")};
	struct folder folder;
	struct strbuf file = STRBUF_INIT;
	struct trial trial, other;
	char location[200];
	struct lie lies[2] = {moved, {.text = location}};

	folder_make(&folder);
	folder_write(&folder, "token", "hemmelig\n", 9);
	folder_path(&folder, "token", &file);
	assert_int_equal(chmod(file.text, 0600), 0);
	liar_start(&other.liar, &here, 1);
	snprintf(location, sizeof(location), MOVED("http://127.0.0.1:%d/"), other.liar.port);
	trial_init(&trial, lies, 2);
	trial.feed.http.token_file = file.text;
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, "another host or port");
	assert_int_equal(trial.liar.count, 2);
	assert_asked(&trial, 0, "Authorization: Bearer hemmelig\r\n");
	assert_asked(&trial, 1, "Authorization: Bearer hemmelig\r\n");
	trial_release(&trial);
	trial_init(&trial, lies, 2);
	trial_run(&trial, FETCH_FRESH);
	trial_release(&trial);
	liar_stop(&other.liar);
	assert_int_equal(other.liar.count, 1);
	folder_remove(&folder, "token");
	folder_release(&folder);
	strbuf_release(&file);
}

static void test_bad_token(void **state)
{
	static const struct lie lie = {.text = OK("[]")};
	static const struct {
		const char *text;
		mode_t mode;
		const char *says;
	} cases[] = {
		{"hemmelig", 0644, "others can read it"},
		{"to ord\n", 0600, "no bearer token"},
		{"hemm\relig\n", 0600, "no bearer token"},
		{"hemmeligt\xc3\xb8\n", 0600, "no bearer token"},
		{"", 0600, "empty"},
	};
	struct folder folder;
	struct strbuf file = STRBUF_INIT;

	folder_make(&folder);
	folder_path(&folder, "token", &file);
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct trial trial;

		folder_write(&folder, "token", cases[i].text, strlen(cases[i].text));
		assert_int_equal(chmod(file.text, cases[i].mode), 0);
		trial_init(&trial, &lie, 1);
		trial.feed.http.token_file = file.text;
		trial_run(&trial, FETCH_FAILED);
		assert_says(&trial, cases[i].says);
		assert_int_equal(trial.liar.count, 0);
		trial_release(&trial);
	}
	folder_remove(&folder, "token");
	folder_release(&folder);
	strbuf_release(&file);
}

static void expect_file(const char *url, enum fetch_state expected, const char *text)
{
	struct feed_settings feed = {.name = "loen", .url = url, .format = FEED_CSV};
	struct fetches *fetches = fetches_new(&quick);
	struct fetch *fetch = start_feed(fetches, &feed, NULL);

	fetches_wait(fetches);
	assert_int_equal(fetch_state(fetch), expected);
	if (expected == FETCH_FRESH)
		assert_string_equal(fetch_page(fetch, 0)->text, text);
	else
		assert_non_null(strstr(fetch_error(fetch)->text.text, text));
	fetches_free(fetches);
}

static void test_files(void **state)
{
	struct folder folder;
	struct strbuf path = STRBUF_INIT;
	struct arena *arena = arena_new();

	folder_make(&folder);
	folder_write(&folder, "l\xc3\xb8n 1.csv", "a;b\n", 4);
	folder_write(&folder, "empty", "", 0);
	folder_path(&folder, "pipe", &path);
	assert_int_equal(mkfifo(path.text, 0600), 0);
	expect_file(arena_format(arena, "file://%s/l%%c3%%b8n%%201.csv", folder.path), FETCH_FRESH,
		"a;b\n");
	expect_file(arena_format(arena, "file://localhost%s/empty", folder.path), FETCH_FRESH, "");
	expect_file(arena_format(arena, "file://%s/missing", folder.path), FETCH_FAILED,
		"No such file");
	expect_file(arena_format(arena, "file://%s", folder.path), FETCH_FAILED, "not a file");
	expect_file(arena_format(arena, "file://%s/pipe", folder.path), FETCH_FAILED, "not a file");
	folder_remove(&folder, "l\xc3\xb8n 1.csv");
	folder_remove(&folder, "empty");
	folder_remove(&folder, "pipe");
	folder_release(&folder);
	strbuf_release(&path);
	arena_free(arena);
}

static void test_nobody_there(void **state)
{
	static const struct lie lie = {.text = OK("[]")};
	struct trial trial;

	trial_init(&trial, &lie, 1);
	shutdown(trial.liar.fd, SHUT_RDWR);
	pthread_join(trial.liar.thread, NULL);
	close(trial.liar.fd);
	trial.fetches = fetches_new(&quick);
	trial.fetch = start_feed(trial.fetches, &trial.feed, NULL);
	fetches_wait(trial.fetches);
	assert_int_equal(fetch_state(trial.fetch), FETCH_FAILED);
	assert_int_equal(fetch_error(trial.fetch)->kind, ERROR_LOST);
	assert_says(&trial, "tried 3 times");
	assert_null(strstr(fetch_error(trial.fetch)->text.text,
		" ms")); /* the same words each time */
	trial_release(&trial);
}

/* Given up while under way, and while waiting for another try. */
static void test_given_up(void **state)
{
	static const struct lie lies[] = {
		{.text = NULL}, {.text = "HTTP/1.1 500 No\r\nConnection: close\r\n\r\n"}};

	for (size_t i = 0; i < ROWS(lies) && row(i, "%s", lies[i].text ? lies[i].text : "silence");
		i++) {
		struct trial trial;

		trial_init(&trial, &lies[i], 1);
		trial.fetches = fetches_new(&quick);
		trial.fetch = start_feed(trial.fetches, &trial.feed, NULL);
		for (int j = 0; j < 5; j++)
			fetches_poll(trial.fetches, NULL, 0, 20);
		assert_int_equal(fetch_state(trial.fetch), FETCH_RUNNING);
		if (i == 0)
			fetch_end(trial.fetch);
		trial_release(&trial);
		liar_stop(&trial.liar);
	}
}

/* Another descriptor wakes it, whatever it has to say, and also where nothing is fetched. */
static void test_extra(void **state)
{
	struct fetches *fetches = fetches_new(&quick);
	int ends[2];
	struct pollfd extra;

	assert_int_equal(pipe(ends), 0);
	extra = (struct pollfd){.fd = ends[0], .events = POLLIN};
	fetches_poll(fetches, &extra, 1, 1);
	assert_int_equal(extra.revents, 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	fetches_poll(fetches, &extra, 1, -1);
	assert_int_equal(extra.revents, POLLIN);
	close(ends[1]);
	assert_int_equal(read(ends[0], &extra.events, 1), 1);
	extra.events = POLLIN;
	fetches_poll(fetches, &extra, 1, -1);
	assert_int_equal(extra.revents & POLLHUP, POLLHUP);
	close(ends[0]);
	fetches_free(fetches);
	fetches_free(NULL);
}

/* Several at once: the slow one holds nobody up. */
static void test_several(void **state)
{
	static const struct lie fast = {.text = OK("[]")}, silent = {.text = NULL};
	struct trial a, b;
	struct fetch *slow;

	trial_init(&a, &silent, 1);
	trial_init(&b, &fast, 1);
	a.fetches = fetches_new(&quick);
	slow = start_feed(a.fetches, &a.feed, NULL);
	b.fetch = start_feed(a.fetches, &b.feed, NULL);
	while (fetch_state(b.fetch) == FETCH_RUNNING)
		fetches_poll(a.fetches, NULL, 0, -1);
	assert_int_equal(fetch_state(b.fetch), FETCH_FRESH);
	assert_int_equal(fetch_state(slow), FETCH_RUNNING);
	fetches_free(a.fetches);
	liar_stop(&a.liar);
	liar_stop(&b.liar);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_just_changed),
		cmocka_unit_test(test_unchanged),
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_retries),
		cmocka_unit_test(test_retry_after),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_page_validators),
		cmocka_unit_test(test_bad_pages),
		cmocka_unit_test(test_redirects),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_bad_token),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_extra),
		cmocka_unit_test(test_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
