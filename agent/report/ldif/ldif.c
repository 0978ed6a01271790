/*
 * The change report: LDIF (RFC 2849) that `ldapmodify -f` takes as it is, with
 * the reason for every line in comments (CONTRACT section 5), and its undo.
 *
 *   version: 1
 *   #@ {"form":2,…}			machine.h has all lines of that kind
 *   # who ran what, when, where
 *   #@ {"limits":…}
 *
 *   # <tag>, <kind>: <list>
 *   # members: 7 before, 7 after, 5 available
 *   # joins: <dn> (<name>): <why>
 *   # leaves: <dn> (<name>): <why>
 *   # stays: <dn> (<name>)		once a list
 *   dn: <list>
 *   changetype: modify
 *   add: member
 *   member: <dn>
 *   -
 *
 *   #@ {"list":…}
 *   #@ {"totals":…}
 *   # total: …
 *   # end
 *
 * A list that was made is one `changetype: add` record. What failed, and all
 * of a refused run, stands as comments. Order is the plan's: by DN, as bytes.
 */
#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "model/outcome.h"
#include "model/plan.h"
#include "report/ldif/machine.h"
#include "report/ldif/record.h"
#include "report/ldif/seal.h"
#include "report/phrases.h"
#include "report/writer.h"

static const char *outcome_words(const struct report *report)
{
	struct totals totals = report_totals(report);

	if (totals.failed == 0)
		return _("carried out");
	if (report_has_unknown_outcome(report))
		return _("broken off; whether the last change was made is not known");
	if (totals.added + totals.removed == 0)
		return _("failed; nothing was changed");
	return _("carried out in part");
}

static const char *stage_words(const struct report *report)
{
	switch (report->stage) {
	case REPORT_PLANNED:
		return _("a plan, kept; nothing was changed");
	case REPORT_INTENDED:
		return _("about to be carried out; what came of it is not known yet");
	case REPORT_REFUSED:
		if (report->plan->moved.count > 0 && report->run->undoes)
			return _("refused, as the run cannot be taken back exactly; nothing was "
				 "changed");
		if (report->plan->moved.count > 0)
			return _(
				"refused, as the kept plan does not hold any more; nothing was changed");
		return _("refused, as a limit would be passed; nothing was changed");
	case REPORT_DONE:
		break;
	}
	return outcome_words(report);
}

static void begin_report(struct report *report)
{
	const struct change_limit *limits = report->plan->limits;

	strbuf_adds(report->out, "version: 1\n");
	machine_begin(report, report->stage == REPORT_PLANNED ? MACHINE_PLAN : MACHINE_REPORT);
	record_comment(report->out, _("postvagt change report"), stage_words(report));
	record_run(report);
	phrase_refusals(report->out, report->plan, _("# over the limit: "));
	phrase_moved(report->out, report->plan,
		report->run->undoes ? _("# moved since the run: ")
				    : _("# moved since it was kept: "));
	if (report->plan->held)
		record_comment(report->out, _("removals are held back"), report->plan->held);
	if (report->stage == REPORT_PLANNED)
		strbuf_addf(report->out,
			_("# limits: removals_per_list %d, removals_per_run %d, "
			  "additions_per_list %d, additions_per_run %d\n"),
			limits[CHANGE_REMOVES].per_list, limits[CHANGE_REMOVES].per_run,
			limits[CHANGE_ADDS].per_list, limits[CHANGE_ADDS].per_run);
	strbuf_addc(report->out, '\n');
}

/* One of the two records of a list: what is added, or what is deleted; done, or failed. */
struct part {
	struct report *report;
	const struct list_plan *list;
	bool removals, failed;
	struct record_values values;
};

static void add_heading(const struct report *report, const struct list_plan *list)
{
	struct arena *arena = arena_new();
	size_t added = record_values_of(report, list, false, false, arena).count;
	size_t removed = record_values_of(report, list, true, false, arena).count;
	size_t before = list->list->members.count;

	record_heading(report->out, list);
	if (report->run->undoes) /* nobody asked who is available */
		strbuf_addf(report->out, _("# members: %zu before, %zu after\n"), before,
			before + added - removed);
	else
		strbuf_addf(report->out, _("# members: %zu before, %zu after, %zu available\n"),
			before, before + added - removed, list->available);
	arena_free(arena);
}

/* Whether a value is of this part. */
static bool is_of_part(const struct part *part, const char *key)
{
	const struct list_outcome *outcome = report_outcome(part->report, part->list);

	return (outcome && outcome_failed(outcome, key, part->removals)) == part->failed;
}

static void add_joining(const struct part *part)
{
	struct strbuf why = STRBUF_INIT;

	for (size_t i = 0; i < part->list->member_count; i++) {
		const struct plan_member *member = part->list->members[i];

		if (!member->is_new || !is_of_part(part, member->key))
			continue;
		strbuf_reset(&why);
		phrase_reasons(&why, member, part->report->plan->at, PHRASE_FULL);
		record_person(part->report->out, _("joins"), member->dn, member->person, why.text);
	}
	strbuf_release(&why);
}

static void add_leaving(const struct part *part)
{
	struct strbuf why = STRBUF_INIT;

	for (size_t i = 0; i < part->list->removal_count; i++) {
		const struct removal *removal = &part->list->removals[i];

		if (!is_of_part(part, removal->key))
			continue;
		strbuf_reset(&why);
		phrase_removal(&why, removal, part->report->plan->at);
		record_person(part->report->out, _("leaves"), removal->dn, removal->person,
			why.text);
	}
	strbuf_release(&why);
}

static void add_gaps(struct report *report, const struct list_plan *list)
{
	struct strbuf gap = STRBUF_INIT;

	for (size_t i = 0; i < list->gap_count; i++) {
		strbuf_reset(&gap);
		phrase_gap(&gap, &list->gaps[i], report->plan->at);
		strbuf_addf(report->out, _("# gap: %s\n"), gap.text);
	}
	strbuf_release(&gap);
}

/* Who is on the list before and after: so one report tells who was on it at its moment. */
static void add_staying(struct report *report, const struct list_plan *list)
{
	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];

		if (!member->is_new)
			record_person(report->out, _("stays"), member->dn, member->person, NULL);
	}
}

/* A list that was made with some of its members gets the rest by modifies. */
static bool makes_the_list(const struct part *part)
{
	const struct list_outcome *outcome = report_outcome(part->report, part->list);

	return !part->removals && !part->list->list->exists &&
		!(part->failed && outcome && outcome->created);
}

static void add_record(const struct part *part)
{
	const char *attribute = part->report->run->member_attribute;
	struct strbuf record = STRBUF_INIT;

	if (makes_the_list(part))
		record_make(&record, part->list, attribute, &part->values);
	else
		record_modify(&record, part->list->dn, part->removals ? "delete" : "add", attribute,
			&part->values);
	if (part->failed || part->report->stage == REPORT_REFUSED)
		record_comment_out(part->report->out, &record);
	else
		strbuf_adds(part->report->out, record.text);
	strbuf_release(&record);
}

/* A record with its heading and the people it is about; nothing where it has no values. */
static void add_part(struct report *report, const struct list_plan *list, bool removals,
	bool failed, bool *is_first)
{
	struct arena *arena = arena_new();
	struct part part = {report, list, removals, failed, {0}};

	part.values = record_values_of(report, list, removals, failed, arena);
	if (part.values.count > 0) {
		add_heading(report, list);
		if (failed)
			record_comment(report->out, _("not done"),
				report_outcome(report, list)->said);
		if (removals)
			add_leaving(&part);
		else
			add_joining(&part);
		if (*is_first)
			add_staying(report, list);
		*is_first = false;
		add_gaps(report, list);
		add_record(&part);
	}
	arena_free(arena);
}

static void add_list(struct report *report, const struct list_plan *list)
{
	bool is_first = true;

	if (!list_plan_has_changes(list) && list->gap_count > 0) {
		add_heading(report, list);
		add_gaps(report, list);
		strbuf_addc(report->out, '\n');
	}
	add_part(report, list, false, false, &is_first);
	add_part(report, list, true, false, &is_first);
	if (report->outcomes) {
		add_part(report, list, false, true, &is_first);
		add_part(report, list, true, true, &is_first);
	}
}

static void add_findings(struct report *report)
{
	for (size_t i = 0; i < report->findings->count; i++) {
		const struct finding *finding = &report->findings->items[i];

		strbuf_adds(report->out,
			finding->severity == FINDING_ERROR ? _("# error: ") : _("# warning: "));
		finding_add_where(report->out, finding, true);
		strbuf_adds(report->out, ": ");
		finding_add_what(report->out, finding, true);
		strbuf_addc(report->out, '\n');
	}
}

static void end_report(struct report *report)
{
	struct totals totals = report_totals(report);

	machine_end(report);
	record_totals(report->out, &totals);
	if (report->stage == REPORT_PLANNED)
		seal_add(report->out);
	strbuf_adds(report->out, "# end\n");
}

const struct writer ldif_writer = {
	.begin = begin_report,
	.list = add_list,
	.findings = add_findings,
	.end = end_report,
};
