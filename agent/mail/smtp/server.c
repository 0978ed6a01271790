#include "mail/smtp/server.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/memory.h"
#include "base/system/loopback.h"
#include "base/system/tls_curl.h"
#include "base/system/tls_rules.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "config/settings.h"
#include "model/settings.h"
#include "net/oauth.h"
#include "net/oauth_state.h"
#include "net/refusal.h"
#include "net/token_request.h"

#define CONNECT_TIMEOUT 10L  /* seconds */
#define ANSWER_TIMEOUT  60L  /* for one answer of the server's */
#define SILENCE_TIMEOUT 30L  /* while data comes or goes */
#define TOTAL_TIMEOUT   300L /* for one server_run() */

static size_t drop_bytes(const char *bytes, size_t size, size_t count, void *place)
{
	(void)bytes;
	(void)place;
	return size * count;
}

static bool has_scheme(const struct server *server, const char *scheme)
{
	size_t length = strlen(scheme);

	return strncasecmp(server->settings->url, scheme, length) == 0 &&
		server->settings->url[length] == ':';
}

static const char *scheme_of(const struct server *server)
{
	static const char *const schemes[] = {"smtps", "smtp", "imaps", NULL};

	for (const char *const *scheme = schemes; *scheme; scheme++) {
		if (has_scheme(server, *scheme))
			return *scheme;
	}
	return "imap";
}

static void set_route(struct server *server)
{
	CURL *easy = server->easy;

	curl_easy_setopt(easy, CURLOPT_URL, server->settings->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, scheme_of(server));
	curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT);
	curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, ANSWER_TIMEOUT);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, SILENCE_TIMEOUT);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, TOTAL_TIMEOUT);
}

/*
 * A relay on this machine mostly has a certificate that nobody checks, and nothing passes
 * over a network on the way to it; whoever names a ca_file asks for more.
 */
static void set_tls(struct server *server)
{
	const struct server_settings *settings = server->settings;
	bool may_be_clear = url_is_loopback(settings->url) && !settings->ca_file;
	CURL *easy = server->easy;

	curl_easy_setopt(easy, CURLOPT_USE_SSL,
		may_be_clear ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	tls_curl_prepare(easy, settings->ca_file);
}

/* Whether the login is by token, from a file or of oauth. */
static bool has_token(const struct server_settings *settings)
{
	return settings->token_file || settings->oauth.token_url;
}

static void add_base64(struct strbuf *out, const char *bytes, size_t length)
{
	size_t room = sodium_base64_encoded_len(length, sodium_base64_VARIANT_ORIGINAL);

	strbuf_reserve(out, room);
	sodium_bin2base64(out->text, room, (const unsigned char *)bytes, length,
		sodium_base64_VARIANT_ORIGINAL);
	out->length = strlen(out->text);
}

static void forget_forms(struct server *server)
{
	for (size_t i = 0; server->secrets && i < SERVER_SECRET_FORMS; i++)
		strbuf_wipe(&server->secrets[i]);
	free(server->secrets);
	server->secrets = NULL;
}

/* How the secret goes over the wire, and so how a server may repeat it. */
static void keep_forms(struct server *server, const char *secret)
{
	const char *user = server->settings->user;
	struct strbuf message = STRBUF_INIT, *forms;

	forget_forms(server);
	forms = memory_get(SERVER_SECRET_FORMS * sizeof(*forms));
	for (size_t i = 0; i < SERVER_SECRET_FORMS; i++)
		forms[i] = (struct strbuf)STRBUF_INIT;
	strbuf_reserve(&forms[0], strlen(secret));
	strbuf_adds(&forms[0], secret);
	add_base64(&forms[1], secret, strlen(secret));
	strbuf_reserve(&message, strlen(user) + strlen(secret) + 64);
	strbuf_add(&message, "", 1);
	strbuf_adds(&message, user);
	strbuf_add(&message, "", 1);
	strbuf_adds(&message, secret);
	add_base64(&forms[2], message.text, message.length);
	strbuf_reset(&message);
	strbuf_addf(&message, "user=%s\1auth=Bearer %s\1\1", user, secret);
	add_base64(&forms[3], message.text, message.length);
	strbuf_wipe(&message);
	server->secrets = forms;
}

void server_add_said(const struct server *server, struct strbuf *out, const char *said, size_t max)
{
	refusal_add_safe(out, said, max, server->secrets,
		server->secrets ? SERVER_SECRET_FORMS : 0);
}

/*
 * Plain mechanisms only, as TLS hides them: left to itself, curl would prefer Kerberos or NTLM
 * where a server offers them, and fail for want of a ticket.
 */
static void set_login(struct server *server, const char *secret)
{
	const struct server_settings *settings = server->settings;

	keep_forms(server, secret);
	curl_easy_setopt(server->easy, CURLOPT_USERNAME, settings->user);
	curl_easy_setopt(server->easy, CURLOPT_LOGIN_OPTIONS,
		has_token(settings) ? "AUTH=XOAUTH2;AUTH=OAUTHBEARER" : "AUTH=PLAIN;AUTH=LOGIN");
	curl_easy_setopt(server->easy,
		has_token(settings) ? CURLOPT_XOAUTH2_BEARER : CURLOPT_PASSWORD, secret);
}

static enum error_kind log_in_by_file(struct server *server, struct error *err)
{
	const struct server_settings *settings = server->settings;
	const char *file = settings->token_file ? settings->token_file : settings->password_file;
	char *secret = NULL;
	enum error_kind failed = settings_secret(file, &secret, err);

	if (!failed && settings->token_file && !text_is_token(secret))
		failed = error_set(err, ERROR_USAGE,
			_("%s: no bearer token: one word of ASCII is expected"), file);
	if (!failed)
		set_login(server, secret);
	settings_forget(secret);
	return failed;
}

static enum error_kind log_in_by_oauth(struct server *server, struct error *err)
{
	struct strbuf token = STRBUF_INIT;
	struct error why = ERROR_INIT;

	if (token_request_wait(&server->settings->oauth, &token, &server->serial, &why))
		error_set(err, why.kind, "%s: %s", server->settings->url, why.text.text);
	else
		set_login(server, token.text);
	strbuf_wipe(&token);
	error_release(&why);
	return err->kind;
}

static enum error_kind log_in(struct server *server, struct error *err)
{
	return server->settings->oauth.token_url ? log_in_by_oauth(server, err)
						 : log_in_by_file(server, err);
}

enum error_kind server_init(struct server *server, const struct server_settings *settings,
	struct error *err)
{
	*server = (struct server){.settings = settings, .has_secret = settings->user != NULL};
	if (server->has_secret)
		memory_secret_begin();
	server->easy = tls_curl_new(err);
	if (!server->easy)
		return err->kind;
	curl_easy_setopt(server->easy, CURLOPT_ERRORBUFFER, server->trouble);
	curl_easy_setopt(server->easy, CURLOPT_WRITEFUNCTION, drop_bytes);
	set_route(server);
	set_tls(server);
	return settings->user ? log_in(server, err) : ERROR_NONE;
}

void server_release(struct server *server)
{
	curl_easy_cleanup(server->easy);
	forget_forms(server);
	if (server->has_secret)
		memory_secret_end();
	*server = (struct server){0};
}

/* curl calls a refusal of SMTP's a failure to send, too. */
static bool is_unreachable(const struct server *server, CURLcode code)
{
	long answer = 0;

	curl_easy_getinfo(server->easy, CURLINFO_RESPONSE_CODE, &answer);
	if (answer >= 400)
		return false;
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		return true;
	default:
		return false;
	}
}

static enum error_kind certificate_failed(const struct server *server, const char *why,
	struct error *err)
{
	struct strbuf text = STRBUF_INIT;

	if (tls_curl_lacks_name(server->easy, &text))
		error_set(err, ERROR_TARGET, "%s: %s", server->settings->url, text.text);
	else
		error_set(err, ERROR_TARGET,
			_("%s: the server's certificate is refused: %s; it must bear the name in "
			  "the URL, and ca_file names who issued it"),
			server->settings->url, why);
	strbuf_release(&text);
	return err->kind;
}

enum error_kind server_refuses_login(const struct server_settings *settings, unsigned serial,
	struct error *err)
{
	if (!settings->oauth.token_url)
		return error_set(err, ERROR_TARGET,
			_("%s: the server does not let %s log in; check user, and password_file or "
			  "token_file"),
			settings->url, settings->user);
	oauth_drop(serial);
	error_set(err, ERROR_TARGET,
		_("%s: the server does not let %s log in with the token of oauth; check user and "
		  "oauth.scope, and that the application may use this mailbox"),
		settings->url, settings->user);
	oauth_state_failed(&settings->oauth, OAUTH_REFUSED, err->text.text);
	return err->kind;
}

enum error_kind server_failed(const struct server *server, CURLcode code, struct error *err)
{
	const struct server_settings *settings = server->settings;
	const char *why = *server->trouble ? server->trouble : curl_easy_strerror(code);

	if (code == CURLE_USE_SSL_FAILED)
		return error_set(err, ERROR_TARGET,
			settings->ca_file && url_is_loopback(settings->url)
				? _("%s: the server offers no STARTTLS, which ca_file asks for")
				: _("%s: the server offers no STARTTLS, and only on this machine "
				    "mail goes without"),
			settings->url);
	if (code == CURLE_SSL_CACERT_BADFILE)
		return error_set(err, ERROR_USAGE, _("%s: holds no certificate in PEM form"),
			settings->ca_file ? settings->ca_file : settings->url);
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return certificate_failed(server, why, err);
	if (code == CURLE_LOGIN_DENIED && settings->user)
		return server_refuses_login(settings, server->serial, err);
	if (is_unreachable(server, code))
		return error_set(err, ERROR_LOST, _("%s: cannot be reached: %s"), settings->url,
			why);
	return error_set(err, ERROR_TARGET, "%s: %s", settings->url, why);
}

bool server_may_renew(const struct server *server, CURLcode code)
{
	return code == CURLE_LOGIN_DENIED && server->settings->oauth.token_url;
}

enum error_kind server_renew(struct server *server, struct error *err)
{
	oauth_drop(server->serial);
	return log_in(server, err);
}

enum error_kind server_run(struct server *server, struct error *err)
{
	CURLcode code;

	server->trouble[0] = '\0';
	code = curl_easy_perform(server->easy);
	memory_wipe_stack();
	if (server_may_renew(server, code)) {
		if (server_renew(server, err))
			return err->kind;
		server->trouble[0] = '\0';
		code = curl_easy_perform(server->easy);
		memory_wipe_stack();
	}
	return code == CURLE_OK ? ERROR_NONE : server_failed(server, code, err);
}
