#include "net/token_request.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "model/settings.h"
#include "net/exchange.h"
#include "net/oauth.h"
#include "net/oauth_state.h"
#include "net/refusal.h"
#include "net/request.h"
#include "net/retry.h"

struct token_waiter {
	token_done *done;
	void *waiter; /* borrowed */
};

struct token_request {
	struct token_requests *set; /* borrowed */
	struct token_request *next; /* of the set */
	struct arena *arena;        /* owned: the settings' texts */
	struct oauth_settings settings;
	struct http_settings http;
	struct oauth_request oauth; /* its body is the request's */
	struct http_request request;
	struct exchange exchange;
	struct token_waiter *waiters; /* owned */
	size_t waiter_count, waiter_room;
};

/* Mail waits for a token no longer than this. */
static const struct fetch_bounds mail_bounds = {
	.connect = 10000,
	.silence = 20,
	.total = 30000,
	.pause = 500,
	.pause_most = 10000,
};

static void free_request(struct token_request *token)
{
	exchange_release(&token->exchange);
	strbuf_wipe(&token->request.body);
	http_request_release(&token->request);
	oauth_request_release(&token->oauth);
	free(token->waiters);
	arena_free(token->arena);
	free(token);
}

static void unlink_request(struct token_request *token)
{
	struct token_request **place = &token->set->first;

	while (*place != token)
		place = &(*place)->next;
	*place = token->next;
}

/* It is over; a fetch that waits may start a new one. */
static void end_request(struct token_request *token, const struct error *failure)
{
	struct error err = ERROR_INIT;

	if (failure) {
		error_set(&err, failure->kind, _("no token from %s: %s"), token->settings.token_url,
			failure->text.text);
		oauth_state_failed(&token->settings, OAUTH_DENIED, err.text.text);
	}
	unlink_request(token);
	for (size_t i = 0; i < token->waiter_count; i++)
		token->waiters[i].done(token->waiters[i].waiter, failure ? &err : NULL);
	error_release(&err);
	free_request(token);
}

static const char *status_advice(long status)
{
	if (status >= 300 && status < 400)
		return _("a redirect, which is not followed with a secret; write the address that "
			 "gives tokens as oauth.token_url");
	if (status == 429 || status >= 500)
		return _("the server's own trouble; ask those who run it if it lasts");
	return _("check oauth.token_url");
}

static void fail_by_status(struct token_request *token, long status, struct error *err)
{
	const struct strbuf *body = &token->exchange.transfer.body;
	const struct refusal refusal = {.body = body->text,
		.length = token->exchange.transfer.is_cut ? 0 : body->length,
		.secrets = token->oauth.secrets,
		.secret_count = COUNT(token->oauth.secrets)};
	struct strbuf words = STRBUF_INIT;
	const char *advice = NULL;
	long long seconds = exchange_retry_after(&token->exchange);

	if (retry_status(status) && seconds > 0)
		error_set(err, ERROR_TARGET,
			_("the server answered %ld, and to come back in %lld seconds"), status,
			seconds);
	else if (refusal_explain(&refusal, &words, &advice))
		error_set(err, ERROR_TARGET, _("the server answered %ld (%s): %s"), status,
			words.text, advice ? advice : status_advice(status));
	else
		error_set(err, ERROR_TARGET, _("the server answered %ld: %s"), status,
			status_advice(status));
	strbuf_release(&words);
}

static void take_reply(struct exchange *exchange, const struct error *failure)
{
	struct token_request *token = exchange->owner;
	const struct strbuf *body = &exchange->transfer.body;
	struct error err = ERROR_INIT;
	long status = failure ? 0 : transfer_status(&exchange->transfer);

	if (failure)
		error_set(&err, failure->kind, "%s", failure->text.text);
	else if (status == 200)
		oauth_take_reply(&token->settings, &token->oauth, body->text, body->length, &err);
	else
		fail_by_status(token, status, &err);
	end_request(token, err.kind ? &err : NULL);
	error_release(&err);
}

static void copy_settings(struct token_request *token, const struct oauth_settings *settings)
{
	const char **texts[] = {&token->settings.token_url, &token->settings.client_id,
		&token->settings.secret_file, &token->settings.cert_file, &token->settings.key_file,
		&token->settings.ca_file, &token->settings.scope, &token->settings.audience};

	token->settings = *settings;
	for (size_t i = 0; i < COUNT(texts); i++)
		*texts[i] = arena_string(token->arena, *texts[i]);
	token->http = (struct http_settings){.ca_file = token->settings.ca_file};
}

static void begin_request(struct token_request *token, int64_t deadline)
{
	struct error err = ERROR_INIT;
	enum error_kind failed = exchange_init(&token->exchange, token->set->exchanges,
		&token->http, take_reply, token, &err);

	/* The transfer's settings have no secret, but what it sends is one. */
	token->exchange.transfer.is_private = true;
	if (!failed)
		failed = oauth_request_init(&token->oauth, &token->settings, &err);
	if (failed) {
		end_request(token, &err);
	} else {
		strbuf_adds(&token->request.url, token->settings.token_url);
		strbuf_adds(&token->request.content_type, "application/x-www-form-urlencoded");
		http_request_add_field(&token->request, "Accept", "application/json");
		token->request.method = HTTP_POST;
		token->request.body = token->oauth.body;
		token->oauth.body = (struct strbuf)STRBUF_INIT;
		exchange_send(&token->exchange, &token->request, NULL, OAUTH_REPLY_MAX, deadline);
	}
	error_release(&err);
}

static void add_waiter(struct token_request *token, token_done *done, void *waiter)
{
	token->waiters = memory_grow(token->waiters, token->waiter_count, &token->waiter_room,
		sizeof(*token->waiters));
	token->waiters[token->waiter_count++] = (struct token_waiter){done, waiter};
}

void token_request_join(struct token_requests *requests, const struct oauth_settings *settings,
	int64_t deadline, token_done *done, void *waiter)
{
	struct token_request *token = requests->first;

	while (token && !oauth_is_same(&token->settings, settings))
		token = token->next;
	if (token) {
		add_waiter(token, done, waiter);
		return;
	}
	token = memory_get(sizeof(*token));
	*token = (struct token_request){.set = requests,
		.next = requests->first,
		.arena = arena_new(),
		.oauth = OAUTH_REQUEST_INIT,
		.request = HTTP_REQUEST_INIT};
	requests->first = token;
	copy_settings(token, settings);
	add_waiter(token, done, waiter);
	begin_request(token, deadline);
}

/* Take a waiter out of a request; whether it was there. */
static bool remove_waiter(struct token_request *token, const void *waiter)
{
	for (size_t i = 0; i < token->waiter_count; i++) {
		if (token->waiters[i].waiter == waiter) {
			token->waiters[i] = token->waiters[--token->waiter_count];
			return true;
		}
	}
	return false;
}

void token_request_leave(struct token_requests *requests, const void *waiter)
{
	struct token_request *token = requests->first;

	while (token && !remove_waiter(token, waiter))
		token = token->next;
	if (token && token->waiter_count == 0) {
		unlink_request(token);
		free_request(token);
	}
}

/* One that blocks. */
struct token_wait {
	bool is_over;
	struct error *err; /* borrowed */
};

static void end_wait(void *waiter, const struct error *failure)
{
	struct token_wait *wait = waiter;

	wait->is_over = true;
	if (failure)
		error_set(wait->err, failure->kind, "%s", failure->text.text);
}

enum error_kind token_request_wait(const struct oauth_settings *settings, struct strbuf *token,
	unsigned *serial, struct error *err)
{
	struct exchanges exchanges;
	struct token_requests requests = {.exchanges = &exchanges};
	struct token_wait wait = {.err = err};

	if (oauth_find(settings, token, serial))
		return ERROR_NONE;
	memory_secret_begin();
	exchanges_init(&exchanges, &mail_bounds);
	token_request_join(&requests, settings, moment_uptime() + mail_bounds.total, end_wait,
		&wait);
	while (!wait.is_over)
		exchanges_poll(&exchanges, NULL, 0, -1);
	exchanges_release(&exchanges);
	memory_secret_end();
	if (!err->kind && !oauth_find(settings, token, serial))
		error_set(err, ERROR_OURS, _("a token cannot be kept in memory"));
	return err->kind;
}
