#include "run/apply_plan.h"

#include <stdio.h>

#include "base/memory/arena.h"
#include "base/message/log_once.h"
#include "base/message/print.h"
#include "base/message/progress.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/options.h"
#include "config/settings.h"
#include "directory/write/write.h"
#include "ledger/store.h"
#include "model/outcome.h"
#include "model/plan.h"
#include "notices/lifecycle.h"
#include "run/read.h"
#include "run/run_record.h"

/* Known by `key` where the words are others each time; NULL: by its words. */
static void say_error(const struct session *session, const char *key, const struct error *err)
{
	if (session->troubles)
		log_once_add_as(session->troubles, key ? key : err->text.text, err->text.text);
	else
		error_print(err);
}

/* Write the reports of one stage. */
static enum error_kind store_reports(struct run_record *record, enum report_stage stage,
	const struct list_outcome *outcomes, struct strbuf *path, struct error *err)
{
	struct report report = session_report(record->session, &ldif_writer, stage, NULL);
	struct strbuf text = STRBUF_INIT, undo = STRBUF_INIT;
	struct totals totals;

	report.outcomes = outcomes;
	totals = report_totals(&report);
	run_record_totals(record, &totals);
	store_make(&report, &text, &undo);
	run_record_store(record, &text, &undo, path, err);
	strbuf_release(&text);
	strbuf_release(&undo);
	return err->kind;
}

/* Whether anything at all was changed. */
static bool changed_something(const struct session *session, const struct list_outcome *outcomes)
{
	for (size_t i = 0; i < session->plan->list_count; i++) {
		if (outcomes[i].modifies > 0 || outcomes[i].outcome_unknown)
			return true;
	}
	return false;
}

static void say_report(const struct session *session, const struct strbuf *path)
{
	if (!session->options->json)
		print_format(stdout, _("Report: %s\n"), path->text);
}

/* What a run that could do all it planned still has to say. */
static int status_when_done(const struct session *session)
{
	if (session->findings.errors > 0)
		return EXIT_PARTLY;
	return session->plan->held || session->plan->changed_back > 0 ? EXIT_HELD : EXIT_DONE;
}

static int refuse_plan(struct run_record *record)
{
	struct session *session = record->session;
	struct strbuf path = STRBUF_INIT;
	struct error err = ERROR_INIT;

	session_print(session, REPORT_REFUSED, NULL);
	run_record_outcome(record, RUN_REFUSED, EXIT_REFUSED, NULL);
	if (store_reports(record, REPORT_REFUSED, NULL, &path, &err) ||
		run_record_end(record, &err))
		say_error(session, "report", &err);
	else
		say_report(session, &path);
	error_release(&err);
	strbuf_release(&path);
	return EXIT_REFUSED;
}

static int write_lists(struct run_record *record, struct list_outcome *outcomes)
{
	struct session *session = record->session;
	struct error err = ERROR_INIT;
	int status = EXIT_FAILED;

	if (!session->options->quiet)
		progress_say(_("writing"));
	session->write_failed = write_plan(&session->connection, session->plan, outcomes, &err);
	progress_clear();
	if (!session->write_failed)
		status = status_when_done(session);
	else if (changed_something(session, outcomes))
		status = EXIT_PARTLY;
	run_record_outcome(record,
		run_outcome_of(session->write_failed, changed_something(session, outcomes)), status,
		err.kind ? err.text.text : NULL);
	if (err.kind)
		say_error(session, NULL, &err);
	error_release(&err);
	return status;
}

static int write_changes(struct run_record *record)
{
	struct session *session = record->session;
	const struct notice_run notices = session_notice_run(session);
	size_t size = session->plan->list_count * sizeof(struct list_outcome);
	struct list_outcome *outcomes = arena_get(session->arena, size);
	struct strbuf path = STRBUF_INIT;
	struct error err = ERROR_INIT;
	int status = EXIT_FAILED;

	session->write_failed = true;
	run_record_outcome(record, RUN_INTENDED, -1, NULL);
	if (store_reports(record, REPORT_INTENDED, NULL, &path, &err)) {
		say_error(session, "report", &err);
		goto out;
	}
	notices_intend(&notices);
	status = write_lists(record, outcomes);
	session->outcomes = outcomes;
	if (store_reports(record, REPORT_DONE, outcomes, &path, &err) ||
		run_record_end(record, &err)) {
		say_error(session, "report", &err);
		session->write_failed = true;
		if (status != EXIT_FAILED)
			status = EXIT_PARTLY;
	}
	notices_done(&notices, outcomes);
	if (!session->is_retry || changed_something(session, outcomes)) {
		session_print(session, REPORT_DONE, outcomes);
		if (!err.kind)
			say_report(session, &path);
	}
out:
	error_release(&err);
	strbuf_release(&path);
	return status;
}

static int change_nothing(struct run_record *record)
{
	struct report report = session_report(record->session, &ldif_writer, REPORT_DONE, NULL);
	const struct notice_run notices = session_notice_run(record->session);
	struct totals totals = report_totals(&report);
	struct error err = ERROR_INIT;
	int status = status_when_done(record->session);

	session_print(record->session, REPORT_DONE, NULL);
	run_record_totals(record, &totals);
	run_record_outcome(record, RUN_UNCHANGED, status, NULL);
	if (run_record_end(record, &err)) {
		say_error(record->session, "report", &err);
		status = EXIT_FAILED;
	}
	notices_done(&notices, NULL);
	error_release(&err);
	return status;
}

/* Under the lock on the reports, with the lists as they were read. */
static int go_on(struct run_record *record)
{
	struct session *session = record->session;
	const struct notice_run notices = session_notice_run(session);

	notices_recover(&notices);
	if (session->plan->refused)
		return refuse_plan(record);
	return plan_has_changes(session->plan) ? write_changes(record) : change_nothing(record);
}

/* Where that fails, what is changed back is noticed later than it might be. */
static void note_written(struct session *session)
{
	struct changed_back *back = &session->changed_back;
	struct error err = ERROR_INIT;

	if (!back->arena)
		changed_back_read(back, session->settings, session->now);
	if (session->outcomes)
		changed_back_note(back, session->plan, session->outcomes, moment_now());
	if (changed_back_write(back, &err))
		say_error(session, "written", &err);
	error_release(&err);
}

int apply_plan(struct session *session)
{
	struct run_record record = RUN_RECORD_INIT;
	struct error err = ERROR_INIT;
	int status = EXIT_FAILED;

	session->write_failed = false;
	session->outcomes = NULL;
	session->report_bytes = 0;
	if (run_record_begin(&record, session, &err)) {
		say_error(session, "report", &err);
		status = session_status(err.kind);
		session->write_failed = true;
	} else {
		status = go_on(&record);
		note_written(session);
	}
	run_record_release(&record);
	error_release(&err);
	return status;
}
