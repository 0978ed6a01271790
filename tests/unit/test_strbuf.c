/* Strings that grow, and texts from outside made safe for a line and a terminal. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

static void test_adding(void **state)
{
	struct strbuf b = STRBUF_INIT;

	assert_string_equal(b.text, "");
	strbuf_adds(&b, "an");
	strbuf_add(&b, "nab", 2);
	strbuf_addc(&b, ' ');
	strbuf_addf(&b, "%s-%d", "lund", 7);
	strbuf_add(&b, "", 0);
	assert_string_equal(b.text, "anna lund-7");
	assert_int_equal(b.length, 11);
	strbuf_reset(&b);
	assert_string_equal(b.text, "");
	assert_int_equal(b.length, 0);
	strbuf_adds(&b, "bo");
	assert_string_equal(b.text, "bo");
	strbuf_release(&b);
	assert_string_equal(b.text, "");
	strbuf_release(&b);
}

static void test_growing(void **state)
{
	struct strbuf b = STRBUF_INIT;

	for (int i = 0; i < 10000; i++)
		strbuf_addf(&b, "%d,", i % 10);
	assert_int_equal(b.length, 20000);
	assert_int_equal(strlen(b.text), 20000);
	strbuf_add(&b, "a\0b", 3);
	assert_int_equal(b.length, 20003);
	assert_memory_equal(b.text + 20000, "a\0b", 4);
	strbuf_release(&b);
}

static void test_items(void **state)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_add_item(&b, ", ", "anna");
	strbuf_add_item(&b, ", ", "bo");
	strbuf_add_item(&b, ", ", "");
	assert_string_equal(b.text, "anna, bo, ");
	strbuf_release(&b);
}

static void test_detaching(void **state)
{
	struct strbuf b = STRBUF_INIT;
	char *text = strbuf_detach(&b);

	assert_string_equal(text, "");
	free(text);
	strbuf_adds(&b, "anna");
	text = strbuf_detach(&b);
	assert_string_equal(text, "anna");
	assert_string_equal(b.text, "");
	free(text);
}

static void test_safe(void **state)
{
	static const struct {
		const char *text, *safe;
	} cases[] = {
		{"", ""},
		{"anna lund", "anna lund"},
		{"Søren Åse \xE2\x82\xAC \xF0\x9F\x8E\x84",
			"Søren Åse \xE2\x82\xAC \xF0\x9F\x8E\x84"},
		/* controls */
		{"a\nb\rc\td", "a?b?c?d"},
		{"\x1b[31mred\x1b[0m", "?[31mred?[0m"},
		{"a\x7f"
		 "b\x01",
			"a?b?"},
		{"a\xC2\x80"
		 "b\xC2\x9B"
		 "c\xC2\x9F"
		 "d",
			"a?b?c?d"},
		{"a\xC2\xA0"
		 "b",
			"a\xC2\xA0"
			"b"},
		/* marks of direction, and Unicode's own line ends */
		{"a\xE2\x80\xAE"
		 "b",
			"a?b"},                                               /* U+202E */
		{"\xE2\x80\xAA\xE2\x80\xAB\xE2\x80\xAC\xE2\x80\xAD", "????"}, /* U+202A to U+202D */
		{"\xE2\x81\xA6\xE2\x81\xA7\xE2\x81\xA8\xE2\x81\xA9", "????"}, /* U+2066 to U+2069 */
		{"\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C", "???"}, /* U+200E, U+200F, U+061C */
		{"a\xE2\x80\xA8"
		 "b\xE2\x80\xA9"
		 "c",
			"a?b?c"}, /* U+2028, U+2029 */
		/* not UTF-8 */
		{"r\xF8"
		 "d",
			"r\\f8d"},
		{"\xC3", "\\c3"},
		{"\xE2\x82", "\\e2\\82"},
		{"\xC0\xAF", "\\c0\\af"},                 /* too long for a slash */
		{"\xED\xA0\x80", "\\ed\\a0\\80"},         /* half a surrogate pair */
		{"\xF4\x90\x80\x80", "\\f4\\90\\80\\80"}, /* beyond U+10FFFF */
		{"\xFF\xFE", "\\ff\\fe"},
		{"a\x9b"
		 "31m",
			"a\\9b31m"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf b = STRBUF_INIT;

		strbuf_add_safe(&b, cases[i].text);
		assert_string_equal(b.text, cases[i].safe);
		strbuf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adding),
		cmocka_unit_test(test_growing),
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_detaching),
		cmocka_unit_test(test_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
