/* Which records count: each field has a value that agrees with one of those asked for. */
#include "feed/format/only.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "model/settings.h"
#include "unit.h"

/* 63 letters, as many as are folded in place. */
#define LONG_TEXT "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* Whether a field of one value, or none where it is NULL, agrees with one that is asked for. */
static bool agrees(const char *wanted, const char *value)
{
	struct only_field field = {.name = "status", .values = {&wanted, 1}};
	struct strings values = {&value, value ? 1 : 0};
	struct arena *arena = arena_new();
	struct only *only = only_new(&field, 1, arena);
	bool result = only_agrees(only, &values);

	arena_free(arena);
	return result;
}

static void test_values(void **state)
{
	static const struct {
		const char *wanted, *value;
		bool agrees;
	} cases[] = {
		{"approved", "approved", true},
		{"approved", " APPROVED\t", true},
		{"Godkendt", "godkendt\xC2\xA0", true},
		/* U+0061 U+030A is å in two characters */
		{"p\xC3\xA5 ferie", "Pa\xCC\x8A  ferie", true},
		{"\xC3\x85rsferie", "\xC3\xA5rsferie", true},
		{"approved", "approve", false},
		{"approved", "approved2", false},
		{"approved", "", false},
		{"approved", NULL, false},
		{"", "", true},
		{"", " ", true},
		{"", NULL, true},
		{"", "x", false},
		{"*", "x", true},
		{"*", "", true},
		{"*", NULL, false},
		{"Ferie*", "FERIE 2026", true},
		{"Ferie*", "ferie", true},
		{"Ferie*", "Min ferie", false},
		{"*Ferie", "Min ferie", true},
		{"*ferie", "ferie ferie", true},
		{"*ab", "aab", true},
		{"a*a", "a", false},
		{"a*a", "aa", true},
		{"ab*ba", "aba", false},
		{"*ferie*", "sommerferien", true},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-c-b", false},
		{"a**c", "abc", true},
		{"***", "", true},
		{"*\xC3\x86*", "en \xC3\xA6 der", true},
		{"\xE6*", "\xE6x", true},
		{"true", "true", true},
		{"1", "1.0", false},
		{"on leave", "On Leave", true},
		{"on leave", " on  leave ", true},
		{"on leave", "on  leave", true},
		{"on leave", "on leave ", true},
		{"on leave", "on\tleave", true},
		{"on leave", "onleave", false},
		{"", " ", true},
		{"~", "~", true},
		{"a\x7F*", "A\x7F", true},
		{"*z", LONG_TEXT "Z", true},
		{LONG_TEXT, LONG_TEXT, true},
		{LONG_TEXT "a", LONG_TEXT, false},
	};

	for (size_t i = 0; i < ROWS(cases) &&
		row(i, "%s / %s", cases[i].wanted, cases[i].value ? cases[i].value : "(none)");
		i++)
		assert_int_equal(agrees(cases[i].wanted, cases[i].value), cases[i].agrees);
}

/* All fields must agree, each with any of its values, in any of those that are asked for. */
static void test_fields(void **state)
{
	const char *good[] = {"approved", "taken"}, *kinds[] = {"leave"};
	struct only_field fields[] = {{"status", {good, 2}}, {"type", {kinds, 1}}};
	const char *several[] = {"new", NULL, "Taken"}, *leave = "LEAVE", *other = "work";
	struct strings both[] = {{several, 3}, {&leave, 1}}, one[] = {{several, 3}, {&other, 1}};
	struct strings neither[] = {{several, 1}, {&leave, 1}}, none[] = {{NULL, 0}, {&leave, 1}};
	struct arena *arena = arena_new();
	struct only *only = only_new(fields, 2, arena);

	assert_true(only_agrees(only, both));
	assert_false(only_agrees(only, one));
	assert_false(only_agrees(only, neither));
	assert_false(only_agrees(only, none));
	assert_false(only_agrees(only, NULL));
	assert_true(only_agrees(only_new(NULL, 0, arena), NULL));
	arena_free(arena);
}

/* What is no text agrees with "*" alone. */
static void test_no_text(void **state)
{
	const char *any = "*", *start = "a*", *empty = "", *object = NULL;
	struct only_field any_field = {"x", {&any, 1}}, start_field = {"x", {&start, 1}},
			  empty_field = {"x", {&empty, 1}};
	struct strings values = {&object, 1};
	struct arena *arena = arena_new();

	assert_true(only_agrees(only_new(&any_field, 1, arena), &values));
	assert_false(only_agrees(only_new(&start_field, 1, arena), &values));
	assert_false(only_agrees(only_new(&empty_field, 1, arena), &values));
	arena_free(arena);
}

/* Stars that could match in very many ways are no more work than the text is long. */
static void test_many_stars(void **state)
{
	struct strbuf wanted = STRBUF_INIT, value = STRBUF_INIT;

	for (int i = 0; i < 1000; i++)
		strbuf_adds(&wanted, "*a*aa");
	strbuf_adds(&wanted, "*b");
	for (int i = 0; i < 1000000; i++)
		strbuf_adds(&value, "a");
	assert_false(agrees(wanted.text, value.text));
	strbuf_adds(&value, "b");
	assert_true(agrees(wanted.text, value.text));
	strbuf_release(&wanted);
	strbuf_release(&value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_no_text),
		cmocka_unit_test(test_many_stars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
