/* The stamp of rules that are installed: how they stand against those of now, and files that are not read. */
#include "unit.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text/strbuf.h"
#include "file_case.h"
#include "rules/rules.h"
#include "rules/stamp.h"

#define OTHER "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct rules made(void)
{
	struct rules rules = {.address = "box@kommune.example"};

	rules_stamp(&rules);
	return rules;
}

static enum rules_state state_of(const struct folder *folder, const char *before, const char *stamp)
{
	const struct rules rules = made();
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	enum rules_state state;

	strbuf_addf(&text, "%s%s%s\nstop;\n", before, stamp ? RULES_STAMP_MARK : "",
		stamp ? stamp : "");
	folder_write(folder, "rules", text.text, text.length);
	folder_path(folder, "rules", &path);
	assert_int_equal(rules_installed(path.text, &rules, &state, &err), ERROR_NONE);
	folder_remove(folder, "rules");
	strbuf_release(&path);
	strbuf_release(&text);
	return state;
}

static void test_states(void **state)
{
	const struct rules rules = made();
	struct strbuf lines = STRBUF_INIT;
	struct folder folder;

	folder_make(&folder);
	assert_int_equal(state_of(&folder, "", rules.stamp), RULES_CURRENT);
	assert_int_equal(state_of(&folder, "# by hand\n", OTHER), RULES_OLDER);
	assert_int_equal(state_of(&folder, "", NULL), RULES_UNKNOWN);
	assert_int_equal(state_of(&folder, "", "0123"), RULES_UNKNOWN);
	for (int i = 0; i < 49; i++)
		strbuf_adds(&lines, "keep;\n");
	assert_int_equal(state_of(&folder, lines.text, rules.stamp), RULES_CURRENT);
	strbuf_adds(&lines, "keep;\n");
	assert_int_equal(state_of(&folder, lines.text, rules.stamp), RULES_UNKNOWN);
	for (int i = 0; i < 20000; i++)
		strbuf_adds(&lines, "keep;\n");
	assert_int_equal(state_of(&folder, lines.text, rules.stamp), RULES_UNKNOWN);
	strbuf_release(&lines);
	folder_release(&folder);
}

static void assert_refused(const char *path, const char *why)
{
	const struct rules rules = made();
	struct error err = ERROR_INIT;
	enum rules_state state;

	assert_int_equal(rules_installed(path, &rules, &state, &err), ERROR_USAGE);
	assert_string_equal(err.text.text, why);
	error_release(&err);
}

/* A pipe in the place of the rules is not waited for. */
static void test_refusals(void **state)
{
	struct strbuf path = STRBUF_INIT;
	struct folder folder;

	folder_make(&folder);
	folder_path(&folder, "rules", &path);
	assert_refused(path.text, "cannot be read: No such file or directory");
	assert_refused(folder.path, "cannot be read: it is not a regular file");
	assert_int_equal(mkfifo(path.text, 0600), 0);
	assert_refused(path.text, "cannot be read: it is not a regular file");
	folder_remove(&folder, "rules");
	strbuf_release(&path);
	folder_release(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
