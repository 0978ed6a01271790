#include "mail/managesieve/login.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "config/settings.h"
#include "mail/managesieve/managesieve.h"
#include "mail/smtp/server.h"
#include "model/settings.h"
#include "net/token_request.h"

/* Whether the server offers a mechanism of SASL. */
static bool offers(const struct managesieve *server, const char *mechanism)
{
	const char *at = server->capabilities.sasl ? server->capabilities.sasl : "";

	for (at += strspn(at, " "); *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");

		if (length == strlen(mechanism) && strncasecmp(at, mechanism, length) == 0)
			return true;
		at += length;
	}
	return false;
}

/* What is sent to log in, before it is base64. */
static void add_response(struct strbuf *response, const struct managesieve *server,
	const char *mechanism, const char *secret)
{
	const char *user = server->settings->user;

	strbuf_reserve(response,
		strlen(user) + strlen(secret) + 100 + strlen(server->channel.host) +
			strlen(server->channel.port));
	if (strcmp(mechanism, "PLAIN") == 0) { /* RFC 4616 */
		strbuf_addc(response, '\0');
		strbuf_adds(response, user);
		strbuf_addc(response, '\0');
		strbuf_adds(response, secret);
	} else if (strcmp(mechanism, "XOAUTH2") == 0) {
		strbuf_addf(response,
			"user=%s\x01"
			"auth=Bearer ",
			user);
		strbuf_adds(response, secret);
		strbuf_adds(response, "\x01\x01");
	} else { /* OAUTHBEARER, RFC 7628 section 3.1 */
		strbuf_adds(response, "n,a=");
		strbuf_adds(response, user);
		strbuf_addf(response,
			",\x01host=%s\x01port=%s\x01"
			"auth=Bearer ",
			server->channel.host, server->channel.port);
		strbuf_adds(response, secret);
		strbuf_adds(response, "\x01\x01");
	}
}

/* A challenge. Each of these mechanisms says all at once, so it can only be a failure's reason. */
static enum managesieve_taken take_challenge(void *place, const struct managesieve_line *line)
{
	bool *has_challenge = place;

	*has_challenge = line->count == 1 && managesieve_is_string(&line->values[0]);
	return *has_challenge ? MANAGESIEVE_LAST : MANAGESIEVE_ODD;
}

/* Log in by one mechanism. A NO is in server->end. */
static enum error_kind authenticate(struct managesieve *server, const char *mechanism,
	const char *secret, struct error *err)
{
	struct strbuf response = STRBUF_INIT, command = STRBUF_INIT;
	bool has_challenge = false;
	enum error_kind failed;
	size_t size;
	char *encoded;

	add_response(&response, server, mechanism, secret);
	size = sodium_base64_encoded_len(response.length, sodium_base64_VARIANT_ORIGINAL);
	encoded = memory_get(size);
	sodium_bin2base64(encoded, size, (const unsigned char *)response.text, response.length,
		sodium_base64_VARIANT_ORIGINAL);
	strbuf_wipe(&response);
	strbuf_reserve(&command, size + 100);
	strbuf_addf(&command, "AUTHENTICATE \"%s\" {%zu+}\r\n", mechanism, size - 1);
	strbuf_adds(&command, encoded);
	failed = managesieve_command(server, &command, take_challenge, &has_challenge, err);
	explicit_bzero(encoded, size);
	free(encoded);
	strbuf_wipe(&command);
	if (failed || !has_challenge)
		return failed;
	/* RFC 7628 section 3.2.3; XOAUTH2 wants an empty one. */
	strbuf_adds(&command, strcmp(mechanism, "OAUTHBEARER") == 0 ? "\"AQ==\"" : "\"\"");
	failed = managesieve_command(server, &command, NULL, NULL, err);
	strbuf_release(&command);
	return failed;
}

static bool has_token(const struct server_settings *settings)
{
	return settings->token_file || settings->oauth.token_url;
}

static const char *choose_mechanism(const struct managesieve *server)
{
	if (!has_token(server->settings))
		return offers(server, "PLAIN") ? "PLAIN" : NULL;
	if (offers(server, "XOAUTH2"))
		return "XOAUTH2";
	return offers(server, "OAUTHBEARER") ? "OAUTHBEARER" : NULL;
}

static enum error_kind fail_login(struct managesieve *server, bool *may_retry, struct error *err)
{
	*may_retry = server->settings->oauth.token_url != NULL;
	return server_refuses_login(server->settings, server->serial, err);
}

static enum error_kind log_in_with(struct managesieve *server, const char *secret, bool *may_retry,
	struct error *err)
{
	const char *mechanism = choose_mechanism(server);
	enum error_kind failed;

	if (!mechanism)
		return error_set(err, ERROR_TARGET,
			has_token(server->settings)
				? _("%s: the server takes no token: it offers neither XOAUTH2 nor "
				    "OAUTHBEARER")
				: _("%s: the server takes no password: it does not offer PLAIN"),
			server->settings->url);
	failed = authenticate(server, mechanism, secret, err);
	if (failed || server->end.result == MANAGESIEVE_OK)
		return failed;
	/* Section 1.3: what is wrong may pass, or may not be the password. */
	if (server->end.result == MANAGESIEVE_BYE ||
		strncmp(server->end.code, "TRYLATER", 8) == 0 ||
		strcmp(server->end.code, "REFERRAL") == 0)
		return managesieve_refused(server, _("to let us log in"), err);
	return fail_login(server, may_retry, err);
}

static enum error_kind log_in_by_file(struct managesieve *server, struct error *err)
{
	const struct server_settings *settings = server->settings;
	const char *file = settings->token_file ? settings->token_file : settings->password_file;
	char *secret = NULL;
	bool may_retry = false;
	enum error_kind failed = settings_secret(file, &secret, err);

	if (!failed && settings->token_file && !text_is_token(secret))
		failed = error_set(err, ERROR_USAGE,
			_("%s: no bearer token: one word of ASCII is expected"), file);
	if (!failed)
		failed = log_in_with(server, secret, &may_retry, err);
	settings_forget(secret);
	return failed;
}

static enum error_kind log_in_by_oauth(struct managesieve *server, bool *may_retry,
	struct error *err)
{
	struct strbuf token = STRBUF_INIT;
	struct error why = ERROR_INIT;

	if (token_request_wait(&server->settings->oauth, &token, &server->serial, &why))
		error_set(err, why.kind, "%s: %s", server->settings->url, why.text.text);
	else
		log_in_with(server, token.text, may_retry, err);
	strbuf_wipe(&token);
	error_release(&why);
	return err->kind;
}

enum error_kind managesieve_login(struct managesieve *server, bool *may_retry, struct error *err)
{
	enum error_kind failed;

	*may_retry = false;
	if (!server->settings->user)
		return ERROR_NONE;
	failed = server->settings->oauth.token_url ? log_in_by_oauth(server, may_retry, err)
						   : log_in_by_file(server, err);
	memory_wipe_stack();
	return failed;
}
