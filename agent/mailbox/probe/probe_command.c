#include "mailbox/probe/probe_command.h"

#include <stdio.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "mailbox/probe/probe.h"
#include "mailbox/probe/probe_report.h"
#include "run/session.h"

static void print_result(const struct session *session, const struct probe_result *result)
{
	const struct options *options = session->config.options;
	struct strbuf out = STRBUF_INIT;

	if (options->json)
		probe_add_json(&out, result, session->config.settings, session->work.now);
	else
		probe_add_text(&out, result, session->config.settings, options->quiet);
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

/* Settings that are wrong are no result of a probe. */
static void write_metrics(const struct session *session, const struct probe_result *result,
	enum error_kind failed)
{
	struct error err = ERROR_INIT;

	if (failed != ERROR_USAGE &&
		probe_metrics_write(session->config.settings, failed ? NULL : result, moment_now(),
			&err))
		error_print(&err);
	error_release(&err);
}

int probe_command(struct session *session)
{
	struct error err = ERROR_INIT;
	struct probe_result result;
	enum error_kind failed = probe_run(&result, session->config.settings, session->work.arena,
		session->work.now, &err);
	int status = exit_status_of(failed);

	if (failed)
		error_print(&err);
	else
		print_result(session, &result);
	write_metrics(session, &result, failed);
	error_release(&err);
	if (!status && result.outcome != PROBE_CAME)
		status = EXIT_BAD;
	return status;
}
