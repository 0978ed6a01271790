/* postvagt plan: what would change, and why. Changes nothing. */
#include "cli/command.h"

#include "base/file/file.h"
#include "base/file/named_file.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "ledger/plan_signature.h"
#include "ledger/sign.h"
#include "model/plan.h"
#include "model/settings.h"
#include "run/session.h"

static enum error_kind sign_plan_text(const struct session *session, struct strbuf *text,
	struct error *err)
{
	struct sign_key key = {.is_there = false};
	const char *file = session->config.settings->sign_key_file;

	if (file && !sign_key_load(&key, file, err))
		plan_sign(text, &key);
	sign_key_wipe(&key);
	return err->kind;
}

/* plan -o: the plan as an LDIF change report. */
static int save_plan(struct session *session)
{
	struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct report report = session_report(session, &ldif_writer, REPORT_PLANNED, &text);
	enum error_kind failed;

	report_write(&report);
	failed = sign_plan_text(session, &text, &err);
	if (!failed)
		failed = named_file_write(session->config.options->output, &text, FILE_MODE_GROUP,
			&err);
	if (failed)
		error_print(&err);
	strbuf_release(&text);
	error_release(&err);
	return exit_status_of(failed);
}

static int status_of(const struct session *session)
{
	if (session->work.plan->refused)
		return EXIT_REFUSED;
	if (session_is_held(session))
		return EXIT_HELD;
	if (session->config.options->exit_code && plan_has_changes(session->work.plan))
		return EXIT_CHANGES;
	return EXIT_DONE;
}

int command_plan(const struct options *options)
{
	const struct read_request request = {.feeds = FEEDS_LOOK};
	const struct reporting reporting = {.troubles = NULL};
	struct session session = SESSION_INIT;
	int status = session_start(&session, options, false);

	if (!status)
		status = session_plan_or_say(&session, &request);
	if (!status)
		session_print(&session, &reporting, REPORT_PLANNED, NULL);
	if (!status && options->output)
		status = save_plan(&session);
	if (!status)
		status = status_of(&session);
	session_end(&session);
	return status;
}
