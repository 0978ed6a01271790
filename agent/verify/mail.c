#include "verify/mail.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "mail/imap/imap.h"
#include "mail/imap/imap_login.h"
#include "mail/imap/imap_quota.h"
#include "mail/transport.h"
#include "model/settings.h"
#include "net/oauth_state.h"
#include "notices/deliver.h"
#include "run/oauth_logins.h"
#include "run/session.h"
#include "verify/note.h"
#include "verify/verification.h"

#define FULL_PERCENT 95 /* the next mail with an attachment may be too much */

/* What mail servers are sent to log in: a file that is wrong would be noticed only when mail waits. */
static enum error_kind check_secret_files(struct verification *v,
	const struct server_settings *server)
{
	const struct oauth_settings *oauth = &server->oauth;
	const char *const files[] = {server->token_file, server->password_file, oauth->secret_file,
		oauth->key_file ? oauth->key_file : oauth->cert_file};
	struct strbuf path = STRBUF_INIT;
	struct error err = ERROR_INIT;
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; server->url && i < sizeof(files) / sizeof(*files) && !failed; i++) {
		strbuf_reset(&path);
		if (files[i])
			failed = settings_secret_path(files[i], &path, &err);
	}
	if (failed)
		findings_add(v->findings, FINDING_ERROR, v->session->config.settings->file, "%s",
			err.text.text);
	error_release(&err);
	strbuf_release(&path);
	return failed;
}

enum error_kind verify_mail_secrets(struct verification *v)
{
	const struct settings *settings = v->session->config.settings;
	const enum error_kind failed[] = {
		check_secret_files(v, &settings->mail.server),
		check_secret_files(v, &settings->mailbox.imap.server),
		check_secret_files(v, &settings->mailbox.probe_imap.server),
		check_secret_files(v, &settings->mailbox.sieve.server),
	};
	enum error_kind first = ERROR_NONE;

	for (size_t i = 0; i < sizeof(failed) / sizeof(*failed) && !first; i++)
		first = failed[i];
	return first;
}

/* Whether there is a server, and it lets us in. */
static bool check_imap(struct verification *v, const struct server_settings *server,
	const char *key)
{
	struct error err = ERROR_INIT;
	bool is_in = server->url && !imap_log_in(server, &err);

	if (err.kind)
		findings_add(v->findings, FINDING_ERROR, key, "%s", err.text.text);
	error_release(&err);
	return is_in;
}

static void check_sending(struct verification *v)
{
	const struct mail_settings *mail = &v->session->config.settings->mail;
	struct mail_transport transport;
	struct error err = ERROR_INIT;

	if (!mail_can_be_sent(mail))
		return;
	mail_transport_init(&transport, mail);
	if (mail_transport_log_in(&transport, &err))
		findings_add(v->findings, FINDING_ERROR,
			mail->server.url ? "mail.smtp" : "mail.graph", "%s", err.text.text);
	mail_transport_release(&transport);
	error_release(&err);
}

/* A login that goes well says nothing of what is refused behind it. */
static void check_waiting(struct verification *v)
{
	const struct settings *settings = v->session->config.settings;
	const char *why;
	size_t count = deliver_waiting(settings, v->session->work.arena, &why);

	if (count > 0 && why)
		findings_add(v->findings, FINDING_IMPORTANT, mail_transport_name(&settings->mail),
			_("notices that wait to be sent: %zu; the last try failed: %s"), count,
			why);
	else if (count > 0)
		note_add(v->notes, _("Notices that wait to be sent: %zu."), count);
}

static void judge_quota(struct verification *v, const struct imap_quota *quota)
{
	bool is_storage = strcasecmp(quota->resource, "STORAGE") == 0;
	unsigned long long used = (unsigned long long)quota->used,
			   limit = (unsigned long long)quota->limit;

	if (quota->percent <= IMAP_QUOTA_PERCENT_MAX)
		return;
	findings_add(v->findings,
		quota->percent >= FULL_PERCENT ? FINDING_ERROR : FINDING_IMPORTANT, "mailbox.imap",
		is_storage
			? _("the mailbox is %u %% full, %llu of %llu KiB: a full mailbox takes no "
			    "mail, and what it does not take is not passed on either; delete or "
			    "archive mails, or raise its limit")
			: _("the mailbox is %u %% full, %llu of %llu mails: a full mailbox takes "
			    "no mail, and what it does not take is not passed on either; delete "
			    "or archive mails, or raise its limit"),
		quota->percent, used, limit);
}

/*
 * Where folders have a prefix, Pigeonhole can file into none without it; a script that cannot file fails as a whole, so
 * that nothing is passed on.
 */
static void judge_prefix(struct verification *v, const char *prefix)
{
	const struct mailbox_settings *mailbox = &v->session->config.settings->mailbox;
	const char *own = mailbox->folder_prefix ? mailbox->folder_prefix : "";
	const char *file = mailbox->rules_file, *end = file ? strrchr(file, '.') : NULL;
	bool is_sieve =
		mailbox->sieve.server.url || (file && !(end && strcasecmp(end, ".ps1") == 0));

	if (!is_sieve || strncasecmp(own, prefix, strlen(prefix)) == 0)
		return;
	findings_add(v->findings, FINDING_ERROR, "mailbox.imap",
		_("the names of the mailbox's folders begin with \"%s\", and the Sieve script has "
		  "\"%s\": it cannot file a mail with a tag, and then passes it on to nobody; write "
		  "mailbox.folder_prefix: \"%s\", and install the rules again"),
		prefix, own, prefix);
}

/* The folder of the URL, which a login that goes well says nothing of. */
static void check_folder(struct verification *v, struct imap *imap,
	const struct imap_folders *folders, const char *key)
{
	struct error err = ERROR_INIT;

	if (folders->count > 0 && imap_examine(imap, &folders->items[0], &err))
		findings_add(v->findings, FINDING_ERROR, key, "%s", err.text.text);
	error_release(&err);
}

static void check_probe_box(struct verification *v)
{
	struct imap_folders folders = {.prefix = ""};
	struct error err = ERROR_INIT;
	struct imap imap;

	if (!imap_open(&imap, &v->session->config.settings->mailbox.probe_imap, &err) &&
		!imap_folders(&imap, v->session->work.arena, &folders, &err))
		check_folder(v, &imap, &folders, "mailbox.probe_imap");
	imap_close(&imap);
	error_release(&err);
}

static void check_box(struct verification *v)
{
	struct imap_quota quota = {.is_known = false};
	struct imap_folders folders = {.prefix = ""};
	struct strbuf prefix = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct imap imap;

	if (!imap_open(&imap, &v->session->config.settings->mailbox.imap, &err) &&
		!imap_quota(&imap, &quota, &err) &&
		!imap_folders(&imap, v->session->work.arena, &folders, &err))
		check_folder(v, &imap, &folders, "mailbox.imap");
	imap_close(&imap);
	strbuf_add_safe(&prefix, folders.prefix);
	judge_prefix(v, prefix.text);
	strbuf_release(&prefix);
	if (quota.is_known)
		judge_quota(v, &quota);
	else
		note_add(v->notes,
			_("Unknown: how full the mailbox is, which its server does not say by IMAP."));
	if (err.kind)
		note_add(v->notes, _("Unknown: which folders the mailbox has: %s"), err.text.text);
	error_release(&err);
}

static bool has_error_at(const struct findings *findings, const char *where)
{
	for (size_t i = 0; i < findings->count; i++) {
		if (findings->items[i].severity == FINDING_ERROR &&
			strcmp(findings->items[i].where, where) == 0)
			return true;
	}
	return false;
}

void verify_tokens(struct verification *v)
{
	const struct oauth_logins logins = oauth_logins_of(v->session->config.settings);
	struct strbuf until = STRBUF_INIT;

	for (size_t i = 0; i < logins.count; i++) {
		const struct oauth_login *login = &logins.items[i];
		struct oauth_state state;

		oauth_login_try(login);
		state = oauth_state_find(login->oauth);
		strbuf_reset(&until);
		if (state.outcome == OAUTH_VALID) {
			moment_add_human(&until, state.until);
			note_add(v->notes, _("%s: a token was got, valid until %s."), login->name,
				until.text);
		} else if (state.words && !has_error_at(v->findings, login->name)) {
			findings_add(v->findings, FINDING_ERROR, login->name, "%s", state.words);
		}
	}
	strbuf_release(&until);
}

/* Which ways of mail no setting names, so that nothing was tried. */
static void note_unset(struct verification *v)
{
	const struct settings *settings = v->session->config.settings;
	bool can_look = settings->mailbox.imap.server.url,
	     can_send = mail_can_be_sent(&settings->mail);

	if (!can_look && !can_send)
		note_add(v->notes,
			_("Not looked at: the mailbox and the mail server, as neither mailbox.imap nor "
			  "mail is set."));
	else if (!can_look)
		note_add(v->notes, _("Not looked at: the mailbox, as mailbox.imap is not set."));
	else if (!can_send)
		note_add(v->notes, _("Not looked at: the mail server, as mail is not set."));
}

void verify_mail(struct verification *v)
{
	const struct mailbox_settings *mailbox = &v->session->config.settings->mailbox;

	note_unset(v);
	check_sending(v);
	check_waiting(v);
	if (check_imap(v, &mailbox->imap.server, "mailbox.imap"))
		check_box(v);
	if (check_imap(v, &mailbox->probe_imap.server, "mailbox.probe_imap"))
		check_probe_box(v);
}
