/*
 * Records that a program of jq makes: what comes to the program, what it may give, and what makes a feed unread.
 * jq's process is this program again, so main() asks first whether it is that one.
 */
#include "feed_case.h"

#include <stdlib.h>
#include <string.h>

#include "base/jq/jq_child.h"
#include "feed/format/json/jq.h"
#include "feed/format/json/json_check.h"
#include "feed/format/json/json_piece.h"
#include "feed/format/json/json_text.h"

#define FIELDS                                                                            \
	{                                                                                 \
		.person = "person", .from = "from", .until = "until", .deputy = "deputy", \
		.zone = "zone", .role = "role", .unread = "unread"                        \
	}

#define DAY "20261223T230000Z-20261224T230000Z"

static struct feed_settings settings_of(const char *program)
{
	return (struct feed_settings){.name = "sofd",
		.format = FEED_JSON,
		.records = "",
		.jq = program,
		.open = OPEN_ABSENT,
		.fields = FIELDS};
}

struct jq_case {
	const char *program, *body, *expected;
};

static void check_all(const struct jq_case *cases, size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s on %s", cases[i].program, cases[i].body); i++) {
		const struct feed_settings settings = settings_of(cases[i].program);

		assert_feed(&settings, cases[i].body, strlen(cases[i].body), 0, cases[i].expected);
	}
}

/* As OS2sofd answers: the prime user's login, and the last day of a leave. */
static void test_sofd(void **state)
{
	static const char body[] =
		"{\"persons\":[{\"uuid\":\"u1\",\"users\":[{\"userId\":\"x\",\"prime\":false},"
		"{\"userId\":\"anna\",\"prime\":true}],\"leave\":{\"startDate\":\"2026-12-24\","
		"\"stopDate\":\"2026-12-24\",\"reason\":\"ORLOV\"}},{\"uuid\":\"u2\",\"users\":[],"
		"\"leave\":null}],\"page\":0,\"nextOffset\":null}";
	const struct feed_settings settings = settings_of(
		".persons[] | select(.leave) | {person: ([.users[] | select(.prime)][0].userId), "
		"from: .leave.startDate, until: .leave.stopDate}");

	assert_feed(&settings, body, strlen(body), 0, "1 anna " DAY "\n");
}

static void test_results(void **state)
{
	static const struct jq_case cases[] = {
		{".", "[{\"person\":\"a\",\"from\":\"2026-12-24\",\"until\":\"2026-12-24\"}]",
			"1 a " DAY "\n"},
		{".[]", "[{\"person\":\"a\"},{\"person\":\"b\"}]",
			"1 a open-open\n2 b open-open\n"},
		{"empty", "{}", ""},
		{"{person: .n, deputy: [.d, 42]}", "{\"n\":7,\"d\":\"bo\"}", "1 7 always bo;42\n"},
		{"{person: \"a\", deputy: \"bo; eva\"}", "{}", "1 a always bo;eva\n"},
		{"{person: \"a\", from: null, until: \"2026-12-24\", deputy: []}", "{}",
			"1 a open-20261224T230000Z\n"},
		/* one record that is bad spoils no other */
		{"{person: \"a\"}, {person: true}, 7, \"x\", [null], {person: \"b\"}", "{}",
			"1 a open-open\n6 b open-open\nrecord 2: person is true or false\n"
			"record 3: this is a text or a number; expected an object\n"
			"record 4: this is a text or a number; expected an object\n"
			"record 5: this is null; expected an object\n"},
		{"{person: \"a\", unread: true}, {person: \"b\", unread: false}, {person: \"c\", "
		 "unread: 0}, {person: \"d\", unread: {code: 404}}",
			"{}",
			"2 b open-open\n3 c open-open\nrecord 1: could not be read\n"
			"record 4: could not be read\n"},
		{"{person: \"a\\u0000b\"}", "{}", "record 1: NUL"},
	};

	check_all(cases, ROWS(cases));
}

/* A name that nobody looks at is a slip; it is shown where it is nearly another one, and else may be somebody's. */
static void test_unknown_names(void **state)
{
	static const struct jq_case cases[] = {
		{"{person: \"a\", untill: \"2026-12-24\"}, {person: \"b\"}", "{}",
			"2 b open-open\nrecord 1: the program gives untill; did you mean until?\n"},
		{".", "{\"0101701234\":{}}",
			"record 1: the program gives something else than person, from, until, deputy, zone, role, "
			"unread and what `only` names\n"},
	};
	static const char *const values[] = {"Godkendt"};
	struct only_field only[] = {{.name = "status", .values = {(const char **)values, 1}},
		{.name = "kind.code", .values = {(const char **)values, 1}}};
	struct feed_settings settings = settings_of(".[]");
	static const char body[] =
		"[{\"person\":\"a\",\"status\":\"godkendt\",\"kind\":{\"code\":\"GODKENDT\"}},"
		"{\"person\":\"b\",\"status\":\"nej\",\"kind\":{\"code\":\"Godkendt\"}},"
		"{\"person\":\"c\",\"status\":\"Godkendt\",\"kind\":{\"code\":\"Godkendt\"},\"x\":1}]";

	check_all(cases, ROWS(cases));
	settings.only = only;
	settings.only_count = 2;
	assert_feed(&settings, body, strlen(body), 0,
		"1 a open-open\n2 b aside\nrecord 3: something else\n");
}

/* The digits of a number that a double would not keep come through. */
static void test_numbers(void **state)
{
	static const struct {
		const char *text, *quoted;
	} cases[] = {
		{"123456789012345", "123456789012345"},
		{"1234567890123456", "\"1234567890123456\""},
		{"-123456789012345", "-123456789012345"},
		{"-1234567890123456", "\"-1234567890123456\""},
		{"1000000000000000000000", "\"1000000000000000000000\""},
		{"0.000000000000000000001", "0.000000000000000000001"},
		{"0.1234567890123456", "\"0.1234567890123456\""},
		{"0.00000000000000000000", "0.00000000000000000000"},
		{"1e99", "1e99"},
		{"1e100", "\"1e100\""},
		{"1E-100", "\"1E-100\""},
		{"1e400", "\"1e400\""},
		{"1e+99999999999999999999999", "\"1e+99999999999999999999999\""},
		{"[1,{\"1234567890123456\":1234567890123456}]",
			"[1,{\"1234567890123456\":\"1234567890123456\"}]"},
		{"[\"1234567890123456\",\"a\\\"1234567890123456\"]",
			"[\"1234567890123456\",\"a\\\"1234567890123456\"]"},
		{"[true,null,-0, 12345678901234567 ]", "[true,null,-0, \"12345678901234567\" ]"},
	};
	static const struct jq_case through[] = {
		{".[] | {person: .}", "[12345678901234567890,123456789012345,42,1e400]",
			"1 12345678901234567890 open-open\n2 123456789012345 open-open\n"
			"3 42 open-open\n4 1e400 open-open\n"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf out = STRBUF_INIT;

		json_text_quote_long(&out, cases[i].text, strlen(cases[i].text));
		assert_string_equal(out.text, cases[i].quoted);
		strbuf_release(&out);
	}
	check_all(through, ROWS(through));
}

/* What is no good page is refused before the program has it: it would take some of these. */
static void test_bad_pages(void **state)
{
	static const struct jq_case cases[] = {
		{"empty", "", "ERROR line 1, column 1: the text ends too early"},
		{"empty", "[1,", "ERROR the text ends too early"},
		{"empty", "{} {}", "ERROR line 1, column 4: no valid JSON before this place"},
		{"empty", "{\"a\":1,\"a\":2}", "ERROR one name stands twice in an object"},
		{"empty", "{\"a\":1,\"\\u0061\":2}", "ERROR one name stands twice in an object"},
		{"empty", "[\"\xFF\"]", "ERROR not UTF-8"},
		{"empty", "[\"\\ud800\"]", "ERROR no valid JSON"},
		{"empty", "[nan]", "ERROR no valid JSON"},
		{"empty", "[01]", "ERROR no valid JSON"},
		{"empty", "['a']", "ERROR no valid JSON"},
		{"empty", "[1 2]", "ERROR "},
		{"empty", "{\"errors\":[{\"message\":\"no\"}],\"data\":null}",
			"ERROR line 1, column 11: the answer has errors beside the records"},
		{"empty", "{\"errors\":[],\"data\":null}", ""},
		{"empty", "<!DOCTYPE html><html>", "ERROR a web page or XML came"},
		{"empty", "\xEF\xBB\xBF{}", ""},
	};
	struct strbuf deep = STRBUF_INIT;
	struct feed_settings settings = settings_of("empty");

	check_all(cases, ROWS(cases));
	for (size_t i = 0; i < 65; i++)
		strbuf_addc(&deep, '[');
	assert_feed(&settings, deep.text, deep.length, 0, "ERROR nested too deep");
	strbuf_release(&deep);
}

static void assert_check(const struct strbuf *text, const char *expected)
{
	struct error err = ERROR_INIT;
	enum error_kind kind = json_check(text->text, text->length, JSON_PIECE_MAX, &err);

	assert_string_equal(err.text.text, expected);
	assert_int_equal(kind, *expected ? ERROR_TARGET : ERROR_NONE);
	error_release(&err);
}

/* A document of several megabytes: pieces of it are checked, and what lies around them. */
static void test_large_pages(void **state)
{
	static const struct {
		const char *item;
		size_t copies; /* and the item, with its number for %zu, so often */
		const char *before, *after, *expected;
	} cases[] = {
		{"[1,2]", 600000, "[", "]", ""},
		{"{\"a\":%zu}", 200000, "{\"data\":{\"x\":[", "]},\"y\":[]}", ""},
		{"{\"a\":%zu}", 200000, "[[[", "]], 3 ]", ""},
		{"\"n%zu\":1", 200000, "{", "}", ""},
		{"\"n%zu\":1", 200000, "{\"a\":1,", ",\"a\":2}", "twice"},
		{"\"n%zu\":1", 200000, "{\"a\":1,", ",\"\\u0061\":2}", "twice"},
		{"\"n%zu\":1", 200000, "{", ",\"a\\u0000\":2}", "NUL"},
		{"\"n%zu\":1", 200000, "{", ",\"\xFF\":2}", "UTF-8"},
		{"\"n%zu\":1", 200000, "{", ",}", "expected a name in quotes"},
		{"%zu", 300000, "[", ",]", "this bracket closes none"},
		{"%zu", 300000, "[", ",01]", "no valid JSON"},
		{"%zu", 300000, "[", ",{\"b\":1,\"b\":2}]", "twice"},
		{"%zu", 300000, "[", "] []", "no valid JSON"},
		{"%zu", 300000, "{\"a\":[", "],\"a\":1}", "twice"},
		{"%zu", 300000, "[[", "],,1]", "expected a value"},
		{"%zu", 300000, "[[", "] 1]", "expected a comma"},
		{"%zu", 300000, "[", "", "too early"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s %s", cases[i].before, cases[i].after);
		i++) {
		struct strbuf text = STRBUF_INIT;
		struct error err = ERROR_INIT;

		strbuf_adds(&text, cases[i].before);
		for (size_t j = 0; j < cases[i].copies; j++) {
			const char *number = strstr(cases[i].item, "%zu");
			size_t length =
				number ? (size_t)(number - cases[i].item) : strlen(cases[i].item);

			if (j > 0)
				strbuf_addc(&text, ',');
			strbuf_add(&text, cases[i].item, length);
			if (number)
				strbuf_addf(&text, "%zu%s", j, number + 3);
		}
		strbuf_adds(&text, cases[i].after);
		assert_true(text.length > JSON_PIECE_MAX);
		json_check(text.text, text.length, JSON_PIECE_MAX, &err);
		if (!*cases[i].expected)
			assert_string_equal(err.text.text, "");
		else if (!strstr(err.text.text, cases[i].expected))
			fail_msg("expected %s, got %s", cases[i].expected, err.text.text);
		error_release(&err);
		strbuf_release(&text);
	}
}

/* Where in a large document the trouble lies. */
static void test_places(void **state)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, "{\"a\":[\n");
	for (size_t i = 0; i < 600000; i++)
		strbuf_adds(&text, "1,");
	strbuf_adds(&text, "1],\n \"b\":\n  [true, nul]}");
	assert_check(&text,
		"line 4, column 13: no valid JSON before this place; expected JSON (RFC 8259)");
	strbuf_release(&text);
}

/* Nothing that the program gave before it failed counts, and nothing that it read is said. */
static void test_failures(void **state)
{
	static const struct jq_case cases[] = {
		{".[] | .x", "[{\"x\":{\"person\":\"a\"}},\"Anna And\"]",
			"ERROR jq: the program failed (Cannot index string)"},
		{"error(.cpr)", "{\"cpr\":\"0101701234\"}", "ERROR jq: the program failed"},
		{".x", "{}", "ERROR jq: the program gave null or false"},
		{"input", "{}", "ERROR jq: the program failed"},
	};
	struct feed_settings settings = settings_of("error(.)");
	struct feed_page page;

	check_all(cases, ROWS(cases));
	feed_page_init(&page, &settings);
	feed_page_read(&page, "\"Anna And\"", 10, 0);
	assert_int_equal(page.kind, ERROR_TARGET);
	assert_string_equal(page.err.text.text, "jq: the program failed");
	feed_page_release(&page);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sofd),
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_bad_pages),
		cmocka_unit_test(test_large_pages),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_failures),
	};

	if (jq_child_is(argc, argv))
		jq_child_run();
	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
