/* `absent` and `back` for the user: short, and what the change means for the lists. */
#include "person_edit/person_report.h"

#include <string.h>

#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/person.h"
#include "model/person_values.h"
#include "model/plan.h"
#include "person_edit/absence_edit.h"
#include "report/phrases.h"

/* How many old absences are named; the change below has the value of each. */
#define CLEANED_MAX 3

static void add_absent(struct strbuf *out, const struct person_report *report, const char *name)
{
	struct strbuf when = STRBUF_INIT;

	phrase_interval(&when, report->begins->start, report->begins->end);
	if (report->stage == PERSON_NOTHING)
		strbuf_addf(out, _("%s is away %s already.\n"), name, when.text);
	else if (report->stage == PERSON_DONE)
		strbuf_addf(out, _("%s is away %s.\n"), name, when.text);
	else if (report->stage == PERSON_OUTCOME_UNKNOWN)
		strbuf_addf(out,
			_("Broken off; whether it was written that %s is away %s is not "
			  "known.\n"),
			name, when.text);
	else
		strbuf_addf(out, _("Failed; it was not written that %s is away %s.\n"), name,
			when.text);
	strbuf_release(&when);
}

static void add_ended(struct strbuf *out, const struct person_report *report)
{
	struct strbuf when = STRBUF_INIT;

	for (size_t i = 0; i < report->ended_count && report->stage == PERSON_DONE; i++) {
		strbuf_reset(&when);
		phrase_interval(&when, report->ended[i].start, report->ended[i].end);
		strbuf_addf(out,
			report->ended[i].start > report->run->started
				? _("Removed, before it began: away %s\n")
				: _("Ended now: away %s\n"),
			when.text);
	}
	for (size_t i = 0; i < report->coming_count; i++) {
		strbuf_reset(&when);
		phrase_interval(&when, report->coming[i].start, report->coming[i].end);
		strbuf_addf(out, _("Still to come: away %s\n"), when.text);
	}
	strbuf_release(&when);
}

/* Old absences that the change removes besides. */
static void add_cleaned(struct strbuf *out, const struct absence_list *cleaned)
{
	struct strbuf all = STRBUF_INIT, when = STRBUF_INIT;

	for (size_t i = 0; i < cleaned->count && i < CLEANED_MAX; i++) {
		strbuf_reset(&when);
		phrase_interval(&when, cleaned->items[i].start, cleaned->items[i].end);
		strbuf_add_item(&all, "; ", when.text);
	}
	if (cleaned->count > CLEANED_MAX)
		strbuf_adds(&all, "; …");
	if (cleaned->count > 0)
		strbuf_addf(out, _("Cleaned up, as they were over (%zu): %s\n"), cleaned->count,
			all.text);
	strbuf_release(&all);
	strbuf_release(&when);
}

static void add_back(struct strbuf *out, const struct person_report *report, const char *name)
{
	bool was_away = report->ended_count > 0 && report->ended[0].start <= report->run->started;

	if (report->stage == PERSON_NOTHING)
		strbuf_addf(out, _("%s is not away, by the directory; nothing to write.\n"), name);
	else if (report->stage == PERSON_DONE)
		strbuf_addf(out,
			was_away ? _("%s is back.\n") : _("%s: the directory is changed.\n"), name);
	else if (report->stage == PERSON_OUTCOME_UNKNOWN)
		strbuf_addf(out,
			_("Broken off; whether it was written that %s is back is not "
			  "known.\n"),
			name);
	else
		strbuf_addf(out, _("Failed; it was not written that %s is back.\n"), name);
	add_ended(out, report);
}

static void add_value(struct strbuf *out, char sign, const char *type, const char *value)
{
	strbuf_addf(out, "  %c %s: ", sign, type);
	strbuf_add_safe(out, value);
	strbuf_addc(out, '\n');
}

static void add_change(struct strbuf *out, const struct entry_change *change)
{
	for (size_t i = 0; i < change->count; i++) {
		const struct value_change *item = &change->items[i];

		for (size_t j = 0; j < item->removed.count; j++)
			add_value(out, '-', item->type, item->removed.items[j]);
		for (size_t j = 0; j < item->added.count; j++)
			add_value(out, '+', item->type, item->added.items[j]);
	}
}

/* Who joins and leaves one list. */
static void add_list(struct strbuf *out, const struct list_plan *list)
{
	struct strbuf people = STRBUF_INIT, name = STRBUF_INIT;

	for (size_t i = 0; i < list->member_count; i++) {
		strbuf_reset(&name);
		phrase_name(&name, list->members[i]->person, list->members[i]->dn);
		if (list->members[i]->is_new)
			strbuf_addf(&people, "%s+ %s", people.length ? ", " : "", name.text);
	}
	for (size_t i = 0; i < list->removal_count; i++) {
		strbuf_reset(&name);
		phrase_name(&name, list->removals[i].person, list->removals[i].dn);
		strbuf_addf(&people, "%s- %s", people.length ? ", " : "", name.text);
	}
	strbuf_adds(out, "  ");
	phrase_list(out, list);
	strbuf_addf(out, ": %s\n", people.text);
	strbuf_release(&people);
	strbuf_release(&name);
}

/* Where nobody stands in for the person, who then stays on the list: no change would tell of it. */
static void add_gaps(struct strbuf *out, const struct list_plan *list, const struct person *person,
	moment at)
{
	for (size_t i = 0; i < list->gap_count; i++) {
		const struct gap *gap = &list->gaps[i];

		if (!gap->whom || strcmp(gap->whom->key, person->key) != 0)
			continue;
		strbuf_adds(out, "  ! ");
		phrase_list(out, list);
		strbuf_adds(out, ": ");
		phrase_gap(out, gap, at);
		strbuf_addc(out, '\n');
	}
}

static void add_lists(struct strbuf *out, const struct person_report *report)
{
	const struct plan *plan = report->plan;

	if (!plan)
		return;
	if (plan->refused)
		strbuf_adds(out,
			_("The next apply will be refused, as a limit would be passed; "
			  "see postvagt plan:\n"));
	else if (plan_has_changes(plan))
		strbuf_adds(out,
			_("The next postvagt apply changes (watch does it within a second):\n"));
	else
		strbuf_adds(out, _("No list is to change now.\n"));
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		if (list_plan_has_changes(list))
			add_list(out, list);
		add_gaps(out, list, report->person, plan->at);
	}
	if (plan->held) {
		struct strbuf held = STRBUF_INIT;

		strbuf_add_safe(&held, plan->held);
		strbuf_addf(out, _("Removals are held back (%zu now): %s\n"), plan->held_count,
			held.text);
		strbuf_release(&held);
	}
}

static void add_note(struct strbuf *out, const struct finding *note)
{
	strbuf_adds(out, "  ! ");
	strbuf_add_safe(out, note->what);
	strbuf_addc(out, '\n');
}

void person_report_text(struct strbuf *out, const struct person_report *report)
{
	struct strbuf name = STRBUF_INIT;

	phrase_name(&name, report->person, report->person->dn);
	if (report->begins)
		add_absent(out, report, name.text);
	else
		add_back(out, report, name.text);
	if (report->deputy) {
		strbuf_reset(&name);
		phrase_name(&name, report->deputy, report->deputy->dn);
		strbuf_addf(out,
			report->deputy_is_temporary ? _("Deputy while the absence lasts: %s\n")
						    : _("Deputy: %s\n"),
			name.text);
	}
	for (size_t i = 0; i < report->deputies_ended->count && report->stage == PERSON_DONE; i++) {
		strbuf_reset(&name);
		strbuf_add_safe(&name, report->deputies_ended->items[i]);
		strbuf_addf(out, _("No longer a deputy: %s\n"), name.text);
	}
	if (report->stage == PERSON_DONE) {
		add_cleaned(out, report->cleaned);
		add_change(out, report->change);
	}
	for (size_t i = 0; i < report->notes->count; i++)
		add_note(out, &report->notes->items[i]);
	add_lists(out, report);
	if (report->path)
		strbuf_addf(out, _("Report: %s\n"), report->path);
	strbuf_release(&name);
}
