/* Rules as text: whose they are, and what differs. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "rules/model/rules_text.h"

static void test_ours(void **state)
{
	struct strbuf lines = STRBUF_INIT;

	assert_true(rules_text_is_ours(RULES_TEXT_MARK ": of the mailbox\nstop;\n"));
	assert_true(rules_text_is_ours("# by hand\r\n" RULES_TEXT_MARK));
	assert_false(rules_text_is_ours(""));
	assert_false(rules_text_is_ours("keep; " RULES_TEXT_MARK "\n"));
	for (int i = 0; i < 49; i++)
		strbuf_adds(&lines, "keep;\n");
	strbuf_adds(&lines, RULES_TEXT_MARK);
	assert_true(rules_text_is_ours(lines.text));
	strbuf_reset(&lines);
	for (int i = 0; i < 50; i++)
		strbuf_adds(&lines, "keep;\n");
	strbuf_adds(&lines, RULES_TEXT_MARK);
	assert_false(rules_text_is_ours(lines.text));
	strbuf_release(&lines);
}

/* `says` NULL: they are the same. */
static void test_difference(void **state)
{
	static const struct {
		const char *expected, *found, *says;
	} cases[] = {
		{"", "", NULL},
		{"a;\nb;\n", "a;\nb;\n", NULL},
		{"a;\nb;\n", "a;\r\nb;\r\n", NULL},
		{"# 1\na;\n\nb;\n", "a;\n# 2\n\tb;", NULL},
		{"a;\n", "", "expected: a;"},
		{"", "a;\n", "line 1: a;"},
		{"a;\nb;\nc;\n", "a;\nx;\nc;\n", "line 2: x;\nexpected: b;"},
		{"a;\nc;\n", "# 1\na;\nb;\nc;\n", "line 3: b;"},
		{"a;\nb;\n", "a;\n", "expected: b;"},
		{"a;\na;\n", "a;\na;\na;\n", "line 3: a;"},
		{"1\n2\n3\n4\n", "",
			"expected: 1\nexpected: 2\nexpected: 3\nexpected: 1 more lines"},
		{"", "1\n2\n3\n4\n5\n", "line 1: 1\nline 2: 2\nline 3: 3\nand 2 more lines"},
		{"", "a\x1b[2J", "line 1: a\\1b[2J"},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].found); i++) {
		const char *says = rules_text_difference(arena, cases[i].expected, cases[i].found);

		if (cases[i].says)
			assert_string_equal(says ? says : "the same", cases[i].says);
		else
			assert_null(says);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ours),
		cmocka_unit_test(test_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
