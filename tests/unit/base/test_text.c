/* What is the same text, what is nearest, where the blanks end, how one value is split into several. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"

struct pair {
	const char *a, *b;
};

static void test_mark(void **state)
{
	assert_int_equal(text_mark_length("\xEF\xBB\xBFid", 5), 3);
	assert_int_equal(text_mark_length("\xEF\xBB\xBF", 3), 3);
	assert_int_equal(text_mark_length("\xEF\xBB\xBF", 2), 0);
	assert_int_equal(text_mark_length("id\xEF\xBB\xBF", 5), 0);
	assert_int_equal(text_mark_length("", 0), 0);
}

static void test_same(void **state)
{
	static const struct pair same[] = {
		{"", ""}, {"", "  \t"}, {"Anna", "anna"}, {" anna\t", "anna"},
		{"anna  lund", "Anna Lund"}, {"anna \t\r\n lund", "anna lund"}, {"ÆØÅ", "æøå"},
		{"Åse", "A\xCC\x8Ase"}, {"\xEF\xBC\xA1nna", "anna"}, /* fullwidth A */
		{"o\xEF\xAC\x83"
		 "ce",
			"office"}, /* the ligature ffi */
		{"straße", "STRASSE"},
		{"anna\xC2\xA0lund", "anna lund"}, /* a blank that does not break */
		{"r\xF8k", "R\xF8K"},              /* not UTF-8: the ASCII part only */
	};
	static const struct pair different[] = {
		{"anna", "anne"},
		{"anna", ""},
		{"annalund", "anna lund"},
		{"å", "aa"},
		{"ø", "o"},
		{"\xE5", "\xC5"},
		{"æ", "ae"},
	};

	for (size_t i = 0; i < ROWS(same) && row(i, "%s", same[i].a); i++) {
		if (!text_same(same[i].a, same[i].b) || !text_same(same[i].b, same[i].a))
			fail_msg("two: \"%s\", \"%s\"", same[i].a, same[i].b);
	}
	for (size_t i = 0; i < ROWS(different) && row(i, "%s", different[i].a); i++) {
		if (text_same(different[i].a, different[i].b))
			fail_msg("one: \"%s\", \"%s\"", different[i].a, different[i].b);
	}
}

/* Blanks count as blanks whichever they are, also those that NFKC makes (RFC 4518, 2.2 to 2.6). */
static void test_blanks_of_other_kinds(void **state)
{
	assert_true(text_same("anna\xC2\xA0", "anna"));
	assert_true(text_same("anna \xC2\xA0lund", "anna lund"));
	assert_true(text_same("\xE2\x80\x83"
			      "anna",
		"anna"));
}

/* A number by the digits that count; what is none stays as it is. */
static void test_number(void **state)
{
	static const struct pair cases[] = {{"1001", "1001"}, {"00001001", "1001"},
		{"1001.0", "1001"}, {"1001,00", "1001"}, {"0001001.000", "1001"}, {"0", "0"},
		{"000", "0"}, {"0.0", "0"}, {"1000", "1000"}, {"1001.", "1001."},
		{"1001.5", "1001.5"}, {"1001.0x", "1001.0x"}, {"01.0.0", "01.0.0"}, {"-01", "-01"},
		{"01e2", "01e2"}, {"A0042", "A0042"}, {"0042A", "0042A"}, {"00 42", "00 42"},
		{"", ""}, {".0", ".0"}};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].a); i++)
		assert_string_equal(text_number(arena, cases[i].a), cases[i].b);
	arena_free(arena);
}

static void test_fold_length(void **state)
{
	struct arena *arena = arena_new();

	assert_string_equal(text_fold(arena, "AnnaLund", 4), "anna");
	assert_string_equal(text_fold(arena, "Anna Lund", 5), "anna");
	assert_string_equal(text_fold(arena, "Anna", 0), "");
	arena_free(arena);
}

static void test_trim(void **state)
{
	static const struct pair cases[] = {
		{"anna", "anna"},
		{"  anna ", "anna"},
		{"\t\r\n anna lund \n", "anna lund"},
		{" ", ""},
		{"", ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].a); i++) {
		const char *text = cases[i].a;
		size_t length = strlen(text);

		text_trim(&text, &length);
		assert_int_equal(length, strlen(cases[i].b));
		assert_memory_equal(text, cases[i].b, length);
	}
}

static void test_nearest(void **state)
{
	static const char *const words[] = {"directory", "people", "lists", "mailbox", "absence",
		"timezone", "removals_per_list", "removals_per_run", "extensionAttribute2",
		"extensionAttribute12"};
	static const struct pair cases[] = {
		{"directroy", "directory"},
		{"dircetory", "directory"},
		{"poeple", "people"},
		{"list", "lists"},
		{"mailboks", "mailbox"},
		{"time_zone", "timezone"},
		{"removal_per_list", "removals_per_list"},
		{"removals_per_rum", "removals_per_run"},
		{"extensionAttribut12",
			"extensionAttribute12"}, /* as near to extensionAttribute2 */
		{"directory", "directory"},
		{"xyzzy", NULL},
		{"", NULL},
		{"postvagt", NULL},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].a); i++) {
		const char *nearest =
			text_nearest(cases[i].a, words, sizeof(words) / sizeof(words[0]));

		assert_string_equal(nearest ? nearest : "none", cases[i].b ? cases[i].b : "none");
	}
	assert_null(text_nearest("people", words, 0));
}

struct split_case {
	const char *text, *separator, *parts; /* joined by "|" */
};

static void test_split(void **state)
{
	static const struct split_case cases[] = {
		{"a;b;c", ";", "a|b|c"},
		{" a ; b ;c ", ";", "a|b|c"},
		{";a;;b;", ";", "a|b"},
		{"a", ";", "a"},
		{"", ";", ""},
		{" ; ", ";", ""},
		{"a;b", "", "a;b"},
		{" a;b ", NULL, "a;b"},
		{"a||b", "||", "a|b"},
		{"a, b", ",", "a|b"},
		{"cn=Lund\\, Anna,bo", ",", "cn=Lund\\, Anna|bo"},
		{"cn=a\\;b,dc=x;bo", ";", "cn=a\\;b,dc=x|bo"},
		{"\\;a", ";", "\\;a"},
		{"a\\\\;b", ";", "a\\\\|b"},
		{"a\\\\\\;b;c", ";", "a\\\\\\;b|c"},
		{"\\\\;b", ";", "\\\\|b"},
		{"a;æ;b", ";", "a|æ|b"},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf joined = STRBUF_INIT;
		const char **parts;
		size_t count = text_split(arena, cases[i].text, cases[i].separator, &parts);

		assert_int_equal(text_count_parts(cases[i].text, cases[i].separator), count);

		for (size_t j = 0; j < count; j++)
			strbuf_add_item(&joined, "|", parts[j]);
		assert_string_equal(joined.text, cases[i].parts);
		strbuf_release(&joined);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mark),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_blanks_of_other_kinds),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_fold_length),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
