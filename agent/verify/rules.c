#include "verify/rules.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/message/error.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/settings.h"
#include "rules/installed.h"
#include "rules/model/rules.h"
#include "run/session.h"
#include "verify/note.h"
#include "verify/verification.h"

#define DOVECOT_REDIRECTS \
	4 /* of one mail, unless sieve_max_redirects says otherwise (Pigeonhole's manual) */

/* The setting by which the rules are read back. */
static const char *key_of(const struct mailbox_settings *mailbox)
{
	if (mailbox->sieve.server.url)
		return "mailbox.sieve";
	return mailbox->graph.user ? "mailbox.graph" : "mailbox.rules_file";
}

/* Whether they are read from where they are in force, not from a file that somebody keeps. */
static bool is_read_from_server(const struct mailbox_settings *mailbox)
{
	return mailbox->sieve.server.url || mailbox->graph.user;
}

/* A finding is one line. */
static void add_on_one_line(struct strbuf *out, const char *text)
{
	for (; *text; text++) {
		if (*text != '\n')
			strbuf_addc(out, *text);
		else if (text[1])
			strbuf_adds(out, "; ");
	}
}

static void judge_installed(struct verification *v, const struct installed_rules *installed)
{
	const struct mailbox_settings *mailbox = &v->session->config.settings->mailbox;
	struct strbuf what = STRBUF_INIT;

	if (installed->what)
		add_on_one_line(&what, installed->what);
	if (installed->state == RULES_OLDER)
		findings_add(v->findings,
			is_read_from_server(mailbox) ? FINDING_ERROR : FINDING_IMPORTANT,
			installed->where,
			_("these rules are older than the mapping, or somebody changed them; make them "
			  "again by postvagt rules, and install them; what differs: %s"),
			what.text);
	else if (installed->state == RULES_MISSING)
		findings_add(v->findings, FINDING_ERROR, installed->where,
			_("no rules of postvagt rules are in force, so no mail is passed on by them: %s; "
			  "install them by postvagt rules"),
			what.text);
	strbuf_release(&what);
}

/* Mail that more addresses would get than the server passes one mail on to reaches none of them. */
static void judge_redirects(struct verification *v, const struct rules *rules,
	const struct installed_rules *installed)
{
	const struct mailbox_settings *mailbox = &v->session->config.settings->mailbox;
	const char *file = mailbox->rules_file;
	size_t most = rules_most_targets(rules);
	bool is_powershell =
		file && strlen(file) > 4 && strcasecmp(file + strlen(file) - 4, ".ps1") == 0;

	if (installed->has_few_redirects)
		findings_add(v->findings, FINDING_IMPORTANT, installed->where,
			_("one mail may have to be passed on to %zu addresses, and the server passes it "
			  "on to %zu at most, or else to nobody; set sieve_max_redirects = %zu in "
			  "Dovecot's plugin section"),
			most, installed->redirects, most);
	else if (!is_read_from_server(mailbox) && !is_powershell && most > DOVECOT_REDIRECTS)
		findings_add(v->findings, FINDING_IMPORTANT, file,
			_("one mail may have to be passed on to %zu addresses; Dovecot passes it on to "
			  "%d at most, or else to nobody, unless sieve_max_redirects = %zu is in its "
			  "plugin section"),
			most, DOVECOT_REDIRECTS, most);
}

void verify_rules(struct verification *v)
{
	const struct settings *settings = v->session->config.settings;
	struct installed_rules installed;
	struct rules rules;
	struct error err = ERROR_INIT;

	if (!rules_can_read_installed(settings)) {
		note_add(v->notes, "%s",
			_("Unknown: whether the mail system's rules are made from this mapping. "
			  "mailbox.sieve, mailbox.graph or mailbox.rules_file says where they are."));
		return;
	}
	if (!rules_make(&rules, v->session->work.arena, settings, v->session->config.mapping,
		    v->session->sources.snapshot, v->findings))
		return;
	if (rules_read_installed(settings, &rules, v->session->work.arena, &installed, &err)) {
		findings_add(v->findings, FINDING_ERROR, key_of(&settings->mailbox),
			_("unknown whether the rules are made from this mapping: %s"),
			err.text.text);
	} else {
		judge_installed(v, &installed);
		judge_redirects(v, &rules, &installed);
		findings_copy_all(v->findings, &installed.others);
	}
	error_release(&err);
}
