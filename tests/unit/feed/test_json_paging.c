/* What a page of a JSON feed says of paging: the next address or cursor, no records, errors beside the data. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/text/strbuf.h"
#include "feed/format/json/json_paging.h"
#include "model/settings.h"

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct feed_settings feed = {
	.format = FEED_JSON, .records = "/data/a~1b", .next = "/page/next"};

/* A copy that ends where its memory does, so that ASan sees a step too far. */
static char *copy_body(const char *body, size_t length)
{
	char *copy = malloc(length + 1);

	memcpy(copy, body, length);
	copy[length] = '\0';
	return copy;
}

static void test_next(void **state)
{
	static const struct {
		const char *body;
		size_t length;
		enum json_next kind;
		const char *next; /* or a part of the error */
	} cases[] = {
		{TEXT("{\"page\":{\"next\":\"https://x/2\"}}"), JSON_NEXT_TEXT, "https://x/2"},
		{TEXT("\xEF\xBB\xBF{\"data\":[{\"x\":1}],\"page\":{\"next\":\"MA==\"},\"x\":[]}"),
			JSON_NEXT_TEXT, "MA=="},
		{TEXT("{\"page\":{\"next\":\"a\\\"\\u00e6\\r\\n\"}}"), JSON_NEXT_TEXT,
			"a\"\xC3\xA6\r\n"},
		{TEXT("{\"page\":{\"next\":200}}"), JSON_NEXT_NUMBER, "200"},
		{TEXT("{\"page\":{\"next\":0}}"), JSON_NEXT_NUMBER, "0"},
		{TEXT("{\"page\":{\"next\":12345678901234567890123}}"), JSON_NEXT_NUMBER,
			"12345678901234567890123"},
		{TEXT("{\"page\":{\"next\":1.50}}"), JSON_NEXT_NUMBER, "1.50"},
		{TEXT("{\"page\":{\"next\":null}}"), JSON_NEXT_NONE, ""},
		{TEXT("{\"page\":{\"next\":false}}"), JSON_NEXT_NONE, ""},
		{TEXT("{\"page\":{\"next\":\"\"}}"), JSON_NEXT_NONE, ""},
		{TEXT("{\"page\":{}}"), JSON_NEXT_NONE, ""},
		{TEXT("{\"page\":null}"), JSON_NEXT_NONE, ""},
		{TEXT("{}"), JSON_NEXT_NONE, ""},
		{TEXT("[]"), JSON_NEXT_NONE, ""},
		{TEXT("{\"page\":{\"next\":{\"a\":1}}}"), JSON_NEXT_BAD, "/page/next is an object"},
		{TEXT("{\"page\":{\"next\":[]}}"), JSON_NEXT_BAD, "/page/next is an array"},
		{TEXT("{\"page\":{\"next\":true}}"), JSON_NEXT_BAD, "/page/next is true or false"},
		{TEXT("{\"page\":{\"next\":nil}}"), JSON_NEXT_BAD,
			"line 1, column 17: no valid JSON"},
		{TEXT("{\"page\":{\"next\":1x}}"), JSON_NEXT_BAD, "no valid JSON"},
		{TEXT("{\"page\":{\"next\":\"a\\uD800\"}}"), JSON_NEXT_BAD, "no valid JSON"},
		{TEXT("{\"page\":{\"next\":\"\xFF\"}}"), JSON_NEXT_BAD, "no valid JSON"},
		{TEXT("{\"page\":{\"next\":\"a"), JSON_NEXT_BAD, "line 1, column 17"},
		{TEXT("{\"page\":{\"next\":"), JSON_NEXT_BAD, ""},
		{TEXT("{\"data\":[1,2"), JSON_NEXT_BAD, ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].body); i++) {
		char *body = copy_body(cases[i].body, cases[i].length);
		struct strbuf next = STRBUF_INIT;
		struct error err = ERROR_INIT;

		assert_int_equal(json_next(&feed, body, cases[i].length, &next, &err),
			cases[i].kind);
		if (cases[i].kind == JSON_NEXT_BAD)
			assert_non_null(strstr(err.text.text, cases[i].next));
		else
			assert_string_equal(next.text, cases[i].next);
		assert_int_equal(err.kind != ERROR_NONE, cases[i].kind == JSON_NEXT_BAD);
		strbuf_release(&next);
		error_release(&err);
		free(body);
	}
}

static void test_next_may_hold_nul(void **state)
{
	struct strbuf next = STRBUF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(json_next(&feed, TEXT("{\"page\":{\"next\":\"a\\u0000b\"}}"), &next, &err),
		JSON_NEXT_TEXT);
	assert_int_equal(next.length, 3);
	assert_memory_equal(next.text, "a\0b", 3);
	strbuf_release(&next);
}

static void test_next_has_a_bound(void **state)
{
	for (int more = 0; more < 2; more++) {
		struct strbuf body = STRBUF_INIT, next = STRBUF_INIT;
		struct error err = ERROR_INIT;

		strbuf_adds(&body, "{\"page\":{\"next\":\"");
		for (size_t i = 0; i < JSON_NEXT_MAX + (size_t)more; i++)
			strbuf_adds(&body, "\\u0041");
		strbuf_adds(&body, "\"}}");
		assert_int_equal(json_next(&feed, body.text, body.length, &next, &err),
			more ? JSON_NEXT_BAD : JSON_NEXT_TEXT);
		if (more)
			assert_non_null(strstr(err.text.text, "longer than 64 KiB"));
		else
			assert_int_equal(next.length, JSON_NEXT_MAX);
		strbuf_release(&body);
		strbuf_release(&next);
		error_release(&err);
	}
}

static void test_empty(void **state)
{
	static const struct {
		const char *body;
		int is_empty; /* -1: it cannot be seen */
		const char *says;
	} cases[] = {
		{"{\"data\":{\"a/b\":[]}}", 1, ""},
		{"\xEF\xBB\xBF{\"x\":1,\"data\":{\"a/b\":[ \r\n]}}", 1, ""},
		{"{\"data\":{\"a/b\":[{}]}}", 0, ""},
		{"{\"data\":{\"a/b\":[ null ]}}", 0, ""},
		{"{\"data\":{\"a/b\":{}}}", 0, ""},
		{"{\"data\":{\"a/b\":{\"id\":1}}}", 0, ""},
		{"{\"data\":{\"a/b\":null}}", -1, "line 1, column 16: no array stands here"},
		{"{\"data\":{\"a/b\":\"[]\"}}", -1, "no array stands here"},
		{"{\"data\":{}}", -1, "no array at /data/a~1b"},
		{"{}", -1, "no array at /data/a~1b"},
		{"", -1, ""},
		{"{\"data\":{\"a/b\":", -1, "no array stands here"},
		{"{\"data\":x{", -1, ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].body); i++) {
		bool is_empty = false;
		struct error err = ERROR_INIT;
		enum error_kind kind =
			json_is_empty(&feed, cases[i].body, strlen(cases[i].body), &is_empty, &err);

		assert_int_equal(kind ? -1 : is_empty, cases[i].is_empty);
		assert_non_null(strstr(err.text.text, cases[i].says));
		error_release(&err);
	}
}

static void test_errors(void **state)
{
	static const struct {
		const char *body, *says; /* "": no errors */
	} cases[] = {
		{"{\"data\":{}}", ""},
		{"{\"errors\":null,\"data\":{}}", ""},
		{"{\"errors\":[]}", ""},
		{"{\"errors\":{ }}", ""},
		{"{\"errors\":\"\"}", ""},
		{"{\"errors\":0}", ""},
		{"{\"errors\":false}", ""},
		{"{\"data\":{\"errors\":[1]}}", ""},
		{"[]", ""},
		{"{\"data\":null,\"errors\":[{\"message\":\"x\"}]}",
			"line 1, column 23: the answer has errors"},
		{"{\"errors\":{\"a\":1}}", "the answer has errors"},
		{"{\"errors\":\"no\"}", "the answer has errors"},
		{"{\"errors\":true}", "the answer has errors"},
		{"{\"errors\":3}", "the answer has errors"},
		{"<html>", "a web page or XML came"},
	};
	static const struct feed_settings of_errors = {
		.format = FEED_JSON, .records = "/errors/items"};
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].body); i++) {
		json_check_errors(&feed, cases[i].body, strlen(cases[i].body), &err);
		assert_int_equal(err.kind != ERROR_NONE, *cases[i].says != '\0');
		assert_non_null(strstr(err.text.text, cases[i].says));
		error_release(&err);
	}
	assert_int_equal(json_check_errors(&of_errors, TEXT("{\"errors\":{\"items\":[1]}}"), &err),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_next_may_hold_nul),
		cmocka_unit_test(test_next_has_a_bound),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
