#include "check/mail.h"

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "mail/imap/imap_login.h"
#include "mail/transport.h"
#include "run/session.h"

/* What mail servers are told of us: a file that is wrong would be noticed only when mail waits. */
static enum error_kind check_secret_files(struct session *session,
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
		findings_add(&session->work.findings, FINDING_ERROR, session->config.settings->file,
			"%s", err.text.text);
	error_release(&err);
	strbuf_release(&path);
	return failed;
}

enum error_kind check_mail_secrets(struct session *session)
{
	const struct settings *settings = session->config.settings;
	const enum error_kind failed[] = {
		check_secret_files(session, &settings->mail.server),
		check_secret_files(session, &settings->mailbox.imap.server),
		check_secret_files(session, &settings->mailbox.probe_imap.server),
		check_secret_files(session, &settings->mailbox.sieve.server),
	};
	enum error_kind first = ERROR_NONE;

	for (size_t i = 0; i < sizeof(failed) / sizeof(*failed) && !first; i++)
		first = failed[i];
	return first;
}

static void check_imap(struct session *session, const struct server_settings *server,
	const char *key)
{
	struct error err = ERROR_INIT;

	if (server->url && imap_log_in(server, &err))
		findings_add(&session->work.findings, FINDING_ERROR, key, "%s", err.text.text);
	error_release(&err);
}

static void check_sending(struct session *session)
{
	const struct mail_settings *mail = &session->config.settings->mail;
	struct mail_transport transport;
	struct error err = ERROR_INIT;

	if (!mail_can_be_sent(mail))
		return;
	mail_transport_init(&transport, mail);
	if (mail_transport_log_in(&transport, &err))
		findings_add(&session->work.findings, FINDING_ERROR,
			mail->server.url ? "mail.smtp" : "mail.graph", "%s", err.text.text);
	mail_transport_release(&transport);
	error_release(&err);
}

void check_mail(struct session *session)
{
	const struct mailbox_settings *mailbox = &session->config.settings->mailbox;

	check_sending(session);
	check_imap(session, &mailbox->imap.server, "mailbox.imap");
	check_imap(session, &mailbox->probe_imap.server, "mailbox.probe_imap");
}
