#include "net/transfer.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/memory.h"
#include "base/system/loopback.h"
#include "base/system/tls_curl.h"
#include "base/system/version.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "config/settings.h"
#include "model/settings.h"
#include "net/kerberos.h"
#include "net/refusal.h"
#include "net/request.h"

/* Add a copy of `length` bytes that stays where it is. */
static struct strbuf *add_text(struct strbuf **texts, size_t *count, size_t *room, size_t length)
{
	struct strbuf *added;

	*texts = memory_grow(*texts, *count, room, sizeof(**texts));
	added = &(*texts)[(*count)++];
	*added = (struct strbuf)STRBUF_INIT;
	strbuf_reserve(added, length);
	return added;
}

/* Remember what must not be repeated where the server repeats it. */
static void add_secret(struct transfer *transfer, const char *secret)
{
	strbuf_adds(add_text(&transfer->secrets, &transfer->secret_count, &transfer->secret_room,
			    strlen(secret)),
		secret);
}

static void wipe_texts(struct strbuf *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		strbuf_wipe(&texts[i]);
	free(texts);
}

void transfer_set_token(struct transfer *transfer, const struct strbuf *token)
{
	static const char field[] = "Authorization: Bearer ";
	const size_t length = strlen(field);

	if (transfer->authorization.length == length + token->length &&
		strcmp(transfer->authorization.text + length, token->text) == 0)
		return;
	strbuf_wipe(&transfer->authorization);
	strbuf_reserve(&transfer->authorization, length + token->length);
	strbuf_adds(&transfer->authorization, field);
	strbuf_add(&transfer->authorization, token->text, token->length);
	add_secret(transfer, token->text);
}

static enum error_kind read_token(struct transfer *transfer, struct error *err)
{
	const char *file = transfer->settings->token_file;
	char *token = NULL;
	enum error_kind failed = settings_secret(file, &token, err);

	if (token && !text_is_token(token))
		failed = error_set(err, ERROR_USAGE,
			_("%s: no bearer token: one word of ASCII is expected"), file);
	if (token && !failed)
		transfer_set_token(transfer,
			&(const struct strbuf){.text = token, .length = strlen(token)});
	settings_forget(token);
	return failed;
}

/* HTTP Basic (RFC 7617): both texts are sent as they are, which is UTF-8. */
static enum error_kind read_password(struct transfer *transfer, struct error *err)
{
	static const char field[] = "Authorization: Basic ";
	const char *user = transfer->settings->user;
	struct strbuf pair = STRBUF_INIT, *text = &transfer->authorization;
	char *password = NULL;
	enum error_kind failed = settings_secret(transfer->settings->password_file, &password, err);

	if (failed)
		return failed;
	strbuf_reserve(&pair, strlen(user) + 1 + strlen(password));
	strbuf_adds(&pair, user);
	strbuf_addc(&pair, ':');
	strbuf_adds(&pair, password);
	strbuf_reserve(text,
		strlen(field) +
			sodium_base64_encoded_len(pair.length, sodium_base64_VARIANT_ORIGINAL));
	strbuf_adds(text, field);
	sodium_bin2base64(text->text + text->length, text->room - text->length,
		(const unsigned char *)pair.text, pair.length, sodium_base64_VARIANT_ORIGINAL);
	text->length = strlen(text->text);
	add_secret(transfer, password);
	add_secret(transfer, text->text + strlen(field));
	strbuf_wipe(&pair);
	settings_forget(password);
	return ERROR_NONE;
}

static enum error_kind read_field(struct transfer *transfer, const struct header_settings *header,
	struct error *err)
{
	char *value = NULL;
	enum error_kind failed = settings_secret(header->value_file, &value, err);
	struct strbuf *field;

	if (failed)
		return failed;
	if (http_field_is_valid(header->name, value)) {
		field = add_text(&transfer->secret_fields, &transfer->secret_field_count,
			&transfer->secret_field_room, strlen(header->name) + 2 + strlen(value));
		strbuf_adds(field, header->name);
		strbuf_adds(field, ": ");
		strbuf_adds(field, value);
		add_secret(transfer, value);
	} else {
		failed = error_set(err, ERROR_USAGE,
			_("%s: its first line cannot be sent as a header field: it has control "
			  "characters"),
			header->value_file);
	}
	settings_forget(value);
	return failed;
}

/* All that is sent in secret; header fields that are not are the request's. */
static enum error_kind read_secrets(struct transfer *transfer, struct error *err)
{
	const struct http_settings *settings = transfer->settings;
	enum error_kind failed = ERROR_NONE;

	if (settings->token_file)
		failed = read_token(transfer, err);
	else if (settings->password_file)
		failed = read_password(transfer, err);
	for (size_t i = 0; i < settings->header_count && !failed; i++) {
		if (settings->headers[i].value_file)
			failed = read_field(transfer, &settings->headers[i], err);
	}
	return failed;
}

static enum error_kind find_key(struct transfer *transfer, struct error *err)
{
	const struct http_settings *settings = transfer->settings;
	const char *file = settings->key_file ? settings->key_file : settings->cert_file;

	return file ? settings_secret_path(file, &transfer->key, err) : ERROR_NONE;
}

/* Get a ticket of the keytab's, or see that there is one. */
static enum error_kind find_ticket(struct transfer *transfer, struct error *err)
{
	const struct http_settings *settings = transfer->settings;
	const char *principal = settings->principal;

	if (!settings->negotiate)
		return ERROR_NONE;
	if (!settings->keytab_file)
		return kerberos_check_ticket(err);
	strbuf_addf(&transfer->cache, "MEMORY:postvagt %s %s", settings->keytab_file,
		principal ? principal : "");
	return kerberos_login(settings->keytab_file, principal, transfer->cache.text, err);
}

static size_t take_bytes(char *bytes, size_t size, size_t count, void *place)
{
	struct transfer *transfer = place;
	size_t length = size * count;
	long status = transfer_status(transfer);

	if (status >= 300 && length > REFUSAL_BODY_MAX - transfer->body.length) {
		transfer->is_cut = true;
		return CURL_WRITEFUNC_ERROR;
	}
	if (length > transfer->room - transfer->body.length) {
		transfer->is_too_long = true;
		return CURL_WRITEFUNC_ERROR;
	}
	strbuf_add(&transfer->body, bytes, length);
	return length;
}

static bool has_secret(const struct http_settings *settings)
{
	bool result = settings->token_file || settings->password_file || settings->oauth.token_url;

	for (size_t i = 0; i < settings->header_count; i++)
		result = result || settings->headers[i].value_file;
	return result;
}

enum error_kind transfer_init(struct transfer *transfer, const struct http_settings *settings,
	struct error *err)
{
	enum error_kind failed;

	*transfer = (struct transfer){
		.settings = settings,
		.authorization = STRBUF_INIT,
		.key = STRBUF_INIT,
		.cache = STRBUF_INIT,
		.has_secret = has_secret(settings),
		.etag = STRBUF_INIT,
		.modified = STRBUF_INIT,
		.content_type = STRBUF_INIT,
		.body = STRBUF_INIT,
	};
	if (transfer->has_secret)
		memory_secret_begin();
	failed = read_secrets(transfer, err);
	if (!failed)
		failed = find_key(transfer, err);
	if (!failed)
		failed = find_ticket(transfer, err);
	return failed;
}

enum error_kind transfer_open(struct transfer *transfer, struct error *err)
{
	if (!transfer->easy)
		transfer->easy = tls_curl_new(err);
	return transfer->easy ? ERROR_NONE : err->kind;
}

void transfer_release(struct transfer *transfer)
{
	if (transfer->easy)
		curl_easy_cleanup(transfer->easy);
	strbuf_wipe(&transfer->authorization);
	strbuf_release(&transfer->key);
	strbuf_release(&transfer->cache);
	wipe_texts(transfer->secret_fields, transfer->secret_field_count);
	wipe_texts(transfer->secrets, transfer->secret_count);
	strbuf_release(&transfer->etag);
	strbuf_release(&transfer->modified);
	strbuf_release(&transfer->content_type);
	free(transfer->fields);
	if (transfer->is_private)
		strbuf_wipe(&transfer->body);
	strbuf_release(&transfer->body);
	if (transfer->has_secret)
		memory_secret_end();
}

static void add_field(struct transfer *transfer, const struct strbuf *field)
{
	if (!field->length)
		return;
	transfer->fields = memory_grow(transfer->fields, transfer->field_count,
		&transfer->field_room, sizeof(*transfer->fields));
	transfer->fields[transfer->field_count++] = (struct curl_slist){.data = field->text};
}

/* The list is ours, so that curl makes no copy of the token that nobody wipes. */
static void set_fields(struct transfer *transfer, const struct http_request *request,
	const struct validators *known)
{
	strbuf_reset(&transfer->etag);
	strbuf_reset(&transfer->modified);
	strbuf_reset(&transfer->content_type);
	if (known && known->etag)
		strbuf_addf(&transfer->etag, "If-None-Match: %s", known->etag);
	if (known && known->last_modified)
		strbuf_addf(&transfer->modified, "If-Modified-Since: %s", known->last_modified);
	if (request->content_type.length)
		strbuf_addf(&transfer->content_type, "Content-Type: %s",
			request->content_type.text);
	transfer->field_count = 0;
	add_field(transfer, &transfer->authorization);
	for (size_t i = 0; i < transfer->secret_field_count; i++)
		add_field(transfer, &transfer->secret_fields[i]);
	add_field(transfer, &transfer->etag);
	add_field(transfer, &transfer->modified);
	add_field(transfer, &transfer->content_type);
	for (size_t i = 0; i < request->field_count; i++)
		add_field(transfer, &request->fields[i]);
	for (size_t i = 0; i + 1 < transfer->field_count; i++)
		transfer->fields[i].next = &transfer->fields[i + 1];
	curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER,
		transfer->field_count ? transfer->fields : NULL);
}

static void set_method(CURL *easy, const struct http_request *request)
{
	if (request->method == HTTP_DELETE)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "DELETE");
	if (request->method != HTTP_POST && request->method != HTTP_PATCH)
		return;
	curl_easy_setopt(easy, CURLOPT_POST, 1L);
	if (request->method == HTTP_PATCH)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PATCH");
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.text);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
}

static void set_tls(struct transfer *transfer)
{
	const struct http_settings *settings = transfer->settings;
	CURL *easy = transfer->easy;

	tls_curl_prepare(easy, settings->ca_file);
	if (settings->cert_file) {
		curl_easy_setopt(easy, CURLOPT_SSLCERT,
			settings->key_file ? settings->cert_file : transfer->key.text);
		curl_easy_setopt(easy, CURLOPT_SSLKEY, transfer->key.text);
		/* A key under a passphrase is an error, and no question on the terminal. */
		curl_easy_setopt(easy, CURLOPT_KEYPASSWD, "");
	}
}

/* Only the scheme at hand: leaps are made by us, and judged first. */
static void set_route(CURL *easy, const char *url)
{
	const char *scheme = "https";

	if (strncasecmp(url, "file:", strlen("file:")) == 0)
		scheme = "file";
	else if (strncasecmp(url, "http:", strlen("http:")) == 0)
		scheme = "http";
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, scheme);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (url_is_loopback(url))
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

static void set_bounds(CURL *easy, const struct transfer_bounds *bounds)
{
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)bounds->connect);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)bounds->silence);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)bounds->total);
}

/*
 * HTTP/2 keeps header fields in tables of the connection and copies them about, which libcurl
 * cannot wipe; and a connection that is kept has the last answer in its buffers.
 */
static void set_privacy(const struct transfer *transfer)
{
	if (transfer->has_secret || transfer->is_private)
		curl_easy_setopt(transfer->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	if (transfer->is_private)
		curl_easy_setopt(transfer->easy, CURLOPT_FORBID_REUSE, 1L);
}

/* Called just before a request is sent, which is when libcurl asks GSSAPI. */
/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static int choose_cache(void *place, char *address, char *own_address, int port, int own_port)
{
	const struct transfer *transfer = place;

	(void)address;
	(void)own_address;
	(void)port;
	(void)own_port;
	kerberos_use_cache(transfer->cache.length > 0 ? transfer->cache.text : NULL);
	return CURL_PREREQFUNC_OK;
}

/*
 * SPNEGO (RFC 4559), from the first request on, each on a connection of its own: some servers let
 * whoever comes by a connection in that somebody logged in to.
 */
static void set_negotiate(struct transfer *transfer)
{
	CURL *easy = transfer->easy;

	if (!transfer->settings->negotiate)
		return;
	curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_NEGOTIATE);
	curl_easy_setopt(easy, CURLOPT_USERPWD, ":");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, choose_cache);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
}

void transfer_prepare(struct transfer *transfer, const struct http_request *request,
	const struct validators *known, size_t room, const struct transfer_bounds *bounds)
{
	CURL *easy = transfer->easy;

	strbuf_reset(&transfer->body);
	if (transfer->is_private)
		strbuf_reserve(&transfer->body, room);
	transfer->room = room;
	transfer->is_too_long = transfer->is_cut = false;
	transfer->trouble[0] = '\0';
	curl_easy_reset(easy);
	set_route(easy, request->url.text);
	set_tls(transfer);
	set_method(easy, request);
	set_fields(transfer, request, known);
	set_bounds(easy, bounds);
	set_privacy(transfer);
	set_negotiate(transfer);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "postvagt/" POSTVAGT_VERSION);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->trouble);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
}

bool transfer_has_secret(const struct transfer *transfer)
{
	return transfer->has_secret || transfer->is_private || transfer->key.length > 0 ||
		transfer->settings->negotiate;
}

long transfer_status(const struct transfer *transfer)
{
	long status = 0;

	if (transfer->easy)
		curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

const char *transfer_field(const struct transfer *transfer, const char *name, size_t index)
{
	struct curl_header *field;

	if (!transfer->easy ||
		curl_easy_header(transfer->easy, name, index, CURLH_HEADER, -1, &field) !=
			CURLHE_OK)
		return NULL;
	return field->value;
}
