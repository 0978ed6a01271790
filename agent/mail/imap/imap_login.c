#include "mail/imap/imap_login.h"

#include <string.h>
#include <strings.h>

#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "mail/smtp/server.h"

#define LOGIN_SECONDS 30L
#define LINE_MAX_KEPT 1000 /* bytes of a server's line */
#define WORDS_MAX     300  /* bytes of it that are shown */

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
	struct strbuf *said = place; /* the last line by which the server said no */
	size_t all = size * count, length = all;

	while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == '\n'))
		length--;
	if (is_refusal(line, length)) {
		strbuf_reset(said);
		strbuf_add(said, line, length < LINE_MAX_KEPT ? length : LINE_MAX_KEPT);
	}
	return all;
}

/* Once: a token that was just got is not renewed for another try. */
static enum error_kind perform_login(struct server *server, struct error *err)
{
	struct strbuf said = STRBUF_INIT, words = STRBUF_INIT;
	struct error failure = ERROR_INIT;
	CURLcode code;

	curl_easy_setopt(server->easy, CURLOPT_CONNECT_ONLY, 1L);
	/* To curl the login is part of connecting; Dovecot waits before it says no (auth_failure_delay). */
	curl_easy_setopt(server->easy, CURLOPT_CONNECTTIMEOUT, LOGIN_SECONDS);
	curl_easy_setopt(server->easy, CURLOPT_TIMEOUT, LOGIN_SECONDS);
	curl_easy_setopt(server->easy, CURLOPT_HEADERFUNCTION, hear_line);
	curl_easy_setopt(server->easy, CURLOPT_HEADERDATA, &said);
	code = curl_easy_perform(server->easy);
	memory_wipe_stack();
	server_add_said(server, &words, said.text, WORDS_MAX);
	if (code && server_failed(server, code, &failure))
		error_set(err, failure.kind, words.length > 0 ? _("%s; the server said: %s") : "%s",
			failure.text.text, words.text);
	strbuf_release(&said);
	strbuf_release(&words);
	error_release(&failure);
	return err->kind;
}

enum error_kind imap_log_in(const struct server_settings *settings, struct error *err)
{
	struct server server;

	if (!server_init(&server, settings, err))
		perform_login(&server, err);
	server_release(&server);
	return err->kind;
}
