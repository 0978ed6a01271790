/*
 * JSON for programs (CONTRACT section 6): stable keys, every list, also one
 * that stays as it is.
 */
#include "report/writer.h"

#include <jansson.h>

#include "base/message/finding.h"
#include "model/outcome.h"
#include "model/plan.h"
#include "report/phrases.h"
#include "report/text/json.h"

static json_t *member_json(const struct plan_member *member, moment at)
{
	json_t *why = json_array(), *standing_in_for = json_array();

	for (size_t i = 0; i < member->reason_count; i++) {
		struct strbuf words = STRBUF_INIT;

		phrase_reason(&words, member, &member->reasons[i], at, PHRASE_FULL);
		json_array_append_new(why, json_of_strbuf(&words));
	}
	for (size_t i = 0; i < member->standing_in_count; i++)
		json_array_append_new(standing_in_for,
			json_of_text(member->standing_in_for[i]->dn));
	return json_pack("{s:o, s:o, s:o}", "dn", json_of_text(member->dn), "why", why,
		"standing_in_for", standing_in_for);
}

static json_t *added_json(const struct list_plan *list)
{
	json_t *add = json_array();

	for (size_t i = 0; i < list->member_count; i++) {
		if (list->members[i]->is_new)
			json_array_append_new(add, json_of_text(list->members[i]->dn));
	}
	return add;
}

static json_t *removed_json(const struct list_plan *list)
{
	json_t *removed = json_array();

	for (size_t i = 0; i < list->removal_count; i++)
		json_array_append_new(removed, json_of_text(list->removals[i].dn));
	return removed;
}

static json_t *gaps_json(const struct list_plan *list, moment at)
{
	json_t *gaps = json_array();

	for (size_t i = 0; i < list->gap_count; i++) {
		struct strbuf words = STRBUF_INIT;

		phrase_gap(&words, &list->gaps[i], at);
		json_array_append_new(gaps, json_of_strbuf(&words));
	}
	return gaps;
}

json_t *json_of_list(const struct list_plan *list, moment at)
{
	json_t *members = json_array();

	for (size_t i = 0; i < list->member_count; i++)
		json_array_append_new(members, member_json(list->members[i], at));
	return json_pack("{s:o, s:o, s:o*, s:s, s:o, s:o, s:o, s:o}", "list",
		json_of_text(list->dn), "tag", json_of_first_tag(&list->block->tags), "tags",
		json_of_tags(&list->block->tags), "kind", block_kind_name(list->block->kind),
		"members", members, "add", added_json(list), "remove", removed_json(list), "gaps",
		gaps_json(list, at));
}

json_t *json_of_finding(const struct finding *finding)
{
	return json_pack("{s:s, s:o, s:o}", "severity",
		finding->severity == FINDING_ERROR ? "error" : "warning", "where",
		json_of_text(finding->where), "what", json_of_text(finding->what));
}

json_t *json_of_findings(const struct findings *findings)
{
	json_t *array = json_array();

	for (size_t i = 0; i < findings->count; i++)
		json_array_append_new(array, json_of_finding(&findings->items[i]));
	return array;
}

static enum run_outcome outcome_of(const struct report *report)
{
	struct totals totals = report_totals(report);

	if (report->stage == REPORT_REFUSED)
		return RUN_REFUSED;
	return run_outcome_of(totals.failed > 0, totals.added + totals.removed > 0);
}

/* After apply: what of a list was not done, and why. */
static json_t *failed_json(const struct list_outcome *outcome)
{
	json_t *failed = json_array();

	for (size_t i = 0; i < outcome->failure_count; i++)
		json_array_append_new(failed,
			json_pack("{s:o, s:s, s:o}", "dn", json_of_text(outcome->failures[i].dn),
				"change", outcome->failures[i].is_removal ? "remove" : "add", "why",
				json_of_text(outcome->failures[i].why)));
	return failed;
}

static void begin_report(struct report *report)
{
	report->state = json_pack("{s:o, s:[], s:[]}", "at", json_of_moment(report->plan->at),
		"lists", "findings");
}

static void add_list(struct report *report, const struct list_plan *list)
{
	const struct list_outcome *outcome = report_outcome(report, list);
	json_t *object = json_of_list(list, report->plan->at);

	if (outcome)
		json_object_set_new(object, "failed", failed_json(outcome));
	json_array_append_new(json_object_get(report->state, "lists"), object);
}

static void add_findings(struct report *report)
{
	json_object_set_new(report->state, "findings", json_of_findings(report->findings));
}

static void end_report(struct report *report)
{
	if (report->stage == REPORT_DONE || report->stage == REPORT_REFUSED)
		json_object_set_new(report->state, "outcome",
			json_string(run_outcome_word(outcome_of(report))));
	json_add_text(report->out, report->state);
	report->state = NULL;
}

const struct writer json_writer = {
	.begin = begin_report,
	.list = add_list,
	.findings = add_findings,
	.end = end_report,
};
