/*
 * JSON for programs (CONTRACT section 6): stable keys, every list, also one
 * that stays as it is.
 */
#include "report/writer.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/message/finding.h"
#include "base/text/hidden.h"
#include "model/outcome.h"
#include "model/plan.h"
#include "report/phrases.h"
#include "report/text/json.h"

static void add_valid(struct strbuf *out, const char *text)
{
	size_t left = strlen(text), length;
	uint32_t c;

	for (; left > 0; text += length, left -= length) {
		length = hidden_next(&c, text, left);
		if (length > 0) {
			strbuf_add(out, text, length);
		} else {
			strbuf_addf(out, "\\%02x", (unsigned int)(unsigned char)*text);
			length = 1;
		}
	}
}

json_t *json_of_text(const char *text)
{
	json_t *string = json_string(text);

	if (!string) {
		struct strbuf valid = STRBUF_INIT;

		add_valid(&valid, text);
		string = json_string(valid.text);
		strbuf_release(&valid);
	}
	return string;
}

/* Take what was built in a buffer. */
json_t *json_of_strbuf(struct strbuf *text)
{
	json_t *string = json_of_text(text->text);

	strbuf_release(text);
	return string;
}

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
	const char *tag = list->block->tag;

	for (size_t i = 0; i < list->member_count; i++)
		json_array_append_new(members, member_json(list->members[i], at));
	return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o}", "list", json_of_text(list->dn),
		"tag", tag ? json_of_text(tag) : json_null(), "kind",
		block_kind_name(list->block->kind), "members", members, "add", added_json(list),
		"remove", removed_json(list), "gaps", gaps_json(list, at));
}

json_t *json_of_finding(const struct finding *finding)
{
	return json_pack("{s:s, s:o, s:o}", "severity",
		finding->severity == FINDING_ERROR ? "error" : "warning", "where",
		json_of_text(finding->where), "what", json_of_text(finding->what));
}

static void add_escape(struct strbuf *out, uint32_t c)
{
	if (c < 0x10000)
		strbuf_addf(out, "\\u%04x", (unsigned int)c);
	else
		strbuf_addf(out, "\\u%04x\\u%04x", (unsigned int)(0xd800 + ((c - 0x10000) >> 10)),
			(unsigned int)(0xdc00 + ((c - 0x10000) & 0x3ff)));
}

/* Controls of ASCII are the library's to escape; here stand only the ends of its lines. */
static void add_dump(struct strbuf *out, json_t *value, size_t flags)
{
	char *dump = json_dumps(value, flags);
	size_t left = strlen(dump), length;
	uint32_t c = 0;

	for (const char *at = dump; left > 0; at += length, left -= length) {
		length = hidden_next(&c, at, left); /* the library writes UTF-8 */
		if (c >= 0x7f && hidden_character(c))
			add_escape(out, c);
		else
			strbuf_add(out, at, length);
	}
	strbuf_addc(out, '\n');
	free(dump);
	json_decref(value);
}

void json_add_text(struct strbuf *out, json_t *value)
{
	add_dump(out, value, JSON_INDENT(2));
}

void json_add_sorted(struct strbuf *out, json_t *value)
{
	add_dump(out, value, JSON_INDENT(2) | JSON_SORT_KEYS);
}

json_t *json_of_moment(moment at)
{
	struct strbuf iso = STRBUF_INIT;

	moment_add_iso(&iso, at);
	return json_of_strbuf(&iso);
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

static void add_finding(struct report *report, const struct finding *finding)
{
	json_array_append_new(json_object_get(report->state, "findings"), json_of_finding(finding));
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
	.finding = add_finding,
	.end = end_report,
};
