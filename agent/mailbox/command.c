/*
 * postvagt mailbox: looks into the mailbox, and says what nobody has read. Changes nothing, and needs no directory.
 * With --probe, it sends a probe instead; with --propose, it prints lines for tags.yaml and routes.yaml.
 */
#include "mailbox/command.h"

#include <stdio.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "mailbox/mailbox.h"
#include "mailbox/probe/probe_command.h"
#include "mailbox/propose.h"
#include "report/text/text.h"
#include "run/session.h"

static enum mailbox_detail detail_of(const struct options *options)
{
	if (options->quiet)
		return MAILBOX_ALARMS;
	return options->verbose ? MAILBOX_ALL : MAILBOX_FIGURES;
}

static void print_look(const struct session *session, const struct mailbox_look *look)
{
	struct strbuf out = STRBUF_INIT;

	if (session->config.options->json)
		mailbox_add_json(&out, look);
	else
		mailbox_add_text(&out, look, session->config.settings,
			detail_of(session->config.options), text_wants_colour());
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

static void print_proposals(const struct session *session, const struct mailbox_look *look)
{
	struct strbuf out = STRBUF_INIT;
	struct arena *arena = arena_new();
	struct proposed_tags tags;

	proposed_tags_find(&tags, arena, look, session->config.settings);
	if (session->config.options->json)
		proposed_tags_add_json(&out, &tags, look);
	else
		proposed_tags_add_yaml(&out, &tags, look);
	print_lines(stdout, out.text);
	arena_free(arena);
	strbuf_release(&out);
}

static int look_into(struct session *session)
{
	bool proposes = session->config.options->propose;
	struct mailbox_look look;
	struct error err = ERROR_INIT;
	int status = exit_status_of(mailbox_look(&look, session->config.settings,
		session->config.mapping, session->work.at, &err));

	if (status)
		error_print(&err);
	else if (proposes)
		print_proposals(session, &look);
	else
		print_look(session, &look);
	if (!status && !proposes && !mailbox_is_well(&look))
		status = EXIT_BAD;
	mailbox_look_release(&look);
	error_release(&err);
	return status;
}

int command_mailbox(const struct options *options)
{
	struct session session = SESSION_INIT;
	int status;

	if (options->probe && options->at) {
		print_line(_("mailbox --probe works now only, and refuses --at"));
		return EXIT_USAGE;
	}
	if (options->probe && options->propose) {
		print_line(_("mailbox takes one of --probe and --propose"));
		return EXIT_USAGE;
	}
	status = session_start(&session, options, false);
	if (!status)
		status = options->probe ? probe_command(&session) : look_into(&session);
	session_end(&session);
	return status;
}
