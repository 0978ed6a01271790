/*
 * postvagt absent: writes into the directory that somebody is away, and who
 * stands in; the answer to "she called in ill".
 */
#include "cli/command.h"

#include <string.h>

#include "base/arena.h"
#include "base/language.h"
#include "base/print.h"
#include "cli/options.h"
#include "config/settings.h"
#include "model/person.h"
#include "person_edit/absence_edit.h"
#include "person_edit/edit.h"
#include "report/phrases.h"

/* One end, as the command line gives it. */
static enum error_kind read_end(const char *option, const char *text, enum moment_edge edge,
	moment *t, bool *is_date, struct error *err)
{
	if (moment_read(text, edge, t, is_date) && (edge == MOMENT_END || *t != MOMENT_LATEST))
		return ERROR_NONE;
	return error_set(err, ERROR_USAGE,
		_("--%s: \"%s\" is no time; write 2026-12-24T08:00 or 2026-12-24"), option, text);
}

/* From now, where no start is given: from this minute on, as people write no seconds. */
static enum error_kind read_away(struct away *away, const struct options *options, moment now,
	struct error *err)
{
	enum error_kind failed = ERROR_NONE;

	*away = (struct away){.start = now - now % 60, .end = MOMENT_LATEST};
	if (options->from)
		failed = read_end("from", options->from, MOMENT_START, &away->start,
			&away->start_is_date, err);
	if (!failed && options->until)
		failed = read_end("until", options->until, MOMENT_END, &away->end,
			&away->end_is_date, err);
	if (!failed && away->end <= away->start)
		failed = error_set(err, ERROR_USAGE, _("--until lies before --from"));
	if (!failed && away->end <= now)
		failed = error_set(err, ERROR_USAGE, _("--until: \"%s\" is over already"),
			options->until);
	return failed;
}

/* The union of absences only grows: a shorter one beside a longer one changes nothing. */
static void note_longer(struct hand *hand, const struct away *away)
{
	const struct person *person = hand->report.person;
	struct strbuf state = STRBUF_INIT;
	moment until;

	if (person_is_absent(person, away->start, &until) && until > away->end) {
		words_state(&state, person, away->start);
		findings_add(&hand->notes, FINDING_WARNING, person->dn,
			_("the directory has it longer: %s; postvagt back ends it"), state.text);
	}
	strbuf_release(&state);
}

static enum error_kind begin(struct hand *hand, const struct away *away, struct error *err)
{
	const struct person_values *values = &hand->values;
	enum away_result result = away_begin(&hand->change, hand->session.arena, values,
		hand->separator, away, hand->session.now);

	if (result == AWAY_ALREADY)
		note_longer(hand, away);
	if (result == AWAY_NO_ATTRIBUTE)
		return error_set(err, ERROR_TARGET,
			_("the directory's schema has no attribute that could hold the absence: "
			  "people.attributes names %s, %s and %s"),
			values->absent_from.type, values->absent_until.type, values->absence.type);
	if (result == AWAY_NO_ROOM)
		return error_set(err, ERROR_TARGET,
			_("%s takes one value, which holds another absence; with people.separator "
			  "it could hold several"),
			values->absence.type);
	return ERROR_NONE;
}

/* The first moment of the absence at which the deputy is away, too; else its start. */
static moment when_away(const struct person *deputy, const struct away *away)
{
	moment when = MOMENT_LATEST;

	if (person_is_absent(deputy, away->start, NULL))
		return away->start;
	for (size_t i = 0; i < deputy->absence_count; i++) {
		moment start = deputy->absences[i].start;

		if (start > away->start && start < away->end && start < when)
			when = start;
	}
	return when == MOMENT_LATEST ? away->start : when;
}

static void note_unavailable(struct hand *hand, const struct away *away)
{
	const struct person *deputy = hand_person_now(hand, hand->report.deputy);
	const struct want_scope scope = {.from = away->start, .to = away->end - 1};
	struct strbuf name = STRBUF_INIT, state = STRBUF_INIT;

	if (!person_is_available(deputy, &scope)) {
		words_name(&name, deputy, deputy->dn);
		words_state(&state, deputy, when_away(deputy, away));
		findings_add(&hand->notes, FINDING_WARNING, deputy->dn,
			_("%s cannot stand in all that time: %s"), name.text, state.text);
	}
	strbuf_release(&name);
	strbuf_release(&state);
}

static enum error_kind name_deputy(struct hand *hand, const char *name, struct error *err)
{
	const char *type = hand->values.deputy.type;

	switch (away_deputy(&hand->change, hand->session.arena, &hand->values, hand->separator,
		hand->report.deputy, name)) {
	case DEPUTY_NO_ATTRIBUTE:
		return error_set(err, ERROR_TARGET,
			_("the directory's schema has no attribute %s that could hold a deputy"),
			type);
	case DEPUTY_NO_NAME:
		return error_set(err, ERROR_USAGE,
			_("people.separator is in every name of the deputy: %s"), name);
	case DEPUTY_IN_NO_ORDER:
		findings_add(&hand->notes, FINDING_WARNING, hand->values.dn,
			_("%s has other values that come before this deputy: LDAP keeps them in no "
			  "order, and postvagt takes them by their bytes"),
			type);
		break;
	case DEPUTY_INSTEAD:
		findings_add(&hand->notes, FINDING_WARNING, hand->values.dn,
			_("%s takes one value: this deputy stands there instead of the one before"),
			type);
		break;
	case DEPUTY_TO_WRITE:
	case DEPUTY_ALREADY:
		break;
	}
	return ERROR_NONE;
}

static int absent(struct hand *hand, const struct away *away)
{
	struct absence *begins = arena_get(hand->session.arena, sizeof(*begins));
	const char *deputy = hand->session.options->deputy;
	struct error err = ERROR_INIT;
	int status;

	*begins = (struct absence){.start = away->start, .end = away->end};
	hand->report.begins = begins;
	if (!begin(hand, away, &err) && deputy)
		name_deputy(hand, deputy, &err);
	status = session_status(err.kind);
	if (err.kind) {
		error_print(&err);
	} else {
		status = hand_write(hand);
		if (deputy)
			note_unavailable(hand, away);
		hand_tell(hand);
	}
	error_release(&err);
	return status;
}

int command_absent(const struct options *options)
{
	struct hand hand = HAND_INIT;
	struct away away;
	struct error err = ERROR_INIT;
	int status = hand_start(&hand, options);

	if (!status && read_away(&away, options, hand.session.now, &err)) {
		status = session_status(err.kind);
		error_print(&err);
	}
	if (!status)
		status = hand_look(&hand, options->deputy);
	if (!status)
		status = absent(&hand, &away);
	error_release(&err);
	hand_end(&hand);
	return status;
}
