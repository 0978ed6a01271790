#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "config/schema/yaml.h"
#include "config/trust/trust.h"
#include "file_case.h"

static struct folder folder;

static int set_up(void **state)
{
	folder_make(&folder);
	return 0;
}

static int tear_down(void **state)
{
	folder_remove(&folder, "a.yaml");
	folder_release(&folder);
	return 0;
}

struct loaded {
	struct arena *arena;
	struct strbuf path;
	struct findings findings;
	const struct yaml_node *root;
};

static struct loaded load(const char *text, size_t length)
{
	struct loaded loaded = {.arena = arena_new(), .path = STRBUF_INIT};

	folder_write(&folder, "a.yaml", text, length);
	folder_path(&folder, "a.yaml", &loaded.path);
	findings_init(&loaded.findings, loaded.arena);
	loaded.root = yaml_load(loaded.path.text, trust_new(loaded.arena), loaded.arena,
		&loaded.findings);
	return loaded;
}

static void release(struct loaded *loaded)
{
	arena_free(loaded->arena);
	strbuf_release(&loaded->path);
}

static void check_found(const char *text, size_t length, const char *found)
{
	struct loaded loaded = load(text, length);

	assert_found(&loaded.findings, loaded.path.text, found);
	release(&loaded);
}

static void test_faults(void **state)
{
	static const struct file_case cases[] = {
		{"", ""},
		{"# nothing\n", ""},
		{"---\na: 1\n", ""},
		{"a: 1\n...\n", ""},
		{"a: [1, 2\n", "2:1: did not find expected ',' or ']'"},
		{"a: b: c\n", "1:5: mapping values are not allowed"},
		{"a: 1\n\tb: 2\n", "2:1: this is not YAML"},
		{"a: 1\nb: 2\na: 3\n", "3:1: \"a\" is here a second time; the first is at "},
		{"x: {a: 1, a: 2}\ny: {b: 1, b: 2}\n", "1:11: \"a\" is here\n2:11: \"b\" is here"},
		{"a: 1\n---\nb: 2\n", "2:1: a second document"},
		{"[1, 2]: 3\n", "1:1: a key must be a text"},
		{"a: *b\n", "1:4: the alias \"b\" stands for nothing"},
		{"a: &a [*a]\n", "1:8: the alias \"a\" stands for nothing"},
		{"a: \"x\\0y\"\n", "1:4: the character NUL"},
		{"a: !!int 3\nb: !x y\n",
			"1:4: the YAML tag \"tag:yaml.org,2002:int\"\n2:4: \"!x\""},
		{"a: 1\nbøæ: \xff\n", "2:6: invalid leading UTF-8 octet"},
		{"\xff", "1:1: this is not YAML"},
		{"a: \"\\x1b[31m\"\n\"\\x1b[31m\": 1\n\"\\e[31m\": 2\n",
			"3:1: \"\\1b[31m\" is here a second time"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++)
		check_found(cases[i].text, strlen(cases[i].text), cases[i].found);
}

static void test_unreadable(void **state)
{
	struct arena *arena = arena_new();
	struct findings findings;

	findings_init(&findings, arena);
	assert_null(yaml_load("/no/such/file.yaml", trust_new(arena), arena, &findings));
	assert_null(yaml_load(folder.path, trust_new(arena), arena, &findings));
	assert_int_equal(findings.errors, 2);
	assert_string_equal(findings.items[0].where, "/no/such/file.yaml");
	assert_string_equal(findings.items[0].what, "cannot be read: No such file or directory");
	assert_string_equal(findings.items[1].what, "cannot be read: it is not a regular file");
	arena_free(arena);
}

static void repeat(struct strbuf *b, const char *text, size_t times)
{
	for (size_t i = 0; i < times; i++)
		strbuf_adds(b, text);
}

static void test_limits(void **state)
{
	struct strbuf b = STRBUF_INIT;

	repeat(&b, "[", 32);
	repeat(&b, "]", 32);
	check_found(b.text, b.length, "");
	strbuf_reset(&b);
	repeat(&b, "[", 33);
	repeat(&b, "]", 33);
	check_found(b.text, b.length, "1:33: nested deeper than 32 levels");
	strbuf_reset(&b);
	repeat(&b, "- 1\n", 100000);
	check_found(b.text, b.length, "100000:3: more than 100000 values");
	strbuf_reset(&b);
	repeat(&b, "# a comment of sixteen bytes\n", 40000);
	check_found(b.text, b.length, "larger than 1048576 bytes");
	strbuf_release(&b);
}

/* "A billion laughs": each line is ten times the one before. */
static void test_expansion(void **state)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "a0: &a0 x\n");
	for (int i = 1; i < 10; i++) {
		strbuf_addf(&b, "a%d: &a%d [", i, i);
		for (int j = 0; j < 10; j++)
			strbuf_addf(&b, "*a%d%s", i - 1, j < 9 ? ", " : "]\n");
	}
	check_found(b.text, b.length, "6:45: more than 100000 values");
	strbuf_reset(&b);
	strbuf_adds(&b, "a0: &a0 x\n");
	for (int i = 1; i < 40; i++)
		strbuf_addf(&b, "a%d: &a%d [*a%d]\n", i, i, i - 1);
	check_found(b.text, b.length, "32:12: nested deeper than 32 levels");
	strbuf_release(&b);
}

/* What is sent as a number, true or false where a body is JSON; all else is a text. */
static void test_json(void **state)
{
	static const struct {
		const char *text;
		bool is_json;
	} cases[] = {
		{"0", true},
		{"-0", true},
		{"200", true},
		{"-1.50", true},
		{"12345678901234567890123", true},
		{"1e3", true},
		{"1.5E-10", true},
		{"2E+1", true},
		{"true", true},
		{"false", true},
		{"007", false},
		{"+1", false},
		{".5", false},
		{"1.", false},
		{"1e", false},
		{"0x1F", false},
		{"1_000", false},
		{"1 2", false},
		{"True", false},
		{"yes", false},
		{"no", false},
		{".inf", false},
		{"2026-12-24", false},
		{"12:30", false},
		{"~", false},
		{"null", false},
		{"\"1\"", false},
		{"'true'", false},
		{"|\n  1", false},
		{">-\n  true", false},
		{"[1]", false},
		{"{1: 1}", false},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf text = STRBUF_INIT;
		struct loaded loaded;

		strbuf_addf(&text, "a: %s\n", cases[i].text);
		loaded = load(text.text, text.length);
		assert_non_null(loaded.root);
		assert_int_equal(yaml_is_json(yaml_find(loaded.root, "a")), cases[i].is_json);
		release(&loaded);
		strbuf_release(&text);
	}
}

static void test_tree(void **state)
{
	static const char text[] = "# first\n"
				   "name: &n Anna\n"
				   "list:\n"
				   "  - one\n"
				   "  - {deep: \"~\"}\n"
				   "nothing:\n"
				   "tilde: ~\n"
				   "quoted: \"\"\n"
				   "again: *n\n";
	struct loaded loaded = load(text, sizeof(text) - 1);
	const struct yaml_node *root = loaded.root, *list = yaml_find(root, "list");

	assert_int_equal(loaded.findings.count, 0);
	assert_int_equal(root->kind, YAML_MAPPING);
	assert_int_equal(root->mark.line, 2);
	assert_int_equal(yaml_count(list), 2);
	assert_string_equal(yaml_item(list, 0)->text, "one");
	assert_int_equal(yaml_item(list, 1)->mark.line, 5);
	assert_int_equal(yaml_item(list, 1)->mark.column, 5);
	assert_int_equal(yaml_find(yaml_item(list, 1), "deep")->kind, YAML_SCALAR);
	assert_int_equal(yaml_find(root, "nothing")->kind, YAML_NULL);
	assert_int_equal(yaml_find(root, "tilde")->kind, YAML_NULL);
	assert_int_equal(yaml_find(root, "quoted")->kind, YAML_SCALAR);
	assert_string_equal(yaml_find(root, "again")->text, "Anna");
	assert_int_equal(yaml_entry(root, "again")->mark.line, 9);
	assert_null(yaml_find(root, "name.deeper"));
	assert_null(yaml_entry(list, "one"));
	assert_int_equal(yaml_place(root, "name")->column, 7);
	assert_int_equal(yaml_place(root, "nothing.at.all")->line, 6);
	assert_int_equal(yaml_place(root, "nowhere")->line, 2);
	release(&loaded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_expansion),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_tree),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
