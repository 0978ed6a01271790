#include "mail/smtp/send.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"

#define SECONDS_LEAST 5   /* for one mail, however late it is */
#define CONNECT_MAX   5   /* seconds, where there is a bound on all */
#define WORDS_MAX     500 /* of an answer */

#define IS_CLOSING 421 /* RFC 5321 section 4.2.2: to whatever was asked */

struct send_ctx {
	const struct strbuf *mail; /* borrowed */
	size_t sent;               /* of it */
	struct strbuf answer;      /* owned: the last line by which the server said no */
};

static size_t give_bytes(char *room, size_t size, size_t count, void *place)
{
	struct send_ctx *ctx = place;
	size_t left = ctx->mail->length - ctx->sent;
	size_t length = size * count < left ? size * count : left;

	memcpy(room, ctx->mail->text + ctx->sent, length);
	ctx->sent += length;
	return length;
}

static size_t hear_line(const char *line, size_t size, size_t count, void *place)
{
	struct send_ctx *ctx = place;
	size_t length = size * count;

	if (length == 0 || (*line != '4' && *line != '5'))
		return length;
	while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == '\n'))
		length--;
	strbuf_reset(&ctx->answer);
	strbuf_add(&ctx->answer, line, length < WORDS_MAX ? length : WORDS_MAX);
	return size * count;
}

/* The one recipient, or the mail itself, is what is refused; all else is about the server. */
static bool is_about_mail(const struct server *server, const struct send_ctx *ctx)
{
	return ctx->sent > 0 || strncmp(server->trouble, "RCPT", strlen("RCPT")) == 0;
}

static enum send_result judge_answer(const struct server *server, const struct send_ctx *ctx,
	CURLcode code, struct error *err)
{
	struct error failure = ERROR_INIT;
	long answer = 0;

	if (code == CURLE_OK)
		return SEND_DONE;
	curl_easy_getinfo(server->easy, CURLINFO_RESPONSE_CODE, &answer);
	server_failed(server, code, &failure);
	if (answer >= 400)
		error_set(err, failure.kind, _("%s; the server said: %s"), failure.text.text,
			ctx->answer.text);
	else
		error_set(err, failure.kind, "%s", failure.text.text);
	error_release(&failure);
	if (answer >= 500 && is_about_mail(server, ctx))
		return SEND_REFUSED;
	if (answer >= 400 && answer != IS_CLOSING && is_about_mail(server, ctx))
		return SEND_DEFERRED;
	return ctx->sent > 0 ? SEND_LOST : SEND_DOWN;
}

static void prepare_mail(struct server *server, struct send_ctx *ctx, const char *from, int seconds)
{
	CURL *easy = server->easy;

	server->trouble[0] = '\0';
	if (seconds > 0) {
		long most = seconds < SECONDS_LEAST ? SECONDS_LEAST : seconds;

		curl_easy_setopt(easy, CURLOPT_TIMEOUT, most);
		curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_MAX);
		curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, most);
	}
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_bytes);
	curl_easy_setopt(easy, CURLOPT_READDATA, ctx);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, hear_line);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, ctx);
}

enum send_result send_mail(struct server *server, const char *from, const char *to,
	const struct strbuf *mail, int seconds, struct error *err)
{
	struct send_ctx ctx = {.mail = mail, .answer = STRBUF_INIT};
	struct arena *arena = arena_new();
	struct curl_slist recipient = {.data = arena_string(arena, to)};
	enum send_result result;

	prepare_mail(server, &ctx, from, seconds);
	curl_easy_setopt(server->easy, CURLOPT_MAIL_RCPT, &recipient);
	result = judge_answer(server, &ctx, curl_easy_perform(server->easy), err);
	curl_easy_setopt(server->easy, CURLOPT_MAIL_RCPT, NULL);
	strbuf_release(&ctx.answer);
	arena_free(arena);
	return result;
}
