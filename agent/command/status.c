/* postvagt status: KOMBIT's task card as a checklist; what is done, what is missing, what mends it. Changes nothing. */
#include <stdio.h>
#include <sys/stat.h>

#include "base/strbuf.h"
#include "command/command.h"
#include "command/options.h"
#include "command/session.h"
#include "decide/coverage.h"
#include "decide/readiness.h"
#include "directory/person_entry.h"
#include "report/status.h"
#include "report/text.h"
#include "settings/settings.h"

/* How far the readiness is looked at; point "coming" says so. */
#define DAYS 14

/* When the catalogue came into use, as far as its file tells. */
static moment catalogue_since(const char *file)
{
	struct stat st;

	return stat(file, &st) == 0 ? (moment)st.st_mtime : MOMENT_EARLIEST;
}

static struct readiness_facts facts_of(struct session *session, const struct coverage *coverage)
{
	const struct settings *settings = session->settings;
	const struct people_attributes names = person_attribute_names(&session->connection);

	return (struct readiness_facts){
		.at = session->at,
		.mapping = session->mapping,
		.policy = &settings->policy,
		.snapshot = session->snapshot,
		.plan = session->plan,
		.coverage = coverage,
		.mailbox_name = settings->mailbox.name,
		.mailbox_address = settings->mailbox.address,
		.role_attribute = names.role,
		.deputy_attribute = names.deputy,
		.files = {settings->file, settings->tags_file, settings->routes_file},
		.catalogue_since = catalogue_since(settings->tags_file),
	};
}

static enum status_detail detail_of(const struct options *options)
{
	if (options->quiet)
		return STATUS_OPEN;
	return options->verbose ? STATUS_VERBOSE : STATUS_ALL;
}

static void print(struct session *session, const struct readiness *readiness)
{
	struct strbuf out = STRBUF_INIT;
	struct report report = session_report(session, &text_writer, REPORT_PLANNED, &out);

	report.colour = text_wants_colour();
	if (session->options->json)
		status_add_json(&report, readiness);
	else
		status_add_text(&report, readiness, detail_of(session->options));
	fputs(out.text, stdout);
	strbuf_release(&out);
}

static int status_of(const struct readiness *readiness)
{
	if (readiness_is_done(readiness))
		return EXIT_DONE;
	return readiness_waits_for_feed(readiness) ? EXIT_HELD : EXIT_BAD;
}

static int show(struct session *session)
{
	struct coverage *coverage = coverage_find(session->mapping, &session->settings->policy,
		session->snapshot, session->at, DAYS);
	const struct readiness_facts facts = facts_of(session, coverage);
	struct readiness readiness;

	readiness_find(&readiness, session->arena, &facts);
	print(session, &readiness);
	coverage_free(coverage);
	return status_of(&readiness);
}

int command_status(const struct options *options)
{
	struct session session = SESSION_INIT;
	int status = session_start(&session, options, false);

	session.look_at_everyone = true;
	if (!status)
		status = session_plan_or_say(&session);
	if (!status)
		status = show(&session);
	session_end(&session);
	return status;
}
