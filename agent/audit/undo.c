/* postvagt audit undo: takes the changes of one run back, exactly or not at all. */
#include <stdio.h>
#include <string.h>

#include "audit/audit.h"
#include "audit/undo_plan.h"
#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "commands/apply_file.h"
#include "decide/limits.h"
#include "decide/resume.h"
#include "ledger/chain.h"
#include "ledger/run_line.h"
#include "ledger/runs.h"
#include "ledger/sign.h"
#include "model/plan.h"
#include "model/settings.h"
#include "report/ldif/reader.h"
#include "run/apply_plan.h"
#include "run/run_record.h"
#include "run/session.h"

/* A run, being taken back. */
struct undo_ctx {
	struct session *session;
	json_t *lines;      /* owned: from the one before the run's on */
	const json_t *line; /* the run's */
	const char *doubt;  /* why that is not believed; NULL: it is */
	struct sign_public accepted;
	bool has_key;
	struct saved_plan saved;
	struct error *err;
};

/* Whether the last try to take it back did a part: then what is done already is no fault. */
static bool is_begun(const struct undo_ctx *u, const char *run)
{
	bool begun = false;

	for (size_t i = 0; i < json_array_size(u->lines); i++) {
		const json_t *line = json_array_get(u->lines, i);

		if (strcmp(run_line_text(line, "undoes", NULL), run) != 0 ||
			(u->has_key && !chain_is_signed(line, &u->accepted)))
			continue;
		if (run_line_is_outcome(line, RUN_PARTLY) ||
			run_line_is_outcome(line, RUN_INTERRUPTED))
			begun = true;
		else if (run_line_is_outcome(line, RUN_DONE))
			begun = false;
	}
	return begun;
}

/* Read one of the run's files; where it is not as the run left it, that is why we refuse. */
static bool read_file(struct undo_ctx *u, const char *which, struct read_report *report)
{
	struct session *session = u->session;
	const char *path = arena_format(session->work.arena, "%s/%s",
		session->config.settings->reports_directory, run_line_text(u->line, which, "name"));
	struct error failure = ERROR_INIT;
	const char *what = NULL;

	if (!run_line_is_file_name(run_line_text(u->line, which, "name"), NULL,
		    strcmp(which, "undo") == 0 ? ".undo.ldif" : ".ldif"))
		what = _("is no report of this folder");
	else if (reader_load(report, path, session->work.arena, &failure))
		what = failure.text.text;
	else if (strcmp(report->sha256, run_line_text(u->line, which, "sha256")) != 0)
		what = _("was altered since the run; postvagt audit verify tells more");
	if (what)
		findings_add(&session->work.plan->moved, FINDING_ERROR, path, "%s", what);
	error_release(&failure);
	return !what;
}

static enum error_kind load_keys(struct undo_ctx *u)
{
	struct sign_key key;

	sign_keys_load(&key, &u->accepted, u->session->config.settings, u->err);
	u->has_key = key.is_there;
	sign_key_wipe(&key);
	return u->err->kind;
}

/* Nothing of a line that is not believed gets into the report or the chain, the run's id neither. */
static enum error_kind find_run(struct undo_ctx *u)
{
	struct session *session = u->session;
	const char *folder = session->config.settings->reports_directory;
	const char *run = session->config.options->arguments[1];

	if (run_record_recover(session, u->err) || load_keys(u))
		return u->err->kind;
	u->lines = runs_load_from(folder, run, u->err);
	if (u->lines)
		u->line = audit_find(u->lines, run, u->err);
	if (!u->line)
		return u->err->kind;
	u->doubt = runs_invalidate(folder, u->lines, u->line, u->has_key ? &u->accepted : NULL);
	session->work.run.undoes = u->doubt
		? run
		: arena_string(session->work.arena, run_line_text(u->line, "run", NULL));
	if (u->doubt)
		findings_add(&session->work.plan->moved, FINDING_ERROR, run, "%s", u->doubt);
	return ERROR_NONE;
}

/* The plan of the undo file; without lists where the run left none, or where a file was altered. */
static enum error_kind read_files(struct undo_ctx *u)
{
	struct session *session = u->session;
	const char *run = session->work.run.undoes;
	struct read_report report, undo;
	bool is_whole;

	u->saved = (struct saved_plan){.saved_at = session->work.now, .at = session->work.now};
	if (u->doubt) {
		findings_init(&u->saved.findings, session->work.arena);
		return ERROR_NONE;
	}
	u->saved.is_begun = is_begun(u, run);
	if (!*run_line_text(u->line, "report", "name"))
		return ERROR_NONE;
	is_whole = read_file(u, "report", &report);
	if (!read_file(u, "undo", &undo) || !is_whole)
		return ERROR_NONE;
	return undo_plan_read(&u->saved, &report, &undo, session->config.settings->member_attribute,
		run, session->work.arena, u->err);
}

/* What is taken back counts for no limit; where more would change than one says, a case says who answers for it. */
static int check_case(const struct session *session)
{
	struct passed_limit passed;
	struct error err = ERROR_INIT;
	int status;

	if (options_name_case(session->config.options) ||
		!limits_pass_all(session->work.plan, &session->config.settings->policy, &passed))
		return EXIT_DONE;
	error_set(&err, ERROR_USAGE,
		passed.kind == CHANGE_ADDS
			? _("taking run %s back would add %zu to %s, and limits.%s is %d; give a case: "
			    "--case TEXT")
			: _("taking run %s back would remove %zu from %s, and limits.%s is %d; give a "
			    "case: --case TEXT"),
		session->work.run.undoes, passed.count,
		passed.list ? passed.list->dn : _("all lists together"), passed_limit_name(&passed),
		passed.limit);
	error_print(&err);
	status = exit_status_of(err.kind);
	error_release(&err);
	return status;
}

static void say_what_follows(void)
{
	fputs(_("postvagt: the rules know nothing of this: the next apply, or watch, makes the lists what "
		"they ask for, unless the cause is changed first (mapping, role, group, absence)\n"),
		stderr);
}

static int undo_run(struct undo_ctx *u)
{
	const struct reporting reporting = {.troubles = NULL};
	struct session *session = u->session;
	int status = EXIT_DONE;

	session->work.plan = plan_new(session->work.now);
	if (find_run(u) || read_files(u)) {
		error_print(u->err);
		return exit_status_of(u->err->kind);
	}
	findings_init(&session->work.findings, session->work.arena);
	if (u->saved.list_count > 0)
		status = apply_saved_resume(session, &u->saved);
	else
		session->work.findings = u->saved.findings;
	if (!status && session->work.plan->moved.count == 0)
		status = check_case(session);
	if (status)
		return status;
	apply_saved_judge(session);
	status = apply_plan(session, &reporting);
	if (plan_has_changes(session->work.plan) && (status == EXIT_DONE || status == EXIT_PARTLY))
		say_what_follows();
	return status;
}

static int check_usage(const struct options *options)
{
	struct error err = ERROR_INIT;
	int status;

	if (options->argument_count != 2)
		error_set(&err, ERROR_USAGE, _("usage: postvagt %s %s"), "audit", "undo RUN");
	else if (options->at)
		error_set(&err, ERROR_USAGE, _("%s works now only, and refuses --at"),
			"audit undo");
	status = exit_status_of(err.kind);
	if (status)
		error_print(&err);
	error_release(&err);
	return status;
}

int audit_undo(const struct options *options)
{
	struct session session = SESSION_INIT;
	struct error err = ERROR_INIT;
	struct undo_ctx ctx = {.session = &session, .err = &err};
	int status = check_usage(options);

	if (status)
		return status;
	status = session_start(&session, options, false);
	if (!status)
		status = undo_run(&ctx);
	session_send_notices(&session);
	session_end(&session);
	json_decref(ctx.lines);
	error_release(&err);
	return status;
}
