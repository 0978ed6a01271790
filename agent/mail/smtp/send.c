#include "mail/smtp/send.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "mail/smtp/reply.h"
#include "model/settings.h"

#define SECONDS_LEAST 5   /* for one mail, however late it is */
#define CONNECT_MAX   5   /* seconds, where there is a bound on all */
#define WORDS_MAX     500 /* of an answer */
#define LOGIN_SECONDS 30L /* of smtp_log_in() */

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

/* libcurl names the command that failed. */
static enum reply_phase find_phase(const struct server *server, const struct send_ctx *ctx)
{
	static const struct {
		const char *begins;
		enum reply_phase phase;
	} commands[] = {
		{"MAIL", REPLY_SENDER},
		{"RCPT", REPLY_RECIPIENT},
		{"DATA", REPLY_CONTENT},
	};

	if (ctx->sent > 0)
		return REPLY_CONTENT;
	for (size_t i = 0; i < COUNT(commands); i++) {
		if (strncmp(server->trouble, commands[i].begins, strlen(commands[i].begins)) == 0)
			return commands[i].phase;
	}
	return REPLY_LOGIN;
}

/* What the refusal is of; the login's is for server_failed() to say, and NULL here. */
static const char *refusal_text(enum reply_phase phase)
{
	switch (phase) {
	case REPLY_SENDER:
		return _("the server refuses the sender");
	case REPLY_RECIPIENT:
		return _("the server refuses the recipient");
	case REPLY_CONTENT:
		return _("the server refuses the mail");
	case REPLY_LOGIN:
		break;
	}
	return NULL;
}

static enum send_result judge_answer(const struct server *server, const struct send_ctx *ctx,
	CURLcode code, struct error *err)
{
	struct error failure = ERROR_INIT;
	enum send_result result;
	struct strbuf words = STRBUF_INIT;
	const char *advice = NULL;
	long answer = 0;

	curl_easy_getinfo(server->easy, CURLINFO_RESPONSE_CODE, &answer);
	server_add_said(server, &words, ctx->answer.text, WORDS_MAX);
	server_failed(server, code, &failure);
	if (answer < 400) {
		error_set(err, failure.kind, "%s", failure.text.text);
		result = ctx->sent > 0 ? SEND_LOST : SEND_DOWN;
	} else {
		enum reply_phase phase = find_phase(server, ctx);
		const char *refusal = refusal_text(phase);

		if (refusal) {
			error_release(&failure);
			error_set(&failure, ERROR_TARGET, "%s: %s", server->settings->url, refusal);
		}
		result = smtp_reply_judge(phase, ctx->answer.text, &advice);
		error_set(err, failure.kind,
			advice ? _("%s; the server said: %s; %s") : _("%s; the server said: %s"),
			failure.text.text, words.text, advice);
	}
	strbuf_release(&words);
	error_release(&failure);
	return result;
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

/* Run the handle and judge what came of it; a token that was refused is renewed once. */
static enum send_result perform_send(struct server *server, struct send_ctx *ctx, struct error *err)
{
	CURLcode code = curl_easy_perform(server->easy);

	if (server_may_renew(server, code)) {
		if (server_renew(server, err))
			return SEND_DOWN;
		ctx->sent = 0;
		strbuf_reset(&ctx->answer);
		server->trouble[0] = '\0';
		code = curl_easy_perform(server->easy);
	}
	memory_wipe_stack();
	return code == CURLE_OK ? SEND_DONE : judge_answer(server, ctx, code, err);
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
	result = perform_send(server, &ctx, err);
	curl_easy_setopt(server->easy, CURLOPT_MAIL_RCPT, NULL);
	strbuf_release(&ctx.answer);
	arena_free(arena);
	return result;
}

enum error_kind smtp_log_in(struct server *server, struct error *err)
{
	static const struct strbuf nothing = STRBUF_INIT;
	struct send_ctx ctx = {.mail = &nothing, .answer = STRBUF_INIT};

	server->trouble[0] = '\0';
	/* To curl the login is part of connecting, and servers that refuse one take their time. */
	curl_easy_setopt(server->easy, CURLOPT_CONNECTTIMEOUT, LOGIN_SECONDS);
	curl_easy_setopt(server->easy, CURLOPT_CUSTOMREQUEST, "NOOP");
	curl_easy_setopt(server->easy, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(server->easy, CURLOPT_HEADERFUNCTION, hear_line);
	curl_easy_setopt(server->easy, CURLOPT_HEADERDATA, &ctx);
	perform_send(server, &ctx, err);
	curl_easy_setopt(server->easy, CURLOPT_CUSTOMREQUEST, NULL);
	curl_easy_setopt(server->easy, CURLOPT_NOBODY, 0L);
	curl_easy_setopt(server->easy, CURLOPT_HEADERDATA, NULL);
	strbuf_release(&ctx.answer);
	return err->kind;
}
