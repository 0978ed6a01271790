/* Numbers in a text that do not count. */
#include "unit.h"

#include "base/memory/arena.h"
#include "mailbox/number_pattern.h"

static void test_patterns(void **state)
{
	static const struct {
		const char *text, *pattern;
	} cases[] = {
		{"[Ticket#123]", "[Ticket#*]"},
		{"[ticket 7]", "[ticket *]"},
		{"INC0012345 lukket", "INC* lukket"},
		{"[CHG-2026-01-15]", "[CHG-*]"},
		{"[2026-01-15 08:00]", "[* *]"},
		{"[ref:_0A4.5f_x:ref]", "[ref:_*]"},
		{"uge 42, dag 3.", "uge *, dag *."},
		{"1", "*"},
		{"v1.2", "v*"},
		{"3 eller 4.", "* eller *."},
		{"2æ5", "*"},
		{"SF1500 er nede", "SF1500 er nede"},
		{"[sf2900]", "[sf2900]"},
		{"SF1500B", "SF*"},
		{"SF15001", "SF*"},
		{"SF150", "SF*"},
		{"xSF1500", "xSF*"},
		{"[Serviceplatformen]", "[Serviceplatformen]"},
		{"a*b", "a*b"},
		{"", ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct arena *arena = arena_new();

		assert_string_equal(number_pattern(arena, cases[i].text), cases[i].pattern);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
