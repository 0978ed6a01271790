#include "run/apply_plan.h"

#include <stdio.h>

#include "base/memory/arena.h"
#include "base/message/log_once.h"
#include "base/message/print.h"
#include "base/message/progress.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "directory/write/write.h"
#include "ledger/store.h"
#include "model/outcome.h"
#include "model/plan.h"
#include "model/settings.h"
#include "notices/lifecycle.h"
#include "run/run_record.h"
#include "run/session.h"

/* A plan being applied. */
struct apply_ctx {
	struct session *session;           /* borrowed */
	const struct reporting *reporting; /* borrowed */
	struct run_record record;          /* owned */
};

/* Known by `key` where the words are others each time; NULL: by its words. */
static void say_error(const struct apply_ctx *ctx, const char *key, const struct error *err)
{
	if (ctx->reporting->troubles)
		log_once_add_as(ctx->reporting->troubles, key ? key : err->text.text,
			err->text.text);
	else
		error_print(err);
}

static struct notice_run notices_of(const struct apply_ctx *ctx)
{
	struct notice_run notices = session_notice_run(ctx->session);

	notices.troubles = ctx->reporting->troubles;
	return notices;
}

/* Write the reports of one stage. */
static enum error_kind store_reports(struct apply_ctx *ctx, enum report_stage stage,
	const struct list_outcome *outcomes, struct strbuf *path, struct error *err)
{
	struct report report = session_report(ctx->session, &ldif_writer, stage, NULL);
	struct strbuf text = STRBUF_INIT, undo = STRBUF_INIT;
	struct totals totals;

	report.outcomes = outcomes;
	totals = report_totals(&report);
	run_record_totals(&ctx->record, &totals);
	store_make(&report, &text, &undo);
	run_record_store(&ctx->record, &text, &undo, path, err);
	strbuf_release(&text);
	strbuf_release(&undo);
	return err->kind;
}

/* Whether anything at all was changed. */
static bool changed_something(const struct session *session, const struct list_outcome *outcomes)
{
	for (size_t i = 0; i < session->work.plan->list_count; i++) {
		if (outcomes[i].modifies > 0 || outcomes[i].outcome_unknown)
			return true;
	}
	return false;
}

static void say_report(const struct session *session, const struct strbuf *path)
{
	if (!session->config.options->json)
		print_format(stdout, _("Report: %s\n"), path->text);
}

/* What a run that could do all it planned still has to say. */
static int status_when_done(const struct session *session)
{
	if (session->work.findings.errors > 0)
		return EXIT_PARTLY;
	return session_is_held(session) ? EXIT_HELD : EXIT_DONE;
}

/* Append the line, which says what is known of whom postvagt put on which list. Without `outcomes` no list was changed. */
static enum error_kind end_record(struct apply_ctx *ctx, const struct list_outcome *outcomes,
	struct error *err)
{
	struct session *session = ctx->session;
	struct added_state *added = &session->sources.added;
	struct error own = ERROR_INIT;

	if (outcomes)
		added_state_note(added, session->work.plan, outcomes, &session->work.run);
	if (added_state_write(added, ctx->record.line, &own))
		say_error(ctx, "additions", &own);
	error_release(&own);
	return run_record_end(&ctx->record, err);
}

static int refuse_plan(struct apply_ctx *ctx)
{
	struct session *session = ctx->session;
	struct strbuf path = STRBUF_INIT;
	struct error err = ERROR_INIT;

	session_print(session, ctx->reporting, REPORT_REFUSED, NULL);
	run_record_outcome(&ctx->record, RUN_REFUSED, EXIT_REFUSED, NULL);
	if (store_reports(ctx, REPORT_REFUSED, NULL, &path, &err) || end_record(ctx, NULL, &err))
		say_error(ctx, "report", &err);
	else
		say_report(session, &path);
	error_release(&err);
	strbuf_release(&path);
	return EXIT_REFUSED;
}

static int write_changes(struct apply_ctx *ctx)
{
	struct session *session = ctx->session;
	const struct notice_run notices = notices_of(ctx);
	size_t size = session->work.plan->list_count * sizeof(struct list_outcome);
	struct list_outcome *outcomes = arena_get(session->work.arena, size);
	struct strbuf path = STRBUF_INIT;
	struct error err = ERROR_INIT;
	int status = EXIT_FAILED;

	session->work.write_failed = true;
	run_record_outcome(&ctx->record, RUN_INTENDED, -1, NULL);
	if (store_reports(ctx, REPORT_INTENDED, NULL, &path, &err)) {
		say_error(ctx, "report", &err);
		goto out;
	}
	notices_intend(&notices);
	if (!session->config.options->quiet)
		progress_say(_("writing"));
	session->work.write_failed =
		write_plan(&session->sources.connection, session->work.plan, outcomes, &err);
	progress_clear();
	session->work.outcomes = outcomes;
	if (!session->work.write_failed)
		status = status_when_done(session);
	else if (changed_something(session, outcomes))
		status = EXIT_PARTLY;
	run_record_outcome(&ctx->record,
		run_outcome_of(session->work.write_failed, changed_something(session, outcomes)),
		status, err.kind ? err.text.text : NULL);
	if (err.kind)
		say_error(ctx, NULL, &err);
	error_release(&err);
	if (store_reports(ctx, REPORT_DONE, outcomes, &path, &err) ||
		end_record(ctx, outcomes, &err)) {
		say_error(ctx, "report", &err);
		session->work.write_failed = true;
		if (status != EXIT_FAILED)
			status = EXIT_PARTLY;
	}
	notices_done(&notices, outcomes);
	if (!ctx->reporting->is_retry || changed_something(session, outcomes)) {
		session_print(session, ctx->reporting, REPORT_DONE, outcomes);
		if (!err.kind)
			say_report(session, &path);
	}
out:
	error_release(&err);
	strbuf_release(&path);
	return status;
}

static int change_nothing(struct apply_ctx *ctx)
{
	struct report report = session_report(ctx->session, &ldif_writer, REPORT_DONE, NULL);
	const struct notice_run notices = notices_of(ctx);
	struct totals totals = report_totals(&report);
	struct error err = ERROR_INIT;
	int status = status_when_done(ctx->session);

	session_print(ctx->session, ctx->reporting, REPORT_DONE, NULL);
	run_record_totals(&ctx->record, &totals);
	run_record_outcome(&ctx->record, RUN_UNCHANGED, status, NULL);
	if (end_record(ctx, NULL, &err)) {
		say_error(ctx, "report", &err);
		status = EXIT_FAILED;
	}
	notices_done(&notices, NULL);
	error_release(&err);
	return status;
}

/* Where that fails, what is changed back is noticed later than it might be. */
static void note_written(const struct apply_ctx *ctx)
{
	struct session *session = ctx->session;
	struct changed_back *back = &session->work.changed_back;
	struct error err = ERROR_INIT;

	if (session->work.outcomes && !back->arena)
		changed_back_read(back, session->config.settings, session->work.now);
	if (session->work.outcomes)
		changed_back_note(back, session->work.plan, session->work.outcomes, moment_now());
	if (back->arena && changed_back_write(back, &err))
		say_error(ctx, "written", &err);
	error_release(&err);
}

int apply_plan(struct session *session, const struct reporting *reporting)
{
	struct apply_ctx ctx = {session, reporting, RUN_RECORD_INIT};
	const struct notice_run notices = notices_of(&ctx);
	const struct plan *plan = session->work.plan;
	struct error err = ERROR_INIT;
	int status = EXIT_FAILED;

	session->work.write_failed = false;
	session->work.outcomes = NULL;
	session->work.report_bytes = 0;
	if (run_record_begin(&ctx.record, session, &err)) {
		say_error(&ctx, "report", &err);
		status = exit_status_of(err.kind);
		session->work.write_failed = true;
	} else {
		if (session->sources.added.arena || plan_has_changes(plan))
			added_state_catch_up(&session->sources.added, session->config.settings,
				session->work.run.host, session->work.now, &ctx.record.chain);
		notices_recover(
			&notices); /* under the lock on the reports, with the lists as they were read */
		if (plan->refused)
			status = refuse_plan(&ctx);
		else if (plan_has_changes(plan))
			status = write_changes(&ctx);
		else
			status = change_nothing(&ctx);
		note_written(&ctx);
	}
	run_record_release(&ctx.record);
	error_release(&err);
	return status;
}
