#include "mail/imap/imap_login.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "mail/smtp/server.h"
#include "net/oauth.h"
#include "net/refusal.h"

#define LOGIN_SECONDS 30L
#define LINE_MAX_KEPT 1000 /* bytes of a server's line */
#define WORDS_MAX     300  /* bytes of it that are shown */

/* A secret goes over the wire in these forms, and a server may repeat any of them. */
#define SECRET_FORMS 4

struct login_ctx {
	const struct server_settings *settings;
	bool may_repeat;                     /* what it said may be shown: the secret is known */
	struct strbuf said;                  /* owned: the last line by which the server said no */
	struct strbuf secrets[SECRET_FORMS]; /* owned */
};

/* Whether a line refuses: "tag NO ...", "tag BAD ..." or "* BYE ..." (RFC 9051 section 7.1). */
static bool is_refusal(const char *line, size_t length)
{
	static const char *const refusals[] = {" NO ", " BAD ", " BYE "};
	const char *blank = memchr(line, ' ', length);
	size_t left = blank ? length - (size_t)(blank - line) : 0;

	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		size_t word = strlen(refusals[i]);

		if (left >= word && strncasecmp(blank, refusals[i], word) == 0)
			return true;
	}
	return false;
}

static size_t hear_line(const char *line, size_t size, size_t count, void *place)
{
	struct login_ctx *ctx = place;
	size_t all = size * count, length = all;

	while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == '\n'))
		length--;
	if (is_refusal(line, length)) {
		strbuf_reset(&ctx->said);
		strbuf_add(&ctx->said, line, length < LINE_MAX_KEPT ? length : LINE_MAX_KEPT);
	}
	return all;
}

static void add_base64(struct strbuf *out, const char *bytes, size_t length)
{
	size_t room = sodium_base64_encoded_len(length, sodium_base64_VARIANT_ORIGINAL);

	strbuf_reserve(out, room);
	sodium_bin2base64(out->text, room, (const unsigned char *)bytes, length,
		sodium_base64_VARIANT_ORIGINAL);
	out->length = strlen(out->text);
}

/* The secret as it is, and in base64: alone (LOGIN), and in the first message of PLAIN (RFC 4616) and of XOAUTH2. */
static void list_forms(struct login_ctx *ctx, const char *secret)
{
	const char *user = ctx->settings->user;
	struct strbuf message = STRBUF_INIT;

	strbuf_reserve(&ctx->secrets[0], strlen(secret));
	strbuf_adds(&ctx->secrets[0], secret);
	add_base64(&ctx->secrets[1], secret, strlen(secret));
	strbuf_reserve(&message, strlen(user) + strlen(secret) + 64);
	strbuf_add(&message, "", 1);
	strbuf_adds(&message, user);
	strbuf_add(&message, "", 1);
	strbuf_adds(&message, secret);
	add_base64(&ctx->secrets[2], message.text, message.length);
	strbuf_reset(&message);
	strbuf_addf(&message, "user=%s\1auth=Bearer %s\1\1", user, secret);
	add_base64(&ctx->secrets[3], message.text, message.length);
	strbuf_wipe(&message);
}

/* Read the secret that was sent; false where it cannot be known any more. */
static bool find_secret(struct login_ctx *ctx)
{
	const struct server_settings *settings = ctx->settings;
	const char *file = settings->token_file ? settings->token_file : settings->password_file;
	struct strbuf token = STRBUF_INIT;
	struct error unread = ERROR_INIT;
	char *secret = NULL;
	unsigned serial;
	bool is_found = true;

	if (!settings->user)
		return true;
	if (settings->oauth.token_url)
		is_found = oauth_find(&settings->oauth, &token, &serial);
	else
		is_found = !settings_secret(file, &secret, &unread);
	if (is_found)
		list_forms(ctx, secret ? secret : token.text);
	settings_forget(secret);
	strbuf_wipe(&token);
	error_release(&unread);
	return is_found;
}

/* What failed, and the server's own words. */
static void explain_refusal(const struct login_ctx *ctx, const struct error *failure,
	struct error *err)
{
	struct strbuf words = STRBUF_INIT;

	if (ctx->may_repeat)
		refusal_add_safe(&words, ctx->said.text, WORDS_MAX, ctx->secrets, SECRET_FORMS);
	if (words.length > 0)
		error_set(err, failure->kind, _("%s; the server said: %s"), failure->text.text,
			words.text);
	else
		error_set(err, failure->kind, "%s", failure->text.text);
	strbuf_release(&words);
}

enum error_kind imap_log_in(const struct server_settings *settings, struct error *err)
{
	struct login_ctx ctx = {.settings = settings,
		.said = STRBUF_INIT,
		.secrets = {STRBUF_INIT, STRBUF_INIT, STRBUF_INIT, STRBUF_INIT}};
	struct error failure = ERROR_INIT;
	struct server server;
	CURLcode code;

	if (!server_init(&server, settings, &failure)) {
		curl_easy_setopt(server.easy, CURLOPT_CONNECT_ONLY, 1L);
		/* To curl the login is part of connecting; Dovecot waits before it says no (auth_failure_delay). */
		curl_easy_setopt(server.easy, CURLOPT_CONNECTTIMEOUT, LOGIN_SECONDS);
		curl_easy_setopt(server.easy, CURLOPT_TIMEOUT, LOGIN_SECONDS);
		curl_easy_setopt(server.easy, CURLOPT_HEADERFUNCTION, hear_line);
		curl_easy_setopt(server.easy, CURLOPT_HEADERDATA, &ctx);
		ctx.may_repeat = find_secret(&ctx);
		code = curl_easy_perform(server.easy);
		memory_wipe_stack();
		if (code)
			server_failed(&server, code, &failure);
	}
	server_release(&server);
	if (failure.kind)
		explain_refusal(&ctx, &failure, err);
	for (size_t i = 0; i < SECRET_FORMS; i++)
		strbuf_wipe(&ctx.secrets[i]);
	strbuf_wipe(&ctx.said);
	error_release(&failure);
	return err->kind;
}
