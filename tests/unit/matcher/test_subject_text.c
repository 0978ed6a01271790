/* The form in which subjects, tags and marks are compared. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "matcher/text/subject_text.h"

static void test_form(void **state)
{
	static const struct {
		const char *text, *key, *shown;
	} cases[] = {
		{"", "", ""},
		{"  a  B\t\r\n c ", "a b c", "a B c"},
		{"[ SP ]", "[sp]", "[SP]"},
		{"[ a [ b ] c ]", "[a [b] c]", "[a [b] c]"},
		{"a [ b", "a [b", "a [b"},
		{"( a )", "( a )", "( a )"},
		{"[ ]", "[]", "[]"},
		{"[\xC2\xA0\xE2\x80\x8B x\xE3\x80\x80]", "[x]", "[x]"},
		{"S\xC2\xADP \xE2\x80\x8D\xEF\xBB\xBF", "sp", "SP"},
		{"a\xE2\x80\x8B b", "a b", "a b"},
		{"a \xE2\x80\x8B b", "a b", "a b"},
		{"\xE2\x80\xAA"
		 "a\xE2\x80\xAC \xEF\xB8\x8F",
			"a", "a"},
		{"a\xE2\x80\xA8"
		 "b\xC2\x85"
		 "c",
			"a b c", "a b c"},
		{"a\x01\x7F"
		 "b",
			"a b", "a b"},
		{"A\xCC\x8A", "\xC3\xA5", "\xC3\x85"},
		{"A\xE2\x80\x8B\xCC\x8A", "\xC3\xA5", "\xC3\x85"},
		{"\xE2\x84\xAB", "\xC3\xA5", "\xC3\x85"},
		{"\xC3\x86\xC3\x98\xC3\x85", "\xC3\xA6\xC3\xB8\xC3\xA5",
			"\xC3\x86\xC3\x98\xC3\x85"},
		{"Stra\xC3\x9F"
		 "e",
			"strasse",
			"Stra\xC3\x9F"
			"e"},
		{"\xEF\xBC\x81", "\xEF\xBC\x81", "\xEF\xBC\x81"},
		{"a\xE6"
		 "b",
			"a\xEF\xBF\xBD"
			"b",
			"a\xEF\xBF\xBD"
			"b"},
		{"a\xC3", "a\xEF\xBF\xBD", "a\xEF\xBF\xBD"},
		{"\xE2\x80\x8B", "", ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct arena *arena = arena_new();
		struct subject_text text;

		subject_text_read(&text, arena, cases[i].text, strlen(cases[i].text));
		assert_string_equal(text.shown, cases[i].shown);
		assert_string_equal(subject_text_key(arena, cases[i].text), cases[i].key);
		assert_int_equal(text.at[text.count], strlen(text.shown));
		for (size_t j = 0; j < text.count; j++)
			assert_true(text.at[j] <= text.at[j + 1]);
		arena_free(arena);
	}
}

/* Where words begin and end. */
static void test_edges(void **state)
{
	static const struct {
		const char *text, *edges; /* "|" at each place that is one */
	} cases[] = {
		{"ab", "|.|"},
		{"a b", "||||"},
		{"a1", "|.|"},
		{"a-b", "||||"},
		{"a_b", "||||"},
		{"\xC3\xB8\xC3\xA6", "|.|"},
		{"\xD0\xB6"
		 "a",
			"|.|"},
		{"q\xCC\x83"
		 "a",
			"|..|"},
		{"\xF0\x9F\x9A\xA8"
		 "a",
			"|||"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct arena *arena = arena_new();
		struct subject_text text;

		subject_text_read(&text, arena, cases[i].text, strlen(cases[i].text));
		assert_int_equal(text.count + 1, strlen(cases[i].edges));
		for (size_t j = 0; j <= text.count; j++)
			assert_int_equal(subject_text_is_edge(&text, j), cases[i].edges[j] == '|');
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
