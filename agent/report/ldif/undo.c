/*
 * The undo file: LDIF that takes a run back, by `ldapmodify -f`. The other way
 * round: who left comes back before who came leaves, so that no list is ever
 * empty.
 */
#include "base/memory/arena.h"
#include "base/text/language.h"
#include "model/outcome.h"
#include "model/plan.h"
#include "report/ldif/machine.h"
#include "report/ldif/record.h"
#include "report/writer.h"

static void begin_undo(struct report *report)
{
	strbuf_adds(report->out, "version: 1\n");
	machine_begin(report, MACHINE_UNDO);
	record_comment(report->out, _("postvagt undo"),
		report->stage == REPORT_REFUSED
			? _("the run below was refused; there is nothing to take back")
			: _("takes back the run below, by ldapmodify -f this file"));
	record_run(report);
	strbuf_addc(report->out, '\n');
}

/* Who comes back, and who goes again. */
static void add_people(struct report *report, const struct list_plan *list)
{
	const struct list_outcome *outcome = report_outcome(report, list);

	for (size_t i = 0; i < list->removal_count; i++) {
		const struct removal *removal = &list->removals[i];

		if (!outcome || !outcome_failed(outcome, removal->key, true))
			record_person(report->out, _("joins again"), removal->dn, removal->person,
				NULL);
	}
	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];

		if (member->is_new && (!outcome || !outcome_failed(outcome, member->key, false)))
			record_person(report->out, _("leaves again"), member->dn, member->person,
				NULL);
	}
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
	if (added.count + removed.count > 0) {
		record_heading(report->out, list);
		add_people(report, list);
	}
	if (!list->list->exists && added.count > 0) {
		record_delete(report->out, list->dn);
	} else {
		record_modify(report->out, list->dn, "add", attribute, &removed);
		record_modify(report->out, list->dn, "delete", attribute, &added);
	}
	arena_free(arena);
}

static void end_undo(struct report *report)
{
	machine_end(report);
	strbuf_adds(report->out, "# end\n");
}

const struct writer undo_writer = {
	.begin = begin_undo,
	.list = add_list,
	.end = end_undo,
};
