/* How a tag may stand in a subject, as Sieve is told to look for it. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "rules/rules.h"
#include "rules/spelling.h"

static bool has(const char **ways, size_t count, const char *way)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(ways[i], way) == 0)
			return true;
	}
	return false;
}

static void test_spelling(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"[SP]", "[SP]"}, {"  [Ny\t\n version] ", "[Ny version]"},
		{"[a\xC2\xA0"
		 "b\xE3\x80\x80"
		 "c]",
			"[a b c]"},
		{"[Gla\xCC\x8A]", "[Gl\xC3\xA5]"}, {" \t ", ""}, {"", ""},
		{"\xFF", "\xEF\xBF\xBD"}, /* not UTF-8 */
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++)
		assert_string_equal(rules_spelling(arena, cases[i].text), cases[i].expected);
	arena_free(arena);
}

/* The first is the spelling itself; `also` is one of the others, or NULL. */
static void test_ways(void **state)
{
	static const struct {
		const char *spelling;
		size_t count;
		const char *also;
	} cases[] = {
		{"", 1, NULL},
		{"[SP]", 1, NULL},
		{"[Ny version]", 4, "[Ny\tversion]"},
		{"[Ny version]", 4, "[Ny\xC2\xA0version]"},
		{"[a b c]", 6, "[a  b c]"},
		{"[a b c]", 6, "[a b  c]"},
		{"[a b c]", 6, "[a  b  c]"},
		{"[a b c]", 6, "[a\tb\tc]"},
		{"[\xC3\xA6]", 2, "[\xC3\x86]"},                        /* æ Æ */
		{"[\xC3\x86\xC3\xB8]", 4, "[\xC3\xA6\xC3\x98]"},        /* Æø: æØ */
		{"[\xC3\xA5]", 3, "[a\xCC\x8A]"},                       /* å: a and a ring */
		{"[\xC3\xA5\xC3\xB8]", 6, "[a\xCC\x8A\xC3\x98]"},       /* åø: a and a ring, Ø */
		{"[\xE2\x80\x93]", 1, NULL},                            /* a dash */
		{"[\xC3\xA6 \xC3\xA6]", 16, "[\xC3\x86\t\xC3\xA6]"},    /* "æ æ" */
		{"\xC3\xA6\xC3\xA6\xC3\xA6\xC3\xA6\xC3\xA6", 32, NULL}, /* five */
		{"\xC3\xA6\xC3\xA6\xC3\xA6\xC3\xA6\xC3\xA6\xC3\xA6", 2, /* six */
			"\xC3\x86\xC3\x86\xC3\x86\xC3\x86\xC3\x86\xC3\x86"},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].spelling); i++) {
		const char **ways;
		size_t count = rules_ways(arena, cases[i].spelling, &ways);

		assert_int_equal(count, cases[i].count);
		assert_string_equal(ways[0], cases[i].spelling);
		if (cases[i].also)
			assert_true(has(ways, count, cases[i].also));
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spelling),
		cmocka_unit_test(test_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
