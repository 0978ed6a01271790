#include "mail/managesieve/channel.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/library/crypto.h"
#include "base/system/tls_curl.h"
#include "base/system/tls_rules.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "model/settings.h"

#define CONNECT_TIMEOUT 10L               /* seconds */
#define SILENCE_MAX     30000             /* ms without a byte */
#define EXCHANGE_MAX    60000             /* ms from channel_begin() */
#define RECEIVED_MAX    ((size_t)4 << 20) /* bytes from channel_begin() */
#define PIECE           16384             /* bytes read at a time */
#define STANDARD_PORT   "4190"            /* RFC 5804 section 1.8 */

static enum error_kind fail_lost(const struct channel *channel, const char *why, struct error *err)
{
	return error_set(err, ERROR_LOST, _("%s: the server went away: %s"), channel->settings->url,
		why);
}

/* Copy a part of the URL, or `standard`. */
static char *url_part(CURLU *url, CURLUPart part, const char *standard)
{
	struct strbuf copy = STRBUF_INIT;
	char *found = NULL;

	if (curl_url_get(url, part, &found, 0) != CURLUE_OK)
		found = NULL;
	strbuf_adds(&copy, found ? found : standard);
	curl_free(found);
	return strbuf_detach(&copy);
}

/* The brackets around an address of IPv6 are of the URL only. */
static void drop_brackets(char *host)
{
	size_t length = strlen(host);

	if (length < 2 || *host != '[' || host[length - 1] != ']')
		return;
	memmove(host, host + 1, length - 2);
	host[length - 2] = '\0';
}

static enum error_kind read_url(struct channel *channel, struct error *err)
{
	CURLU *url = curl_url();

	if (!url ||
		curl_url_set(url, CURLUPART_URL, channel->settings->url,
			CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
		error_set(err, ERROR_USAGE, _("%s: expected sieve://HOST or sieve://HOST:PORT"),
			channel->settings->url);
	else {
		channel->host = url_part(url, CURLUPART_HOST, "");
		channel->port = url_part(url, CURLUPART_PORT, STANDARD_PORT);
	}
	curl_url_cleanup(url);
	return err->kind;
}

enum error_kind channel_open(struct channel *channel, const struct server_settings *settings,
	struct error *err)
{
	struct strbuf address = STRBUF_INIT;
	char trouble[CURL_ERROR_SIZE] = "";
	CURLcode code;

	*channel = (struct channel){.settings = settings, .buffer = STRBUF_INIT};
	signal(SIGPIPE, SIG_IGN); /* TLS writes to a server that is gone: an error, not our end */
	if (read_url(channel, err))
		return err->kind;
	channel->easy = tls_curl_new(err);
	if (!channel->easy)
		return err->kind;
	strbuf_addf(&address, "http://%s:%s/", channel->host, channel->port);
	drop_brackets(channel->host);
	curl_easy_setopt(channel->easy, CURLOPT_URL, address.text);
	curl_easy_setopt(channel->easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(channel->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(channel->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(channel->easy, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT);
	curl_easy_setopt(channel->easy, CURLOPT_ERRORBUFFER, trouble);
	code = curl_easy_perform(channel->easy);
	curl_easy_setopt(channel->easy, CURLOPT_ERRORBUFFER, NULL);
	strbuf_release(&address);
	if (code != CURLE_OK)
		return error_set(err, ERROR_LOST, _("%s: cannot be reached: %s"), settings->url,
			*trouble ? trouble : curl_easy_strerror(code));
	return ERROR_NONE;
}

void channel_close(struct channel *channel)
{
	SSL_free(channel->tls);
	SSL_CTX_free(channel->context);
	curl_easy_cleanup(channel->easy);
	free(channel->host);
	free(channel->port);
	strbuf_release(&channel->buffer);
	*channel = (struct channel){.buffer = STRBUF_INIT};
}

void channel_begin(struct channel *channel)
{
	channel->deadline = moment_uptime() + EXCHANGE_MAX;
	channel->received = 0;
}

static int channel_fd(const struct channel *channel)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	curl_easy_getinfo(channel->easy, CURLINFO_ACTIVESOCKET, &fd);
	return fd;
}

/* Wait until the connection can be read or written, no longer than a silence or the exchange may last. */
static enum error_kind wait_for(const struct channel *channel, short events, struct error *err)
{
	int64_t left = channel->deadline - moment_uptime();
	struct pollfd fd = {.fd = channel_fd(channel), .events = events};

	if (left <= 0)
		return fail_lost(channel, _("its answer takes too long"), err);
	if (fd.fd < 0 || poll(&fd, 1, left < SILENCE_MAX ? (int)left : SILENCE_MAX) == 0)
		return fail_lost(channel, _("it fell silent"), err);
	return ERROR_NONE;
}

static enum error_kind fail_certificate(const struct channel *channel, long result,
	struct error *err)
{
	return error_set(err, ERROR_TARGET,
		_("%s: the server's certificate is refused: %s; it must bear the name in "
		  "the URL, and ca_file names who issued it"),
		channel->settings->url, X509_verify_cert_error_string(result));
}

/* What TLS wants, after a call of it that did not succeed; ERROR_NONE: call it again. */
static enum error_kind wait_for_tls(struct channel *channel, int result, struct error *err)
{
	long verified = SSL_get_verify_result(channel->tls);
	const char *why;

	switch (SSL_get_error(channel->tls, result)) {
	case SSL_ERROR_WANT_READ:
		return wait_for(channel, POLLIN, err);
	case SSL_ERROR_WANT_WRITE:
		return wait_for(channel, POLLOUT, err);
	case SSL_ERROR_SSL:
		if (verified != X509_V_OK)
			return fail_certificate(channel, verified, err);
		why = ERR_reason_error_string(ERR_peek_last_error());
		return error_set(err, ERROR_TARGET, _("%s: TLS failed: %s"), channel->settings->url,
			why ? why : _("no reason is given"));
	default:
		return fail_lost(channel, _("it hung up"), err);
	}
}

/* The name that the certificate must bear, in its subjectAltName: its CN does not count. */
static bool set_name(struct channel *channel)
{
	X509_VERIFY_PARAM *rules = SSL_get0_param(channel->tls);
	unsigned char address[sizeof(struct in6_addr)];

	if (inet_pton(AF_INET, channel->host, address) == 1 ||
		inet_pton(AF_INET6, channel->host, address) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(rules, channel->host) == 1;
	X509_VERIFY_PARAM_set_hostflags(rules,
		X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return X509_VERIFY_PARAM_set1_host(rules, channel->host, 0) == 1 &&
		SSL_set_tlsext_host_name(channel->tls, channel->host) == 1;
}

static enum error_kind prepare_tls(struct channel *channel, struct error *err)
{
	const char *ca_file = channel->settings->ca_file;

	ERR_clear_error();
	channel->context = SSL_CTX_new(TLS_client_method());
	if (!channel->context || !SSL_CTX_set_min_proto_version(channel->context, TLS1_2_VERSION) ||
		!SSL_CTX_set_cipher_list(channel->context, TLS_RULES_OPENSSL))
		return error_set(err, ERROR_OURS, _("%s: OpenSSL cannot be started"),
			channel->settings->url);
	if (ca_file && !SSL_CTX_load_verify_locations(channel->context, ca_file, NULL))
		return error_set(err, ERROR_USAGE, _("%s: holds no certificate in PEM form"),
			ca_file);
	if (!ca_file)
		SSL_CTX_set_default_verify_paths(channel->context);
	SSL_CTX_set_verify(channel->context, SSL_VERIFY_PEER, NULL);
	channel->tls = SSL_new(channel->context);
	if (!channel->tls || !set_name(channel) || !SSL_set_fd(channel->tls, channel_fd(channel)))
		return error_set(err, ERROR_OURS, _("%s: OpenSSL cannot be started"),
			channel->settings->url);
	return ERROR_NONE;
}

enum error_kind channel_start_tls(struct channel *channel, struct error *err)
{
	enum error_kind failed;
	int result;

	if (channel->used < channel->buffer.length)
		return error_set(err, ERROR_TARGET,
			_("%s: the server said more before TLS began than it may"),
			channel->settings->url);
	failed = prepare_tls(channel, err);
	while (!failed && (result = SSL_connect(channel->tls)) != 1)
		failed = wait_for_tls(channel, result, err);
	if (failed) { /* nothing is sent in the clear then either */
		SSL_free(channel->tls);
		channel->tls = NULL;
	}
	return failed;
}

static enum error_kind send_some(struct channel *channel, const char *bytes, size_t length,
	size_t *sent, struct error *err)
{
	CURLcode code;
	int result;

	*sent = 0;
	if (channel->tls) {
		ERR_clear_error();
		result = SSL_write_ex(channel->tls, bytes, length, sent);
		return result == 1 ? ERROR_NONE : wait_for_tls(channel, result, err);
	}
	code = curl_easy_send(channel->easy, bytes, length, sent);
	if (code == CURLE_AGAIN)
		return wait_for(channel, POLLOUT, err);
	return code ? fail_lost(channel, curl_easy_strerror(code), err) : ERROR_NONE;
}

enum error_kind channel_send(struct channel *channel, const char *bytes, size_t length,
	struct error *err)
{
	enum error_kind failed = ERROR_NONE;

	while (!failed && length > 0) {
		size_t sent;

		failed = send_some(channel, bytes, length, &sent, err);
		bytes += sent;
		length -= sent;
	}
	return failed;
}

/* Read what there is; *length 0 and ERROR_NONE: try again. */
static enum error_kind receive_some(struct channel *channel, char *piece, size_t *length,
	struct error *err)
{
	CURLcode code;
	int result;

	*length = 0;
	if (channel->tls) {
		ERR_clear_error();
		result = SSL_read_ex(channel->tls, piece, PIECE, length);
		return result == 1 ? ERROR_NONE : wait_for_tls(channel, result, err);
	}
	code = curl_easy_recv(channel->easy, piece, PIECE, length);
	if (code == CURLE_AGAIN)
		return wait_for(channel, POLLIN, err);
	if (code || *length == 0)
		return fail_lost(channel, code ? curl_easy_strerror(code) : _("it hung up"), err);
	return ERROR_NONE;
}

/* Drop what is read; the rest moves to the front. */
static void tidy_buffer(struct channel *channel)
{
	struct strbuf rest = STRBUF_INIT;

	if (channel->used == 0)
		return;
	strbuf_add(&rest, channel->buffer.text + channel->used,
		channel->buffer.length - channel->used);
	strbuf_release(&channel->buffer);
	channel->buffer = rest;
	channel->used = 0;
}

enum error_kind channel_receive(struct channel *channel, struct error *err)
{
	enum error_kind failed = ERROR_NONE;
	char piece[PIECE];
	size_t length = 0;

	tidy_buffer(channel);
	while (!failed && length == 0)
		failed = receive_some(channel, piece, &length, err);
	if (failed)
		return failed;
	channel->received += length;
	if (channel->received > RECEIVED_MAX)
		return error_set(err, ERROR_TARGET,
			_("%s: the server sends more than was asked for"), channel->settings->url);
	strbuf_add(&channel->buffer, piece, length);
	return ERROR_NONE;
}
