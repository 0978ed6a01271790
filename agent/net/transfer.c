#include "net/transfer.h"

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
#include "net/request.h"

static enum error_kind read_token(struct transfer *transfer, struct error *err)
{
	const char *file = transfer->settings->token_file;
	char *token = NULL;
	enum error_kind failed = ERROR_NONE;

	if (file)
		failed = settings_secret(file, &token, err);
	if (token && !text_is_token(token))
		failed = error_set(err, ERROR_USAGE,
			_("%s: no bearer token: one word of ASCII is expected"), file);
	if (token && !failed)
		strbuf_addf(&transfer->token, "Authorization: Bearer %s", token);
	settings_forget(token);
	return failed;
}

static enum error_kind find_key(struct transfer *transfer, struct error *err)
{
	const struct http_settings *settings = transfer->settings;
	const char *file = settings->key_file ? settings->key_file : settings->cert_file;

	return file ? settings_secret_path(file, &transfer->key, err) : ERROR_NONE;
}

static size_t take_bytes(char *bytes, size_t size, size_t count, void *place)
{
	struct transfer *transfer = place;
	size_t length = size * count;

	if (length > transfer->room - transfer->body.length) {
		transfer->is_too_long = true;
		return CURL_WRITEFUNC_ERROR;
	}
	strbuf_add(&transfer->body, bytes, length);
	return length;
}

enum error_kind transfer_init(struct transfer *transfer, const struct http_settings *settings,
	struct error *err)
{
	enum error_kind failed;

	*transfer = (struct transfer){
		.settings = settings,
		.token = STRBUF_INIT,
		.key = STRBUF_INIT,
		.etag = STRBUF_INIT,
		.modified = STRBUF_INIT,
		.content_type = STRBUF_INIT,
		.body = STRBUF_INIT,
	};
	if (settings->token_file)
		memory_secret_begin();
	failed = read_token(transfer, err);
	if (!failed)
		failed = find_key(transfer, err);
	transfer->easy = failed ? NULL : tls_curl_new(err);
	return err->kind;
}

void transfer_release(struct transfer *transfer)
{
	curl_easy_cleanup(transfer->easy);
	explicit_bzero(transfer->token.text, transfer->token.length);
	strbuf_release(&transfer->token);
	strbuf_release(&transfer->key);
	strbuf_release(&transfer->etag);
	strbuf_release(&transfer->modified);
	strbuf_release(&transfer->content_type);
	free(transfer->fields);
	strbuf_release(&transfer->body);
	if (transfer->settings->token_file)
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
	add_field(transfer, &transfer->token);
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
	if (!request->is_post)
		return;
	curl_easy_setopt(easy, CURLOPT_POST, 1L);
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

void transfer_prepare(struct transfer *transfer, const struct http_request *request,
	const struct validators *known, size_t room, const struct transfer_bounds *bounds)
{
	CURL *easy = transfer->easy;

	strbuf_reset(&transfer->body);
	transfer->room = room;
	transfer->is_too_long = false;
	transfer->trouble[0] = '\0';
	curl_easy_reset(easy);
	set_route(easy, request->url.text);
	set_tls(transfer);
	set_method(easy, request);
	set_fields(transfer, request, known);
	set_bounds(easy, bounds);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "postvagt/" POSTVAGT_VERSION);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->trouble);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
}

bool transfer_has_secret(const struct transfer *transfer)
{
	return transfer->token.length > 0 || transfer->key.length > 0;
}

long transfer_status(const struct transfer *transfer)
{
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

const char *transfer_field(const struct transfer *transfer, const char *name, size_t index)
{
	struct curl_header *field;

	if (curl_easy_header(transfer->easy, name, index, CURLH_HEADER, -1, &field) != CURLHE_OK)
		return NULL;
	return field->value;
}
