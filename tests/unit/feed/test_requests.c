/*
 * Requests as settings make them: what is sent first, what follows each page, what is asked about people; and a
 * reading of many pages from a server that lies.
 */
#include "config/settings.h"
#include "feed_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed/format/json/json_paging.h"
#include "feed/request/requests.h"
#include "file_case.h"
#include "liar.h"
#include "net/fetch.h"
#include "net/request.h"

#define HEAD                                                                                         \
	"directory: {url: ldap://localhost, base: dc=dk, bind: {dn: \"cn=a,dc=dk\", password_file: " \
	"secret}}\nabsence:\n  feeds:\n    - name: loen\n      match: employeeNumber\n"

#define FIELDS "      fields: {person: p, from: f}\n"

/* 24 December 2026 08:00 in Copenhagen. */
#define MORNING ((moment)1798095600)

static struct folder folder;

static int set_up(void **state)
{
	folder_make(&folder);
	return feed_use_copenhagen(state);
}

static int tear_down(void **state)
{
	folder_release(&folder);
	return 0;
}

/* The settings with one feed that has these keys as well. */
static struct settings *load_feed(const char *keys)
{
	struct arena *arena = arena_new();
	struct strbuf text = STRBUF_INIT, path = STRBUF_INIT;
	struct settings *settings;
	struct findings findings;

	strbuf_adds(&text, HEAD);
	strbuf_adds(&text, keys);
	if (!strstr(keys, "jq:"))
		strbuf_adds(&text, FIELDS);
	if (strstr(keys, "batch:"))
		strbuf_adds(&text, "      answers: {list: /v, person: p}\n");
	folder_write(&folder, "a.yaml", text.text, text.length);
	folder_path(&folder, "a.yaml", &path);
	findings_init(&findings, arena);
	settings = settings_load(path.text, &findings);
	for (size_t i = 0; i < findings.count; i++)
		print_error("%s: %s\n", findings.items[i].where, findings.items[i].what);
	assert_non_null(settings);
	folder_remove(&folder, "a.yaml");
	strbuf_release(&text);
	strbuf_release(&path);
	arena_free(arena);
	return settings;
}

/* "POST url", a line a field, and the body behind its type; random numbers as they are. */
static void add_request(struct strbuf *out, const struct http_request *request)
{
	strbuf_addf(out, "%s %s", request->method == HTTP_POST ? "POST" : "GET", request->url.text);
	for (size_t i = 0; i < request->field_count; i++)
		strbuf_addf(out, "\n%s", request->fields[i].text);
	if (request->content_type.length > 0 || request->body.length > 0)
		strbuf_addf(out, "\n%s: %s", request->content_type.text, request->body.text);
}

static void assert_request(const struct http_request *request, const char *expected)
{
	struct strbuf out = STRBUF_INIT;

	add_request(&out, request);
	assert_string_equal(out.text, expected);
	strbuf_release(&out);
}

static void test_first(void **state)
{
	static const struct {
		const char *keys, *expected;
	} cases[] = {
		{"      url: https://hr.dk/x?from={today}&to={today+90d}\n      format: json\n",
			"GET https://hr.dk/x?from=2026-12-24&to=2027-03-24"},
		{"      url: https://{server}/{path}/x\n      format: json\n"
		 "      values: {server: \"hr.dk:8443\", path: a/b}\n",
			"GET https://hr.dk:8443/a%2Fb/x"},
		{"      url: https://hr.dk/\n      format: json\n      method: post\n",
			"POST https://hr.dk/"},
		{"      url: https://hr.dk/\n      format: json\n      next: /n\n"
		 "      headers: [{name: Prefer, value: 'outlook.timezone=\"UTC\"'},"
		 " {name: X-Day, value: '{today:%d/%m}'}, {name: X-Cursor, value: '{cursor}'}]\n",
			"GET https://hr.dk/\nPrefer: outlook.timezone=\"UTC\"\nX-Day: 24/12"},
		{"      url: https://hr.dk/graphql\n      format: json\n      next: /n\n"
		 "      values: {unit: \"a\\\"b\"}\n"
		 "      body:\n"
		 "        query: \"query ($c: Cursor) { page(cursor: $c) { objects { uuid } } }\"\n"
		 "        variables: {limit: 200, cursor: \"{cursor}\", from: \"{today}\","
		 " unit: \"{unit}\", open: null, all: true, text: \"true\", none: , code: 007,"
		 " rate: -1.50e3, yes: yes, list: [1, \"1\", ~]}\n",
			"POST https://hr.dk/graphql\napplication/json: "
			"{\"query\":\"query ($c: Cursor) { page(cursor: $c) { objects { uuid } } }\","
			"\"variables\":{\"limit\":200,\"cursor\":null,\"from\":\"2026-12-24\","
			"\"unit\":\"a\\\"b\",\"open\":null,\"all\":true,\"text\":\"true\",\"none\":null,"
			"\"code\":\"007\",\"rate\":-1.50e3,\"yes\":\"yes\",\"list\":[1,\"1\",null]}}"},
		{"      url: https://hr.dk/\n      format: json\n      body: [{a: b}, {}]\n",
			"POST https://hr.dk/\napplication/json: [{\"a\":\"b\"},{}]"},
		{"      url: https://hr.dk/\n      format: json\n      values: {u: \"a&b=c\"}\n"
		 "      body: user={u}&day={today:%d.%m.%Y}\n",
			"POST https://hr.dk/\napplication/x-www-form-urlencoded: "
			"user=a%26b%3Dc&day=24.12.2026"},
		{"      url: https://hr.dk/\n      format: json\n      values: {u: \"<&>\"}\n"
		 "      body: |\n        <x a=\"{u}\">{today}</x>\n",
			"POST https://hr.dk/\ntext/xml; charset=utf-8: "
			"<x a=\"&#60;&#38;&#62;\">2026-12-24</x>\n"},
		{"      url: https://hr.dk/\n      format: json\n      first_page: 0\n"
		 "      body: '{\"page\": {page}, \"day\": \"{today}\"}'\n",
			"POST https://hr.dk/\napplication/json: {\"page\": 0, \"day\": \"2026-12-24\"}"},
		{"      url: https://hr.dk/\n      format: json\n"
		 "      headers: [{name: content-type, value: application/soap+xml}]\n"
		 "      body: x {today}\n",
			"POST https://hr.dk/\napplication/soap+xml: x 2026-12-24"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].keys); i++) {
		struct settings *settings = load_feed(cases[i].keys);
		struct feed_requests *requests = feed_requests_new(&settings->feeds[0], MORNING);
		struct http_request request = HTTP_REQUEST_INIT;
		struct error err = ERROR_INIT;

		assert_int_equal(feed_request_first(requests, &request, &err), 0);
		assert_request(&request, cases[i].expected);
		http_request_release(&request);
		feed_requests_free(requests);
		settings_free(settings);
	}
}

#define GRAPHQL                                                                  \
	"      url: https://hr.dk/\n      format: json\n      records: /items\n" \
	"      next: /next\n      body: {c: \"{cursor}\"}\n"
#define OFFSETS                                                                             \
	"      url: https://hr.dk/?o={cursor}\n      format: json\n      records: /items\n" \
	"      next: /next\n      ends: empty\n"
#define NUMBERS "      url: https://hr.dk/?p={page}\n      format: json\n      records: /items\n"
#define HEADER                                                                   \
	"      url: https://hr.dk/\n      format: json\n      records: /items\n" \
	"      next: /next\n      headers: [{name: X-Next, value: \"{cursor}\"}]\n"
#define ADDRESSES                                                                \
	"      url: https://hr.dk/\n      format: json\n      records: /items\n" \
	"      next: /next\n"
#define JQ                                                                    \
	"      url: https://hr.dk/\n      format: json\n      jq: .items[]\n" \
	"      next: /next\n      body: {c: \"{cursor}\"}\n"

#define PAGE(items, next) "{\"items\":[" items "],\"next\":" next "}"

/* What is sent after each of some pages, a line each; "end", or "bad: why" where that is what follows. */
static void test_next(void **state)
{
	static const struct {
		const char *keys;
		const char *pages[4];
		const char *expected;
	} cases[] = {
		/* An empty page in the middle is a page. */
		{GRAPHQL, {PAGE("1", "\"MA==\""), PAGE("", "\"MQ==\""), PAGE("2", "null")},
			"POST https://hr.dk/\napplication/json: {\"c\":\"MA==\"}\n"
			"POST https://hr.dk/\napplication/json: {\"c\":\"MQ==\"}\nend\n"},
		{GRAPHQL, {PAGE("1", "17"), PAGE("2", "1.50"), PAGE("", "\"\"")},
			"POST https://hr.dk/\napplication/json: {\"c\":17}\n"
			"POST https://hr.dk/\napplication/json: {\"c\":1.50}\nend\n"},
		{GRAPHQL, {PAGE("1", "\"a\\\"}\\u0000\"")},
			"POST https://hr.dk/\napplication/json: {\"c\":\"a\\\"}\\u0000\"}\n"},
		{GRAPHQL, {PAGE("1", "{}")}, "bad: /next is an object"},
		{GRAPHQL, {PAGE("1", "true")}, "bad: /next is true or false"},
		{GRAPHQL, {PAGE("1", "\"a\""), PAGE("2", "\"b\""), PAGE("3", "\"a\"")},
			"POST https://hr.dk/\napplication/json: {\"c\":\"a\"}\n"
			"POST https://hr.dk/\napplication/json: {\"c\":\"b\"}\n"
			"bad: its cursor is one that came before"},
		{GRAPHQL,
			{PAGE("1", "\"a\""),
				"{\"errors\":[{\"message\":\"timeout\"}],\"data\":null}"},
			"POST https://hr.dk/\napplication/json: {\"c\":\"a\"}\n"
			"bad: line 1, column 11: the answer has errors"},
		{JQ, {PAGE("1", "\"a\""), "{\"errors\":[{\"message\":\"timeout\"}],\"items\":[]}"},
			"POST https://hr.dk/\napplication/json: {\"c\":\"a\"}\n"
			"bad: line 1, column 11: the answer has errors"},
		{JQ, {PAGE("1", "\"a\""), PAGE("2", "[]")},
			"POST https://hr.dk/\napplication/json: {\"c\":\"a\"}\n"
			"bad: /next is an array"},
		{OFFSETS, {PAGE("1", "\"a/b\""), PAGE("2", "200"), PAGE("", "\"c\"")},
			"GET https://hr.dk/?o=a%2Fb\nGET https://hr.dk/?o=200\nend\n"},
		{OFFSETS "      jq: .items[]\n", {PAGE("1", "2"), PAGE("", "3")},
			"GET https://hr.dk/?o=2\nend\n"},
		{NUMBERS "      jq: .items[]\n", {PAGE("1", "2"), PAGE("", "3")},
			"GET https://hr.dk/?p=2\nend\n"},
		{OFFSETS, {PAGE("1", "null")}, "bad: it has records, but names no next page"},
		{OFFSETS, {PAGE("", "null")}, "end\n"},
		{OFFSETS, {"{\"next\":\"a\"}"}, "bad: no array at /items"},
		{NUMBERS, {PAGE("1", "9"), PAGE("2", "9"), PAGE("", "9")},
			"GET https://hr.dk/?p=2\nGET https://hr.dk/?p=3\nend\n"},
		{NUMBERS "      first_page: 0\n", {PAGE("1", "9"), PAGE("2", "9")},
			"GET https://hr.dk/?p=1\nGET https://hr.dk/?p=2\n"},
		{NUMBERS, {PAGE("1", "9"), PAGE("2", "9"), PAGE("1", "9")},
			"GET https://hr.dk/?p=2\nGET https://hr.dk/?p=3\n"
			"bad: it is the same as a page before"},
		{HEADER, {PAGE("1", "\"a b\""), PAGE("2", "null")},
			"GET https://hr.dk/\nX-Next: a b\nend\n"},
		{HEADER, {PAGE("1", "\"a\\r\\nHost: x\"")},
			"bad: {cursor} cannot be sent: a header"},
		{ADDRESSES, {PAGE("1", "\"/2\""), PAGE("2", "3"), PAGE("3", "\"\"")},
			"/2\n3\nend\n"},
		{ADDRESSES, {PAGE("1", "{}")}, "bad: /next is an object"},
		{ADDRESSES "      ends: empty\n", {PAGE("1", "\"/2\""), PAGE("", "\"/3\"")},
			"/2\nend\n"},
		{ADDRESSES, {"<html>"}, "bad: line 1, column 1: a web page or XML came"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s%s", cases[i].keys, cases[i].expected);
		i++) {
		struct settings *settings = load_feed(cases[i].keys);
		struct feed_requests *requests = feed_requests_new(&settings->feeds[0], MORNING);
		struct http_request request = HTTP_REQUEST_INIT;
		struct strbuf out = STRBUF_INIT;
		struct error err = ERROR_INIT;

		assert_int_equal(feed_request_first(requests, &request, &err), 0);
		for (size_t j = 0; j < 4 && cases[i].pages[j]; j++) {
			struct strbuf body = STRBUF_INIT;
			enum fetch_next kind;

			strbuf_adds(&body, cases[i].pages[j]);
			kind = feed_request_next(requests, j, &body, &request, &err);
			assert_int_equal(kind == FETCH_NEXT_BAD, err.kind != ERROR_NONE);
			if (kind == FETCH_NEXT_BAD)
				strbuf_addf(&out, "bad: %s", err.text.text);
			else if (kind == FETCH_NEXT_NONE)
				strbuf_adds(&out, "end");
			else if (kind == FETCH_NEXT_ADDRESS)
				strbuf_adds(&out, request.url.text);
			else
				add_request(&out, &request);
			strbuf_addc(&out, '\n');
			strbuf_release(&body);
		}
		assert_true(out.length >= strlen(cases[i].expected));
		assert_memory_equal(out.text, cases[i].expected, strlen(cases[i].expected));
		strbuf_release(&out);
		error_release(&err);
		http_request_release(&request);
		feed_requests_free(requests);
		settings_free(settings);
	}
}

/* Each request has a UUID of its own, and all of a reading have one moment. */
static void test_uuid(void **state)
{
	struct settings *settings = load_feed(
		"      url: https://hr.dk/?p={page}\n      format: json\n"
		"      headers: [{name: A, value: \"{uuid}\"}, {name: B, value: \"{uuid}\"},"
		" {name: C, value: \"{now}\"}]\n");
	struct feed_requests *requests = feed_requests_new(&settings->feeds[0], MORNING);
	struct http_request first = HTTP_REQUEST_INIT, next = HTTP_REQUEST_INIT;
	struct strbuf body = STRBUF_INIT;
	struct error err = ERROR_INIT;

	strbuf_adds(&body, "[1]");
	assert_int_equal(feed_request_first(requests, &first, &err), 0);
	assert_int_equal(feed_request_next(requests, 0, &body, &next, &err), FETCH_NEXT_REQUEST);
	assert_int_equal(first.fields[0].length, strlen("A: f81d4fae-7dec-41d0-a765-00a0c91e6bf6"));
	assert_int_equal(first.fields[0].text[17], '4');
	assert_non_null(strchr("89ab", first.fields[0].text[22]));
	assert_string_equal(first.fields[0].text + 1, first.fields[1].text + 1);
	assert_string_not_equal(first.fields[0].text, next.fields[0].text);
	assert_string_equal(first.fields[2].text, "C: 2026-12-24T07:00:00Z");
	assert_string_equal(next.fields[2].text, first.fields[2].text);
	http_request_release(&first);
	http_request_release(&next);
	strbuf_release(&body);
	feed_requests_free(requests);
	settings_free(settings);
}

static void test_people(void **state)
{
	static const char *const people[] = {"anna@x.dk", "bo\"/\\", "S\xC3\xB8ren"};
	static const struct {
		const char *keys;
		size_t count;
		const char *expected; /* "ERROR part of the error" */
	} cases[] = {
		{"      url: https://g.dk/users/{person}/x\n      format: json\n      asks: people\n",
			1, "GET https://g.dk/users/anna%40x.dk/x"},
		{"      url: https://g.dk/x?who={people}\n      format: json\n      asks: people\n"
		 "      batch: 3\n",
			3, "GET https://g.dk/x?who=anna%40x.dk,bo%22%2F%5C,S%C3%B8ren"},
		{"      url: https://g.dk/$batch\n      format: json\n      asks: people\n"
		 "      batch: 20\n      body: {requests: \"{each}\"}\n"
		 "      each: {id: \"{index}\", method: GET, url: \"/users/{person}/x\"}\n",
			2,
			"POST https://g.dk/$batch\napplication/json: {\"requests\":["
			"{\"id\":\"1\",\"method\":\"GET\",\"url\":\"/users/anna%40x.dk/x\"},"
			"{\"id\":\"2\",\"method\":\"GET\",\"url\":\"/users/bo%22%2F%5C/x\"}]}"},
		{"      url: https://g.dk/x\n      format: json\n      asks: people\n      batch: 20\n"
		 "      body: {schedules: \"{people}\", startTime: {dateTime: "
		 "\"{today:%Y-%m-%dT00:00:00}\", timeZone: UTC}}\n",
			3,
			"POST https://g.dk/x\napplication/json: {\"schedules\":[\"anna@x.dk\","
			"\"bo\\\"/\\\\\",\"S\xC3\xB8ren\"],\"startTime\":{\"dateTime\":"
			"\"2026-12-24T00:00:00\",\"timeZone\":\"UTC\"}}"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].keys); i++) {
		struct settings *settings = load_feed(cases[i].keys);
		struct http_request request = HTTP_REQUEST_INIT;
		struct error err = ERROR_INIT;

		assert_int_equal(feed_request_of_people(&settings->feeds[0], MORNING, people,
					 cases[i].count, &request, &err),
			0);
		assert_request(&request, cases[i].expected);
		http_request_release(&request);
		settings_free(settings);
	}
}

/* A directory's value that leads elsewhere, or that cannot be sent, is refused and not sent in part. */
static void test_odd_people(void **state)
{
	static const struct {
		const char *keys, *person, *says; /* NULL: it is asked about */
	} cases[] = {
#define PATH "      url: https://g.dk/users/{person}/x\n      format: json\n      asks: people\n"
		{PATH, "..", "leads elsewhere"},
		{PATH, ".", "leads elsewhere"},
		{PATH, "../admin", "leads elsewhere"},
		{PATH, "a/..\\b", "leads elsewhere"},
		{PATH, "a/..", "leads elsewhere"},
		{PATH, "...", NULL},
		{PATH, "..a", NULL},
		{PATH, "?#", NULL},
#define EACH                                                                                        \
	"      url: https://g.dk/$batch\n      format: json\n      asks: people\n      batch: 20\n" \
	"      body: {requests: \"{each}\"}\n"                                                      \
	"      each: {id: \"{index}\", url: \"/users/{person}/x\"}\n"
		{EACH, "..", "leads elsewhere"},
		{EACH, "a/../b", "leads elsewhere"},
		{EACH, "?#", NULL},
#define NESTED                                                                                      \
	"      url: https://g.dk/$batch\n      format: json\n      asks: people\n      batch: 20\n" \
	"      body: {requests: \"{each}\"}\n"                                                      \
	"      each: {a: [{to: \"/users/{person}/x?from=https://b/\"}]}\n"
		{NESTED, "..", "leads elsewhere"},
		{NESTED, "?#", NULL},
		{"      url: https://g.dk/x?u={person}\n      format: json\n      asks: people\n",
			"..", NULL},
		{"      url: https://g.dk/x\n      format: json\n      asks: people\n"
		 "      headers: [{name: X, value: \"{person}\"}]\n",
			"a\nb", "a header cannot hold"},
		{"      url: https://g.dk/x\n      format: json\n      asks: people\n"
		 "      body: {u: \"{person}\"}\n",
			"\xE6", "JSON cannot hold"},
		{"      url: https://g.dk/x\n      format: json\n      asks: people\n"
		 "      body: <u>{person}</u>\n",
			"\x01", "XML cannot hold"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s%s", cases[i].keys, cases[i].person); i++) {
		struct settings *settings = load_feed(cases[i].keys);
		struct http_request request = HTTP_REQUEST_INIT;
		struct error err = ERROR_INIT;

		assert_int_equal(feed_request_of_people(&settings->feeds[0], MORNING,
					 &cases[i].person, 1, &request, &err),
			cases[i].says ? ERROR_TARGET : ERROR_NONE);
		if (cases[i].says)
			assert_non_null(strstr(err.text.text, cases[i].says));
		http_request_release(&request);
		error_release(&err);
		settings_free(settings);
	}
}

static void test_index(void **state)
{
	static const struct {
		const char *index;
		int person; /* -1: none */
	} cases[] = {{"1", 0}, {"20", 19}, {"21", -1}, {"0", -1}, {"", -1}, {"01", -1}, {"1 ", -1},
		{"-1", -1}, {"a", -1}, {"99999999999999999999", -1}};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].index); i++) {
		size_t person = 99;

		assert_int_equal(feed_request_index(cases[i].index, 20, &person),
			cases[i].person >= 0);
		if (cases[i].person >= 0)
			assert_int_equal(person, cases[i].person);
	}
}

static void test_fixed(void **state)
{
	static const struct {
		const char *keys;
		bool is_fixed;
	} cases[] = {
		{"      url: https://hr.dk/?p={page}\n      format: json\n", true},
		{ADDRESSES, true},
		{"      url: https://hr.dk/?d={today}\n      format: json\n", false},
		{"      url: https://hr.dk/\n      format: json\n"
		 "      headers: [{name: X, value: \"{uuid}\"}]\n",
			false},
		{GRAPHQL, false},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].keys); i++) {
		struct settings *settings = load_feed(cases[i].keys);

		assert_int_equal(feed_request_is_fixed(&settings->feeds[0]), cases[i].is_fixed);
		settings_free(settings);
	}
}

/* Read a feed from a server, with the pager; the bounds are small. */
struct trial {
	struct liar liar;
	struct settings *settings;
	struct feed_requests *requests;
	struct fetches *fetches;
	struct fetch *fetch;
};

static void trial_run(struct trial *trial, const char *keys, const struct lie *lies, size_t count,
	enum fetch_state expected)
{
	static const struct fetch_bounds quick = {.connect = 30000,
		.silence = 30,
		.total = 60000,
		.pause = 10,
		.pause_most = 3000,
		.bytes = 50000,
		.pages = 4};
	struct http_request request = HTTP_REQUEST_INIT;
	struct fetch_pager pager;
	struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;

	liar_start(&trial->liar, lies, count);
	strbuf_addf(&text, "      url: http://127.0.0.1:%d/feed\n%s", trial->liar.port, keys);
	trial->settings = load_feed(text.text);
	trial->requests = feed_requests_new(&trial->settings->feeds[0], MORNING);
	pager = feed_request_pager(trial->requests);
	assert_int_equal(feed_request_first(trial->requests, &request, &err), 0);
	trial->fetches = fetches_new(&quick);
	trial->fetch = fetch_start(trial->fetches, &trial->settings->feeds[0].http, &request,
		&pager, NULL);
	fetches_wait(trial->fetches);
	liar_stop(&trial->liar);
	if (fetch_state(trial->fetch) != expected)
		print_error("%s\n", fetch_error(trial->fetch)->text.text);
	assert_int_equal(fetch_state(trial->fetch), expected);
	http_request_release(&request);
	strbuf_release(&text);
}

static void trial_release(struct trial *trial)
{
	fetch_end(trial->fetch);
	fetches_free(trial->fetches);
	feed_requests_free(trial->requests);
	settings_free(trial->settings);
}

#define POSTED \
	"      format: json\n      records: /i\n      next: /n\n      body: {c: \"{cursor}\"}\n"
#define OK "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"

static void assert_posted(const struct trial *trial, size_t i, const char *body)
{
	const char *request = trial->liar.requests[i], *end = strstr(request, "\r\n\r\n");

	assert_memory_equal(request, "POST /feed ", strlen("POST /feed "));
	assert_non_null(strcasestr(request, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(end);
	assert_string_equal(end + 4, body);
}

static void test_posted_pages(void **state)
{
	static const struct lie lies[] = {{.text = OK "{\"i\":[1],\"n\":\"a\\u00e6\"}"},
		{.text = OK "{\"i\":[],\"n\":\"b\"}"}, {.text = OK "{\"i\":[2],\"n\":null}"}};
	struct trial trial;

	trial_run(&trial, POSTED, lies, ROWS(lies), FETCH_FRESH);
	assert_int_equal(fetch_page_count(trial.fetch), 3);
	assert_posted(&trial, 0, "{\"c\":null}");
	assert_posted(&trial, 1, "{\"c\":\"a\xC3\xA6\"}");
	assert_posted(&trial, 2, "{\"c\":\"b\"}");
	trial_release(&trial);
}

/* A page that is tried again is asked for with the same body. */
static void test_posted_page_is_lost(void **state)
{
	static const struct lie lost[] = {{.text = OK "{\"i\":[1],\"n\":\"a\"}"},
		{.text = "HTTP/1.1 503 Later\r\nConnection: close\r\n\r\n"}};
	static const struct lie late[] = {{.text = OK "{\"i\":[1],\"n\":\"a\"}"},
		{.text = "HTTP/1.1 503 Later\r\nConnection: close\r\n\r\n"},
		{.text = OK "{\"i\":[2]}"}};
	struct trial trial;

	trial_run(&trial, POSTED, lost, ROWS(lost), FETCH_FAILED);
	assert_non_null(strstr(fetch_error(trial.fetch)->text.text, "page 2: "));
	assert_int_equal(trial.liar.count, 4);
	assert_posted(&trial, 3, "{\"c\":\"a\"}");
	trial_release(&trial);
	trial_run(&trial, POSTED, late, ROWS(late), FETCH_FRESH);
	assert_posted(&trial, 2, "{\"c\":\"a\"}");
	trial_release(&trial);
}

static void test_posted_circle(void **state)
{
	static const struct lie lies[] = {
		{.text = OK "{\"i\":[1],\"n\":\"a\"}"}, {.text = OK "{\"i\":[2],\"n\":\"a\"}"}};
	struct trial trial;

	trial_run(&trial, POSTED, lies, ROWS(lies), FETCH_FAILED);
	assert_non_null(strstr(fetch_error(trial.fetch)->text.text, "the pages lead in a circle"));
	assert_int_equal(trial.liar.count, 2);
	trial_release(&trial);
}

static void test_pages_have_a_bound(void **state)
{
	static const struct lie lies[] = {{.text = OK "{\"i\":[1],\"n\":1}"},
		{.text = OK "{\"i\":[2],\"n\":2}"}, {.text = OK "{\"i\":[3],\"n\":3}"},
		{.text = OK "{\"i\":[4],\"n\":4}"}};
	struct trial trial;

	trial_run(&trial, POSTED, lies, ROWS(lies), FETCH_FAILED);
	assert_non_null(strstr(fetch_error(trial.fetch)->text.text, "more than 4 pages"));
	assert_posted(&trial, 3, "{\"c\":3}");
	trial_release(&trial);
}

/* What is posted may be about people: it goes to no other host or port. */
static void test_posted_elsewhere(void **state)
{
	static const struct lie here = {.text = OK "[]"};
	struct lie moved = {.text = NULL};
	char location[200];
	struct liar other;
	struct trial trial;

	liar_start(&other, &here, 1);
	snprintf(location, sizeof(location),
		"HTTP/1.1 307 X\r\nConnection: close\r\nLocation: http://127.0.0.1:%d/\r\n\r\n",
		other.port);
	moved.text = location;
	trial_run(&trial, POSTED, &moved, 1, FETCH_FAILED);
	assert_non_null(strstr(fetch_error(trial.fetch)->text.text, "another host or port"));
	liar_stop(&other);
	assert_int_equal(other.count, 0);
	trial_release(&trial);
}

/* A Link field leads to a next address, but not where the settings build the next request. */
static void test_links(void **state)
{
#define LINKED "HTTP/1.1 200 OK\r\nConnection: close\r\nLink: </2>; rel=\"next\"\r\n\r\n"
	static const struct lie lies[] = {
		{.text = LINKED "{\"i\":[1],\"n\":null}"}, {.text = OK "{\"i\":[2]}"}};
	struct trial trial;

	trial_run(&trial, POSTED, lies, ROWS(lies), FETCH_FRESH);
	assert_int_equal(fetch_page_count(trial.fetch), 1);
	trial_release(&trial);
	trial_run(&trial, "      format: json\n      records: /i\n", lies, ROWS(lies), FETCH_FRESH);
	assert_int_equal(fetch_page_count(trial.fetch), 2);
	trial_release(&trial);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_uuid),
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_odd_people),
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_posted_pages),
		cmocka_unit_test(test_posted_page_is_lost),
		cmocka_unit_test(test_posted_circle),
		cmocka_unit_test(test_pages_have_a_bound),
		cmocka_unit_test(test_posted_elsewhere),
		cmocka_unit_test(test_links),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
