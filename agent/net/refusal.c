#include "net/refusal.h"

#include <ctype.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/memory/memory.h"
#include "base/text/json_value.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"

#define PIECE_MIN 8 /* bytes of a secret that give it away */
#define CODES_MAX 4

/* What an answer says; the texts belong to the parsed body or to `bearer`. */
struct said {
	const char *codes[CODES_MAX]; /* the most telling first */
	size_t code_count;
	const char *sentence; /* NULL: none */
	struct strbuf number; /* owned: AADSTS and digits */
	struct strbuf bearer[2];
};

/* What to do. Sources: learn.microsoft.com, "AADSTS error codes" and "Graph error responses"; RFC 6749. */
static const struct {
	const char *code, *advice;
} advices[] = {
	{"AADSTS700016",
		N_("no such application in this tenant: check oauth.client_id, and the tenant in "
		   "oauth.token_url")},
	{"AADSTS7000215",
		N_("the client secret is wrong: write the secret's value, not its ID, to "
		   "oauth.secret_file")},
	{"AADSTS7000222",
		N_("the client secret has expired: make a new one for the application, and write "
		   "its value to oauth.secret_file")},
	{"AADSTS700027",
		N_("the certificate is not registered with the application, or has expired: upload "
		   "the one in oauth.cert_file")},
	{"AADSTS700024", N_("this machine's clock is not that of the server: have it set by NTP")},
	{"AADSTS50034", N_("check the tenant in oauth.token_url, and oauth.client_id")},
	{"AADSTS90002", N_("no such tenant: check its name or ID in oauth.token_url")},
	{"AADSTS900023", N_("no such tenant: check its name or ID in oauth.token_url")},
	{"AADSTS500011",
		N_("the scope names a resource that the tenant does not have: check oauth.scope, "
		   "such as https://graph.microsoft.com/.default")},
	{"AADSTS1002012",
		N_("oauth.scope must end in /.default, such as "
		   "https://graph.microsoft.com/.default")},
	{"AADSTS70011",
		N_("oauth.scope must end in /.default, such as "
		   "https://graph.microsoft.com/.default")},
	{"AADSTS65001",
		N_("nobody has consented: an administrator of the tenant grants the application "
		   "its permissions (admin consent)")},
	{"AADSTS7000112", N_("the application is disabled in this tenant: enable it")},
	{"AADSTS7000229",
		N_("the application is registered, but not in this tenant: an administrator adds "
		   "it (admin consent)")},
	{"AADSTS53003",
		N_("a Conditional Access policy blocks the application: exempt this machine's "
		   "address")},
	{"Authorization_RequestDenied",
		N_("the application lacks a permission: grant it the one that the preset names, as "
		   "an application permission, with admin consent")},
	{"ErrorAccessDenied",
		N_("the application lacks a permission, or an application access policy leaves the "
		   "mailbox out: grant it the one that the preset names, as an application "
		   "permission, with admin consent")},
	{"InvalidAuthenticationToken",
		N_("the token is for something else: check oauth.scope and the tenant in "
		   "oauth.token_url")},
	{"invalid_client",
		N_("the server does not know the client, or its secret or certificate is wrong: "
		   "check oauth.client_id, and oauth.secret_file or oauth.cert_file; a secret is "
		   "sent in the body (client_secret_post), which the client must be allowed")},
	{"unauthorized_client",
		N_("the client may not get tokens of its own: allow it client credentials (in "
		   "Keycloak: service account roles)")},
	{"invalid_scope", N_("the server does not give this scope: check oauth.scope")},
	{"invalid_target", N_("the server does not know this audience: check oauth.audience")},
	{"unsupported_grant_type",
		N_("the server gives no tokens for client credentials: check oauth.token_url")},
	{"insufficient_scope",
		N_("the token does not go so far: give the client the right that the server names, "
		   "or check oauth.scope")},
	{"invalid_token",
		N_("the token is not one for this server: check oauth.token_url, oauth.scope and "
		   "oauth.audience, or the token")},
};

/* How many bytes `text` and `secret` have in common from their start, whatever their case. */
static size_t common_length(const char *text, const char *secret)
{
	size_t length = 0;

	while (text[length] &&
		tolower((unsigned char)text[length]) == tolower((unsigned char)secret[length]))
		length++;
	return length;
}

/* How many bytes at `text` are a piece of the secret; 0: none that gives it away. */
static size_t piece_length(const char *text, const struct strbuf *secret)
{
	size_t least = secret->length < PIECE_MIN ? secret->length : PIECE_MIN, longest = 0;

	if (least == 0 || strnlen(text, least) < least)
		return 0;
	for (size_t i = 0; i + least <= secret->length; i++) {
		size_t length = common_length(text, secret->text + i);

		if (length >= least && length > longest)
			longest = length;
	}
	return longest;
}

static size_t secret_length(const char *text, const struct strbuf *secrets, size_t secret_count)
{
	size_t longest = 0;

	for (size_t i = 0; i < secret_count; i++) {
		size_t length = piece_length(text, &secrets[i]);

		longest = length > longest ? length : longest;
	}
	return longest;
}

static void add_redacted(struct strbuf *out, const char *text, size_t length,
	const struct strbuf *secrets, size_t secret_count)
{
	for (size_t i = 0; i < length;) {
		size_t piece = secret_length(text + i, secrets, secret_count);

		if (piece > 0)
			strbuf_adds(out, "[...]");
		else
			strbuf_addc(out, text[i]);
		i += piece > 0 ? piece : 1;
	}
}

/* Twice, as what is made safe may be a piece of a secret, and a secret may have what is not safe. */
void refusal_add_safe(struct strbuf *out, const char *text, size_t max,
	const struct strbuf *secrets, size_t secret_count)
{
	struct strbuf kept = STRBUF_INIT, safe = STRBUF_INIT;
	size_t cut = text_cut(text, strnlen(text, max + 1), max);

	add_redacted(&kept, text, cut, secrets, secret_count);
	if (text[cut])
		strbuf_adds(&kept, " ...");
	strbuf_add_safe(&safe, kept.text);
	add_redacted(out, safe.text, safe.length, secrets, secret_count);
	strbuf_release(&kept);
	strbuf_release(&safe);
}

static const char *text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && *text ? text : NULL;
}

static void add_code(struct said *said, const char *code)
{
	if (code && said->code_count < CODES_MAX)
		said->codes[said->code_count++] = code;
}

/* The code that Microsoft's identity platform puts into its sentence. */
static void find_number(struct said *said)
{
	const char *start = said->sentence ? strstr(said->sentence, "AADSTS") : NULL;
	size_t length = strlen("AADSTS");

	if (!start)
		return;
	length += strspn(start + length, "0123456789");
	strbuf_add(&said->number, start, length);
	add_code(said, said->number.text);
}

static void read_body(struct said *said, const json_t *body)
{
	const json_t *error = json_object_get(body, "error");
	const char *sentence = text_at(body, "error_description");

	if (json_is_object(error)) {
		add_code(said, text_at(error, "code"));
		add_code(said, text_at(json_object_get(error, "innerError"), "code"));
		sentence = text_at(error, "message");
	} else {
		said->sentence = sentence;
		find_number(said);
		add_code(said, text_at(body, "error"));
	}
	if (!sentence)
		sentence = text_at(body, "detail");
	if (!sentence)
		sentence = text_at(body, "message");
	if (!sentence)
		sentence = text_at(body, "title");
	said->sentence = sentence;
}

/* The value of a parameter of a challenge (RFC 9110 section 11.6.1), in quotes or without. */
static bool find_parameter(const char *field, const char *name, struct strbuf *value)
{
	size_t length = strlen(name);
	const char *at = strcasestr(field, name);

	while (at && (at[length] != '=' || (at > field && !strchr(" \t,", at[-1]))))
		at = strcasestr(at + 1, name);
	if (!at)
		return false;
	at += length + 1;
	strbuf_reserve(value, strlen(at));
	if (*at != '"') {
		strbuf_add(value, at, strcspn(at, ", \t"));
		return value->length > 0;
	}
	for (at++; *at && *at != '"'; at++) {
		if (*at == '\\' && at[1])
			at++;
		strbuf_addc(value, *at);
	}
	return value->length > 0;
}

static void read_challenge(struct said *said, const char *field)
{
	if (!field || !find_parameter(field, "error", &said->bearer[0]))
		return;
	add_code(said, said->bearer[0].text);
	if (!said->sentence && find_parameter(field, "error_description", &said->bearer[1]))
		said->sentence = said->bearer[1].text;
}

/* What differs each time is left out: one trouble reads the same each time. */
static size_t sentence_length(const char *sentence)
{
	static const char *const ends[] = {" Trace ID:", " Current time"}; /* Microsoft's */
	size_t length = strcspn(sentence, "\r\n");

	for (size_t i = 0; i < COUNT(ends); i++) {
		const char *end = strstr(sentence, ends[i]);

		if (end && (size_t)(end - sentence) < length)
			length = (size_t)(end - sentence);
	}
	return length;
}

static void add_words(const struct refusal *refusal, const struct said *said, struct strbuf *words)
{
	struct strbuf text = STRBUF_INIT;
	const char *code = said->code_count > 0 ? said->codes[0] : NULL;

	strbuf_reserve(&text,
		(code ? strlen(code) : 0) + (said->sentence ? strlen(said->sentence) : 0) + 2);
	if (code && !(said->sentence && strncasecmp(said->sentence, code, strlen(code)) == 0))
		strbuf_add(&text, code, sentence_length(code));
	if (said->sentence) {
		if (text.length > 0)
			strbuf_adds(&text, ": ");
		strbuf_add(&text, said->sentence, sentence_length(said->sentence));
	}
	refusal_add_safe(words, text.text, REFUSAL_WORDS_MAX, refusal->secrets,
		refusal->secret_count);
	strbuf_wipe(&text);
}

/* Keycloak calls a wrong secret unauthorized_client, which says something else in RFC 6749. */
static const char *meaning_of(const struct said *said, const char *code)
{
	bool is_wrong = strcasecmp(code, "unauthorized_client") == 0 && said->sentence &&
		strstr(said->sentence, "nvalid client");

	return is_wrong ? "invalid_client" : code;
}

static const char *find_advice(const struct said *said)
{
	for (size_t i = 0; i < said->code_count; i++) {
		for (size_t j = 0; j < COUNT(advices); j++) {
			if (strcasecmp(advices[j].code, meaning_of(said, said->codes[i])) == 0)
				return _(advices[j].advice);
		}
	}
	return NULL;
}

bool refusal_explain(const struct refusal *refusal, struct strbuf *words, const char **advice)
{
	struct said said = {.number = STRBUF_INIT, .bearer = {STRBUF_INIT, STRBUF_INIT}};
	json_t *body = NULL;
	size_t before = words->length;

	json_secret_begin();
	if (refusal->length > 0 && refusal->length <= REFUSAL_BODY_MAX)
		body = json_loadb(refusal->body, refusal->length, JSON_DECODE_INT_AS_REAL, NULL);
	read_body(&said, body);
	read_challenge(&said, refusal->challenge);
	*advice = find_advice(&said);
	add_words(refusal, &said, words);
	json_decref(body);
	json_secret_end();
	strbuf_release(&said.number);
	strbuf_wipe(&said.bearer[0]);
	strbuf_wipe(&said.bearer[1]);
	return words->length > before;
}
