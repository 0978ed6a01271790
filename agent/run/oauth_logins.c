#include "run/oauth_logins.h"

#include "base/message/error.h"
#include "base/text/strbuf.h"
#include "model/settings.h"
#include "net/oauth_state.h"
#include "net/token_request.h"

struct oauth_logins oauth_logins_of(const struct settings *settings)
{
	const struct oauth_login all[OAUTH_LOGINS_MAX] = {
		{"mailbox.imap", &settings->mailbox.imap.server.oauth},
		{"mailbox.probe_imap", &settings->mailbox.probe_imap.server.oauth},
		{"mailbox.sieve", &settings->mailbox.sieve.server.oauth},
		{"mailbox.graph", &settings->mailbox.graph.http.oauth},
		{"mail.smtp", &settings->mail.server.oauth},
		{"mail.graph", &settings->mail.graph.http.oauth},
	};
	struct oauth_logins logins = {.count = 0};

	for (size_t i = 0; i < OAUTH_LOGINS_MAX; i++) {
		if (all[i].oauth->token_url)
			logins.items[logins.count++] = all[i];
	}
	return logins;
}

void oauth_login_try(const struct oauth_login *login)
{
	struct strbuf token = STRBUF_INIT;
	struct error err = ERROR_INIT;
	unsigned serial;

	if (oauth_state_find(login->oauth).outcome == OAUTH_UNUSED)
		token_request_wait(login->oauth, &token, &serial, &err);
	strbuf_wipe(&token);
	error_release(&err);
}

void oauth_logins_share(const struct settings *settings)
{
	const struct oauth_logins logins = oauth_logins_of(settings);

	for (size_t i = 0; i < logins.count; i++)
		oauth_state_share(logins.items[i].oauth);
}
