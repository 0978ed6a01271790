/*
 * The change report: LDIF (RFC 2849) that `ldapmodify -f` takes as it is, with
 * the reason for every line in comments (CONTRACT section 5), and its undo.
 *
 *   version: 1
 *   # who ran what, when, where
 *
 *   # <tag>, <kind>: <list>
 *   # members: 7 before, 7 after, 5 available
 *   # joins: <dn> (<name>): <why>
 *   # leaves: <dn> (<name>): <why>
 *   dn: <list>
 *   changetype: modify
 *   add: member
 *   member: <dn>
 *   -
 *
 *   # total: …
 *   # end
 *
 * A list that was made is one `changetype: add` record. What failed, and all
 * of a refused run, stands as comments. Order is the plan's: by DN, as bytes.
 */
#include "report/writer.h"

#include <lber.h>
#include <stdio.h>
#include <string.h>

#include <ldif.h>

#include "base/arena.h"
#include "base/finding.h"
#include "base/language.h"
#include "decide/outcome.h"
#include "decide/plan.h"
#include "decide/policy.h"
#include "report/words.h"

/* One line, or several folded ones, "name: value" in base64 where the value needs it. */
static void add_line(struct strbuf *out, const char *name, const char *value)
{
	char *line = ldif_put(LDIF_PUT_VALUE, name, value, (ber_len_t)strlen(value));

	strbuf_adds(out, line);
	ber_memfree(line);
}

static void add_comment(struct strbuf *out, const char *label, const char *text)
{
	strbuf_addf(out, "# %s: ", label);
	strbuf_add_safe(out, text);
	strbuf_addc(out, '\n');
}

/* Add `record` as it is, or each line of it as a comment. */
static void add_record(struct strbuf *out, const struct strbuf *record, bool as_comment)
{
	const char *line = record->text;

	while (*line) {
		const char *end = strchr(line, '\n');
		size_t length = end ? (size_t)(end - line) + 1 : strlen(line);

		if (as_comment && length > 1)
			strbuf_adds(out, "# ");
		strbuf_add(out, line, length);
		line += length;
	}
}

static const char *stage_words(const struct report *report)
{
	switch (report->stage) {
	case REPORT_PLANNED:
		return _("a plan, kept; nothing was changed");
	case REPORT_INTENDED:
		return _("about to be carried out; what came of it is not known yet");
	case REPORT_REFUSED:
		return _("refused, as a limit would be passed; nothing was changed");
	case REPORT_DONE:
		break;
	}
	return _("carried out");
}

static void add_run(struct report *report)
{
	const struct run *run = report->run;
	struct strbuf *out = report->out, text = STRBUF_INIT;

	add_comment(out, _("run"), run->id);
	moment_add_iso(&text, run->started);
	add_comment(out, _("started"), text.text);
	strbuf_reset(&text);
	moment_add_iso(&text, report->plan->at);
	add_comment(out, _("decided as of"), text.text);
	strbuf_reset(&text);
	strbuf_addf(&text, "%s@%s, postvagt %s", run->user, run->host, run->version);
	add_comment(out, _("by"), text.text);
	if (run->case_text)
		add_comment(out, _("case"), run->case_text);
	add_comment(out, _("settings"), run->settings_file);
	add_comment(out, _("directory"), run->server);
	strbuf_release(&text);
}

static void begin_report(struct report *report)
{
	strbuf_adds(report->out, "version: 1\n");
	add_comment(report->out, _("postvagt change report"), stage_words(report));
	add_run(report);
	words_refusals(report->out, report->plan, _("# refused: "));
	if (report->plan->held)
		add_comment(report->out, _("removals are held back"), report->plan->held);
	strbuf_addc(report->out, '\n');
}

static void add_person_line(struct strbuf *out, const char *label, const char *dn,
	const struct person *person, const char *why)
{
	strbuf_addf(out, "# %s: ", label);
	strbuf_add_safe(out, dn);
	if (person) {
		strbuf_adds(out, " (");
		words_name(out, person, dn);
		strbuf_addc(out, ')');
	}
	strbuf_addf(out, ": %s\n", why);
}

static void add_joining(struct report *report, const struct list_plan *list)
{
	struct strbuf why = STRBUF_INIT;

	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];

		if (!member->is_new)
			continue;
		strbuf_reset(&why);
		words_reasons(&why, member, report->plan->at);
		add_person_line(report->out, _("joins"), member->dn, member->person, why.text);
	}
	strbuf_release(&why);
}

static void add_leaving(struct report *report, const struct list_plan *list)
{
	struct strbuf why = STRBUF_INIT;

	for (size_t i = 0; i < list->removal_count; i++) {
		const struct removal *removal = &list->removals[i];

		strbuf_reset(&why);
		words_removal(&why, removal, report->plan->at);
		add_person_line(report->out, _("leaves"), removal->dn, removal->person, why.text);
	}
	strbuf_release(&why);
}

static void add_gaps(struct report *report, const struct list_plan *list)
{
	struct strbuf gap = STRBUF_INIT;

	for (size_t i = 0; i < list->gap_count; i++) {
		strbuf_reset(&gap);
		words_gap(&gap, &list->gaps[i], report->plan->at);
		strbuf_addf(report->out, _("# gap: %s\n"), gap.text);
	}
	strbuf_release(&gap);
}

static void add_heading(struct report *report, const struct list_plan *list)
{
	struct strbuf *out = report->out;

	strbuf_adds(out, "# ");
	words_list(out, list);
	strbuf_adds(out, ": ");
	strbuf_add_safe(out, list->dn);
	strbuf_addc(out, '\n');
	strbuf_addf(out, _("# members: %zu before, %zu after, %zu available\n"),
		list->list->members.count, list->member_count, list->available);
}

/* The values that one modify adds, or deletes. */
struct values {
	const char **dns;
	size_t count, room;
};

static void collect(struct values *values, struct arena *arena, const char *dn)
{
	values->dns =
		arena_grow(arena, values->dns, values->count, &values->room, sizeof(*values->dns));
	values->dns[values->count++] = dn;
}

/* Those to add, then those to delete: of what was done (`failed` false), or of what failed. */
static void collect_changes(const struct report *report, const struct list_plan *list, bool failed,
	struct arena *arena, struct values values[2])
{
	const struct list_outcome *outcome = report_outcome(report, list);

	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];

		if (member->is_new &&
			(outcome && outcome_failed(outcome, member->key, false)) == failed)
			collect(&values[0], arena, member->dn);
	}
	for (size_t i = 0; i < list->removal_count; i++) {
		const struct removal *removal = &list->removals[i];

		if ((outcome && outcome_failed(outcome, removal->key, true)) == failed)
			collect(&values[1], arena, removal->dn);
	}
}

/* Records that change single values, as many as the server is asked in one request. */
static void add_modifies(struct report *report, struct strbuf *out, const char *dn,
	const char *verb, const struct values *values)
{
	const char *attribute = report->run->member_attribute;

	for (size_t i = 0; i < values->count; i++) {
		if (i % PLAN_VALUES_PER_MODIFY == 0) {
			add_line(out, "dn", dn);
			add_line(out, "changetype", "modify");
			add_line(out, verb, attribute);
		}
		add_line(out, attribute, values->dns[i]);
		if (i + 1 == values->count || (i + 1) % PLAN_VALUES_PER_MODIFY == 0)
			strbuf_adds(out, "-\n\n");
	}
}

static void add_made_list(struct report *report, struct strbuf *out, const struct list_plan *list,
	const struct values *members)
{
	add_line(out, "dn", list->dn);
	add_line(out, "changetype", "add");
	for (size_t i = 0; i < list->entry_count; i++)
		add_line(out, list->entry[i].type, list->entry[i].value);
	for (size_t i = 0; i < members->count; i++)
		add_line(out, report->run->member_attribute, members->dns[i]);
	strbuf_addc(out, '\n');
}

/* The record, or records, that add to the list (which may have to be made). */
static void add_additions(struct report *report, struct strbuf *out, const struct list_plan *list,
	const struct values *values)
{
	if (!list->list->exists && values->count > 0)
		add_made_list(report, out, list, values);
	else
		add_modifies(report, out, list->dn, "add", values);
}

/* What was not done, as comments, with the server's words. */
static void add_failures(struct report *report, const struct list_plan *list)
{
	const struct list_outcome *outcome = report_outcome(report, list);
	struct strbuf record = STRBUF_INIT;
	struct values values[2] = {{0}, {0}};
	struct arena *arena;

	if (!outcome || outcome->done)
		return;
	arena = arena_new();
	collect_changes(report, list, true, arena, values);
	add_comment(report->out, _("not done; the server said"), outcome->said);
	add_additions(report, &record, list, &values[0]);
	add_modifies(report, &record, list->dn, "delete", &values[1]);
	add_record(report->out, &record, true);
	strbuf_release(&record);
	arena_free(arena);
}

/* Each record has its heading, and the people it is about. */
static void add_changes(struct report *report, const struct list_plan *list)
{
	bool refused = report->stage == REPORT_REFUSED;
	struct arena *arena = arena_new();
	struct values values[2] = {{0}, {0}};
	struct strbuf record = STRBUF_INIT;

	collect_changes(report, list, false, arena, values);
	if (list->added > 0) {
		add_heading(report, list);
		add_joining(report, list);
		add_gaps(report, list);
		add_additions(report, &record, list, &values[0]);
		add_record(report->out, &record, refused);
	}
	if (list->removal_count > 0) {
		add_heading(report, list);
		add_leaving(report, list);
		if (list->added == 0)
			add_gaps(report, list);
		strbuf_reset(&record);
		add_modifies(report, &record, list->dn, "delete", &values[1]);
		add_record(report->out, &record, refused);
	}
	strbuf_release(&record);
	arena_free(arena);
}

static void add_list(struct report *report, const struct list_plan *list)
{
	if (list_plan_has_changes(list)) {
		add_changes(report, list);
		add_failures(report, list);
	} else if (list->gap_count > 0) {
		add_heading(report, list);
		add_gaps(report, list);
		strbuf_addc(report->out, '\n');
	}
}

static void add_finding(struct report *report, const struct finding *finding)
{
	strbuf_adds(report->out,
		finding->severity == FINDING_ERROR ? _("# error: ") : _("# warning: "));
	strbuf_add_safe(report->out, finding->where);
	strbuf_adds(report->out, ": ");
	strbuf_add_safe(report->out, finding->what);
	strbuf_addc(report->out, '\n');
}

static void end_report(struct report *report)
{
	struct totals totals = report_totals(report);

	strbuf_addf(report->out,
		_("# total: %zu added, %zu removed, %zu kept, %zu held, %zu refused\n"),
		totals.added, totals.removed, totals.kept, totals.held, totals.refused);
	if (totals.failed > 0)
		strbuf_addf(report->out, _("# failed: %zu\n"), totals.failed);
	strbuf_adds(report->out, "# end\n");
}

const struct writer ldif_writer = {
	.begin = begin_report,
	.list = add_list,
	.finding = add_finding,
	.end = end_report,
};

static void begin_undo(struct report *report)
{
	strbuf_adds(report->out, "version: 1\n");
	add_comment(report->out, _("postvagt undo"),
		_("takes back the run below, by ldapmodify -f this file"));
	add_run(report);
	strbuf_addc(report->out, '\n');
}

/* The other way round: who left comes back before who came leaves, so that no list is ever empty. */
static void undo_list(struct report *report, const struct list_plan *list)
{
	struct arena *arena = arena_new();
	struct values values[2] = {{0}, {0}};

	if (report->stage != REPORT_REFUSED)
		collect_changes(report, list, false, arena, values);
	if (!list->list->exists && values[0].count > 0) {
		add_line(report->out, "dn", list->dn);
		add_line(report->out, "changetype", "delete");
		strbuf_addc(report->out, '\n');
	} else {
		add_modifies(report, report->out, list->dn, "add", &values[1]);
		add_modifies(report, report->out, list->dn, "delete", &values[0]);
	}
	arena_free(arena);
}

static void undo_finding(struct report *report, const struct finding *finding)
{
	(void)report;
	(void)finding;
}

static void end_undo(struct report *report)
{
	strbuf_adds(report->out, "# end\n");
}

const struct writer undo_writer = {
	.begin = begin_undo,
	.list = undo_list,
	.finding = undo_finding,
	.end = end_undo,
};
