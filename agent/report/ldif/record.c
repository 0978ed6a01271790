#include "report/ldif/record.h"

#include <lber.h>
#include <stdio.h>
#include <string.h>

#include <ldif.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "decide/resume.h"
#include "model/outcome.h"
#include "model/person_values.h"
#include "model/plan.h"
#include "report/ldif/machine.h"
#include "report/phrases.h"
#include "report/writer.h"

static void collect_value(struct record_values *values, struct arena *arena, const char *dn)
{
	values->dns =
		arena_grow(arena, values->dns, values->count, &values->room, sizeof(*values->dns));
	values->dns[values->count++] = dn;
}

struct record_values record_values_of(const struct report *report, const struct list_plan *list,
	bool removals, bool failed, struct arena *arena)
{
	const struct list_outcome *outcome = report_outcome(report, list);
	struct record_values values = {0};

	for (size_t i = 0; i < list->member_count && !removals; i++) {
		const struct plan_member *member = list->members[i];
		bool has_failed = outcome && outcome_failed(outcome, member->key, false);

		if (member->is_new && has_failed == failed)
			collect_value(&values, arena, member->dn);
	}
	for (size_t i = 0; i < list->removal_count && removals; i++) {
		const struct removal *removal = &list->removals[i];
		bool has_failed = outcome && outcome_failed(outcome, removal->key, true);

		if (has_failed == failed)
			collect_value(&values, arena, removal->dn);
	}
	return values;
}

void record_line(struct strbuf *out, const char *name, const char *value)
{
	char *line = ldif_put(LDIF_PUT_VALUE, name, value, (ber_len_t)strlen(value));

	strbuf_adds(out, line);
	ber_memfree(line);
}

void record_modify(struct strbuf *out, const char *list_dn, const char *verb, const char *attribute,
	const struct record_values *values)
{
	for (size_t i = 0; i < values->count; i++) {
		if (i % PLAN_VALUES_PER_MODIFY == 0) {
			record_line(out, "dn", list_dn);
			record_line(out, "changetype", "modify");
			record_line(out, verb, attribute);
		}
		record_line(out, attribute, values->dns[i]);
		if (i + 1 == values->count || (i + 1) % PLAN_VALUES_PER_MODIFY == 0)
			strbuf_adds(out, "-\n\n");
	}
}

void record_make(struct strbuf *out, const struct list_plan *list, const char *attribute,
	const struct record_values *members)
{
	record_line(out, "dn", list->dn);
	record_line(out, "changetype", "add");
	for (size_t i = 0; i < list->entry_count; i++)
		record_line(out, list->entry[i].type, list->entry[i].value);
	for (size_t i = 0; i < members->count; i++)
		record_line(out, attribute, members->dns[i]);
	strbuf_addc(out, '\n');
}

void record_delete(struct strbuf *out, const char *dn)
{
	record_line(out, "dn", dn);
	record_line(out, "changetype", "delete");
	strbuf_addc(out, '\n');
}

static void add_values(struct strbuf *out, const char *verb, const char *type,
	const struct value_set *values)
{
	if (values->count == 0)
		return;
	record_line(out, verb, type);
	for (size_t i = 0; i < values->count; i++)
		record_line(out, type, values->items[i]);
	strbuf_adds(out, "-\n");
}

void record_change(struct strbuf *out, const struct entry_change *change, bool back)
{
	record_line(out, "dn", change->dn);
	record_line(out, "changetype", "modify");
	for (size_t i = 0; i < change->count; i++) {
		const struct value_change *item = &change->items[i];

		add_values(out, "delete", item->type, back ? &item->added : &item->removed);
		add_values(out, "add", item->type, back ? &item->removed : &item->added);
	}
	strbuf_addc(out, '\n');
}

void record_comment_out(struct strbuf *out, const struct strbuf *records)
{
	const char *line = records->text;

	while (*line) {
		const char *end = strchr(line, '\n');
		size_t length = end ? (size_t)(end - line) + 1 : strlen(line);

		if (length > 1)
			strbuf_adds(out, "# ");
		strbuf_add(out, line, length);
		line += length;
	}
}

void record_comment(struct strbuf *out, const char *label, const char *text)
{
	strbuf_addf(out, "# %s: ", label);
	strbuf_add_safe(out, text);
	strbuf_addc(out, '\n');
}

void record_heading(struct strbuf *out, const struct list_plan *list)
{
	strbuf_adds(out, "# ");
	phrase_list(out, list);
	strbuf_adds(out, ": ");
	strbuf_add_safe(out, list->dn);
	strbuf_addc(out, '\n');
}

void record_person(struct strbuf *out, const char *label, const char *dn,
	const struct person *person, const char *why)
{
	strbuf_addf(out, "# %s: ", label);
	strbuf_add_safe(out, dn);
	if (person) {
		strbuf_adds(out, " (");
		phrase_name(out, person, dn);
		strbuf_addc(out, ')');
	}
	if (why)
		strbuf_addf(out, ": %s", why);
	strbuf_addc(out, '\n');
}

void record_totals(struct strbuf *out, const struct totals *totals)
{
	strbuf_addf(out, _("# total: %zu added, %zu removed, %zu kept, %zu held, %zu refused\n"),
		totals->added, totals->removed, totals->kept, totals->held, totals->refused);
	if (totals->failed > 0)
		strbuf_addf(out, _("# failed: %zu\n"), totals->failed);
}

/* Which saved plan is applied, or was to be. */
static void add_kept(struct strbuf *out, const struct run *run)
{
	const struct saved_plan *saved = run->saved;
	struct strbuf text = STRBUF_INIT;

	record_comment(out, _("kept plan"), saved->file);
	record_comment(out, _("SHA-256 of the kept plan"), saved->sha256);
	if (saved->run) {
		moment_add_iso(&text, saved->saved_at);
		strbuf_addf(&text, _(", run %s"), saved->run);
		record_comment(out, _("kept"), text.text);
	}
	strbuf_release(&text);
}

void record_who(struct strbuf *out, const struct run *run, moment decided_as_of)
{
	struct strbuf text = STRBUF_INIT;

	record_comment(out, _("run"), run->id);
	moment_add_iso(&text, run->started);
	record_comment(out, _("started"), text.text);
	strbuf_reset(&text);
	moment_add_iso(&text, decided_as_of);
	record_comment(out, _("decided as of"), text.text);
	strbuf_reset(&text);
	strbuf_addf(&text, "%s@%s, postvagt %s", run->user, run->host, run->version);
	record_comment(out, _("by"), text.text);
	if (run->case_text)
		record_comment(out, _("case"), run->case_text);
	record_comment(out, _("settings"), run->settings_file);
	if (run->server)
		record_comment(out, _("directory"), run->server);
	if (run->undoes)
		record_comment(out, _("takes back run"), run->undoes);
	strbuf_release(&text);
}

void record_run(struct report *report)
{
	record_who(report->out, report->run, report->plan->at);
	machine_add_limits(report->out, report);
	if (report->run->saved)
		add_kept(report->out, report->run);
	if (report->run->let_past_limit)
		record_comment(report->out, _("let past the limit"), _("by --over-limit"));
}
