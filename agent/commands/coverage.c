/* postvagt coverage: who answers each tag on the coming days, and where nobody does. Changes nothing. */
#include "decide/forecast.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file/file.h"
#include "base/file/named_file.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "cli/command.h"
#include "cli/options.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "readiness/coverage_file.h"
#include "report/html/page.h"
#include "report/text/coverage.h"
#include "report/text/text.h"
#include "run/session.h"

/* --days: 0, and why in `err`, where it is no number of days. */
static int read_days(const char *text, struct error *err)
{
	char *end;
	long days;

	if (!text)
		return COVERAGE_DAYS;
	errno = 0;
	days = strtol(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end || days < 1 || days > COVERAGE_DAYS_MAX) {
		error_set(err, ERROR_USAGE, _("--days: \"%s\" is no number of days from 1 to %d"),
			text, COVERAGE_DAYS_MAX);
		return 0;
	}
	return (int)days;
}

static enum coverage_detail detail_of(const struct options *options)
{
	if (options->quiet)
		return COVERAGE_GAPS;
	return options->verbose ? COVERAGE_PEOPLE : COVERAGE_CALENDAR;
}

static void print_coverage(struct session *session, const struct coverage *coverage)
{
	struct strbuf out = STRBUF_INIT;
	struct report report = session_report(session, &text_writer, REPORT_PLANNED, &out);

	report.colour = text_wants_colour();
	if (session->config.options->json)
		coverage_add_json(&out, coverage);
	else
		coverage_add_text(&report, coverage, snapshot_held(session->sources.snapshot),
			detail_of(session->config.options));
	if (session->config.options->quiet && !session->config.options->json &&
		session->work.plan->kept_absences > 0)
		strbuf_addf(&out,
			_("Absences that count though they cannot be read now: %zu; see postvagt plan\n"),
			session->work.plan->kept_absences);
	print_lines(stdout, out.text);
	strbuf_release(&out);
	if (session->config.options->json) /* which has no key for findings */
		findings_print(&session->work.findings);
}

/* A gap is an answer; where absences are not known, that there is none may not be the whole of it. */
static int status_of(struct session *session, const struct coverage *coverage)
{
	if (coverage_has_gap(coverage))
		return EXIT_BAD;
	return session_is_held(session) ? EXIT_HELD : EXIT_DONE;
}

/* The answer has been printed then, so only the page is missing. */
static bool write_page(struct session *session, const struct coverage *coverage)
{
	const char *file = session->config.options->html;
	struct strbuf page = STRBUF_INIT;
	struct error err = ERROR_INIT;
	bool failed;

	if (!file)
		return true;
	coverage_file_add(&page, session, coverage, CHECKLIST_ASKED);
	failed = named_file_write(file, &page, FILE_MODE_GROUP, &err);
	if (failed)
		error_print(&err);
	strbuf_release(&page);
	error_release(&err);
	return !failed;
}

static int show_coverage(struct session *session, int days)
{
	clock_t started = clock();
	struct coverage *coverage =
		coverage_find(session->config.mapping, &session->config.settings->policy,
			session->sources.snapshot, session->work.at, days);
	int status;

	if (session->config.options->verbose)
		print_format(stderr,
			_("postvagt: %zu days of %zu lists, %zu decisions in %.1f ms of processor time\n"),
			coverage->day_count, coverage->line_count, coverage->decisions,
			(double)(clock() - started) * 1000 / CLOCKS_PER_SEC);
	findings_copy_all(&session->work.findings, &coverage->findings);
	findings_sort(&session->work.findings);
	print_coverage(session, coverage);
	status = write_page(session, coverage) ? status_of(session, coverage) : EXIT_FAILED;
	coverage_free(coverage);
	return status;
}

int command_coverage(const struct options *options)
{
	struct session session = SESSION_INIT;
	struct error err = ERROR_INIT;
	struct read_request request = {.forecasts = true, .everyone = options->html != NULL};
	int status = session_start(&session, options, false);

	request.days = read_days(options->days, &err);
	if (!err.kind)
		page_check_file("--html", options->html, &err);
	if (!status && err.kind) {
		error_print(&err);
		status = EXIT_USAGE;
	}
	if (!status)
		status = session_plan_or_say(&session, &request);
	if (!status)
		status = show_coverage(&session, request.days);
	session_end(&session);
	error_release(&err);
	return status;
}
