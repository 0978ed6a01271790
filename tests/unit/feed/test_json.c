/* JSON feeds: fields, paths and pointers, what spoils a record, what spoils the page, and where that is said to be. */
#include "feed_case.h"

#include <string.h>

#include "base/text/text.h"
#include "feed/format/json/json_text.h"

static const struct feed_settings plain = {.name = "loen",
	.format = FEED_JSON,
	.records = "",
	.fields = {.person = "id", .from = "from", .until = "until", .deputy = "deputy"}};

static const struct feed_settings nested = {.name = "loen",
	.format = FEED_JSON,
	.records = "/data/a~1b",
	.fields = {.person = "employee.number", .from = "period.from.date", .until = "until"},
	.next = "/next"};

struct feed_case {
	const char *body, *expected;
};

static void check_all(const struct feed_settings *settings, const struct feed_case *cases,
	size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].body); i++)
		assert_feed(settings, cases[i].body, strlen(cases[i].body), 0, cases[i].expected);
}

#define CHECK_ALL(settings, cases) check_all(settings, cases, sizeof(cases) / sizeof((cases)[0]))
#define CHRISTMAS                  "20261223T230000Z-20261224T230000Z"
#define TIMES                      "\"from\":\"2026-12-24\",\"until\":\"2026-12-24\"}"

static void test_records(void **state)
{
	static const struct feed_case cases[] = {
		{"[]", ""},
		{" [ ] ", ""},
		{"\xEF\xBB\xBF[]", ""},
		{"[{\"id\":\"anna\"," TIMES "]", "1 anna " CHRISTMAS "\n"},
		{"[{\"id\":\"a\"," TIMES ",\r\n{\"id\":\"b\"," TIMES " , {\"id\":\"c\"," TIMES "]",
			"1 a " CHRISTMAS "\n2 b " CHRISTMAS "\n3 c " CHRISTMAS "\n"},
		{"[{\"id\":\" anna \",\"from\":\"2026-12-24T08:00Z\"}]",
			"1 anna 20261224T080000Z-open\n"},
		{"[{\"id\":\"anna\",\"from\":null,\"until\":\"2026-12-24\"}]",
			"1 anna open-20261224T230000Z\n"},
		/* U+0061 U+030A is å in two characters */
		{"[{\"id\":\"bla\xCC\x8A\"," TIMES ",{\"id\":\"bl\\u00e5\"," TIMES "]",
			"1 bl\xC3\xA5 " CHRISTMAS "\n2 bl\xC3\xA5 " CHRISTMAS "\n"},
	};

	CHECK_ALL(&plain, cases);
}

/* A number is its digits as written: no zero dropped, none added, none lost. */
static void test_numbers(void **state)
{
	static const struct feed_case cases[] = {
		{"[{\"id\":7," TIMES "]", "1 7 " CHRISTMAS "\n"},
		{"[{\"id\":12345678901234567890123," TIMES "]",
			"1 12345678901234567890123 " CHRISTMAS "\n"},
		{"[{\"id\":1.50," TIMES "]", "1 1.50 " CHRISTMAS "\n"},
		{"[{\"id\":1001.0," TIMES "]", "1 1001.0 " CHRISTMAS "\n"},
		{"[{\"id\":-0," TIMES "]", "1 -0 " CHRISTMAS "\n"},
		{"[{\"id\":1E+400 ," TIMES "]", "1 1E+400 " CHRISTMAS "\n"},
		{"[{\"id\":\"007\"," TIMES "]", "1 007 " CHRISTMAS "\n"},
		{"[{\"id\":\"7, 8]\"," TIMES "]", "1 7, 8] " CHRISTMAS "\n"},
		{"[{\"id\":\"\\\"7\\\\\",\"x\":[1,-2.5e3,{\"y\":0}]," TIMES "]",
			"1 \"7\\ " CHRISTMAS "\n"},
		{"[{\"id\":7,\"from\":20261224,\"until\":20261224}]", "1 7 " CHRISTMAS "\n"},
		{"[{\"id\":007," TIMES "]", "ERROR line 1, column "},
		{"[{\"id\":1.," TIMES "]", "ERROR no valid JSON"},
		{"[{\"id\":+1," TIMES "]", "ERROR no valid JSON"},
		{"[{\"id\":1x," TIMES "]", "ERROR no valid JSON"},
		{"[{\"id\":-," TIMES "]", "ERROR no valid JSON"},
		{"[{\"id\":NaN," TIMES "]", "ERROR no valid JSON"},
		{"[{\"id\":\"a\",1:2," TIMES "]", "ERROR no valid JSON"},
		{"[{\"id\":\"a\",1 :2," TIMES "]", "ERROR no valid JSON"},
	};

	CHECK_ALL(&plain, cases);
}

static void test_deputies(void **state)
{
	static const struct feed_case cases[] = {
		{"[{\"id\":1,\"deputy\":\"bo\"," TIMES "]", "1 1 " CHRISTMAS " bo\n"},
		{"[{\"id\":1,\"deputy\":\" bo ; ;eva;\"," TIMES "]", "1 1 " CHRISTMAS " bo;eva\n"},
		{"[{\"id\":1,\"deputy\":[2,\"eva;ib\",null,\"\",\"uno\"]," TIMES "]",
			"1 1 " CHRISTMAS " 2;eva;ib;uno\n"},
		{"[{\"id\":1,\"deputy\":[]," TIMES "]", "1 1 " CHRISTMAS "\n"},
		{"[{\"id\":1,\"deputy\":null," TIMES "]", "1 1 " CHRISTMAS "\n"},
		{"[{\"id\":1,\"deputy\":[\"bo\",true,\"eva\"]," TIMES "]",
			"1 1 " CHRISTMAS " bo;eva\nrecord 1: deputy is true or false"},
		{"[{\"id\":1,\"deputy\":{\"id\":2}," TIMES "]",
			"1 1 " CHRISTMAS "\nrecord 1: deputy is an object; expected a text"},
	};

	CHECK_ALL(&plain, cases);
}

/* A record that is wrong is a finding, and spoils no other. */
static void test_bad_records(void **state)
{
#define GOOD ",{\"id\":\"ib\"," TIMES "]"
#define READ "2 ib " CHRISTMAS "\n"
	static const struct feed_case cases[] = {
		{"[1" GOOD, READ "record 1: this is a text or a number; expected an object"},
		{"[null" GOOD, READ "record 1: this is null"},
		{"[[{}]" GOOD, READ "record 1: this is an array"},
		{"[{}" GOOD, READ "record 1: names nobody: id is missing or empty"},
		{"[{\"id\":\"  \"," TIMES GOOD, READ "record 1: names nobody"},
		{"[{\"id\":{\"a\":1}," TIMES GOOD, READ "record 1: id is an object"},
		{"[{\"id\":[1]," TIMES GOOD, READ "record 1: id is an array"},
		{"[{\"id\":true," TIMES GOOD, READ "record 1: id is true or false"},
		{"[{\"id\":\"a\\u0000b\"," TIMES GOOD, READ "record 1: the character NUL"},
		{"[{\"id\":\"a\",\"from\":\"i morgen\"}" GOOD,
			READ "record 1: not a time that can be read"},
		{"[{\"id\":\"a\",\"from\":[\"2026-12-24\"]}" GOOD,
			READ "record 1: from is an array"},
		{"[{\"id\":\"a\"}" GOOD, READ "record 1: both ends are missing"},
		{"[{\"id\":\"a\",\"from\":\"2026-12-24\",\"until\":\"2026-12-20\"}" GOOD,
			READ "record 1: 2026-12-24/2026-12-20: the end lies before the start"},
		{"[{\"id\":\"a\",\"from\":0}" GOOD, READ "record 1: from never comes"},
	};

	CHECK_ALL(&plain, cases);
}

static void test_pointer_and_paths(void **state)
{
#define AROUND(records) "{\"x\":[1,{\"data\":2}],\"data\":{\"z\":\"}\",\"a/b\":" records "}}"
	static const struct feed_case cases[] = {
		{AROUND("[]"), ""},
		{AROUND("[{\"employee\":{\"number\":\"007\"},\"until\":\"2026-12-24\"}]"),
			"1 007 open-20261224T230000Z\n"},
		{AROUND("[{\"employee.number\":5,\"employee\":{\"number\":6},\"until\":20261224}]"),
			"1 5 open-20261224T230000Z\n"},
		{AROUND("[{\"employee\":{\"number\":6},\"period\":{\"from\":{\"date\":\"2026-12-24\"}}}]"),
			"1 6 20261223T230000Z-open\n"},
		{AROUND("[{\"employee\":7,\"until\":20261224}]"),
			"record 1: names nobody: employee.number is missing"},
		{AROUND("{}"), "ERROR no array at /data/a~1b"},
		{"{\"data\":{\"a\\/b\":[{\"employee.number\":5,\"until\":20261224}]}}",
			"1 5 open-20261224T230000Z\n"},
		{"{\"data\":{}}", "ERROR no array at /data/a~1b"},
		{"{\"data\":[]}", "ERROR no array at /data/a~1b"},
		{"[]", "ERROR no array at /data/a~1b"},
		{"{\"data\":{\"a/b\":[]},\"data\":1}", "ERROR one name stands twice"},
		{"{\"data\":{\"a/b\":[]}", "ERROR the text ends too early"},
		{"{\"data\":{\"a/b\":[]}}x", "ERROR line 1, column 2"},
		{"{\"data\":{\"a/b\":[]},\"next\":{}}", ""},
		{"{\"data\":{\"a/b\":[]},\"next\":null}", ""},
	};

	CHECK_ALL(&nested, cases);
}

/* A server with one record to give may leave out the array around it. */
static void test_one_object(void **state)
{
	static const struct feed_case in_whole[] = {
		{" {\"id\":7,\"until\":20261224} ", "1 7 open-20261224T230000Z\n"},
		{"{\"id\":7,\"until\":20261224}x", "ERROR no valid JSON"},
		{"{\"id\":7,\"until\":20261224", "ERROR the text ends too early"},
		{"{\"id\":7,\"id\":8,\"until\":20261224}", "ERROR one name stands twice"},
		{"{}", "ERROR the document is no array"},
		{"{\"data\":[{\"id\":7}]}", "ERROR the document is no array"},
		{"{\"error\":\"no\"}", "ERROR the document is no array"},
	};
	static const struct feed_case in_nested[] = {
		{AROUND("{\"employee.number\":5,\"until\":20261224}"),
			"1 5 open-20261224T230000Z\n"},
		{AROUND("{\"employee\":{\"number\":5},\"until\":20261224}"),
			"1 5 open-20261224T230000Z\n"},
		{AROUND("{\"employee\":{}}"), "ERROR no array at /data/a~1b"},
		{AROUND("{}"), "ERROR no array at /data/a~1b"},
		{AROUND("null"), "ERROR no array at /data/a~1b"},
		{AROUND("\"x\""), "ERROR no array at /data/a~1b"},
	};

	CHECK_ALL(&plain, in_whole);
	CHECK_ALL(&nested, in_nested);
}

/* Beside what it could find a server says what it could not: GraphQL answers 200 all the same. */
static void test_errors(void **state)
{
#define BESIDE(rest) "{\"data\":{\"a/b\":[{\"employee.number\":5,\"until\":20261224}]}" rest "}"
#define FIVE         "1 5 open-20261224T230000Z\n"
	static const struct feed_case cases[] = {
		{BESIDE(",\"errors\":[{\"message\":\"timeout\"}]"),
			"ERROR so some may be missing; the server says: timeout"},
		{BESIDE(",\"errors\":[{\"message\":\"no\\u001b[31m\\npolicy\"},{\"message\":\"x\"}]"),
			"ERROR the server says: no\\1b[31m\\0apolicy"},
		{BESIDE(",\"errors\":[{\"message\":7}]"), "ERROR the answer has errors"},
		{BESIDE(",\"errors\":{\"x\":1}"), "ERROR the answer has errors"},
		{BESIDE(",\"errors\":\"timeout\""), "ERROR the answer has errors"},
		{BESIDE(",\"errors\":[]"), FIVE},
		{BESIDE(",\"errors\":null"), FIVE},
		{BESIDE(",\"errors\":{ }"), FIVE},
		{BESIDE(",\"errors\":\"\""), FIVE},
		{BESIDE(",\"errors\":false"), FIVE},
		{BESIDE(",\"error\":\"none\""), FIVE},
		{BESIDE(",\"errors\":0"), FIVE},
		{BESIDE(",\"x\":{\"errors\":[1]}"), FIVE},
		{"{\"errors\":[{\"message\":\"timeout\"}],\"data\":null}",
			"ERROR the answer has errors"},
		{"{\"errors\":[1]}", "ERROR the answer has errors"},
	};
	static const struct feed_case in_whole[] = {
		{"[{\"id\":7,\"until\":20261224,\"errors\":[1]}]", "1 7 open-20261224T230000Z\n"},
	};
	struct feed_settings named = plain;
	static const struct feed_case in_errors[] = {
		{"{\"errors\":[{\"id\":7,\"until\":20261224}]}", "1 7 open-20261224T230000Z\n"},
	};

	CHECK_ALL(&nested, cases);
	CHECK_ALL(&plain, in_whole);
	named.records = "/errors";
	CHECK_ALL(&named, in_errors);
}

static void test_pages_spoilt(void **state)
{
	static const struct feed_case cases[] = {
		{"", "ERROR line 1, column 1: the text ends too early"},
		{"{}", "ERROR the document is no array"},
		{"3", "ERROR the document is no array"},
		{"<!DOCTYPE html><html>", "ERROR line 1, column 1: a web page or XML came"},
		{"\xEF\xBB\xBF \n<html>", "ERROR a web page or XML came"},
		{"[{\"id\":1," TIMES ",\n  {\"id\":2 3}]",
			"ERROR line 2, column 12: no valid JSON; expected '}'"},
		{"[{\"id\":1," TIMES ",]", "ERROR this bracket closes none"},
		{"[,]", "ERROR expected a value"},
		{"[1 2]", "ERROR line 1, column 4: expected a comma or the closing bracket"},
		{"[1]]", "ERROR line 1, column 5: no valid JSON"},
		{"[]\n<br />\n<b>Fatal error</b>", "ERROR line 2, column 2: no valid JSON"},
		{"[]\n[]", "ERROR no valid JSON"},
		{"[{\"id\":1]", "ERROR line 1, column 9: this bracket closes none"},
		{"[\n{\"id\":\"\xC3\xA6\n\"}]",
			"ERROR line 2, column 7: the string that begins here"},
		{"[{\"id\":\"a\"", "ERROR line 1, column 11: the text ends too early"},
		{"[{\"id\":\"\xE6\"," TIMES "]", "ERROR not UTF-8, as JSON always is"},
		{"[{\"id\":1,\"id\":2," TIMES "]", "ERROR one name stands twice"},
		{"[{\"id\":\"\\x\"," TIMES "]", "ERROR no valid JSON"},
		{"[{\"id\":\"\\uD800\"," TIMES "]", "ERROR no valid JSON"},
	};

	CHECK_ALL(&plain, cases);
}

/* Booleans and numbers compare as their text, an array by any of its items; a field that is null is empty. */
static void test_only(void **state)
{
	static const char *good[] = {"approved", "true", "1"}, *empty[] = {""}, *any[] = {"*"};
	static struct only_field status = {"attributes.status", {good, 3}},
				 removed = {"removed", {empty, 1}}, has = {"removed", {any, 1}};
#define ONE(rest)     "[{\"id\":\"a\",\"until\":\"2026-12-24\"," rest "}]"
#define STATUS(value) ONE("\"attributes\":{\"status\":" value "}")
#define YES           "1 a open-20261224T230000Z\n"
#define NO            "1 a aside\n"
	static const struct feed_case cases[] = {
		{STATUS("\"Approved\""), YES},
		{STATUS("\"rejected\""), NO},
		{STATUS("true"), YES},
		{STATUS("false"), NO},
		{STATUS("1"), YES},
		{STATUS("1.0"), NO},
		{STATUS("null"), NO},
		{STATUS("[\"new\",\"approved\"]"), YES},
		{STATUS("[]"), NO},
		{STATUS("[[\"approved\"]]"), NO},
		{STATUS("{\"approved\":1}"), NO},
		{STATUS("\"approved\\u0000x\""), NO},
		{ONE("\"attributes.status\":\"approved\""), YES},
		{ONE("\"status\":\"approved\""), NO},
		{"[{\"id\":{},\"until\":[],\"deputy\":{}}]", "1 - aside\n"},
		{"[{\"id\":{},\"attributes\":{\"status\":1}}]", "record 1: id is an object"},
		{"[7]", "record 1: this is a text or a number"},
	};
	static const struct feed_case of_removed[] = {
		{ONE("\"removed\":null"), YES},
		{ONE("\"removed\":\"\""), YES},
		{ONE("\"removed\":[]"), YES},
		{ONE("\"x\":1"), YES},
		{ONE("\"removed\":0"), NO},
	};
	static const struct feed_case of_having[] = {
		{ONE("\"removed\":{}"), YES},
		{ONE("\"removed\":null"), YES},
		{ONE("\"x\":1"), NO},
	};
	struct feed_settings settings = plain;

	settings.only = &status;
	settings.only_count = 1;
	CHECK_ALL(&settings, cases);
	settings.only = &removed;
	CHECK_ALL(&settings, of_removed);
	settings.only = &has;
	CHECK_ALL(&settings, of_having);
}

/* A field of `only` that no record has: there, and named; of a feed without records nothing can be said. */
static void test_only_missing(void **state)
{
	static const char *good[] = {"approved"};
	static struct only_field fields[] = {{"status", {good, 1}}, {"kind", {good, 1}}};
	static const struct {
		const char *body, *missing;
	} cases[] = {
		{"[]", NULL},
		{"[{\"id\":1,\"status\":1,\"kind\":null}]", NULL},
		{"[{\"id\":1,\"status\":1},{\"kind\":1}]", NULL},
		{"[{\"id\":1,\"status\":1}]", "kind"},
		{"[{\"id\":1,\"kind\":1},7]", "status"},
		{"[7]", "status"},
	};
	struct feed_settings settings = plain;

	settings.only = fields;
	settings.only_count = 2;
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].body); i++) {
		struct feed_page page;

		feed_page_init(&page, &settings);
		feed_page_read(&page, cases[i].body, strlen(cases[i].body), 0);
		feed_page_end(&page);
		assert_int_equal(page.kind, ERROR_NONE);
		if (cases[i].missing)
			assert_string_equal(page.says.only_missing, cases[i].missing);
		else
			assert_null(page.says.only_missing);
		feed_page_release(&page);
	}
}

static void test_nested_deep(void **state)
{
	struct strbuf body = STRBUF_INIT;

	for (int i = 0; i < 100000; i++)
		strbuf_adds(&body, "[");
	assert_feed(&plain, body.text, body.length, 0, "ERROR line 1, column 65: nested too deep");
	strbuf_release(&body);
}

/* Neither errors nor findings show anything but configured fields: the kind of an absence least of all. */
static void test_nothing_leaks(void **state)
{
	static const char *const bodies[] = {
		"[{\"kind\":\"sygdom\" \"id\":1}]",
		"[{\"kind\":sygdom}]",
		"[{\"sygdom\":1,\"sygdom\":2}]",
		"[{\"kind\":\"sygdom\\uD800\"}]",
		"[{\"kind\":\"sygdom\\q\"}]",
		"[{\"kind\":\"sygdom\",\"id\":{\"kind\":\"sygdom\"}},{\"kind\":\"sygdom\"},\"sygdom\"]",
		"[{\"kind\":\"sygdom\",\"id\":\"x\",\"from\":\"y\"}]",
		"\"sygdom\"",
		"sygdom",
		"[sygdom]",
	};

	for (size_t i = 0; i < ROWS(bodies) && row(i, "%s", bodies[i]); i++) {
		struct feed_page page;

		feed_page_init(&page, &plain);
		feed_page_read(&page, bodies[i], strlen(bodies[i]), 0);
		feed_page_end(&page);
		assert_null(strstr(page.err.text.text, "sygdom"));
		for (size_t j = 0; j < page.findings.count; j++)
			assert_null(strstr(page.findings.items[j].what, "sygdom"));
		assert_true(page.kind || page.findings.count > 0);
		feed_page_release(&page);
	}
}

/* Records are numbered on from page to page; past the limit the feed is refused. */
static void test_pages(void **state)
{
	struct strbuf body = STRBUF_INIT;
	struct feed_page page;

	strbuf_adds(&body, "[0");
	for (int i = 1; i < FEED_RECORDS_MAX / 2; i++)
		strbuf_adds(&body, ",{\"id\":1,\"until\":20261224}");
	strbuf_adds(&body, "]");
	feed_page_init(&page, &plain);
	feed_page_read(&page, body.text, body.length, 0);
	feed_page_read(&page, body.text, body.length, 0);
	assert_int_equal(page.kind, ERROR_NONE);
	assert_int_equal(page.says.absences.count, FEED_RECORDS_MAX - 2);
	assert_int_equal(page.says.absences.items[page.says.absences.count - 1].record,
		FEED_RECORDS_MAX);
	assert_int_equal(page.says.problems[1].record, 100001);
	feed_page_read(&page, "[{}]", 4, 0);
	assert_int_equal(page.kind, ERROR_TARGET);
	assert_non_null(strstr(page.err.text.text, "more than 200000 records"));
	feed_page_release(&page);
	strbuf_release(&body);
}

static void test_place(void **state)
{
	size_t line, column;

	text_place("a\n\xC3\xA6"
		   "b",
		4, &line, &column);
	assert_int_equal(line, 2);
	assert_int_equal(column, 2);
}

static void test_torment(void **state)
{
	feed_torment(&nested,
		"{\"x\":[1,{\"data\":2}],\"data\":{\"z\":\"}\",\"a\\/b\":[{\"employee\":{\"number\":\"007\"},"
		"\"until\":\"2026-12-24\"},{\"employee.number\":-1.5e3,\"period\":{\"from\":{\"date\":"
		"\"2026-12-24\"}}},null]},\"next\":\"https://x/2\"}",
		0, 5000);
	feed_torment(&plain,
		"[{\"id\":12,\"deputy\":[2,\"eva;ib\",null,\"\\u00e5\"]," TIMES ",{" TIMES "]", 0,
		5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_deputies),
		cmocka_unit_test(test_bad_records),
		cmocka_unit_test(test_pointer_and_paths),
		cmocka_unit_test(test_one_object),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_pages_spoilt),
		cmocka_unit_test(test_only),
		cmocka_unit_test(test_only_missing),
		cmocka_unit_test(test_nested_deep),
		cmocka_unit_test(test_nothing_leaks),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_torment),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
