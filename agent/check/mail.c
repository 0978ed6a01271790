#include "check/mail.h"

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
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
	};

	return failed[0] ? failed[0] : failed[1];
}

void check_mail(struct session *session)
{
	(void)session;
}
