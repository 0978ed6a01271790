/* postvagt apply: applies what the rules ask for now, or a saved plan. */
#include "cli/command.h"

#include "base/message/print.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "commands/apply_file.h"
#include "notices/lifecycle.h"
#include "notices/look_ahead.h"
#include "readiness/coverage_file.h"
#include "run/apply_plan.h"
#include "run/run_metrics.h"
#include "run/run_record.h"
#include "run/session.h"

static int plan_and_apply(struct session *session)
{
	const struct reporting reporting = {.troubles = NULL};
	struct read_request request = {.feeds = FEEDS_KEEP};
	struct error err = ERROR_INIT;
	int status;

	coverage_file_request(session->config.settings, &request);
	session_request_ahead(session->config.settings, &request);
	if (session_plan(session, &request, &err)) {
		error_print(&err);
		status = exit_status_of(err.kind);
		run_record_failure(session, status, err.text.text);
	} else {
		if (session_keep_absences(session, &err))
			error_print(&err);
		status = apply_plan(session, &reporting);
	}
	error_release(&err);
	return status;
}

/* As the metrics: what fails of it is said, and is no failure of the run. */
static void refresh_page(struct session *session)
{
	struct error err = ERROR_INIT;

	if (session->work.plan && coverage_file_refresh(session, &err))
		error_print(&err);
	error_release(&err);
}

/* Another run may not come before tomorrow, so what is ahead is announced now. */
static void look_ahead(const struct session *session)
{
	const struct notice_run notices = session_notice_run(session);

	notices_look_ahead(&notices, false);
}

int command_apply(const struct options *options)
{
	struct session session = SESSION_INIT;
	int status;

	if (options->argument_count > 0)
		return apply_saved(options);
	status = session_start(&session, options, false);
	if (!status) {
		status = plan_and_apply(&session);
		look_ahead(&session);
		session_send_notices(&session);
		run_metrics_write(&session, status);
		refresh_page(&session);
	} else if (session.config.settings) {
		run_record_failure(&session, status, session.config.wrong);
	}
	session_end(&session);
	return status;
}
