/*
 * The undo file: LDIF that takes a run back, by `ldapmodify -f`. The other way
 * round: who left comes back before who came leaves, so that no list is ever
 * empty.
 */
#include "base/arena.h"
#include "base/language.h"
#include "decide/plan.h"
#include "report/record.h"
#include "report/writer.h"

static void begin(struct report *report)
{
	strbuf_adds(report->out, "version: 1\n");
	record_comment(report->out, _("postvagt undo"),
		report->stage == REPORT_REFUSED
			? _("the run below was refused; there is nothing to take back")
			: _("takes back the run below, by ldapmodify -f this file"));
	record_run(report);
	strbuf_addc(report->out, '\n');
}

static void add_list(struct report *report, const struct list_plan *list)
{
	const char *attribute = report->run->member_attribute;
	struct record_values added, removed;
	struct arena *arena;

	if (report->stage == REPORT_REFUSED)
		return;
	arena = arena_new();
	added = record_values_of(report, list, false, false, arena);
	removed = record_values_of(report, list, true, false, arena);
	if (!list->list->exists && added.count > 0) {
		record_delete(report->out, list->dn);
	} else {
		record_modify(report->out, list->dn, "add", attribute, &removed);
		record_modify(report->out, list->dn, "delete", attribute, &added);
	}
	arena_free(arena);
}

static void add_finding(struct report *report, const struct finding *finding)
{
	(void)report;
	(void)finding;
}

static void end(struct report *report)
{
	strbuf_adds(report->out, "# end\n");
}

const struct writer undo_writer = {
	.begin = begin,
	.list = add_list,
	.finding = add_finding,
	.end = end,
};
