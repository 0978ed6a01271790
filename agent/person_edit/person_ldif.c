/*
 * The change report of `absent` and `back`, and its undo file:
 *
 *   version: 1
 *   # who ran what, when, where
 *
 *   # person: <dn> (<name>)
 *   # absent: from … through …
 *   # deputy: <dn> (<name>)
 *   dn: <person>
 *   changetype: modify
 *   …
 *
 *   # total: …
 *   # end
 */
#include "person_edit/person_report.h"

#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/person.h"
#include "model/person_values.h"
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
		add_interval(out, _("ends now"), &report->ended[i]);
	for (size_t i = 0; i < report->coming_count; i++)
		add_interval(out, _("stays"), &report->coming[i]);
	if (report->deputy)
		record_person(out, _("deputy"), report->deputy->dn, report->deputy, NULL);
}

struct totals person_report_totals(const struct person_report *report)
{
	size_t added = entry_change_added(report->change),
	       removed = entry_change_removed(report->change);

	if (report->stage == PERSON_FAILED || report->stage == PERSON_OUTCOME_UNKNOWN)
		return (struct totals){.failed = added + removed};
	return (struct totals){.added = added, .removed = removed};
}

static void add_end(struct strbuf *out, const struct person_report *report)
{
	struct totals totals = person_report_totals(report);

	strbuf_addf(out, _("# total: %zu added, %zu removed, %zu kept, %zu held, %zu refused\n"),
		totals.added, totals.removed, totals.kept, totals.held, totals.refused);
	if (totals.failed > 0)
		strbuf_addf(out, _("# failed: %zu\n"), totals.failed);
	strbuf_adds(out, "# end\n");
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
	strbuf_adds(out, "version: 1\n");
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
	add_end(out, report);
}

/* What may have been written is there to be taken back, as a record or, in doubt, as a comment. */
void person_report_undo(struct strbuf *out, const struct person_report *report)
{
	struct strbuf record = STRBUF_INIT;

	strbuf_adds(out, "version: 1\n");
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
	strbuf_adds(out, "# end\n");
	strbuf_release(&record);
}
