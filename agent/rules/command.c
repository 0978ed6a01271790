/*
 * postvagt rules: the mail system's rules for the mailbox, made of the mapping.
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
#include "config/settings.h"
#include "directory/connection/connect.h"
#include "directory/read/gather.h"
#include "model/mapping.h"
#include "model/snapshot.h"
#include "rules/inbox_rule.h"
#include "rules/rules.h"
#include "run/session.h"

/* Adds the rules; false after a finding that says why they cannot be made. */
typedef bool add_rules(struct strbuf *out, const struct rules *rules, struct findings *findings);

struct language_of_rules {
	const char *name;
	add_rules *add;
};

static bool add_sieve(struct strbuf *out, const struct rules *rules, struct findings *findings)
{
	(void)findings;
	rules_add_sieve(out, rules);
	return true;
}

static bool add_inbox(struct strbuf *out, const struct rules *rules, struct findings *findings)
{
	struct inbox_rules inbox;

	if (!inbox_rules_make(&inbox, rules->arena, rules, findings))
		return false;
	inbox_rules_add_powershell(out, &inbox);
	return true;
}

static bool add_transport(struct strbuf *out, const struct rules *rules, struct findings *findings)
{
	(void)findings;
	rules_add_transport(out, rules);
	return true;
}

static const struct language_of_rules languages[] = {
	{"sieve", add_sieve},
	{"exchange", add_inbox},
	{"exchange-transport", add_transport},
	{NULL, NULL},
};

/* The one that --for names, or NULL after saying what is wrong. */
static const struct language_of_rules *find_language(const char *name)
{
	struct error err = ERROR_INIT;

	for (const struct language_of_rules *language = languages; name && language->name;
		language++) {
		if (strcmp(language->name, name) == 0)
			return language;
	}
	if (name)
		error_set(&err, ERROR_USAGE,
			_("--for: %s is neither sieve, exchange nor exchange-transport"), name);
	else
		error_set(&err, ERROR_USAGE, _("rules asks for --for sieve or --for exchange"));
	error_print(&err);
	error_release(&err);
	return NULL;
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

static int print_rules(struct session *session, const struct language_of_rules *language)
{
	struct rules rules;
	struct strbuf out = STRBUF_INIT;
	bool made;

	made = rules_make(&rules, session->work.arena, session->config.settings,
		session->config.mapping, session->sources.snapshot, &session->work.findings);
	if (!made)
		return session->config.settings->mailbox.address ? EXIT_FAILED : EXIT_USAGE;
	made = language->add(&out, &rules, &session->work.findings);
	if (made)
		fputs(out.text, stdout);
	strbuf_release(&out);
	return made ? EXIT_DONE : EXIT_FAILED;
}

int command_rules(const struct options *options)
{
	const struct language_of_rules *language = find_language(options->rules_for);
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
		status = print_rules(&session, language);
	findings_sort(&session.work.findings);
	findings_print(&session.work.findings);
	session_end(&session);
	error_release(&err);
	return status;
}
