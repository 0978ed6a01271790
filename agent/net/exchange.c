#include "net/exchange.h"

#include <limits.h>
#include <poll.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/memory.h"
#include "base/system/loopback.h"
#include "base/system/tls_curl.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "net/kerberos.h"
#include "net/request.h"
#include "net/retry.h"

void exchanges_init(struct exchanges *set, const struct fetch_bounds *bounds)
{
	*set = (struct exchanges){.bounds = *bounds};
}

void exchanges_release(struct exchanges *set)
{
	if (set->multi)
		curl_multi_cleanup(set->multi);
}

enum error_kind exchange_init(struct exchange *exchange, struct exchanges *set,
	const struct http_settings *settings, exchange_done *done, void *owner, struct error *err)
{
	*exchange = (struct exchange){.set = set, .next = set->first, .done = done, .owner = owner};
	set->first = exchange;
	return transfer_init(&exchange->transfer, settings, err);
}

void exchange_release(struct exchange *exchange)
{
	struct exchange **place = &exchange->set->first;

	while (*place != exchange)
		place = &(*place)->next;
	*place = exchange->next;
	if (exchange->is_sent)
		curl_multi_remove_handle(exchange->set->multi, exchange->transfer.easy);
	transfer_release(&exchange->transfer);
}

static void end_exchange(struct exchange *exchange, enum error_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* It is over without an answer. The owner may release it in done(). */
static void end_exchange(struct exchange *exchange, enum error_kind kind, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	struct error failure = ERROR_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	error_set(&failure, kind, "%s", text.text);
	exchange->done(exchange, &failure);
	error_release(&failure);
	strbuf_release(&text);
}

static void end_at_deadline(struct exchange *exchange)
{
	end_exchange(exchange, ERROR_LOST,
		_("not read within %d seconds; is the server overloaded?"),
		exchange->set->bounds.total / 1000);
}

static void try_once(struct exchange *exchange)
{
	const struct transfer_bounds bounds = {
		.connect = exchange->set->bounds.connect,
		.silence = exchange->set->bounds.silence,
		.total = (int)(exchange->deadline - moment_uptime()),
	};

	struct error err = ERROR_INIT;

	exchange->resume = 0;
	if (bounds.total <= 0) {
		end_at_deadline(exchange);
		return;
	}
	if (transfer_open(&exchange->transfer, &err)) {
		end_exchange(exchange, err.kind, "%s", err.text.text);
		error_release(&err);
		return;
	}
	if (!exchange->set->multi)
		exchange->set->multi = curl_multi_init();
	exchange->tries++;
	transfer_prepare(&exchange->transfer, exchange->request, exchange->known, exchange->room,
		&bounds);
	curl_easy_setopt(exchange->transfer.easy, CURLOPT_PRIVATE, exchange);
	exchange->is_sent =
		curl_multi_add_handle(exchange->set->multi, exchange->transfer.easy) == CURLM_OK;
	if (!exchange->is_sent)
		end_exchange(exchange, ERROR_OURS, _("libcurl cannot be started"));
}

void exchange_send(struct exchange *exchange, const struct http_request *request,
	const struct validators *known, size_t room, int64_t deadline)
{
	exchange->request = request;
	exchange->known = known;
	exchange->room = room;
	exchange->deadline = deadline;
	exchange->tries = 0;
	exchange->is_unknown = false;
	/* The settings are checked for it, but an address may come from elsewhere. */
	if (transfer_has_secret(&exchange->transfer) &&
		strncasecmp(request->url.text, "http:", strlen("http:")) == 0 &&
		!url_is_loopback(request->url.text))
		end_exchange(exchange, ERROR_USAGE, "%s",
			_("a secret goes with https:// only: on http:// anyone can read it"));
	else
		try_once(exchange);
}

long long exchange_retry_after(const struct exchange *exchange)
{
	return retry_after(transfer_field(&exchange->transfer, "Retry-After", 0),
		transfer_field(&exchange->transfer, "Date", 0));
}

/* Wait and try again; false where the deadline or the number of tries does not let it. */
static bool try_again(struct exchange *exchange, long long milliseconds)
{
	int64_t resume = moment_uptime() + milliseconds;

	if (exchange->is_unknown && exchange->request->sent_once)
		return false;
	if (exchange->tries >= RETRY_TRIES || milliseconds > exchange->set->bounds.pause_most ||
		resume >= exchange->deadline)
		return false;
	exchange->resume = resume;
	return true;
}

static int pause_for(const struct exchange *exchange)
{
	return retry_pause(exchange->set->bounds.pause, exchange->tries, randombytes_random());
}

/* libcurl's own words, unless it counts milliseconds or bytes in them: one trouble reads the same each time. */
static const char *words_of(const struct transfer *transfer, CURLcode code)
{
	bool counts = code == CURLE_OPERATION_TIMEDOUT || code == CURLE_COULDNT_CONNECT ||
		code == CURLE_PARTIAL_FILE;

	return *transfer->trouble && !counts ? transfer->trouble : curl_easy_strerror(code);
}

static void transport_failed(struct exchange *exchange, CURLcode code)
{
	const struct transfer *transfer = &exchange->transfer;
	const char *why = words_of(transfer, code);
	struct strbuf text = STRBUF_INIT;

	exchange->is_unknown = !retry_is_unsent((int)code);
	if (code == CURLE_PEER_FAILED_VERIFICATION && tls_curl_lacks_name(transfer->easy, &text))
		why = text.text;
	if (transfer->is_too_long)
		end_exchange(exchange, ERROR_TARGET, _("more than %zu bytes"), exchange->room);
	else if (!retry_code((int)code))
		end_exchange(exchange, ERROR_LOST, "%s", why);
	else if (try_again(exchange, pause_for(exchange)))
		why = NULL;
	else if (exchange->is_unknown && exchange->request->sent_once)
		end_exchange(exchange, ERROR_LOST,
			_("%s; whether the server carried it out is not known"), why);
	else if (exchange->tries < RETRY_TRIES)
		end_at_deadline(exchange);
	else
		end_exchange(exchange, ERROR_LOST, _("%s (tried %d times)"), why, exchange->tries);
	strbuf_release(&text);
}

/* One request is through. An answer that was cut off before its body is an empty one to curl. */
static void take_answer(struct exchange *exchange, CURLcode code)
{
	long status = transfer_status(&exchange->transfer);
	long long seconds = exchange_retry_after(exchange);

	curl_multi_remove_handle(exchange->set->multi, exchange->transfer.easy);
	exchange->is_sent = false;
	if (exchange->transfer.is_cut)
		code = CURLE_OK;
	if (code == CURLE_OK && status == 200 && exchange->transfer.body.length == 0)
		code = CURLE_GOT_NOTHING;
	if (code != CURLE_OK)
		transport_failed(exchange, code);
	else if (!(exchange->request->sent_once ? retry_is_unprocessed(status)
						: retry_status(status)) ||
		!try_again(exchange, seconds >= 0 ? seconds * 1000 : pause_for(exchange)))
		exchange->done(exchange, NULL);
}

/* Hand over what curl has seen through; whether there was any. */
static bool hand_over(struct exchanges *set)
{
	CURLMsg *message;
	int left;
	bool any = false;

	while ((message = curl_multi_info_read(set->multi, &left))) {
		struct exchange *exchange = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&exchange);
		take_answer(exchange, message->data.result);
		any = true;
	}
	return any;
}

static struct exchange *find_due(const struct exchanges *set, int64_t now)
{
	for (struct exchange *exchange = set->first; exchange; exchange = exchange->next) {
		if (exchange->resume && exchange->resume <= now)
			return exchange;
	}
	return NULL;
}

/* Take up what has waited long enough. Owners may release any exchange meanwhile. */
static void resume_due(struct exchanges *set)
{
	int64_t now = moment_uptime();
	struct exchange *exchange;

	while ((exchange = find_due(set, now)))
		try_once(exchange);
}

/* How long may be waited, at most `timeout` ms (-1: for ever), till something is to be resumed. */
static int wait_for(const struct exchanges *set, int timeout)
{
	int64_t now = moment_uptime(), wait = timeout < 0 ? INT_MAX : timeout;

	for (const struct exchange *exchange = set->first; exchange; exchange = exchange->next) {
		int64_t left = exchange->resume - now;

		if (exchange->resume && left < wait)
			wait = left > 0 ? left : 0;
	}
	return (int)wait;
}

/* curl reports some events only, and would return for the others again and again. */
static void wait_with(CURLM *multi, struct pollfd *extra, size_t count, int timeout)
{
	struct curl_waitfd *waited = memory_get(count * sizeof(*waited));

	for (size_t i = 0; i < count; i++) {
		short events = 0;

		if (extra[i].events & POLLIN)
			events |= CURL_WAIT_POLLIN;
		if (extra[i].events & POLLOUT)
			events |= CURL_WAIT_POLLOUT;
		waited[i] = (struct curl_waitfd){.fd = extra[i].fd, .events = events};
	}
	curl_multi_poll(multi, waited, (unsigned)count, timeout, NULL);
	free(waited);
	if (count > 0)
		poll(extra, count, 0);
}

void exchanges_poll(struct exchanges *set, struct pollfd *extra, size_t extra_count, int timeout)
{
	int running;
	bool any;

	if (!set->multi) {
		poll(extra, extra_count, timeout);
		return;
	}
	resume_due(set);
	curl_multi_perform(set->multi, &running);
	kerberos_use_cache(NULL); /* the directory's tickets are not a feed's */
	any = hand_over(set);
	memory_wipe_stack();
	wait_with(set->multi, extra, extra_count, any ? 0 : wait_for(set, timeout));
}
