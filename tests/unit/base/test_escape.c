/* Texts put into an address, a JSON string or XML: what each becomes, and what cannot be put there. */
#include "unit.h"

#include <jansson.h>
#include <string.h>

#include "base/text/escape.h"
#include "base/text/strbuf.h"

#define TEXT(literal) literal, sizeof(literal) - 1

static void test_url(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		const char *expected;
	} cases[] = {
		{TEXT(""), ""},
		{TEXT("aZ09-._~"), "aZ09-._~"},
		{TEXT("a b+c"), "a%20b%2Bc"},
		{TEXT("../?a=b&c#d/:@%"), "..%2F%3Fa%3Db%26c%23d%2F%3A%40%25"},
		{TEXT("a\r\nHost: x"), "a%0D%0AHost%3A%20x"},
		{TEXT("\xC3\xA6\xFF"), "%C3%A6%FF"},
		{TEXT("a\0b"), "a%00b"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].expected); i++) {
		struct strbuf out = STRBUF_INIT;

		escape_url(&out, cases[i].text, cases[i].length);
		assert_string_equal(out.text, cases[i].expected);
		strbuf_release(&out);
	}
}

static void test_json(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		const char *expected; /* NULL: it cannot be put there */
	} cases[] = {
		{TEXT(""), ""},
		{TEXT("\xC3\xA6\xE2\x80\xA8"), "\xC3\xA6\xE2\x80\xA8"},
		{TEXT("a\", \"b\": \"\\"), "a\\\", \\\"b\\\": \\\"\\\\"},
		{TEXT("\n\r\t\x7F"), "\\u000A\\u000D\\u0009\\u007F"},
		{TEXT("a\0b"), "a\\u0000b"},
		{TEXT("a\xFF"), NULL},
		{TEXT("\xED\xA0\x80"), NULL},
		{TEXT("\xC3"), NULL},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf out = STRBUF_INIT;

		assert_int_equal(escape_json(&out, cases[i].text, cases[i].length),
			cases[i].expected != NULL);
		assert_string_equal(out.text, cases[i].expected ? cases[i].expected : "");
		strbuf_release(&out);
	}
}

/* Whatever comes back from a parser is the text itself. */
static void test_json_is_read_back(void **state)
{
	for (unsigned c = 0; c < 0x80; c++) {
		struct strbuf out = STRBUF_INIT;
		char text[] = {'a', (char)c, 'b'};
		json_t *value;

		strbuf_addc(&out, '"');
		assert_true(escape_json(&out, text, sizeof(text)));
		strbuf_addc(&out, '"');
		value = json_loadb(out.text, out.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		assert_int_equal(json_string_length(value), sizeof(text));
		assert_memory_equal(json_string_value(value), text, sizeof(text));
		json_decref(value);
		strbuf_release(&out);
	}
}

static void test_xml(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		const char *expected;
	} cases[] = {
		{TEXT(""), ""},
		{TEXT("S\xC3\xB8ren"), "S\xC3\xB8ren"},
		{TEXT("<a b='c' d=\"e\">&]]>"),
			"&#60;a b=&#39;c&#39; d=&#34;e&#34;&#62;&#38;]]&#62;"},
		{TEXT("a\r\n\tb"), "a&#13;&#10;&#9;b"},
		{TEXT("\xEF\xBF\xBD"), "\xEF\xBF\xBD"},
		{TEXT("a\0b"), NULL},
		{TEXT("\x01"), NULL},
		{TEXT("\x1B[m"), NULL},
		{TEXT("\xEF\xBF\xBE"), NULL},
		{TEXT("\xEF\xBF\xBF"), NULL},
		{TEXT("\xE6"), NULL},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf out = STRBUF_INIT;

		assert_int_equal(escape_xml(&out, cases[i].text, cases[i].length),
			cases[i].expected != NULL);
		assert_string_equal(out.text, cases[i].expected ? cases[i].expected : "");
		strbuf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_url),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_is_read_back),
		cmocka_unit_test(test_xml),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
