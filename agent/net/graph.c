#include "net/graph.h"

#include <string.h>

#include "base/text/language.h"
#include "base/text/moment.h"
#include "base/text/text.h"
#include "model/settings.h"
#include "net/address.h"
#include "net/exchange.h"
#include "net/oauth.h"
#include "net/oauth_state.h"
#include "net/refusal.h"
#include "net/retry.h"
#include "net/token_request.h"

#define NAME_MAX_SHOWN 150 /* bytes of a path: ids of Graph have some hundred letters */

/* Of one request; of a list, each page is one. */
static const struct fetch_bounds graph_bounds = {
	.connect = 10000,
	.silence = 30,
	.total = 90000,
	.pause = 500,
	.pause_most = 30000,
};

/* One call. */
struct graph_ctx {
	const struct graph_settings *settings;
	const char *path;
	struct exchanges exchanges;
	struct exchange exchange;
	struct http_request request;
	int total;       /* milliseconds for one request */
	size_t bytes;    /* of the pages that came */
	unsigned serial; /* of the token that was sent */
	bool is_over;
	struct graph_reply *reply;
	struct error *err;
};

void graph_reply_release(struct graph_reply *reply)
{
	strbuf_release(&reply->code);
	json_decref(reply->json);
	*reply = (struct graph_reply)GRAPH_REPLY_INIT;
}

/* All but the unreserved characters are escaped: some servers take others for their own. */
void graph_add_segment(struct strbuf *path, const char *text)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					 "0123456789-._~";

	for (; *text; text++) {
		if (strchr(unreserved, *text))
			strbuf_addc(path, *text);
		else
			strbuf_addf(path, "%%%02X", (unsigned char)*text);
	}
}

void graph_add_user(struct strbuf *path, const struct graph_settings *settings)
{
	strbuf_adds(path, "/users/");
	graph_add_segment(path, settings->user);
}

static const char *method_name(enum http_method method)
{
	static const char *const names[] = {"GET", "POST", "PATCH", "DELETE"};

	return names[method];
}

static void fail_call(struct graph_ctx *ctx, enum error_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* With what was called before what is wrong. */
static void fail_call(struct graph_ctx *ctx, enum error_kind kind, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	size_t shown = strlen(ctx->path);
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	if (shown > NAME_MAX_SHOWN)
		shown = NAME_MAX_SHOWN;
	error_set(ctx->err, kind, "Microsoft Graph: %s %.*s%s: %s",
		method_name(ctx->request.method), (int)shown, ctx->path,
		ctx->path[shown] ? "..." : "", text.text);
	strbuf_release(&text);
}

static void take_answer(struct exchange *exchange, const struct error *failure)
{
	struct graph_ctx *ctx = exchange->owner;

	ctx->is_over = true;
	ctx->reply->status = failure ? 0 : transfer_status(&exchange->transfer);
	ctx->reply->is_unknown = failure ? exchange->is_unknown
					 : ctx->reply->status >= 500 && ctx->reply->status != 503;
	if (!failure)
		return;
	if (exchange->transfer.is_too_long)
		fail_call(ctx, ERROR_TARGET, _("more than %zu bytes"), GRAPH_BYTES_MAX);
	else
		fail_call(ctx, failure->kind, "%s", failure->text.text);
}

/* Send the request at hand with the token that is kept, or a new one, and wait for the answer. */
static enum error_kind ask_with_token(struct graph_ctx *ctx)
{
	struct strbuf token = STRBUF_INIT;
	struct error failure = ERROR_INIT;

	if (ctx->settings->http.oauth.token_url) {
		if (token_request_wait(&ctx->settings->http.oauth, &token, &ctx->serial, &failure))
			fail_call(ctx, failure.kind, "%s", failure.text.text);
		else
			transfer_set_token(&ctx->exchange.transfer, &token);
		strbuf_wipe(&token);
		error_release(&failure);
	}
	if (ctx->err->kind)
		return ctx->err->kind;
	ctx->is_over = false;
	exchange_send(&ctx->exchange, &ctx->request, NULL, GRAPH_BYTES_MAX - ctx->bytes,
		moment_uptime() + ctx->total);
	while (!ctx->is_over)
		exchanges_poll(&ctx->exchanges, NULL, 0, -1);
	return ctx->err->kind;
}

static const char *status_advice(long status)
{
	if (status == 401)
		return _("it does not accept the token: check oauth.scope and the tenant in "
			 "oauth.token_url");
	if (status == 403)
		return _("the application lacks a permission, or no role assignment or application "
			 "access policy lets it reach this mailbox; see postvagt.yaml(5), graph");
	if (status == 404)
		return _("there is no such mailbox in Exchange Online, or what is named in it is "
			 "gone; check graph.user");
	if (status == 429 || status >= 500)
		return _("the server's own trouble; ask those who run it if it lasts");
	if (status >= 300 && status < 400)
		return _("a redirect, which is not followed with a secret; check graph.url");
	return _("the server does not accept what was sent");
}

static void keep_code(struct graph_ctx *ctx)
{
	const struct transfer *transfer = &ctx->exchange.transfer;
	json_t *body = transfer->is_cut ? NULL
					: json_loadb(transfer->body.text, transfer->body.length,
						  JSON_DECODE_INT_AS_REAL, NULL);
	const char *code =
		json_string_value(json_object_get(json_object_get(body, "error"), "code"));

	if (code)
		refusal_add_safe(&ctx->reply->code, code, REFUSAL_WORDS_MAX, transfer->secrets,
			transfer->secret_count);
	json_decref(body);
}

static void fail_by_status(struct graph_ctx *ctx)
{
	const struct transfer *transfer = &ctx->exchange.transfer;
	const struct refusal refusal = {.body = transfer->body.text,
		.length = transfer->is_cut ? 0 : transfer->body.length,
		.challenge = transfer_field(transfer, "WWW-Authenticate", 0),
		.secrets = transfer->secrets,
		.secret_count = transfer->secret_count};
	long status = ctx->reply->status;
	long long seconds = exchange_retry_after(&ctx->exchange);
	enum error_kind kind = status == 429 || status >= 500 ? ERROR_LOST : ERROR_TARGET;
	struct strbuf words = STRBUF_INIT;
	const char *advice = NULL;

	keep_code(ctx);
	if (status == 403)
		oauth_drop_old(ctx->serial);
	if (!refusal_explain(&refusal, &words, &advice))
		strbuf_adds(&words, _("without a reason"));
	if (status == 403 || !advice)
		advice = status_advice(status);
	if (retry_status(status) && seconds > 0)
		fail_call(ctx, kind, _("the server answered %ld, and to come back in %lld seconds"),
			status, seconds);
	else
		fail_call(ctx, kind, _("the server answered %ld (%s): %s"), status, words.text,
			advice);
	if (status == 401)
		oauth_state_failed(&ctx->settings->http.oauth, OAUTH_REFUSED, ctx->err->text.text);
	strbuf_release(&words);
}

/* Add what a page of a list has to what came before it; what is no list comes alone. */
static void take_json(struct graph_ctx *ctx)
{
	struct strbuf *body = &ctx->exchange.transfer.body;
	json_error_t trouble;
	json_t *json = NULL, *items;

	ctx->bytes += body->length;
	if (body->length == 0 && !ctx->reply->json)
		return;
	json = json_loadb(body->text, body->length, 0, &trouble);
	items = json_object_get(json, "value");
	if (!json_is_object(json) || (ctx->reply->json && !json_is_array(items))) {
		fail_call(ctx, ERROR_TARGET,
			_("found an answer that is not the JSON of Microsoft Graph; check graph.url"));
	} else if (ctx->reply->json) {
		json_array_extend(json_object_get(ctx->reply->json, "value"), items);
		json_object_set(ctx->reply->json, "@odata.nextLink",
			json_object_get(json, "@odata.nextLink"));
	} else {
		ctx->reply->json = json_incref(json);
	}
	json_decref(json);
}

/*
 * Make the request for the next page of a list ("Paging Microsoft Graph data in your app": @odata.nextLink is an
 * address, to be used as it is). Returns whether there is one.
 */
static bool find_next_page(struct graph_ctx *ctx, size_t page)
{
	const char *link = NULL;
	struct strbuf url = STRBUF_INIT;
	enum redirect_result leap;

	if (ctx->err->kind || ctx->request.method != HTTP_GET ||
		!json_is_array(json_object_get(ctx->reply->json, "value")))
		return false;
	link = json_string_value(json_object_get(ctx->reply->json, "@odata.nextLink"));
	if (!link)
		return false;
	if (page == GRAPH_PAGES_MAX) {
		fail_call(ctx, ERROR_TARGET, _("more than %d pages"), GRAPH_PAGES_MAX);
		return false;
	}
	leap = address_redirect(ctx->request.url.text, link, true, &url);
	if (leap)
		fail_call(ctx, ERROR_TARGET, _("%s leads to %s"), _("its link"),
			redirect_problem(leap));
	json_object_del(ctx->reply->json, "@odata.nextLink");
	strbuf_release(&ctx->request.url);
	ctx->request.url = url;
	return !leap;
}

/* Send the request at hand; a token that is not accepted is renewed once. */
static void ask(struct graph_ctx *ctx)
{
	if (!ask_with_token(ctx) && ctx->reply->status == 401) {
		oauth_drop(ctx->serial);
		ask_with_token(ctx);
	}
	if (ctx->err->kind)
		return;
	if (ctx->reply->status >= 200 && ctx->reply->status < 300)
		take_json(ctx);
	else
		fail_by_status(ctx);
}

static void lay_out(struct graph_ctx *ctx, enum http_method method, const struct graph_body *body)
{
	struct http_request *request = &ctx->request;
	const char *url = ctx->settings->url;
	size_t length = strlen(url);

	while (length > 0 && url[length - 1] == '/')
		length--;
	strbuf_add(&request->url, url, length);
	strbuf_adds(&request->url, ctx->path);
	request->method = method;
	request->sent_once = method == HTTP_POST;
	http_request_add_field(request, "Accept", "application/json");
	if (body) {
		strbuf_adds(&request->body, body->text);
		strbuf_adds(&request->content_type, body->content_type);
	}
}

enum error_kind graph_call_within(int seconds, const struct graph_settings *settings,
	enum http_method method, const char *path, const struct graph_body *body,
	struct graph_reply *reply, struct error *err)
{
	const bool is_short = seconds > 0 && seconds < graph_bounds.total / 1000;
	struct graph_ctx ctx = {.settings = settings,
		.path = path,
		.request = HTTP_REQUEST_INIT,
		.total = is_short ? seconds * 1000 : graph_bounds.total,
		.reply = reply,
		.err = err};
	size_t page = 0;

	graph_reply_release(reply);
	lay_out(&ctx, method, body);
	exchanges_init(&ctx.exchanges, &graph_bounds);
	exchange_init(&ctx.exchange, &ctx.exchanges, &settings->http, take_answer, &ctx, err);
	do {
		if (!err->kind)
			ask(&ctx);
	} while (find_next_page(&ctx, ++page));
	exchange_release(&ctx.exchange);
	exchanges_release(&ctx.exchanges);
	http_request_release(&ctx.request);
	return err->kind;
}

enum error_kind graph_call(const struct graph_settings *settings, enum http_method method,
	const char *path, const struct graph_body *body, struct graph_reply *reply,
	struct error *err)
{
	return graph_call_within(0, settings, method, path, body, reply, err);
}
