/* Records of the plain kind: which are, and that they are read as any other record is. */
#include "feed_case.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "feed/format/json/json_scan.h"

#define NOW 1798095600 /* 24 December 2026, 08:00 in Copenhagen */

static const char *const wanted[] = {"id", "who.number", "tags", NULL};

static void init_scan(struct json_scan *scan)
{
	json_scan_init(scan);
	for (size_t i = 0; i < ROWS(wanted); i++)
		json_scan_want(scan, wanted[i]);
}

/* The fields of a record that was passed: "id=1042 who.number=7 tags=a,b". */
static void add_fields(struct strbuf *out, const struct json_scan *scan)
{
	static const char *const words[] = {
		[JSON_SCAN_NULL] = "null", [JSON_SCAN_TRUE] = "true", [JSON_SCAN_FALSE] = "false"};

	for (size_t i = 0; i < ROWS(wanted); i++) {
		const struct json_scan_value *value = &scan->values[i];
		const char *texts[10];

		if (value->kind == JSON_SCAN_ABSENT)
			continue;
		strbuf_addf(out, "%s%s=", out->length ? " " : "", wanted[i]);
		if (value->kind < JSON_SCAN_TEXT)
			strbuf_adds(out, words[value->kind]);
		assert_true(value->count <= ROWS(texts));
		json_scan_texts(scan, i, texts);
		for (size_t j = 0; j < value->count; j++)
			strbuf_addf(out, "%s%s", j ? "," : "", texts[j]);
	}
}

/* What follows the record is not looked at; NULL: it is not of the plain kind. */
static void test_plain(void **state)
{
	static const struct {
		const char *text, *fields;
	} cases[] = {
		{"{}", ""},
		{"{\"id\":\"0042\"},{\"id\":7", "id=0042"},
		{" {}", NULL},
		{"{ \"id\" :\t-1.50e+3 , \"x\" : [ { } , [ true , null ] ] }", "id=-1.50e+3"},
		{"{\"id\":null,\"tags\":true,\"who\":false}", "id=null tags=true"},
		{"{\"tags\":[\"a\",7,\"\"]}", "tags=a,7,"},
		{"{\"tags\":[],\"id\":\"\"}", "id= tags="},
		{"{\"tags\":[null]}", NULL},
		{"{\"tags\":{}}", NULL},
		{"{\"who\":{\"number\":\"7\",\"name\":{\"number\":8}}}", "who.number=7"},
		{"{\"who\":{\"number\":\"7\"},\"who.number\":\"8\"}", "who.number=8"},
		{"{\"who.number\":\"8\",\"who\":{\"number\":\"7\"}}", "who.number=8"},
		{"{\"who\":[{\"number\":\"7\"}]}", ""},
		{"{\"id\":\"\\u00e6\\ud83d\\ude00\\\"\\/\"}", "id=\xC3\xA6\xF0\x9F\x98\x80\"/"},
		{"{\"id\":\"\\ud83d\"}", NULL},
		{"{\"id\":\"\\udc00\"}", NULL},
		{"{\"id\":\"\\u0000\"}", NULL},
		{"{\"id\":\"\\u00g0\"}", NULL},
		{"{\"id\":\"\\x\"}", NULL},
		{"{\"x\":\"\\u0000\"}", NULL},
		{"{\"\\u0069d\":\"1\"}", NULL},
		{"{\"id\":\"a\nb\"}", NULL},
		{"{\"id\":\"\xC3\xA6\",\"\xC3\xB8\":1}", "id=\xC3\xA6"},
		{"{\"id\":\"\xC0\x80\"}", NULL},
		{"{\"x\":\"\xED\xA0\x80\"}", NULL},
		{"{\"\xFF\":1}", NULL},
		{"{\"id\":1,\"x\":2,\"id\":3}", NULL},
		{"{\"x\":{\"ab\":1,\"cb\":2,\"ab\":3}}", NULL},
		{"{\"id\":01}", NULL},
		{"{\"id\":1.}", NULL},
		{"{\"id\":.5}", NULL},
		{"{\"id\":-}", NULL},
		{"{\"id\":1e}", NULL},
		{"{\"id\":nul}", NULL},
		{"{\"id\":truex}", NULL},
		{"{\"id\":\"1\",}", NULL},
		{"{\"id\" \"1\"}", NULL},
		{"{\"id\":\"1\"", NULL},
		{"{\"id\":\"1", NULL},
		{"{\"x\":[1,]}", NULL},
		{"{\"x\":[1}", NULL},
		{"[]", NULL},
		{"", NULL},
	};
	struct json_scan scan;

	init_scan(&scan);
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		char *copy = strdup(cases[i].text); /* ends where its memory does */
		struct strbuf fields = STRBUF_INIT;
		size_t length = json_scan_record(&scan, copy);

		assert_int_equal(length > 0, cases[i].fields != NULL);
		if (length > 0)
			add_fields(&fields, &scan);
		assert_string_equal(fields.text, cases[i].fields ? cases[i].fields : "");
		strbuf_release(&fields);
		free(copy);
	}
	json_scan_release(&scan);
}

/* Objects of so many members, arrays of so many brackets. */
static void test_bounds(void **state)
{
	struct json_scan scan;

	init_scan(&scan);
	for (size_t count = 1; count < 200; count++) {
		struct strbuf members = STRBUF_INIT, deep = STRBUF_INIT;

		for (size_t i = 0; i < count; i++)
			strbuf_addf(&members, "%c\"n%zu\":%zu", i ? ',' : '{', i, i);
		strbuf_addc(&members, '}');
		strbuf_adds(&deep, "{\"x\":");
		for (size_t i = 0; i < count; i++)
			strbuf_addc(&deep, '[');
		for (size_t i = 0; i < count; i++)
			strbuf_addc(&deep, ']');
		strbuf_addc(&deep, '}');
		assert_int_equal(json_scan_record(&scan, members.text),
			count <= 64 ? members.length : 0);
		assert_int_equal(json_scan_record(&scan, deep.text),
			count < JSON_SCAN_DEPTH_MAX ? deep.length : 0);
		strbuf_release(&members);
		strbuf_release(&deep);
	}
	json_scan_release(&scan);
}

static const char *approved[] = {"approved", "a*"};
static struct only_field only = {"status.code", {approved, 2}};

static const struct feed_settings feeds[] = {
	{.name = "loen",
		.format = FEED_JSON,
		.records = "",
		.fields = {.person = "id", .from = "from", .until = "until", .deputy = "deputy"}},
	{.name = "paths",
		.format = FEED_JSON,
		.records = "",
		.only = &only,
		.only_count = 1,
		.match_as = MATCH_NUMBER,
		.open = OPEN_ABSENT,
		.fields = {.person = "who.number",
			.from = "from",
			.until = "until",
			.zone = "zone",
			.unread = "unread"}},
	{.name = "roles",
		.format = FEED_JSON,
		.records = "",
		.gives = GIVES_ROLES,
		.fields = {.person = "id", .from = "from", .until = "until", .role = "role"}},
	{.name = "deputies",
		.format = FEED_JSON,
		.records = "",
		.gives = GIVES_DEPUTIES,
		.fields = {.person = "id", .from = "from", .until = "until", .deputy = "deputy"}},
};

static void add_reading(struct strbuf *out, const struct feed_settings *settings,
	const struct strbuf *body)
{
	struct feed_page page;

	feed_page_init(&page, settings);
	feed_page_read(&page, body->text, body->length, NOW);
	assert_int_equal(page.kind, ERROR_NONE);
	feed_page_end(&page);
	feed_page_add(&page, out);
	for (size_t i = 0; i < page.says.record_count; i++)
		strbuf_addf(out, "%u is %u of %s\n", page.says.records[i].number,
			page.says.records[i].state,
			page.says.records[i].person ? page.says.records[i].person : "nobody");
	for (size_t i = 0; i < page.findings.count; i++)
		strbuf_addf(out, "%s: %s\n", page.findings.items[i].where,
			page.findings.items[i].what);
	feed_page_release(&page);
}

/* A member that nobody asks for, and that makes a record one for jansson. */
#define RARE "\"rare\":[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]"

static void test_read_alike(void **state)
{
	static const char *const members[] = {"\"id\":\"0042\"", "\"id\":42.0", "\"id\":true",
		"\"id\":[\"42\"]", "\"id\":\" \\u00e6 \"", "\"id\":\"a\",\"id.x\":7",
		"\"who\":{\"number\":\"0042\"}", "\"who\":{\"number\":null},\"who.number\":7",
		"\"who\":{\"number\":[1]}", "\"who\":\"x\"", "\"zone\":\"Europe/London\"",
		"\"zone\":false", "\"unread\":true", "\"unread\":0", "\"unread\":[1]",
		"\"unread\":\"why\"", "\"deputy\":\"bo;eva\"", "\"deputy\":[\"bo\",\"eva;\",7]",
		"\"deputy\":[]", "\"deputy\":[null,\"bo\"]", "\"deputy\":{\"a\":1}",
		"\"deputy\":true", "\"role\":\"drift\"", "\"role\":[\"drift\",\"x/y\"]",
		"\"role\":null", "\"role\":[false]", "\"status\":{\"code\":\"Approved\"}",
		"\"status\":{\"code\":[\"x\",\"approved\"]}", "\"status\":{\"code\":[]}",
		"\"status.code\":null", "\"status\":{\"code\":true}", "\"status\":7"};
	static const char *const dates[] = {"", ",\"from\":\"2026-12-24\",\"until\":\"2026-12-27\"",
		",\"from\":\"2026-10-25T02:30\",\"until\":\"2026-10-25 02:45\"",
		",\"from\":20261224,\"until\":null", ",\"from\":\"2026-12-24\",\"until\":false",
		",\"from\":\"sick\",\"until\":\"2026-12-27\"",
		",\"from\":\"2026-12-27\",\"until\":\"2026-12-24\""};

	for (size_t i = 0; i < ROWS(members) * ROWS(members); i++) {
		const size_t first = i / ROWS(members), second = i % ROWS(members);
		const char *apart = strchr(members[first], ':');

		/* a name must not stand twice, which spoils the page */
		if (strncmp(members[first], members[second], (size_t)(apart - members[first])) == 0)
			continue;
		for (size_t j = 0; j < ROWS(feeds) * ROWS(dates); j++) {
			const struct feed_settings *feed = &feeds[j % ROWS(feeds)];
			struct strbuf plain = STRBUF_INIT, rare = STRBUF_INIT;
			struct strbuf by_scan = STRBUF_INIT, by_jansson = STRBUF_INIT;

			strbuf_addf(&plain, "[{%s,%s%s}]", members[first], members[second],
				dates[j / ROWS(feeds)]);
			strbuf_addf(&rare, "[{" RARE ",%s,%s%s}]", members[first], members[second],
				dates[j / ROWS(feeds)]);
			add_reading(&by_scan, feed, &plain);
			add_reading(&by_jansson, feed, &rare);
			row(i, "%s of %s", plain.text, feed->name);
			assert_string_equal(by_scan.text, by_jansson.text);
			strbuf_release(&plain);
			strbuf_release(&rare);
			strbuf_release(&by_scan);
			strbuf_release(&by_jansson);
		}
	}
}

/* Bytes of the heap that are in use; 0 where another allocator is in its place. */
static size_t bytes_in_use(void)
{
	const struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

/* What a reading keeps of a record whose person and dates it knows: an absence and its state, in arrays of up to twice the room. */
static void test_memory(void **state)
{
	const size_t count = 100000;
	struct strbuf body = STRBUF_INIT;
	struct feed_page page;
	size_t before;

	strbuf_addc(&body, '[');
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&body, "%s{\"id\":\"%zu\",\"from\":\"2026-12-%02zu\",\"until\":null}",
			i ? "," : "", i % 1000, i % 28 + 1);
	strbuf_addc(&body, ']');
	before = bytes_in_use();
	feed_page_init(&page, &feeds[0]);
	feed_page_read(&page, body.text, body.length, NOW);
	assert_int_equal(page.says.absences.count, count);
	assert_in_range((bytes_in_use() - before) / count, 0,
		2 * (sizeof(struct feed_absence) + sizeof(struct feed_record)) + 8);
	assert_true(sizeof(struct feed_absence) + sizeof(struct feed_record) <= 56);
	feed_page_release(&page);
	strbuf_release(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_read_alike),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
