/* Templates: what takes a placeholder's place, escaped for where it stands, and what is refused there. */
#include "feed_case.h"

#include <stdlib.h>
#include <string.h>

#include "config/feed/placeholder.h"
#include "feed/request/template.h"

#define TEXT(literal) literal, sizeof(literal) - 1

#define UUID "f81d4fae-7dec-41d0-a765-00a0c91e6bf6"

static struct named_text named[] = {
	{.name = "tenant", .text = "kommune.dk"},
	{.name = "odd", .text = "a&b \"c\""},
	{.name = "none", .text = NULL},
};

static const struct feed_settings feed = {.values = {named, ROWS(named)}};

static const char *const people[] = {"anna@x.dk", "bo,\"eva\"", "S\xC3\xB8ren"};

/* 24 December 2026 08:00 in Copenhagen. */
static struct request_values values = {.feed = &feed,
	.at = 1798095600,
	.uuid = UUID,
	.page = 3,
	.people = people,
	.people_count = ROWS(people),
	.person = 1};

struct fill_case {
	enum template_place place;
	const char *text, *expected;
};

static void check_cases(const struct fill_case *cases, size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].text); i++) {
		struct strbuf out = STRBUF_INIT;
		struct error err = ERROR_INIT;

		assert_int_equal(template_fill(&out, cases[i].place, cases[i].text, &values, &err),
			0);
		assert_string_equal(out.text, cases[i].expected);
		strbuf_release(&out);
		error_release(&err);
	}
}

static void test_names(void **state)
{
	static const struct fill_case cases[] = {
		{TEMPLATE_URL, "https://{tenant}/x?d={today}&e={today+1d:%d.%m.%Y}",
			"https://kommune.dk/x?d=2026-12-24&e=25.12.2026"},
		{TEMPLATE_URL, "?{now}", "?2026-12-24T07%3A00%3A00Z"},
		{TEMPLATE_HEADER, "{now} {uuid}", "2026-12-24T07:00:00Z " UUID},
		{TEMPLATE_URL, "/{page}?{cursor}", "/3?"},
		{TEMPLATE_URL, "/{person}/{index}", "/bo%2C%22eva%22/2"},
		{TEMPLATE_URL, "?people={people}", "?people=anna%40x.dk,bo%2C%22eva%22,S%C3%B8ren"},
		{TEMPLATE_XML, "<a>{people}</a>", "<a>anna@x.dk,bo,&#34;eva&#34;,S\xC3\xB8ren</a>"},
		{TEMPLATE_URL, "{odd}{none}{nobody}{today+1}",
			"a%26b%20%22c%22{none}{nobody}{today+1}"},
		{TEMPLATE_HEADER, "{odd}", "a&b \"c\""},
		{TEMPLATE_FORM, "a={odd}&b={person}", "a=a%26b%20%22c%22&b=bo%2C%22eva%22"},
		{TEMPLATE_XML, "<a b='{odd}'/>", "<a b='a&#38;b &#34;c&#34;'/>"},
		{TEMPLATE_JSON_STRING, "say \"{odd}\"\n", "say \\\"a&b \\\"c\\\"\\\"\\u000A"},
		{TEMPLATE_JSON_STRING, "query { page {objects} }", "query { page {objects} }"},
		{TEMPLATE_JSON_STRING, "{each}", "{each}"},
	};

	check_cases(cases, ROWS(cases));
}

/* In a document, a placeholder outside of a string is a value. */
static void test_json_document(void **state)
{
	static const struct fill_case cases[] = {
		{TEMPLATE_JSON, "{\"a\": {page}, \"b\": \"{page}\"}", "{\"a\": 3, \"b\": \"3\"}"},
		{TEMPLATE_JSON, "{\"c\": {cursor}, \"d\": \"{cursor}\"}",
			"{\"c\": null, \"d\": \"\"}"},
		{TEMPLATE_JSON, "[{odd}, \"\\\"{odd}\", {person}]",
			"[\"a&b \\\"c\\\"\", \"\\\"a&b \\\"c\\\"\", \"bo,\\\"eva\\\"\"]"},
		{TEMPLATE_JSON, "{people}", "[\"anna@x.dk\",\"bo,\\\"eva\\\"\",\"S\xC3\xB8ren\"]"},
		{TEMPLATE_JSON, "[\"\\\\\", {index}]", "[\"\\\\\", 2]"},
		{TEMPLATE_JSON, "{\"q\": \"{ x {y} }\", \"z\": {}}",
			"{\"q\": \"{ x {y} }\", \"z\": {}}"},
	};

	check_cases(cases, ROWS(cases));
}

static struct request_cursor cursor_of(const char *text, size_t length)
{
	struct request_cursor cursor = {.text = STRBUF_INIT};

	strbuf_add(&cursor.text, text, length);
	return cursor;
}

/* What a server names as its next page begins nothing new wherever it stands. */
static void test_untrusted(void **state)
{
	static const struct {
		enum template_place place;
		const char *cursor;
		size_t length;
		const char *expected; /* NULL: it cannot be sent */
		const char *says;
	} cases[] = {
		{TEMPLATE_URL, TEXT("../a?b#c&d=e"), "..%2Fa%3Fb%23c%26d%3De", ""},
		{TEMPLATE_URL, TEXT("a\r\nHost: x"), "a%0D%0AHost%3A%20x", ""},
		{TEMPLATE_URL, TEXT("a\0b"), "a%00b", ""},
		{TEMPLATE_URL, TEXT("{today}"), "%7Btoday%7D", ""},
		{TEMPLATE_FORM, TEXT("a&b=c+d"), "a%26b%3Dc%2Bd", ""},
		{TEMPLATE_HEADER, TEXT("MA=="), "MA==", ""},
		{TEMPLATE_HEADER, TEXT("a\r\nHost: x"), NULL, "{cursor} cannot be sent: a header"},
		{TEMPLATE_HEADER, TEXT("a\nb"), NULL, "a header"},
		{TEMPLATE_HEADER, TEXT("a\0b"), NULL, "a header"},
		{TEMPLATE_HEADER, TEXT("\x7F"), NULL, "a header"},
		{TEMPLATE_XML, TEXT("</a><b>"), "&#60;/a&#62;&#60;b&#62;", ""},
		{TEMPLATE_XML, TEXT("a\0b"), NULL, "XML"},
		{TEMPLATE_XML, TEXT("a\x1b"), NULL, "XML"},
		{TEMPLATE_JSON_STRING, TEXT("\", \"admin\": \"yes"), "\\\", \\\"admin\\\": \\\"yes",
			""},
		{TEMPLATE_JSON_STRING, TEXT("a\0\\"), "a\\u0000\\\\", ""},
		{TEMPLATE_JSON_STRING, TEXT("{today}"), "{today}", ""},
		{TEMPLATE_JSON, TEXT("1}, \"x\": {"), "\"1}, \\\"x\\\": {\"", ""},
		{TEMPLATE_JSON, TEXT("a\xFF"), NULL, "JSON"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].cursor); i++) {
		struct request_cursor cursor = cursor_of(cases[i].cursor, cases[i].length);
		struct request_values with = values;
		struct strbuf out = STRBUF_INIT;
		struct error err = ERROR_INIT;

		with.cursor = &cursor;
		assert_int_equal(template_fill(&out, cases[i].place, "{cursor}", &with, &err),
			cases[i].expected ? ERROR_NONE : ERROR_TARGET);
		if (cases[i].expected)
			assert_string_equal(out.text, cases[i].expected);
		assert_non_null(strstr(err.text.text, cases[i].says));
		strbuf_release(&cursor.text);
		strbuf_release(&out);
		error_release(&err);
	}
}

static void test_json_values(void **state)
{
	static const struct {
		const char *text;
		bool bare, is_number;
		const char *cursor, *expected;
	} cases[] = {
		{"{cursor}", false, false, "", "null"},
		{"{cursor}", false, false, "MA==", "\"MA==\""},
		{"{cursor}", false, false, "200", "\"200\""},
		{"{cursor}", false, true, "200", "200"},
		{"{page}", false, false, "", "\"3\""},
		{"{page}", true, false, "", "3"},
		{"{index}", false, false, "", "\"2\""},
		{"{index}", true, false, "", "2"},
		{"{person}", true, false, "", "\"bo,\\\"eva\\\"\""},
		{"{tenant}", true, false, "", "\"kommune.dk\""},
		{"{today}", true, false, "", "\"2026-12-24\""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].expected); i++) {
		struct request_cursor cursor = cursor_of(cases[i].cursor, strlen(cases[i].cursor));
		struct request_values with = values;
		struct strbuf out = STRBUF_INIT;
		struct placeholder found;
		struct error err = ERROR_INIT;

		cursor.is_number = cases[i].is_number;
		with.cursor = &cursor;
		assert_true(placeholder_is_all(cases[i].text, &found));
		assert_int_equal(template_add_json(&out, &found, cases[i].bare, &with, &err), 0);
		assert_string_equal(out.text, cases[i].expected);
		strbuf_release(&cursor.text);
		strbuf_release(&out);
	}
}

static void test_bound(void **state)
{
	struct request_cursor cursor = {.text = STRBUF_INIT};
	struct request_values with = values;
	struct strbuf out = STRBUF_INIT, text = STRBUF_INIT;
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < (size_t)64 << 10; i++)
		strbuf_addc(&cursor.text, '"');
	for (int i = 0; i < 1000; i++)
		strbuf_adds(&text, "{cursor}");
	with.cursor = &cursor;
	assert_int_equal(template_fill(&out, TEMPLATE_JSON, text.text, &with, &err), ERROR_TARGET);
	assert_non_null(strstr(err.text.text, "larger than a megabyte"));
	assert_true(out.length < REQUEST_BYTES_MAX * 2);
	strbuf_release(&cursor.text);
	strbuf_release(&out);
	strbuf_release(&text);
	error_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_json_document),
		cmocka_unit_test(test_untrusted),
		cmocka_unit_test(test_json_values),
		cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
