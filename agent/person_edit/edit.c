#include "person_edit/edit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/message/progress.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "directory/connection/connect.h"
#include "directory/read/attribute_check.h"
#include "directory/read/gather.h"
#include "model/absence.h"
#include "model/person.h"
#include "model/reference.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "person_edit/person_write.h"
#include "run/run_record.h"

static int say_error(struct error *err)
{
	int status = exit_status_of(err->kind);

	if (err->kind)
		error_print(err);
	error_release(err);
	return status;
}

/* The person that a reference of the command line names. */
static const struct person *person_of(const struct person_edit *edit,
	const struct reference *reference, struct error *err)
{
	const struct resolved_ref *subject = snapshot_ref(edit->people, reference->key);
	const struct person *person = snapshot_person(edit->people, reference, moment_now());

	if (!person)
		error_set(err, ERROR_USAGE, _("\"%s\" is no person: %s"), reference->text,
			subject ? ref_problem(subject->kind) : "");
	return person;
}

/* What of the person's own values cannot be read. */
static void note_findings(struct person_edit *edit)
{
	const struct findings *findings = snapshot_findings(edit->people);
	const struct person *person = edit->report.person;

	for (size_t i = 0; i < findings->count; i++) {
		if (strcmp(findings->items[i].where, person->dn) == 0)
			findings_copy(&edit->notes, &findings->items[i]);
	}
}

static enum error_kind find_people(struct person_edit *edit, const char *deputy, struct error *err)
{
	struct session *session = &edit->session;
	struct reference items[2] = {
		reference_make(session->work.arena, session->config.options->arguments[0])};
	struct references references = {.items = items, .count = deputy ? 2 : 1};
	enum error_kind failed;

	if (deputy)
		items[1] = reference_make(session->work.arena, deputy);
	failed = gather_references(&session->sources.connection, edit->people, &references, err);
	if (failed)
		return failed;
	edit->report.person = person_of(edit, &items[0], err);
	if (edit->report.person && deputy)
		edit->report.deputy = person_of(edit, &items[1], err);
	return err->kind;
}

static enum error_kind look_up_people(struct person_edit *edit, const char *deputy,
	struct error *err)
{
	struct session *session = &edit->session;
	enum error_kind failed =
		connection_open(&session->sources.connection, session->config.settings, err);

	if (!failed)
		failed = attribute_check(&session->sources.connection, &edit->notes, err);
	if (!failed)
		failed = find_people(edit, deputy, err);
	if (!failed && edit->report.deputy == edit->report.person)
		failed = error_set(err, ERROR_USAGE, _("nobody is their own deputy: %s"), deputy);
	if (!failed)
		failed = person_values_read(&session->sources.connection, edit->report.person->dn,
			session->work.arena, &edit->values, err);
	return failed;
}

enum error_kind person_edit_read_time(const char *option, const char *text, enum moment_edge edge,
	moment *t, bool *is_date, struct error *err)
{
	bool is_start = edge == MOMENT_START;
	moment read, other;
	enum absence_reading reading = is_start
		? absence_read_pair(text, NULL, NULL, &read, &other)
		: absence_read_pair(NULL, text, NULL, &other, &read);

	if (reading == ABSENCE_READ && moment_read(text, edge, t, is_date) &&
		(!is_start || read != MOMENT_LATEST)) {
		*t = read;
		return ERROR_NONE;
	}
	return error_set(err, ERROR_USAGE,
		_("--%s: \"%s\" is no time; write 2026-12-24T08:00 or 2026-12-24"), option, text);
}

int person_edit_start(struct person_edit *edit, const struct options *options)
{
	int status = session_start(&edit->session, options, false);

	if (status)
		return status;
	edit->people = snapshot_new(edit->session.config.settings->policy.bridge);
	edit->separator = edit->session.config.settings->people.separator;
	if (!edit->separator)
		edit->separator = "";
	findings_init(&edit->notes, edit->session.work.arena);
	return EXIT_DONE;
}

/* Who was named for an absence of the person before. */
static void read_temporary(struct person_edit *edit)
{
	temporary_state_read(&edit->temporary, edit->session.config.settings);
	if (edit->temporary.trouble)
		findings_add(&edit->notes, FINDING_WARNING, edit->report.person->dn,
			_("which deputies were named for one absence cannot be read, so they count as "
			  "standing deputies: %s"),
			edit->temporary.trouble);
}

struct deputy_editor *person_edit_deputies(struct person_edit *edit)
{
	struct arena *arena = edit->session.work.arena;
	struct person_values *after = arena_get(arena, sizeof(*after));
	struct absence_editor editor = edit->editor;
	struct absence *absences;

	*after = person_values_after(arena, &edit->values, &edit->change);
	editor.values = after;
	edit->deputies = (struct deputy_editor){.change = &edit->change,
		.arena = arena,
		.values = &edit->values,
		.separator = edit->separator,
		.now = edit->session.work.now,
		.absence_count = absence_edit_list(&editor, &absences),
		.before = temporary_deputies_find(edit->temporary.all,
			person_identity(edit->report.person))};
	edit->deputies.absences = absences;
	edit->report.deputies_ended = &edit->deputies.ended;
	return &edit->deputies;
}

/* What is said of directory.bind is of absence.bind; and only root may be able to read its secret. */
static void explain_bind(const struct settings *settings, struct error *err)
{
	const struct bind_settings *bind = &settings->directory.bind;
	const char *file = bind->keytab_file ? bind->keytab_file : bind->password_file;
	const char *at = strstr(err->text.text, "directory.bind");
	struct strbuf text = STRBUF_INIT;

	if (!err->kind || !settings->binds_for_absences)
		return;
	if (at) {
		strbuf_add(&text, err->text.text, (size_t)(at - err->text.text));
		strbuf_addf(&text, "absence.bind%s", at + strlen("directory.bind"));
	} else {
		strbuf_adds(&text, err->text.text);
	}
	if (file && access(file, R_OK) != 0 && errno == EACCES && strstr(text.text, file))
		strbuf_adds(&text, _("; absent and back are for root, who can read it (sudo)"));
	strbuf_reset(&err->text);
	strbuf_adds(&err->text, text.text);
	strbuf_release(&text);
}

int person_edit_read(struct person_edit *edit, const char *deputy)
{
	struct session *session = &edit->session;
	struct error err = ERROR_INIT;

	if (!session->config.options->quiet)
		progress_say(_("reading the directory"));
	if (look_up_people(edit, deputy, &err) == ERROR_NONE) {
		note_findings(edit);
		read_temporary(edit);
		session->work.run.server = session->sources.connection.url;
		edit->change.dn = edit->values.dn;
		edit->report.run = &session->work.run;
		edit->report.change = &edit->change;
		edit->report.notes = &edit->notes;
		edit->editor = (struct absence_editor){.change = &edit->change,
			.arena = session->work.arena,
			.values = &edit->values,
			.separator = edit->separator,
			.now = session->work.now,
			.bridge = session->config.settings->policy.bridge};
	}
	progress_clear();
	explain_bind(session->config.settings, &err);
	return say_error(&err);
}

static enum error_kind store_reports(struct person_edit *edit, struct run_record *record,
	struct error *err)
{
	struct totals totals = person_report_totals(&edit->report);
	struct strbuf text = STRBUF_INIT, undo = STRBUF_INIT;

	run_record_totals(record, &totals);
	person_report_ldif(&text, &edit->report);
	person_report_undo(&undo, &edit->report);
	run_record_store(record, &text, &undo, &edit->path, err);
	strbuf_release(&text);
	strbuf_release(&undo);
	return err->kind;
}

/* What it means for the lists, as of the moment after. */
static void look_at_lists(struct person_edit *edit)
{
	const struct read_request request = {.also = &edit->also};
	struct session *session = &edit->session;
	size_t room = 0;

	references_add(&edit->also, session->work.arena, &room, edit->report.person->dn);
	if (edit->report.deputy)
		references_add(&edit->also, session->work.arena, &room, edit->report.deputy->dn);
	session->work.now = moment_now();
	session->work.at = session->work.now;
	if (session_plan_or_say(session, &request) == EXIT_DONE)
		edit->report.plan = session->work.plan;
}

const struct person *person_edit_person_now(const struct person_edit *edit,
	const struct person *person)
{
	const struct resolved_ref *subject = NULL;

	if (edit->report.plan)
		subject = snapshot_ref_of_dn(edit->session.sources.snapshot, person->key);
	return subject && subject->person ? subject->person : person;
}

void person_edit_print(struct person_edit *edit)
{
	const struct options *options = edit->session.config.options;
	const struct person_report *report = &edit->report;
	bool is_quiet = options->quiet && edit->notes.count == 0 &&
		(report->stage == PERSON_DONE || report->stage == PERSON_NOTHING);
	struct strbuf out = STRBUF_INIT;

	if (report->stage == PERSON_INTENDED)
		return;
	if (options->json)
		person_report_json(&out, report);
	else if (!is_quiet)
		person_report_text(&out, report);
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

/* Write the change; the report's stage says then what came of it. */
static int write_change(struct person_edit *edit, struct run_record *record)
{
	struct session *session = &edit->session;
	struct person_report *report = &edit->report;
	struct error err = ERROR_INIT;
	bool outcome_unknown = false;
	int status = EXIT_DONE;

	report->stage = PERSON_DONE;
	if (person_write(&session->sources.connection, &edit->values, &edit->change,
		    &outcome_unknown, &err)) {
		report->stage = outcome_unknown ? PERSON_OUTCOME_UNKNOWN : PERSON_FAILED;
		report->said = arena_string(session->work.arena, err.text.text);
		status = outcome_unknown ? EXIT_PARTLY : EXIT_FAILED;
	}
	run_record_outcome(record, run_outcome_of(status != EXIT_DONE, outcome_unknown), status,
		report->said);
	say_error(&err);
	return status;
}

/*
 * Remember for which absence each deputy is named. Before the directory is written, those who end are still among them:
 * while the attribute has one of these, it is not to be taken for a standing deputy.
 */
static enum error_kind keep_deputies(struct person_edit *edit, bool is_written, struct error *err)
{
	const struct deputy_editor *deputies = &edit->deputies;
	const struct temporary_person *before = deputies->before;
	struct temporary_person person = deputies->after;

	if (!deputy_edit_is_new(deputies))
		return ERROR_NONE;
	person.identity = person_identity(edit->report.person);
	person.dn = edit->report.person->dn;
	if (!is_written && before) {
		person.items = arena_get(edit->session.work.arena,
			(person.count + before->count) * sizeof(*person.items));
		memcpy(person.items, deputies->after.items, person.count * sizeof(*person.items));
		for (size_t i = 0; i < before->count && person.count < TEMPORARY_DEPUTIES_MAX; i++)
			person.items[person.count++] = before->items[i];
	}
	return temporary_state_write(edit->session.config.settings, &person, err);
}

/* The change, between its two reports. */
static int write_and_record(struct person_edit *edit, struct run_record *record)
{
	struct error err = ERROR_INIT;
	int status;

	edit->report.stage = PERSON_INTENDED;
	if (run_record_begin(record, &edit->session, &err))
		return say_error(&err);
	run_record_outcome(record, RUN_INTENDED, -1, NULL);
	if (keep_deputies(edit, false, &err) || store_reports(edit, record, &err))
		return say_error(&err);
	edit->report.path = edit->path.text;
	status = write_change(edit, record);
	if (status == EXIT_DONE && keep_deputies(edit, true, &err)) {
		say_error(&err);
		status = EXIT_PARTLY;
	}
	if ((store_reports(edit, record, &err) || run_record_end(record, &err)) &&
		status == EXIT_DONE)
		status = EXIT_PARTLY;
	say_error(&err);
	return status;
}

int person_edit_write(struct person_edit *edit)
{
	const struct person_report *report = &edit->report;
	struct run_record record = RUN_RECORD_INIT;
	struct error err = ERROR_INIT;
	int status = EXIT_DONE;

	edit->report.stage = PERSON_NOTHING;
	edit->report.cleaned = &edit->editor.cleaned;
	if (edit->change.count > 0)
		status = write_and_record(edit, &record);
	else if (keep_deputies(edit, true, &err))
		status = say_error(&err);
	run_record_release(&record);
	if (report->stage == PERSON_DONE || (report->stage == PERSON_NOTHING && !report->begins))
		look_at_lists(edit);
	return status;
}

void person_edit_end(struct person_edit *edit)
{
	strbuf_release(&edit->path);
	temporary_state_release(&edit->temporary);
	snapshot_free(edit->people);
	session_end(&edit->session);
}
