/* Completing the report of an interrupted run: what was done stands, the rest is said not to be. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "ledger/report_repair.h"
#include "report/ldif/reader.h"
#include "report/writer.h"

static const char legacy[] = "version: 1\n"
			     "# postvagt change report: about to be carried out\n"
			     "# run: 7fe4f256\n"
			     "\n"
			     "# joins: uid=bo,dc=dk (Bo): role x\n"
			     "dn: cn=Drift,dc=dk\n"
			     "changetype: modify\n"
			     "add: member\n"
			     "member: uid=bo,dc=dk\n"
			     "member: uid=eva,dc=dk\n"
			     "-\n"
			     "\n"
			     "dn: cn=Drift,dc=dk\n"
			     "changetype: modify\n"
			     "delete: member\n"
			     "member: uid=carl,dc=dk\n"
			     "-\n"
			     "\n"
			     "dn: cn=Ny,dc=dk\n"
			     "changetype: add\n"
			     "objectClass: groupOfNames\n"
			     "member: uid=bo,dc=dk\n"
			     "\n"
			     "# total: 4 added, 1 removed, 2 kept, 0 held, 0 refused\n"
			     "# end\n";

#define HEAD(state)                                                                           \
	"#@ {\"form\":2,\"file\":\"report\",\"state\":\"" state                               \
	"\",\"run\":\"7fe4f256\",\"started\":\"2026-11-23T23:08:49+01:00\",\"at\":\"2026-11-" \
	"23T23:08:49+01:00\",\"user\":\"u\",\"host\":\"h\",\"version\":\"1\",\"case\":null,"  \
	"\"settings\":\"s\",\"server\":null,\"member_attribute\":\"member\"}\n"

#define LIST(name, state, exists)                                                                 \
	"#@ {\"list\":\"cn=" name                                                                 \
	",dc=dk\",\"tag\":\"t\",\"kind\":\"ordinary\",\"state\":\"" state "\",\"exists\":" exists \
	",\"identity\":null,\"before\":1,\"available\":1,\"unexplained\":0"

#define VALUE(verb, login) \
	"#@ {\"" verb "\":\"uid=" login ",dc=dk\",\"name\":null,\"state\":\"intended\"}\n"

/* The same with machine lines, and sentences that say nothing. */
static const char lines[] = "version: 1\n" HEAD(
	"intended") "# x\n"
		    "# run: 7fe4f256\n"
		    "#@ {\"limits\":{},\"passed\":[],\"let_past\":false,\"moved\":[],\"held\":null,"
		    "\"saved_plan\":null,\"undoes\":null}\n"
		    "\n"
		    "# y\n"
		    "dn: cn=Drift,dc=dk\n"
		    "changetype: modify\n"
		    "add: member\n"
		    "member: uid=bo,dc=dk\n"
		    "member: uid=eva,dc=dk\n"
		    "-\n"
		    "\n"
		    "dn: cn=Drift,dc=dk\n"
		    "changetype: modify\n"
		    "delete: member\n"
		    "member: uid=carl,dc=dk\n"
		    "-\n"
		    "\n"
		    "dn: cn=Ny,dc=dk\n"
		    "changetype: add\n"
		    "objectClass: groupOfNames\n"
		    "member: uid=bo,dc=dk\n"
		    "\n" LIST("Drift", "intended", "true") "}\n" VALUE("joins", "bo") VALUE("joins",
			    "eva") VALUE("leaves", "carl") LIST("Ny", "intended",
			    "false") ",\"entry\":[[\"objectClass\",\"groupOfNames\"]]}\n" VALUE("joins",
			    "bo") "#@ {\"totals\":{\"added\":4,\"removed\":1,\"kept\":2,\"held\":0,\"refused\":0,\"failed\":0}}\n"
				  "# z\n"
				  "# end\n";

/* `there`: one letter a value, in the report's order: y where it is in the directory. */
static void complete(const char *text, const char *there, struct strbuf *out, struct strbuf *undo,
	struct totals *totals)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct intended_value *values;
	struct read_report report;
	size_t count;

	*totals = (struct totals){.kept = 2};
	assert_int_equal(reader_parse(&report, "r", text, strlen(text), arena, &err), ERROR_NONE);
	values = report_repair_values(&report, "member", arena, &count);
	assert_int_equal(count, 5);
	for (size_t i = 0; i < count; i++)
		values[i].is_there = there[i] == 'y';
	report_repair_write(&(struct report_repair){&report, text, values, "completed", "12345678",
				    arena},
		out, undo, totals);
	assert_int_equal(reader_parse(&report, "r", out->text, out->length, arena, &err),
		ERROR_NONE);
	assert_true(report.is_whole);
	assert_int_equal(reader_parse(&report, "r", undo->text, undo->length, arena, &err),
		ERROR_NONE);
	assert_true(report.is_whole);
	arena_free(arena);
}

static void expect_of(const char *text, const char *there, const struct totals *expected,
	const char *in_report, const char *in_undo)
{
	struct strbuf out = STRBUF_INIT, undo = STRBUF_INIT;
	struct totals totals;

	complete(text, there, &out, &undo, &totals);
	assert_int_equal(totals.added, expected->added);
	assert_int_equal(totals.removed, expected->removed);
	assert_int_equal(totals.failed, expected->failed);
	if (!strstr(out.text, in_report) || !strstr(undo.text, in_undo))
		fail_msg("%s:\n%s\n%s", there, out.text, undo.text);
	strbuf_release(&out);
	strbuf_release(&undo);
}

/* In both forms the records are the same. */
static void expect(const char *there, size_t added, size_t removed, size_t failed,
	const char *in_report, const char *in_undo)
{
	const struct totals totals = {.added = added, .removed = removed, .failed = failed};

	expect_of(legacy, there, &totals, in_report, in_undo);
	expect_of(lines, there, &totals, in_report, in_undo);
}

/* What the machine lines say of who joins and leaves: a letter each, d: done, f: failed. */
static void expect_lines(const char *there, const char *expected)
{
	struct strbuf out = STRBUF_INIT, undo = STRBUF_INIT, got = STRBUF_INIT;
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct read_report report;
	struct totals totals;

	complete(lines, there, &out, &undo, &totals);
	assert_int_equal(reader_parse(&report, "r", out.text, out.length, arena, &err), ERROR_NONE);
	assert_int_equal(report.machine.head.state, MACHINE_INTERRUPTED);
	assert_string_equal(report.machine.head.completed_by, "12345678");
	assert_int_equal(report.machine.totals.failed, totals.failed);
	assert_int_equal(report.machine.totals.kept, 2);
	for (size_t i = 0; i < report.machine.count; i++) {
		for (size_t j = 0; j < report.machine.lists[i].count; j++)
			strbuf_addc(&got,
				report.machine.lists[i].values[j].state == MACHINE_DONE ? 'd'
											: 'f');
		strbuf_addc(&got, ' ');
	}
	assert_string_equal(got.text, expected);
	assert_int_equal(reader_parse(&report, "r", undo.text, undo.length, arena, &err),
		ERROR_NONE);
	assert_int_equal(report.machine.head.file, MACHINE_UNDO);
	strbuf_release(&out);
	strbuf_release(&undo);
	strbuf_release(&got);
	arena_free(arena);
}

static void test_lines(void **state)
{
	expect_lines("yynyy", "ddd d ");
	expect_lines("nnynn", "fff f ");
	expect_lines("ynynn", "dff f ");
	expect_lines("yynyn", "ddd f ");
}

static void test_all_done(void **state)
{
	expect("yynyy", 3, 1, 0,
		"delete: member\n"
		"member: uid=carl,dc=dk\n"
		"-\n",
		"dn: cn=Ny,dc=dk\n"
		"changetype: delete\n"
		"\n"
		"dn: cn=Drift,dc=dk\n"
		"changetype: modify\n"
		"add: member\n"
		"member: uid=carl,dc=dk\n"
		"-\n"
		"\n"
		"dn: cn=Drift,dc=dk\n"
		"changetype: modify\n"
		"delete: member\n"
		"member: uid=bo,dc=dk\n"
		"member: uid=eva,dc=dk\n"
		"-\n"
		"\n"
		"#");
}

static void test_nothing_done(void **state)
{
	expect("nnynn", 0, 0, 4,
		"# dn: cn=Drift,dc=dk\n"
		"# changetype: modify\n"
		"# add: member\n"
		"# member: uid=bo,dc=dk\n"
		"# member: uid=eva,dc=dk\n"
		"# -\n",
		"# run: 7fe4f256\n");
}

/* One of two values: the other stands as a comment, in a record of its own. */
static void test_half_done(void **state)
{
	expect("ynynn", 1, 0, 3,
		"add: member\n"
		"member: uid=bo,dc=dk\n"
		"-\n"
		"\n"
		"# not done: the run was interrupted; not found in the directory afterwards\n"
		"# dn: cn=Drift,dc=dk\n"
		"# changetype: modify\n"
		"# add: member\n"
		"# member: uid=eva,dc=dk\n"
		"# -\n",
		"delete: member\n"
		"member: uid=bo,dc=dk\n"
		"-\n"
		"\n"
		"#");
}

/* A list that was made without one of its members. */
static void test_made_in_part(void **state)
{
	expect("yynyn", 2, 1, 1,
		"changetype: add\n"
		"objectClass: groupOfNames\n"
		"\n"
		"# not done: the run was interrupted; not found in the directory afterwards\n"
		"# dn: cn=Ny,dc=dk\n"
		"# changetype: modify\n"
		"# add: member\n"
		"# member: uid=bo,dc=dk\n"
		"# -\n",
		"dn: cn=Ny,dc=dk\n"
		"changetype: delete\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_done),
		cmocka_unit_test(test_nothing_done),
		cmocka_unit_test(test_half_done),
		cmocka_unit_test(test_made_in_part),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
