/* postvagt status: KOMBIT's task card as a checklist; what is done, what is missing, what mends it. Changes nothing. */
#include <stdio.h>

#include "base/message/print.h"
#include "base/text/strbuf.h"
#include "cli/command.h"
#include "cli/options.h"
#include "readiness/facts.h"
#include "readiness/readiness.h"
#include "readiness/status.h"
#include "report/text/text.h"
#include "run/session.h"

static enum status_detail detail_of(const struct options *options)
{
	if (options->quiet)
		return STATUS_OPEN;
	return options->verbose ? STATUS_VERBOSE : STATUS_ALL;
}

static void print_status(struct session *session, const struct readiness *readiness)
{
	struct strbuf out = STRBUF_INIT;
	struct report report = session_report(session, &text_writer, REPORT_PLANNED, &out);

	report.colour = text_wants_colour();
	if (session->config.options->json)
		status_add_json(&report, readiness);
	else
		status_add_text(&report, readiness, detail_of(session->config.options));
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

static int status_of(const struct session *session, const struct readiness *readiness)
{
	if (readiness_is_done(readiness))
		return session_is_held(session) ? EXIT_HELD : EXIT_DONE;
	return readiness_waits_for_feed(readiness) ? EXIT_HELD : EXIT_BAD;
}

static int show_status(struct session *session)
{
	struct checklist checklist;
	int status;

	checklist_find(&checklist, session, CHECKLIST_ASKED);
	print_status(session, &checklist.readiness);
	status = status_of(session, &checklist.readiness);
	checklist_release(&checklist);
	return status;
}

int command_status(const struct options *options)
{
	const struct read_request request = {.everyone = true};
	struct session session = SESSION_INIT;
	int status = session_start(&session, options, false);

	if (!status)
		status = session_plan_or_say(&session, &request);
	if (!status)
		status = show_status(&session);
	session_end(&session);
	return status;
}
