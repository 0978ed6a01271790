/*
 * postvagt check: reads every file, connects, looks at all who could ever be
 * needed, and says what is wrong. Changes nothing.
 */
#include "cli/command.h"

#include <stdio.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "check/additions.h"
#include "check/check.h"
#include "cli/options.h"
#include "model/mapping.h"
#include "model/plan.h"
#include "model/settings.h"
#include "readiness/catalogue.h"
#include "readiness/tag_changes.h"
#include "report/text/findings_text.h"
#include "report/text/json.h"
#include "report/text/text.h"
#include "run/session.h"
#include "verify/note.h"

static void add_notes(struct strbuf *out, const struct notes *notes)
{
	for (size_t i = 0; i < notes->count; i++) {
		strbuf_add_safe(out, notes->items[i]);
		strbuf_addc(out, '\n');
	}
}

static void print_text(struct session *session, const struct notes *notes)
{
	const struct findings *findings = &session->work.findings;
	const struct findings_look look = {.margin = "",
		.colour = text_wants_colour(),
		.all = session->config.options->verbose};
	struct strbuf out = STRBUF_INIT;

	findings_add_text(&out, findings, &look);
	if (findings->count == 0 && session->work.plan)
		strbuf_addf(&out, _("All is well: %zu routes, %zu lists, read from %s.\n"),
			session->config.mapping->route_count, session->work.plan->list_count,
			session->work.run.server);
	if (session->work.plan && !session->config.options->quiet)
		additions_add_text(&out, session->work.plan);
	if (!session->config.options->quiet)
		add_notes(&out, notes);
	if (check_unread_absences(session) > 0)
		strbuf_addf(&out, _("Absences that cannot be read: %zu.\n"),
			check_unread_absences(session));
	if (session->config.mapping && !session->config.options->quiet) {
		struct tag_changes changes =
			tag_changes_find(session->work.arena, session->config.mapping);

		catalogue_add_text(&out, &changes, session->config.mapping,
			session->config.settings->routes_file, session->config.options->verbose);
	}
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

static json_t *changes_json(const struct session *session)
{
	struct tag_changes changes = {.count = 0};

	if (session->config.mapping)
		changes = tag_changes_find(session->work.arena, session->config.mapping);
	return catalogue_json(&changes, session->config.mapping);
}

static void print_json(struct session *session, const struct notes *notes)
{
	struct strbuf out = STRBUF_INIT;
	json_t *array = json_array();

	for (size_t i = 0; i < notes->count; i++)
		json_array_append_new(array, json_of_text(notes->items[i]));
	json_add_text(&out,
		json_pack("{s:o, s:o, s:o, s:o}", "findings",
			json_of_findings(&session->work.findings), "catalogue",
			changes_json(session), "additions", additions_json(session->work.plan),
			"notes", array));
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

int command_check(const struct options *options)
{
	struct session session = SESSION_INIT;
	struct notes notes = {.count = 0};
	int status = session_start(&session, options, true);

	if (status)
		session_sort_findings(&session);
	else
		status = check_run(&session, &notes);
	if (options->json)
		print_json(&session, &notes);
	else
		print_text(&session, &notes);
	session_end(&session);
	return status;
}
