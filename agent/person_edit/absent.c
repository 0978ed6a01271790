/*
 * postvagt absent: writes into the directory that somebody is away, and who
 * stands in; the answer to "she called in ill".
 */
#include "cli/command.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "model/absence.h"
#include "model/person.h"
#include "model/settings.h"
#include "person_edit/absence_edit.h"
#include "person_edit/deputy_edit.h"
#include "person_edit/edit.h"
#include "report/phrases.h"

/* From now, where no start is given: from this minute on, as people write no seconds. */
static enum error_kind read_away(struct absence_edit *absence, const struct options *options,
	moment now, struct error *err)
{
	enum error_kind failed = ERROR_NONE;

	*absence = (struct absence_edit){.start = now - now % 60, .end = MOMENT_LATEST};
	if (options->from)
		failed = person_edit_read_time("from", options->from, MOMENT_START, &absence->start,
			&absence->start_is_date, err);
	if (!failed && options->until)
		failed = person_edit_read_time("until", options->until, MOMENT_END, &absence->end,
			&absence->end_is_date, err);
	if (!failed && absence->end <= absence->start)
		failed = error_set(err, ERROR_USAGE, _("--until lies before --from"));
	if (!failed && absence->end <= now)
		failed = error_set(err, ERROR_USAGE, _("--until: \"%s\" is over already"),
			options->until);
	return failed;
}

/* The union of absences only grows: a shorter one beside a longer one changes nothing. */
static void note_longer(struct person_edit *edit, const struct absence_edit *absence)
{
	const struct person *person = edit->report.person;
	struct strbuf state = STRBUF_INIT;
	moment until;

	if (person_is_absent(person, absence->start, &until) && until > absence->end) {
		phrase_state(&state, person, absence->start);
		findings_add(&edit->notes, FINDING_WARNING, person->dn,
			_("the directory has it longer: %s; postvagt back ends it"), state.text);
	}
	strbuf_release(&state);
}

static enum error_kind begin_absence(struct person_edit *edit, const struct absence_edit *absence,
	struct error *err)
{
	const struct person_values *values = &edit->values;
	enum absence_edit_result result = absence_edit_begin(&edit->editor, absence);

	if (result == ABSENCE_EDIT_ALREADY)
		note_longer(edit, absence);
	if (result == ABSENCE_EDIT_NO_ATTRIBUTE)
		return error_set(err, ERROR_TARGET,
			_("the directory's schema has no attribute that could hold the absence: "
			  "people.attributes names %s, %s and %s"),
			values->absent_from.type, values->absent_until.type, values->absence.type);
	if (result == ABSENCE_EDIT_NO_ROOM)
		return error_set(err, ERROR_TARGET,
			_("%s takes one value, which holds another absence; with people.separator "
			  "it could hold several"),
			values->absence.type);
	return ERROR_NONE;
}

/* The first moment of the absence at which the deputy is away, too; else its start. */
static moment when_away(const struct person *deputy, const struct absence_edit *absence)
{
	const struct span *span =
		calendar_span(&deputy->calendar, absence->start, absence->end - 1);

	return span && span->start > absence->start ? span->start : absence->start;
}

static void note_unavailable(struct person_edit *edit, const struct absence_edit *absence)
{
	const struct person *deputy = person_edit_person_now(edit, edit->report.deputy);
	const struct time_scope scope = {.from = absence->start, .to = absence->end - 1};
	struct strbuf name = STRBUF_INIT, state = STRBUF_INIT;

	if (!person_is_available(deputy, &scope)) {
		phrase_name(&name, deputy, deputy->dn);
		phrase_state(&state, deputy, when_away(deputy, absence));
		findings_add(&edit->notes, FINDING_WARNING, deputy->dn,
			_("%s cannot stand in all that time: %s"), name.text, state.text);
	}
	strbuf_release(&name);
	strbuf_release(&state);
}

/* Name the deputy of the command line for the absence; those whose absence is over go. */
static enum error_kind name_deputy(struct person_edit *edit, const char *name, struct error *err)
{
	struct deputy_editor *deputies = person_edit_deputies(edit);
	const char *type = edit->values.deputy.type;
	enum deputy_result result = DEPUTY_ALREADY;

	if (name)
		result = deputy_edit(deputies, edit->report.deputy, name, edit->report.begins);
	else
		deputy_edit_end(deputies);
	edit->report.deputy_is_temporary = deputies->after.count > 0;
	switch (result) {
	case DEPUTY_NO_ATTRIBUTE:
		return error_set(err, ERROR_TARGET,
			_("the directory's schema has no attribute %s that could hold a deputy"),
			type);
	case DEPUTY_NO_NAME:
		return error_set(err, ERROR_USAGE,
			_("people.separator is in every name of the deputy: %s"), name);
	case DEPUTY_IN_NO_ORDER:
		findings_add(&edit->notes, FINDING_WARNING, edit->values.dn,
			_("%s has other values, which LDAP keeps in no order: who reads the attribute "
			  "without postvagt does not see that this deputy comes first"),
			type);
		break;
	case DEPUTY_INSTEAD:
		findings_add(&edit->notes, FINDING_WARNING, edit->values.dn,
			_("%s takes one value: while the absence lasts it is this deputy instead of "
			  "the one before"),
			type);
		break;
	case DEPUTY_TO_WRITE:
	case DEPUTY_ALREADY:
		break;
	}
	return ERROR_NONE;
}

static int write_absence(struct person_edit *edit, const struct absence_edit *absence)
{
	struct absence *begins = arena_get(edit->session.work.arena, sizeof(*begins));
	const char *deputy = edit->session.config.options->deputy;
	struct error err = ERROR_INIT;
	int status;

	*begins = (struct absence){.start = absence->start, .end = absence->end};
	edit->report.begins = begins;
	if (!begin_absence(edit, absence, &err))
		name_deputy(edit, deputy, &err);
	status = exit_status_of(err.kind);
	if (err.kind) {
		error_print(&err);
	} else {
		status = person_edit_write(edit);
		if (deputy)
			note_unavailable(edit, absence);
		person_edit_print(edit);
	}
	error_release(&err);
	return status;
}

int command_absent(const struct options *options)
{
	struct person_edit edit = PERSON_EDIT_INIT;
	struct absence_edit absence;
	struct error err = ERROR_INIT;
	int status = person_edit_start(&edit, options);

	if (!status && read_away(&absence, options, edit.session.work.now, &err)) {
		status = exit_status_of(err.kind);
		error_print(&err);
	}
	if (!status)
		status = person_edit_read(&edit, options->deputy);
	if (!status)
		status = write_absence(&edit, &absence);
	error_release(&err);
	person_edit_end(&edit);
	return status;
}
