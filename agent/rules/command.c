/*
 * postvagt rules: the mail system's rules for the mailbox, made of the mapping; printed, or installed there.
 * The directory is asked only for the addresses of lists to which the routes
 * give none.
 */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "directory/connection/connect.h"
#include "directory/read/gather.h"
#include "model/mapping.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "rules/language.h"
#include "rules/model/rules.h"
#include "run/session.h"

/* The one that --for names, or NULL after saying what is wrong. */
static const struct rules_language *find_language(const struct options *options)
{
	const char *name = options->rules_for;
	const struct rules_language *language = name ? rules_language_find(name) : NULL;
	struct error err = ERROR_INIT;

	if (!name)
		error_set(&err, ERROR_USAGE, _("rules asks for --for sieve or --for exchange"));
	else if (!language)
		error_set(&err, ERROR_USAGE,
			_("--for: %s is neither sieve, exchange nor exchange-transport"), name);
	else if (options->install && !language->install)
		error_set(&err, ERROR_USAGE,
			_("--install: rules for %s cannot be installed from here; run the script that is "
			  "printed without --install"),
			name);
	if (err.kind)
		error_print(&err);
	language = err.kind ? NULL : language;
	error_release(&err);
	return language;
}

/* Read the lists of which the mapping does not tell the address. */
static enum error_kind read_addresses(struct session *session, struct error *err)
{
	struct group_wanted *lists;
	size_t count = rules_unaddressed(session->work.arena, session->config.mapping, &lists);
	enum error_kind failed;

	if (count == 0)
		return ERROR_NONE;
	failed = connection_open(&session->sources.connection, session->config.settings, err);
	if (failed)
		return failed;
	session->sources.snapshot = snapshot_new(session->config.settings->policy.bridge);
	return gather_lists(&session->sources.connection, session->sources.snapshot, lists, count,
		err);
}

static int print_rules(struct session *session, const struct rules *rules,
	const struct rules_language *language)
{
	struct strbuf out = STRBUF_INIT;
	bool made = language->add(&out, rules, &session->work.findings);

	if (made)
		fputs(out.text, stdout);
	strbuf_release(&out);
	return made ? EXIT_DONE : EXIT_FAILED;
}

static int install_rules(struct session *session, const struct rules *rules,
	const struct rules_language *language)
{
	struct strbuf said = STRBUF_INIT;
	struct error err = ERROR_INIT;
	int status = exit_status_of(language->install(session->config.settings, rules, &said,
		&session->work.findings, &err));

	fputs(said.text, stdout);
	if (status)
		error_print(&err);
	strbuf_release(&said);
	error_release(&err);
	return status;
}

static int make_rules(struct session *session, const struct options *options,
	const struct rules_language *language)
{
	const struct settings *settings = session->config.settings;
	struct rules rules;

	if (!rules_make(&rules, session->work.arena, settings, session->config.mapping,
		    session->sources.snapshot, &session->work.findings))
		return settings->mailbox.address ? EXIT_FAILED : EXIT_USAGE;
	return options->install ? install_rules(session, &rules, language)
				: print_rules(session, &rules, language);
}

int command_rules(const struct options *options)
{
	const struct rules_language *language = find_language(options);
	struct session session = SESSION_INIT;
	struct error err = ERROR_INIT;
	int status = EXIT_USAGE;

	if (language)
		status = session_start(&session, options, true);
	if (!status) {
		status = exit_status_of(read_addresses(&session, &err));
		if (status)
			error_print(&err);
	}
	if (!status)
		status = make_rules(&session, options, language);
	findings_sort(&session.work.findings);
	findings_print(&session.work.findings);
	session_end(&session);
	error_release(&err);
	return status;
}
