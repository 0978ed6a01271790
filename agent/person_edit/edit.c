#include "person_edit/edit.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/language.h"
#include "base/print.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/options.h"
#include "config/settings.h"
#include "directory/connection/connect.h"
#include "directory/read/gather.h"
#include "model/reference.h"
#include "model/snapshot.h"
#include "person_edit/person_write.h"
#include "run/run_record.h"

static int say(struct error *err)
{
	int status = session_status(err->kind);

	if (err->kind)
		error_print(err);
	error_release(err);
	return status;
}

/* The person that a reference of the command line names. */
static const struct person *person_of(const struct hand *hand, const struct reference *reference,
	struct error *err)
{
	const struct subject *subject = snapshot_subject(hand->people, reference->key);
	const struct person *person = snapshot_person(hand->people, reference);

	if (!person)
		error_set(err, ERROR_USAGE, _("\"%s\" is no person: %s"), reference->text,
			subject ? subject_problem(subject->kind) : "");
	return person;
}

/* What of the person's own values cannot be read. */
static void note_findings(struct hand *hand)
{
	const struct findings *findings = snapshot_findings(hand->people);
	const struct person *person = hand->report.person;

	for (size_t i = 0; i < findings->count; i++) {
		if (strcmp(findings->items[i].where, person->dn) == 0)
			findings_add(&hand->notes, findings->items[i].severity, person->dn, "%s",
				findings->items[i].what);
	}
}

static enum error_kind find_people(struct hand *hand, const char *deputy, struct error *err)
{
	struct session *session = &hand->session;
	struct reference items[2] = {
		reference_make(session->arena, session->options->arguments[0])};
	struct references references = {.items = items, .count = deputy ? 2 : 1};
	enum error_kind failed;

	if (deputy)
		items[1] = reference_make(session->arena, deputy);
	failed = gather_references(&session->connection, hand->people, &references, err);
	if (failed)
		return failed;
	hand->report.person = person_of(hand, &items[0], err);
	if (hand->report.person && deputy)
		hand->report.deputy = person_of(hand, &items[1], err);
	return err->kind;
}

static enum error_kind look(struct hand *hand, const char *deputy, struct error *err)
{
	struct session *session = &hand->session;
	enum error_kind failed = connection_open(&session->connection, session->settings, err);

	if (!failed)
		failed = find_people(hand, deputy, err);
	if (!failed && hand->report.deputy == hand->report.person)
		failed = error_set(err, ERROR_USAGE, _("nobody is their own deputy: %s"), deputy);
	if (!failed)
		failed = person_values_read(&session->connection, hand->report.person->dn,
			session->arena, &hand->values, err);
	return failed;
}

int hand_start(struct hand *hand, const struct options *options)
{
	int status = session_start(&hand->session, options, false);

	if (status)
		return status;
	hand->people = snapshot_new();
	hand->separator = hand->session.settings->people.separator;
	if (!hand->separator)
		hand->separator = "";
	findings_init(&hand->notes, hand->session.arena);
	return EXIT_DONE;
}

int hand_look(struct hand *hand, const char *deputy)
{
	struct session *session = &hand->session;
	struct error err = ERROR_INIT;

	if (!session->options->quiet)
		progress_say(_("reading the directory"));
	if (look(hand, deputy, &err) == ERROR_NONE) {
		note_findings(hand);
		session->run.server = session->connection.url;
		hand->change.dn = hand->values.dn;
		hand->report.run = &session->run;
		hand->report.change = &hand->change;
		hand->report.notes = &hand->notes;
	}
	progress_clear();
	return say(&err);
}

static enum error_kind store(struct hand *hand, struct account *account, struct error *err)
{
	struct totals totals = person_report_totals(&hand->report);
	struct strbuf text = STRBUF_INIT, undo = STRBUF_INIT;

	account_totals(account, &totals);
	person_report_ldif(&text, &hand->report);
	person_report_undo(&undo, &hand->report);
	account_store(account, &text, &undo, &hand->path, err);
	strbuf_release(&text);
	strbuf_release(&undo);
	return err->kind;
}

/* What it means for the lists, as of the moment after. */
static void look_at_lists(struct hand *hand)
{
	struct session *session = &hand->session;
	size_t room = 0;

	references_add(&hand->also, session->arena, &room, hand->report.person->dn);
	if (hand->report.deputy)
		references_add(&hand->also, session->arena, &room, hand->report.deputy->dn);
	session->also = &hand->also;
	session->now = moment_now();
	session->at = session->now;
	if (session_plan_or_say(session) == EXIT_DONE)
		hand->report.plan = session->plan;
}

const struct person *hand_person_now(const struct hand *hand, const struct person *person)
{
	const struct subject *subject = NULL;

	if (hand->report.plan)
		subject = snapshot_subject_of_dn(hand->session.snapshot, person->key);
	return subject && subject->person ? subject->person : person;
}

void hand_tell(struct hand *hand)
{
	const struct options *options = hand->session.options;
	const struct person_report *report = &hand->report;
	bool is_quiet = options->quiet && hand->notes.count == 0 &&
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
static int write_change(struct hand *hand, struct account *account)
{
	struct session *session = &hand->session;
	struct person_report *report = &hand->report;
	struct error err = ERROR_INIT;
	bool in_doubt = false;
	int status = EXIT_DONE;

	report->stage = PERSON_DONE;
	if (person_write(&session->connection, &hand->values, &hand->change, &in_doubt, &err)) {
		report->stage = in_doubt ? PERSON_IN_DOUBT : PERSON_FAILED;
		report->said = arena_string(session->arena, err.text.text);
		status = in_doubt ? EXIT_PARTLY : EXIT_FAILED;
	}
	account_outcome(account,
		status == EXIT_DONE             ? "done"
			: status == EXIT_PARTLY ? "partly"
						: "failed",
		status, report->said);
	say(&err);
	return status;
}

/* The change, between its two reports. */
static int carry_out(struct hand *hand, struct account *account)
{
	struct error err = ERROR_INIT;
	int status;

	hand->report.stage = PERSON_INTENDED;
	if (account_begin(account, &hand->session, &err))
		return say(&err);
	account_outcome(account, "intended", -1, NULL);
	if (store(hand, account, &err))
		return say(&err);
	hand->report.path = hand->path.text;
	status = write_change(hand, account);
	if ((store(hand, account, &err) || account_end(account, &err)) && status == EXIT_DONE)
		status = EXIT_PARTLY;
	say(&err);
	return status;
}

int hand_write(struct hand *hand)
{
	const struct person_report *report = &hand->report;
	struct account account = ACCOUNT_INIT;
	int status = EXIT_DONE;

	hand->report.stage = PERSON_NOTHING;
	if (hand->change.count > 0)
		status = carry_out(hand, &account);
	account_release(&account);
	if (report->stage == PERSON_DONE || (report->stage == PERSON_NOTHING && !report->begins))
		look_at_lists(hand);
	return status;
}

void hand_end(struct hand *hand)
{
	strbuf_release(&hand->path);
	snapshot_free(hand->people);
	session_end(&hand->session);
}
