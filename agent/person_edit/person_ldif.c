/*
 * The change report of `absent` and `back`, and its undo file:
 *
 *   version: 1
 *   #@ {"form":2,…}
 *   # who ran what, when, where
 *
 *   # person: <dn> (<name>)
 *   # absent: from … through …
 *   # deputy: <dn> (<name>)
 *   dn: <person>
 *   changetype: modify
 *   …
 *
 *   #@ {"person":…}
 *   #@ {"adds":…}
 *   #@ {"totals":…}
 *   # total: …
 *   # end
 */
#include "person_edit/person_report.h"

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/person.h"
#include "model/person_values.h"
#include "person_edit/absence_edit.h"
#include "report/ldif/machine.h"
#include "report/ldif/record.h"
#include "report/phrases.h"
#include "report/writer.h"

static const char *stage_words(const struct person_report *report)
{
	switch (report->stage) {
	case PERSON_INTENDED:
		return _("about to be carried out; what came of it is not known yet");
	case PERSON_FAILED:
		return _("failed; nothing was changed");
	case PERSON_OUTCOME_UNKNOWN:
		return _("broken off; whether the last change was made is not known");
	case PERSON_NOTHING:
	case PERSON_DONE:
		break;
	}
	return _("carried out");
}

static void add_interval(struct strbuf *out, const char *label, const struct absence *absence)
{
	struct strbuf text = STRBUF_INIT;

	phrase_interval(&text, absence->start, absence->end);
	record_comment(out, label, text.text);
	strbuf_release(&text);
}

/* Whom it is about, and what the record means. */
static void add_heading(struct strbuf *out, const struct person_report *report)
{
	record_person(out, _("person"), report->person->dn, report->person, NULL);
	if (report->begins)
		add_interval(out, _("absent"), report->begins);
	for (size_t i = 0; i < report->ended_count; i++)
		add_interval(out,
			report->ended[i].start > report->run->started ? _("removed")
								      : _("ends now"),
			&report->ended[i]);
	for (size_t i = 0; i < report->coming_count; i++)
		add_interval(out, _("stays"), &report->coming[i]);
	for (size_t i = 0; i < report->cleaned->count; i++)
		add_interval(out, _("cleaned up"), &report->cleaned->items[i]);
	if (report->deputy)
		record_person(out, _("deputy"), report->deputy->dn, report->deputy, NULL);
	for (size_t i = 0; i < report->deputies_ended->count; i++)
		record_comment(out, _("no longer a deputy"), report->deputies_ended->items[i]);
}

struct totals person_report_totals(const struct person_report *report)
{
	size_t added = entry_change_added(report->change),
	       removed = entry_change_removed(report->change);

	if (report->stage == PERSON_FAILED || report->stage == PERSON_OUTCOME_UNKNOWN)
		return (struct totals){.failed = added + removed};
	return (struct totals){.added = added, .removed = removed};
}

static enum machine_state state_of(const struct person_report *report)
{
	switch (report->stage) {
	case PERSON_INTENDED:
		return MACHINE_INTENDED;
	case PERSON_FAILED:
		return MACHINE_FAILED;
	case PERSON_OUTCOME_UNKNOWN:
		return MACHINE_UNKNOWN;
	case PERSON_NOTHING:
	case PERSON_DONE:
		break;
	}
	return MACHINE_DONE;
}

static void add_edits(struct machine_list *list, struct arena *arena, const char *attribute,
	const struct value_set *values, enum machine_verb verb, enum machine_state state)
{
	for (size_t i = 0; i < values->count; i++) {
		struct machine_value *value =
			machine_value_new(list, arena, verb, values->items[i]);

		value->attribute = attribute;
		value->state = state;
	}
}

/* The same for programs. In doubt the undo file's record stands as a comment: what is not known is not planned. */
static void make_machine(struct machine *machine, const struct person_report *report,
	enum machine_file file, struct arena *arena)
{
	bool back = file == MACHINE_UNDO;
	enum machine_state state = !back ? state_of(report)
		: report->said           ? MACHINE_UNKNOWN
					 : MACHINE_PLANNED;
	struct machine_list *list;

	*machine = (struct machine){.totals = person_report_totals(report)};
	machine->head = machine_head_of(report->run, report->run->started, file, state);
	findings_init(&machine->findings, arena);
	for (size_t i = 0; i < report->notes->count && !back; i++)
		findings_add(&machine->findings, FINDING_WARNING, report->person->dn, "%s",
			report->notes->items[i].what);
	list = machine_list_new(machine, arena, report->change->dn);
	list->is_person = list->exists = true;
	list->name = report->person->name;
	for (size_t i = 0; i < report->change->count; i++) {
		const struct value_change *item = &report->change->items[i];

		add_edits(list, arena, item->type, &item->removed,
			back ? MACHINE_JOINS : MACHINE_LEAVES, state);
		add_edits(list, arena, item->type, &item->added,
			back ? MACHINE_LEAVES : MACHINE_JOINS, state);
	}
}

static void add_head(struct strbuf *out, const struct machine *machine)
{
	strbuf_adds(out, "version: 1\n");
	machine_add_head(out, &machine->head);
}

static void add_record(struct strbuf *out, const struct person_report *report)
{
	struct strbuf record = STRBUF_INIT;

	record_change(&record, report->change, false);
	if (report->said) {
		record_comment(out,
			report->stage == PERSON_FAILED ? _("not done") : _("broken off"),
			report->said);
		record_comment_out(out, &record);
	} else {
		strbuf_adds(out, record.text);
	}
	strbuf_release(&record);
}

void person_report_ldif(struct strbuf *out, const struct person_report *report)
{
	struct arena *arena = arena_new();
	struct machine machine;

	make_machine(&machine, report, MACHINE_REPORT, arena);
	add_head(out, &machine);
	record_comment(out, _("postvagt change report"), stage_words(report));
	record_who(out, report->run, report->run->started);
	strbuf_addc(out, '\n');
	add_heading(out, report);
	add_record(out, report);
	for (size_t i = 0; i < report->notes->count; i++) {
		strbuf_adds(out, _("# warning: "));
		strbuf_add_safe(out, report->notes->items[i].what);
		strbuf_addc(out, '\n');
	}
	machine_add_body(out, &machine);
	record_totals(out, &machine.totals);
	strbuf_adds(out, "# end\n");
	arena_free(arena);
}

/* What may have been written is there to be taken back, as a record or, in doubt, as a comment. */
void person_report_undo(struct strbuf *out, const struct person_report *report)
{
	struct strbuf record = STRBUF_INIT;
	struct arena *arena = arena_new();
	struct machine machine;

	make_machine(&machine, report, MACHINE_UNDO, arena);
	add_head(out, &machine);
	record_comment(out, _("postvagt undo"),
		_("takes back the run below, by ldapmodify -f this file"));
	record_who(out, report->run, report->run->started);
	strbuf_addc(out, '\n');
	record_person(out, _("person"), report->person->dn, report->person, NULL);
	record_change(&record, report->change, true);
	if (report->said)
		record_comment_out(out, &record);
	else
		strbuf_adds(out, record.text);
	machine_add_body(out, &machine);
	strbuf_adds(out, "# end\n");
	strbuf_release(&record);
	arena_free(arena);
}
