/* Reading our own LDIF back: as the writers write it, and as nobody should. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "report/ldif/reader.h"

static const char good[] = "version: 1\n"
			   "# postvagt change report: carried out in part\n"
			   "# run: 7fe4f256\n"
			   "\n"
			   "# drift, ordinary: cn=Drift,dc=dk\n"
			   "# joins: uid=anna,dc=dk (Anna): role x\n"
			   "dn: cn=Drift,\n"
			   " dc=dk\n"
			   "changetype: modify\n"
			   "add: member\n"
			   "member: uid=anna,dc=dk\n"
			   "member:: dWlkPcOmLGRjPWRr\n"
			   "-\n"
			   "\n"
			   "# not done: no right\n"
			   "# dn: cn=Drift,\n"
			   "#  dc=dk\n"
			   "# changetype: modify\n"
			   "# delete: member\n"
			   "# member: uid=bo,dc=dk\n"
			   "# -\n"
			   "\n"
			   "dn: cn=Ny,dc=dk\n"
			   "changetype: add\n"
			   "objectClass: groupOfNames\n"
			   "objectClass: top\n"
			   "member: uid=bo,dc=dk\n"
			   "\n"
			   "dn: cn=Ny,dc=dk\n"
			   "changetype: delete\n"
			   "\n"
			   "# total: 1\n"
			   "# end\n";

static void test_good(void **state)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct read_report report;

	assert_int_equal(reader_parse(&report, "r", good, strlen(good), arena, &err), ERROR_NONE);
	assert_true(report.is_whole);
	assert_int_equal(report.head_count, 2);
	assert_true(report.is_legacy);
	assert_string_equal(report.comments[1].text, "run: 7fe4f256");
	assert_int_equal(report.count, 4);
	assert_string_equal(report.records[0].dn, "cn=Drift,dc=dk");
	assert_int_equal(report.records[0].line, 7);
	assert_int_equal(report.records[0].comment_count, 2);
	assert_int_equal(report.records[0].values[0].count, 2);
	assert_string_equal(report.records[0].values[0].items[1], "uid=æ,dc=dk");
	assert_true(report.records[1].commented_out);
	assert_string_equal(report.records[1].dn, "cn=Drift,dc=dk");
	assert_int_equal(report.records[1].values[0].verb, READ_DELETE);
	assert_int_equal(report.records[2].kind, READ_MAKE);
	assert_int_equal(report.records[2].count, 2);
	assert_int_equal(report.records[3].kind, READ_REMOVE);
	arena_free(arena);
}

/* A report that was cut off at any place is an error, or known not to be whole. */
static void test_cut(void **state)
{
	for (size_t length = 0; length < strlen(good); length++) {
		struct arena *arena = arena_new();
		struct error err = ERROR_INIT;
		struct read_report report;

		if (reader_parse(&report, "r", good, length, arena, &err) == ERROR_NONE)
			assert_false(report.is_whole);
		error_release(&err);
		arena_free(arena);
	}
}

static void test_bad(void **state)
{
	static const struct {
		const char *body, *place;
	} cases[] = {
		{"dn: a=b\n", "r:3: "},
		{"dn: a=b\nchangetype: moddn\n", "r:3: "},
		{"dn: a=b\nchangetype: modify\n", "r:4: "},
		{"dn: a=b\nchangetype: modify\nreplace: member\nmember: x\n-\n", "r:4: "},
		{"dn: a=b\nchangetype: modify\ndelete: member\n-\n", "r:5: "},
		{"dn: a=b\nchangetype: modify\nadd: member\nmembre: x\n-\n", "r:5: "},
		{"dn: a=b\nchangetype: modify\nadd: member\nmember: x\n\n", "r:6: "},
		{"dn: a=b\nchangetype: modify\nadd: member\nmember:: !\n-\n", "r:5: "},
		{"dn: a=b\nchangetype: modify\nadd: member\nmember:: YQBi\n-\n", "r:5: "},
		{"dn: a=b\nchangetype: modify\nadd: member\nmember:< file:///etc/passwd\n-\n",
			"r:5: "},
		{"dn: a=b\nchangetype: delete\nmember: x\n", "r:4: "},
		{"dn: a=b\nchangetype: add\n\n", "r:4: "},
		{"member: a\n", "r:2: "},
		{"dn:\n", "r:2: "},
		{"#no blank\n", "r:2: "},
		{"# end\n# more\n", "r:3: "},
		{"# end", "r: "},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].body); i++) {
		struct arena *arena = arena_new();
		struct strbuf text = STRBUF_INIT;
		struct error err = ERROR_INIT;
		struct read_report report;

		strbuf_addf(&text, "version: 1\n%s", cases[i].body);
		reader_parse(&report, "r", text.text, text.length, arena, &err);
		if (strncmp(err.text.text, cases[i].place, strlen(cases[i].place)) != 0)
			print_error("%s: \"%s\"\n", cases[i].body, err.text.text);
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_memory_equal(err.text.text, cases[i].place, strlen(cases[i].place));
		error_release(&err);
		strbuf_release(&text);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
