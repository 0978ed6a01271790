/* Trees of texts: lines, marks, the column of the notes, and how deep they grow. */
#include "unit.h"

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "report/text/tree.h"

static void expect(const struct branch *root, const struct tree_look *look, const char *expected)
{
	struct strbuf out = STRBUF_INIT;

	tree_draw(&out, root, look);
	assert_string_equal(out.text, expected);
	strbuf_release(&out);
}

static void test_lines_and_notes(void **state)
{
	struct arena *arena = arena_new();
	struct branch *root = tree_new(arena), *one, *two;

	one = tree_add(arena, root, TREE_NONE, "rolle", NULL);
	two = tree_add(arena, one, TREE_NO, "Åse", "væk");
	tree_add(arena, two, TREE_YES, "Bo", "her");
	tree_add(arena, one, TREE_YES, "Carl", "her");
	tree_add(arena, tree_add(arena, root, TREE_NONE, "gruppe", NULL), TREE_BAD, "ingen", NULL);
	expect(root, &(struct tree_look){.lines = true},
		"├─ rolle\n"
		"│  ├─ ○ Åse    væk\n"
		"│  │  └─ ● Bo  her\n"
		"│  └─ ● Carl   her\n"
		"└─ gruppe\n"
		"   └─ ! ingen\n");
	expect(root, &(struct tree_look){.indent = 1},
		" |- rolle\n"
		" |  |- o Åse    væk\n"
		" |  |  `- * Bo  her\n"
		" |  `- * Carl   her\n"
		" `- gruppe\n"
		"    `- ! ingen\n");
	arena_free(arena);
}

static void test_a_long_text_has_its_note_right_behind(void **state)
{
	struct arena *arena = arena_new();
	struct branch *root = tree_new(arena);

	tree_add(arena, root, TREE_NONE, "a", "x");
	tree_add(arena, root, TREE_NONE,
		"0123456789012345678901234567890123456789012345678901234567890123456789", "y");
	expect(root, &(struct tree_look){0},
		"|- a  x\n"
		"`- 0123456789012345678901234567890123456789012345678901234567890123456789  y\n");
	arena_free(arena);
}

static void test_colour(void **state)
{
	struct arena *arena = arena_new();
	struct branch *root = tree_new(arena);

	tree_add(arena, root, TREE_YES, "a", NULL);
	tree_add(arena, root, TREE_NO, "b", NULL);
	expect(root, &(struct tree_look){.colour = true},
		"|- \033[32m*\033[0m a\n`- \033[33mo\033[0m b\n");
	arena_free(arena);
}

/* A chain of deputies may be as long as anyone made it: the drawing does not follow it out of the window. */
static void test_depth_is_bounded(void **state)
{
	struct arena *arena = arena_new();
	struct branch *root = tree_new(arena), *branch = root;
	struct strbuf out = STRBUF_INIT;
	size_t lines = 0, widest = 0, width = 0;

	for (size_t i = 0; i < 100000; i++)
		branch = tree_add(arena, branch, TREE_NONE, "x", NULL);
	assert_int_equal(branch->depth, TREE_DEPTH_MAX);
	tree_draw(&out, root, &(struct tree_look){0});
	for (const char *c = out.text; *c; c++) {
		width = *c == '\n' ? 0 : width + 1;
		lines += *c == '\n';
		widest = width > widest ? width : widest;
	}
	assert_int_equal(lines, 100000);
	assert_int_equal(widest, 3 * TREE_DEPTH_MAX + 1);
	strbuf_release(&out);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_and_notes),
		cmocka_unit_test(test_a_long_text_has_its_note_right_behind),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_depth_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
