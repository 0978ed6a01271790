/* Completing the report of an interrupted run: what was done stands, the rest is said not to be. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "ledger/report_repair.h"
#include "report/ldif/reader.h"
#include "report/writer.h"

static const char text[] = "version: 1\n"
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

/* `there`: one letter a value, in the report's order: y where it is in the directory. */
static void complete(const char *there, struct strbuf *out, struct strbuf *undo,
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
	report_repair_write(&report, text, values, "completed", out, undo, totals);
	assert_int_equal(reader_parse(&report, "r", out->text, out->length, arena, &err),
		ERROR_NONE);
	assert_true(report.is_whole);
	assert_int_equal(reader_parse(&report, "r", undo->text, undo->length, arena, &err),
		ERROR_NONE);
	assert_true(report.is_whole);
	arena_free(arena);
}

static void expect(const char *there, size_t added, size_t removed, size_t failed,
	const char *in_report, const char *in_undo)
{
	struct strbuf out = STRBUF_INIT, undo = STRBUF_INIT;
	struct totals totals;

	complete(there, &out, &undo, &totals);
	assert_int_equal(totals.added, added);
	assert_int_equal(totals.removed, removed);
	assert_int_equal(totals.failed, failed);
	if (!strstr(out.text, in_report) || !strstr(undo.text, in_undo))
		fail_msg("%s:\n%s\n%s", there, out.text, undo.text);
	strbuf_release(&out);
	strbuf_release(&undo);
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
		"# end\n");
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
		"# run: 7fe4f256\n"
		"\n"
		"# end\n");
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
		"# end\n");
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
