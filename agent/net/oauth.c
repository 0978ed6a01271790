#include "net/oauth.h"

#include <ctype.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/memory/memory.h"
#include "base/text/json_value.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "base/text/text.h"
#include "config/settings.h"
#include "model/settings.h"
#include "net/oauth_assertion.h"
#include "net/oauth_state.h"
#include "net/refusal.h"

#define LIFE_DEFAULT \
	300 /* seconds that a token is kept whose server does not say (RFC 6749 section 5.1) */
#define LIFE_MIN   10    /* so that a fetch does not ask for one before each page */
#define LIFE_MAX   86400 /* whatever a server says */
#define OLD_AFTER  300   /* seconds: what lacks a right is asked for again no more often */
#define MARGIN_MAX 60    /* seconds before its end when a token is renewed */
#define FORM_MAX   512   /* bytes of a request's names and constants */

struct kept_token {
	char *identity; /* owned: the settings that it was got with */
	int fd;         /* the file in memory that holds it */
	size_t length;
	int64_t since, until; /* seconds of CLOCK_BOOTTIME */
	unsigned serial;
	struct kept_token *next;
};

static struct kept_token *kept_tokens; /* until the process ends */

static int64_t uptime(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec;
}

#define TEXTS 8 /* of the settings */

/*
 * All that the settings say: who names the same client, but not the same secret, does not get its
 * token.
 */
static void list_texts(const struct oauth_settings *settings, const char *texts[TEXTS])
{
	const char *const all[TEXTS] = {settings->token_url, settings->client_id, settings->scope,
		settings->audience, settings->secret_file, settings->cert_file, settings->key_file,
		settings->ca_file};

	for (size_t i = 0; i < TEXTS; i++)
		texts[i] = all[i] ? all[i] : "";
}

bool oauth_is_same(const struct oauth_settings *a, const struct oauth_settings *b)
{
	const char *texts[TEXTS], *others[TEXTS];
	bool result = true;

	list_texts(a, texts);
	list_texts(b, others);
	for (size_t i = 0; i < TEXTS; i++)
		result = result && strcmp(texts[i], others[i]) == 0;
	return result;
}

char *oauth_identity(const struct oauth_settings *settings)
{
	struct strbuf identity = STRBUF_INIT;
	const char *texts[TEXTS];

	list_texts(settings, texts);
	for (size_t i = 0; i < TEXTS; i++)
		strbuf_addf(&identity, "%s\n", texts[i]);
	return strbuf_detach(&identity);
}

/* A kept token's end; what it was goes from the file before that is closed. */
static void free_token(struct kept_token *token)
{
	(void)!ftruncate(token->fd, 0);
	close(token->fd);
	free(token->identity);
	free(token);
}

void oauth_forget(void)
{
	while (kept_tokens) {
		struct kept_token *next = kept_tokens->next;

		free_token(kept_tokens);
		kept_tokens = next;
	}
}

/* Drop those that are past, and the one of `serial` or `identity` (NULL: none). */
static void drop_tokens(unsigned serial, const char *identity)
{
	struct kept_token **place = &kept_tokens;
	int64_t now = uptime();

	while (*place) {
		struct kept_token *token = *place;

		if (token->until <= now || token->serial == serial ||
			(identity && strcmp(token->identity, identity) == 0)) {
			*place = token->next;
			free_token(token);
		} else {
			place = &token->next;
		}
	}
}

void oauth_drop(unsigned serial)
{
	drop_tokens(serial, NULL);
}

void oauth_drop_old(unsigned serial)
{
	for (const struct kept_token *token = kept_tokens; token; token = token->next) {
		if (token->serial == serial && uptime() - token->since >= OLD_AFTER) {
			drop_tokens(serial, NULL);
			return;
		}
	}
}

bool oauth_find(const struct oauth_settings *settings, struct strbuf *token, unsigned *serial)
{
	char *identity = oauth_identity(settings);
	const struct kept_token *kept;

	drop_tokens(0, NULL);
	kept = kept_tokens;
	while (kept && strcmp(kept->identity, identity) != 0)
		kept = kept->next;
	free(identity);
	if (!kept)
		return false;
	strbuf_reserve(token, kept->length);
	if (pread(kept->fd, token->text, kept->length, 0) != (ssize_t)kept->length)
		return false;
	token->length = kept->length;
	token->text[token->length] = '\0';
	*serial = kept->serial;
	return true;
}

/* `life` in seconds, between none and LIFE_MAX. */
static int64_t bound_life(double life)
{
	if (life > LIFE_MAX)
		return LIFE_MAX;
	return life > 0 ? (int64_t)life : 0;
}

/* How long to keep a token that lasts `life` seconds. */
static int64_t find_lifetime(double life)
{
	double bounded = life > LIFE_MAX ? LIFE_MAX : life;
	double margin = bounded / 10 > MARGIN_MAX ? MARGIN_MAX : bounded / 10;
	double kept = bounded - margin;

	return kept > LIFE_MIN ? (int64_t)kept : LIFE_MIN;
}

static enum error_kind keep_token(const struct oauth_settings *settings, const char *text,
	double life, struct error *err)
{
	static unsigned serial;
	struct kept_token *token = memory_get(sizeof(*token));
	size_t length = strlen(text);

	*token = (struct kept_token){.identity = oauth_identity(settings),
		.fd = memfd_create("postvagt", MFD_CLOEXEC),
		.length = length,
		.since = uptime(),
		.until = uptime() + find_lifetime(life),
		.serial = ++serial};
	drop_tokens(0, token->identity);
	if (token->fd < 0 || write(token->fd, text, length) != (ssize_t)length) {
		free_token(token);
		return error_set(err, ERROR_OURS, _("a token cannot be kept in memory"));
	}
	token->next = kept_tokens;
	kept_tokens = token;
	oauth_state_got(settings, moment_now() + bound_life(life));
	return ERROR_NONE;
}

/* Seconds; some servers write the number as a text. NaN and what is no number: the default. */
static double read_life(const json_t *value)
{
	const char *text = json_string_value(value);

	if (text && *text && text[strspn(text, "0123456789")] == '\0')
		return strlen(text) > 9 ? LIFE_MAX : (double)strtol(text, NULL, 10);
	return json_is_number(value) ? json_number_value(value) : LIFE_DEFAULT;
}

static enum error_kind read_error(const struct oauth_request *request, const char *reply,
	size_t length, struct error *err)
{
	const struct refusal refusal = {.body = reply,
		.length = length,
		.secrets = request->secrets,
		.secret_count = COUNT(request->secrets)};
	struct strbuf words = STRBUF_INIT;
	const char *advice;

	if (!refusal_explain(&refusal, &words, &advice))
		strbuf_adds(&words, _("expected an access_token, found none"));
	error_set(err, ERROR_TARGET, advice ? "%s; %s" : "%s", words.text, advice);
	strbuf_release(&words);
	return err->kind;
}

static enum error_kind read_reply(const struct oauth_settings *settings, const json_t *reply,
	struct error *err)
{
	const char *token = json_string_value(json_object_get(reply, "access_token"));
	const char *type = json_string_value(json_object_get(reply, "token_type"));

	if (!type || strcasecmp(type, "Bearer") != 0)
		return error_set(err, ERROR_TARGET,
			_("its token is not of the token_type Bearer, and postvagt uses no other"));
	if (!*token || !text_is_token(token))
		return error_set(err, ERROR_TARGET,
			_("the access_token is not one word of ASCII, as a bearer token is"));
	return keep_token(settings, token, read_life(json_object_get(reply, "expires_in")), err);
}

enum error_kind oauth_take_reply(const struct oauth_settings *settings,
	const struct oauth_request *request, const char *reply, size_t length, struct error *err)
{
	json_t *body = NULL;
	enum error_kind failed;

	json_secret_begin();
	if (length <= OAUTH_REPLY_MAX)
		body = json_loadb(reply, length, JSON_DECODE_INT_AS_REAL, NULL);
	if (!json_is_object(body))
		failed = error_set(err, ERROR_TARGET,
			_("expected a token as JSON; is oauth.token_url the token endpoint?"));
	else if (!json_string_value(json_object_get(body, "access_token")))
		failed = read_error(request, reply, length, err);
	else
		failed = read_reply(settings, body, err);
	json_decref(body);
	json_secret_end();
	return failed;
}

static bool is_unreserved(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* libcurl's own would leave a copy. */
static void add_escaped(struct strbuf *out, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (isascii(c) && is_unreserved(*text)) {
			strbuf_addc(out, *text);
		} else {
			strbuf_addc(out, '%');
			strbuf_addc(out, digits[c >> 4]);
			strbuf_addc(out, digits[c & 15]);
		}
	}
}

static void add_parameter(struct strbuf *body, const char *name, const char *value)
{
	if (!value)
		return;
	strbuf_addf(body, "&%s=", name);
	add_escaped(body, value);
}

static size_t length_of(const char *text)
{
	return text ? strlen(text) : 0;
}

/* All that stands in the body but the secret or the assertion. */
static void begin_body(struct strbuf *body, const struct oauth_settings *settings, size_t secret)
{
	size_t length = length_of(settings->client_id) + length_of(settings->scope) +
		length_of(settings->audience) + secret;

	strbuf_reserve(body, FORM_MAX + 3 * length);
	strbuf_adds(body, "grant_type=client_credentials");
	add_parameter(body, "client_id", settings->client_id);
	add_parameter(body, "scope", settings->scope);
	add_parameter(body, "audience", settings->audience);
}

static enum error_kind add_secret(struct oauth_request *request,
	const struct oauth_settings *settings, struct error *err)
{
	char *secret = NULL;
	enum error_kind failed = settings_secret(settings->secret_file, &secret, err);

	if (failed)
		return failed;
	begin_body(&request->body, settings, strlen(secret));
	add_parameter(&request->body, "client_secret", secret);
	strbuf_reserve(&request->secrets[0], strlen(secret));
	strbuf_adds(&request->secrets[0], secret);
	strbuf_reserve(&request->secrets[1], 3 * strlen(secret));
	add_escaped(&request->secrets[1], secret);
	settings_forget(secret);
	return ERROR_NONE;
}

static enum error_kind add_assertion(struct oauth_request *request,
	const struct oauth_settings *settings, struct error *err)
{
	struct strbuf *assertion = &request->secrets[0];
	enum error_kind failed = oauth_assertion_add(assertion, settings, time(NULL), err);

	if (failed)
		return failed;
	begin_body(&request->body, settings, assertion->length);
	add_parameter(&request->body, "client_assertion_type",
		"urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
	add_parameter(&request->body, "client_assertion", assertion->text);
	return ERROR_NONE;
}

enum error_kind oauth_request_init(struct oauth_request *request,
	const struct oauth_settings *settings, struct error *err)
{
	*request =
		(struct oauth_request){.body = STRBUF_INIT, .secrets = {STRBUF_INIT, STRBUF_INIT}};
	return settings->secret_file ? add_secret(request, settings, err)
				     : add_assertion(request, settings, err);
}

void oauth_request_release(struct oauth_request *request)
{
	strbuf_wipe(&request->body);
	strbuf_wipe(&request->secrets[0]);
	strbuf_wipe(&request->secrets[1]);
}
