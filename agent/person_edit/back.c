/* postvagt back: ends, in the directory, absences of a person: those that are on now, or those that are chosen. */
#include "cli/command.h"

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "model/person.h"
#include "model/settings.h"
#include "person_edit/absence_edit.h"
#include "person_edit/edit.h"
#include "report/phrases.h"

/* Part the absences that have not ended into those that are chosen and those that stay; they are sorted by start. */
static void note_absences(struct person_edit *edit, const struct absence_choice *choice)
{
	struct person_report *report = &edit->report;
	moment now = edit->session.work.now;
	struct arena *arena = edit->session.work.arena;
	struct absence *all, *ended, *staying;
	size_t count = absence_edit_list(&edit->editor, &all);

	ended = arena_get(arena, count * sizeof(*ended));
	staying = arena_get(arena, count * sizeof(*staying));
	for (size_t i = 0; i < count; i++) {
		if (all[i].end <= now)
			continue;
		if (all[i].start <= choice->last && choice->first < all[i].end)
			ended[report->ended_count++] = all[i];
		else
			staying[report->coming_count++] = all[i];
	}
	report->ended = ended;
	report->coming = staying;
}

/*
 * Which absences the command line asks for: those of now; with --on, those of that day or moment; with --all, all that
 * have not ended.
 */
static enum error_kind read_choice(struct absence_choice *choice, const struct options *options,
	moment now, struct error *err)
{
	moment first, last;

	*choice = (struct absence_choice){now, options->all ? MOMENT_LATEST : now};
	if (!options->on)
		return ERROR_NONE;
	if (options->all)
		return error_set(err, ERROR_USAGE, _("--on and --all cannot be used together"));
	if (person_edit_read_time("on", options->on, MOMENT_START, &first, NULL, err) ||
		person_edit_read_time("on", options->on, MOMENT_END, &last, NULL, err))
		return err->kind;
	if (last > first)
		last--; /* a day: up to its last second */
	if (last < now)
		return error_set(err, ERROR_USAGE, _("--on: \"%s\" is over already"), options->on);
	*choice = (struct absence_choice){first > now ? first : now, last};
	return ERROR_NONE;
}

/* --on names an absence that does not exist: say which do. */
static enum error_kind say_none(const struct person_edit *edit, struct error *err)
{
	const struct person_report *report = &edit->report;
	struct strbuf all = STRBUF_INIT;

	for (size_t i = 0; i < report->coming_count; i++) {
		struct strbuf when = STRBUF_INIT;

		phrase_interval(&when, report->coming[i].start, report->coming[i].end);
		strbuf_add_item(&all, "; ", when.text);
		strbuf_release(&when);
	}
	error_set(err, ERROR_USAGE,
		all.length ? _("--on: %s is not away on \"%s\" by the directory, but %s")
			   : _("--on: %s is not away on \"%s\" by the directory, nor later%s"),
		report->person->name, edit->session.config.options->on, all.text);
	strbuf_release(&all);
	return err->kind;
}

/* Standing deputies are for the next time, too. */
static void note_deputies(struct person_edit *edit)
{
	const struct deputy_editor *deputies = &edit->deputies;
	const struct value_set *standing =
		deputies->before ? &deputies->after.standing : &edit->values.deputy.values;
	struct strbuf values = STRBUF_INIT;

	for (size_t i = 0; i < standing->count; i++)
		strbuf_add_item(&values, ", ", standing->items[i]);
	if (edit->change.count > 0 && values.length > 0)
		findings_add(&edit->notes, FINDING_WARNING, edit->values.dn,
			deputies->ended.count > 0 ? _("%s keeps the standing deputies: %s")
						  : _("%s stays as it is: %s"),
			edit->values.deputy.type, values.text);
	strbuf_release(&values);
}

/* The feed that an absence is of, by its place among the records of all of them. */
static const char *feed_of(const struct feeds *feeds, const struct absence *absence)
{
	size_t before = 0;

	for (size_t i = 0; i < feeds->count; i++) {
		const struct kept_reading *serving = feed_serving(&feeds->items[i]);

		before += serving ? serving->absences.count : 0;
		if (absence->order <= before)
			return feeds->items[i].settings->name;
	}
	return "";
}

/* What feeds say, only they can end. */
static void note_feeds(struct person_edit *edit, const struct absence_choice *choice)
{
	const struct person *person = person_edit_person_now(edit, edit->report.person);
	moment now = edit->session.work.now;

	for (size_t i = 0; i < person->absence_count; i++) {
		const struct absence *absence = &person->absences[i];
		struct strbuf when = STRBUF_INIT;

		if (absence->order == 0 || absence->end <= now || absence->start > choice->last ||
			absence->end <= choice->first)
			continue;
		phrase_interval(&when, absence->start, absence->end);
		findings_add(&edit->notes, FINDING_WARNING, person->dn,
			absence->start <= now
				? _("feed %s has an absence that is on, %s: it can be ended there "
				    "only")
				: _("feed %s has an absence to come, %s: it can be removed there "
				    "only"),
			feed_of(&edit->session.sources.feeds, absence), when.text);
		strbuf_release(&when);
	}
}

/* Nothing is on, and the person is away all the same: between two absences. */
static void note_bridged(struct person_edit *edit)
{
	const struct person *person = person_edit_person_now(edit, edit->report.person);
	moment now = edit->session.work.now, until;
	struct strbuf state = STRBUF_INIT;

	for (size_t i = 0; i < person->absence_count; i++) {
		if (person->absences[i].start <= now && now < person->absences[i].end)
			return;
	}
	if (person_is_absent(person, now, &until)) {
		moment_add_away(&state, until);
		findings_add(&edit->notes, FINDING_WARNING, person->dn,
			_("%s all the same: absence.bridge joins the absence before with the next "
			  "one, which can be removed"),
			state.text);
	}
	strbuf_release(&state);
}

static int end_absences(struct person_edit *edit, const struct absence_choice *choice)
{
	struct error err = ERROR_INIT;
	int status;

	note_absences(edit, choice);
	if (absence_edit_end(&edit->editor, choice) == 0 && edit->session.config.options->on) {
		status = exit_status_of(say_none(edit, &err));
		error_print(&err);
		error_release(&err);
		return status;
	}
	deputy_edit_end(person_edit_deputies(edit));
	note_deputies(edit);
	status = person_edit_write(edit);
	note_feeds(edit, choice);
	note_bridged(edit);
	person_edit_print(edit);
	return status;
}

int command_back(const struct options *options)
{
	struct person_edit edit = PERSON_EDIT_INIT;
	struct absence_choice choice;
	struct error err = ERROR_INIT;
	int status = person_edit_start(&edit, options);

	if (!status && read_choice(&choice, options, edit.session.work.now, &err)) {
		status = exit_status_of(err.kind);
		error_print(&err);
	}
	if (!status)
		status = person_edit_read(&edit, NULL);
	if (!status)
		status = end_absences(&edit, &choice);
	error_release(&err);
	person_edit_end(&edit);
	return status;
}
