#include "net/fetch.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "model/settings.h"
#include "net/address.h"
#include "net/exchange.h"
#include "net/link.h"
#include "net/local_file.h"
#include "net/oauth.h"
#include "net/oauth_state.h"
#include "net/refusal.h"
#include "net/request.h"
#include "net/retry.h"
#include "net/token_request.h"
#include "net/transfer.h"

#define REDIRECTS_MAX    5
#define VALIDATOR_LENGTH 1000 /* a longer one is none */
#define SETTLED_AFTER    2    /* seconds; a file's clock may lag behind the server's */

const struct fetch_bounds fetch_bounds = {
	.connect = 10000,
	.silence = 30,
	.total = 120000,
	.pause = 500,
	.pause_most = 30000,
	.bytes = FETCH_BYTES_MAX,
	.pages = FETCH_PAGES_MAX,
};

struct fetch {
	struct fetches *set; /* borrowed */
	struct fetch *next;  /* of the set */
	const struct http_settings *settings;
	struct fetch_pager pager;
	const char *address; /* in the arena: of the first request, for messages */
	enum fetch_state state;
	struct error error;
	struct arena *arena; /* owned: the texts of the three below */
	struct validators known, met;
	struct table *visited;       /* hashes of requests for pages */
	struct http_request request; /* at hand */
	struct strbuf *pages;        /* owned; whole ones */
	size_t page_count, page_room;
	size_t bytes;         /* of them */
	int redirects;        /* of the page at hand */
	long failed_status;   /* for which it failed; 0: another reason */
	int64_t deadline;     /* of all; moment_uptime() */
	bool waits_for_token; /* its request is sent when the token is there */
	bool has_renewed;     /* the token, for the page at hand */
	unsigned serial;      /* of the token that was sent */
	struct exchange exchange;
};

struct fetches {
	struct exchanges exchanges;
	struct token_requests tokens;
	struct fetch *first;
};

struct fetches *fetches_new(const struct fetch_bounds *bounds)
{
	struct fetches *fetches = memory_get(sizeof(*fetches));

	*fetches = (struct fetches){.tokens = {.exchanges = &fetches->exchanges}};
	exchanges_init(&fetches->exchanges, bounds);
	return fetches;
}

void fetch_add_safe(struct strbuf *out, const struct fetch *fetch, const char *text)
{
	const struct transfer *transfer = &fetch->exchange.transfer;

	refusal_add_safe(out, text, strlen(text), transfer->secrets, transfer->secret_count);
}

/* End it because of a page, counted from 0, with the feed's address before what is wrong. */
static void fail_page(struct fetch *fetch, size_t page, enum error_kind kind, const char *why)
{
	struct strbuf safe = STRBUF_INIT;

	fetch_add_safe(&safe, fetch, why);
	if (page > 0)
		error_set(&fetch->error, kind, _("%s, page %zu: %s"), fetch->address, page + 1,
			safe.text);
	else
		error_set(&fetch->error, kind, "%s: %s", fetch->address, safe.text);
	strbuf_release(&safe);
	fetch->state = FETCH_FAILED;
}

static void fail_fetch(struct fetch *fetch, enum error_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, because of the page at hand. */
static void fail_fetch(struct fetch *fetch, enum error_kind kind, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	fail_page(fetch, fetch->page_count, kind, text.text);
	strbuf_release(&text);
}

static const struct fetch_bounds *bounds_of(const struct fetch *fetch)
{
	return &fetch->set->exchanges.bounds;
}

static void fail_at_deadline(struct fetch *fetch)
{
	fail_fetch(fetch, ERROR_LOST, _("not read within %d seconds; is the server overloaded?"),
		bounds_of(fetch)->total / 1000);
}

static void fail_too_long(struct fetch *fetch)
{
	fail_fetch(fetch, ERROR_TARGET, _("more than %zu bytes: no feed of absences"),
		bounds_of(fetch)->bytes);
}

static bool is_file(const struct fetch *fetch)
{
	return strncasecmp(fetch->request.url.text, "file:", strlen("file:")) == 0;
}

/* Take the token that is kept; false where there is none. */
static bool take_token(struct fetch *fetch)
{
	struct strbuf token = STRBUF_INIT;
	bool found = oauth_find(&fetch->settings->oauth, &token, &fetch->serial);

	if (found)
		transfer_set_token(&fetch->exchange.transfer, &token);
	strbuf_wipe(&token);
	return found;
}

static void page_came(struct fetch *fetch);

/* Read the file at hand, without libcurl. */
static void read_file(struct fetch *fetch, const char *path)
{
	const size_t room = bounds_of(fetch)->bytes - fetch->bytes;
	struct error err = ERROR_INIT;
	bool is_too_long;

	if (!local_file_read(path, room, &fetch->exchange.transfer.body, &is_too_long, &err))
		page_came(fetch);
	else if (is_too_long)
		fail_too_long(fetch);
	else
		fail_fetch(fetch, err.kind, "%s", err.text.text);
	error_release(&err);
}

/* Start the request at hand. Validators are of the first page. */
static void send_with_token(struct fetch *fetch)
{
	exchange_send(&fetch->exchange, &fetch->request,
		fetch->page_count == 0 ? &fetch->known : NULL,
		bounds_of(fetch)->bytes - fetch->bytes, fetch->deadline);
}

static void token_came(void *waiter, const struct error *failure)
{
	struct fetch *fetch = waiter;

	fetch->waits_for_token = false;
	if (failure)
		fail_fetch(fetch, failure->kind, "%s", failure->text.text);
	else if (take_token(fetch))
		send_with_token(fetch);
	else
		fail_fetch(fetch, ERROR_OURS, _("a token cannot be kept in memory"));
}

/* The same, as soon as there is a token, where the server wants one. */
static void send_request(struct fetch *fetch)
{
	const char *path = local_file_path(fetch->request.url.text);

	if (path) {
		read_file(fetch, path);
	} else if (!fetch->settings->oauth.token_url || is_file(fetch) || take_token(fetch)) {
		send_with_token(fetch);
	} else {
		fetch->waits_for_token = true;
		token_request_join(&fetch->set->tokens, &fetch->settings->oauth, fetch->deadline,
			token_came, fetch);
	}
}

/* Whether the request at hand carries what another host must not see: what is posted may be about people. */
static bool has_private(const struct fetch *fetch)
{
	return transfer_has_secret(&fetch->exchange.transfer) || fetch->request.method != HTTP_GET;
}

/* Go to another address, for the same page or the next. */
static void go_to(struct fetch *fetch, const char *what, const char *target)
{
	struct strbuf url = STRBUF_INIT;
	enum redirect_result leap =
		address_redirect(fetch->request.url.text, target, has_private(fetch), &url);

	if (leap)
		fail_fetch(fetch, ERROR_TARGET, _("%s leads to %s"), what, redirect_problem(leap));
	strbuf_release(&fetch->request.url);
	fetch->request.url = url;
	if (!leap)
		send_request(fetch);
}

static void follow_redirect(struct fetch *fetch)
{
	const char *target = transfer_field(&fetch->exchange.transfer, "Location", 0);

	if (!target)
		fail_fetch(fetch, ERROR_TARGET, _("a redirect without an address"));
	else if (fetch->redirects++ == REDIRECTS_MAX)
		fail_fetch(fetch, ERROR_TARGET, _("more than %d redirects"), REDIRECTS_MAX);
	else
		go_to(fetch, _("a redirect"), target);
}

/* The target of a Link field that names the next page, in place of what `url` was. */
static bool find_link(const struct fetch *fetch, struct strbuf *url)
{
	struct strbuf target = STRBUF_INIT;
	const char *field;
	bool is_found = false;

	for (size_t i = 0;
		!is_found && (field = transfer_field(&fetch->exchange.transfer, "Link", i)); i++)
		is_found = link_next(field, &target);
	if (is_found) {
		strbuf_release(url);
		*url = target;
	}
	return is_found;
}

/* What follows a page: as the pager says, or by the Link fields. */
static enum fetch_next find_next(const struct fetch *fetch, const struct strbuf *page,
	struct http_request *next, struct error *err)
{
	const struct fetch_pager *pager = &fetch->pager;
	enum fetch_next kind = FETCH_NEXT_NONE;

	if (pager->next)
		kind = pager->next(pager->context, fetch->page_count - 1, page, next, err);
	if ((kind == FETCH_NEXT_NONE || kind == FETCH_NEXT_ADDRESS) && !pager->ignores_links &&
		find_link(fetch, &next->url))
		kind = FETCH_NEXT_ADDRESS;
	return kind;
}

static const char *keep_validator(struct fetch *fetch, const char *name)
{
	const char *field = transfer_field(&fetch->exchange.transfer, name, 0);

	return field && *field && strlen(field) <= VALIDATOR_LENGTH
		? arena_string(fetch->arena, field)
		: NULL;
}

/*
 * Whether the version is old enough to be told from the next one: Last-Modified counts whole
 * seconds, and so do the ETags that servers make of it (RFC 9110 section 8.8.2.2).
 */
static bool has_settled(const struct fetch *fetch)
{
	const char *modified = transfer_field(&fetch->exchange.transfer, "Last-Modified", 0);
	time_t written = modified ? curl_getdate(modified, NULL) : -1;
	const char *date = transfer_field(&fetch->exchange.transfer, "Date", 0);
	time_t sent = date ? curl_getdate(date, NULL) : -1;

	return !modified || (written != -1 && sent != -1 && sent - written >= SETTLED_AFTER);
}

/* Validators are the first page's; they say nothing of those behind it. */
static void keep_validators(struct fetch *fetch)
{
	fetch->met = (struct validators){0};
	if (fetch->page_count > 1 || !has_settled(fetch))
		return;
	fetch->met.etag = keep_validator(fetch, "ETag");
	fetch->met.last_modified = keep_validator(fetch, "Last-Modified");
}

/* Whether this request was answered before, or from now on: pages that lead in a circle have no end. */
static bool is_visited(struct fetch *fetch)
{
	const struct http_request *request = &fetch->request;
	struct hash hash;
	char *hex = arena_get(fetch->arena, SHA256_HEX);
	bool visited;

	hash_init(&hash);
	hash_add_text(&hash, request->url.text);
	hash_add_text(&hash, request->body.text);
	for (size_t i = 0; i < request->field_count; i++)
		hash_add_text(&hash, request->fields[i].text);
	hash_end(&hash, hex);
	visited = table_find(fetch->visited, hex) != NULL;
	if (!visited)
		table_put(fetch->visited, hex, fetch);
	return visited;
}

static void take_page(struct fetch *fetch)
{
	struct strbuf *body = &fetch->exchange.transfer.body;

	fetch->pages = memory_grow(fetch->pages, fetch->page_count, &fetch->page_room,
		sizeof(*fetch->pages));
	fetch->pages[fetch->page_count++] = *body;
	fetch->bytes += body->length;
	*body = (struct strbuf)STRBUF_INIT;
	fetch->has_renewed = false;
	keep_validators(fetch);
}

/* Send the request that was built for the next page. */
static void go_on(struct fetch *fetch, struct http_request *next)
{
	http_request_release(&fetch->request);
	fetch->request = *next;
	*next = (struct http_request)HTTP_REQUEST_INIT;
	fetch->redirects = 0;
	send_request(fetch);
}

static void page_came(struct fetch *fetch)
{
	struct http_request next = HTTP_REQUEST_INIT;
	struct error err = ERROR_INIT;
	enum fetch_next kind;

	if (is_visited(fetch)) {
		fail_fetch(fetch, ERROR_TARGET, _("the next page is one that was read already"));
		return;
	}
	take_page(fetch);
	http_request_copy(&next, &fetch->request);
	kind = find_next(fetch, &fetch->pages[fetch->page_count - 1], &next, &err);
	if (kind == FETCH_NEXT_NONE) {
		fetch->state = FETCH_FRESH;
	} else if (kind == FETCH_NEXT_BAD) {
		fail_page(fetch, fetch->page_count - 1, err.kind, err.text.text);
	} else if (fetch->page_count == bounds_of(fetch)->pages) {
		fail_fetch(fetch, ERROR_TARGET, _("more than %zu pages"), bounds_of(fetch)->pages);
	} else if (kind == FETCH_NEXT_ADDRESS) {
		fetch->redirects = 0;
		go_to(fetch, _("its link"), next.url.text);
	} else {
		go_on(fetch, &next);
	}
	http_request_release(&next);
	error_release(&err);
}

static const char *status_advice(const struct fetch *fetch, long status)
{
	const struct http_settings *settings = fetch->settings;
	bool is_refused = status == 401 || status == 403;

	if (status == 304)
		return _("though nothing was known of it: a mistake of the server's");
	if (status == 429 || status >= 500)
		return _("the server's own trouble; ask those who run it if it lasts");
	if (is_refused && !transfer_has_secret(&fetch->exchange.transfer))
		return _(
			"it wants to know who asks: oauth, token_file, user, headers, negotiate or "
			"cert_file");
	if (is_refused && settings->oauth.token_url)
		return _("it does not accept the token, or its client may not read this: check the "
			 "client's rights, and oauth.scope");
	if (is_refused && settings->user)
		return _("it does not accept the password: user, password_file");
	if (is_refused && settings->negotiate)
		return _(
			"it does not accept the Kerberos ticket: negotiate, keytab_file, principal");
	if (is_refused)
		return _("it does not accept the token, the header field or the certificate: "
			 "token_file, headers, cert_file");
	return _("200 is expected; check the feed's url");
}

/* Of several challenges, the one that says what is wrong (RFC 6750 section 3). */
static const char *find_challenge(const struct transfer *transfer)
{
	const char *field = NULL;

	for (size_t i = 0; (field = transfer_field(transfer, "WWW-Authenticate", i)); i++) {
		if (strcasestr(field, "error="))
			break;
	}
	return field;
}

static void fail_by_status(struct fetch *fetch, long status)
{
	const struct transfer *transfer = &fetch->exchange.transfer;
	const struct refusal refusal = {.body = transfer->body.text,
		.length = transfer->is_cut ? 0 : transfer->body.length,
		.challenge = find_challenge(transfer),
		.secrets = transfer->secrets,
		.secret_count = transfer->secret_count};
	struct strbuf words = STRBUF_INIT;
	const char *advice = NULL;

	if (refusal_explain(&refusal, &words, &advice))
		fail_fetch(fetch, ERROR_TARGET, _("the server answered %ld (%s): %s"), status,
			words.text, advice ? advice : status_advice(fetch, status));
	else
		fail_fetch(fetch, ERROR_TARGET, _("the server answered %ld: %s"), status,
			status_advice(fetch, status));
	strbuf_release(&words);
}

static void status_failed(struct fetch *fetch, long status)
{
	long long seconds = exchange_retry_after(&fetch->exchange);

	fetch->failed_status = status;
	if (status == 403)
		oauth_drop_old(fetch->serial);
	if (retry_status(status) && seconds > 0)
		fail_fetch(fetch, ERROR_TARGET,
			_("the server answered %ld, and to come back in %lld seconds"), status,
			seconds);
	else
		fail_by_status(fetch, status);
	if (status == 401 && fetch->settings->oauth.token_url)
		oauth_state_failed(&fetch->settings->oauth, OAUTH_REFUSED, fetch->error.text.text);
}

/* 303 asks for a GET elsewhere, which is not what a POST was meant to read (RFC 9110 section 15.4.4). */
static bool is_redirect(const struct fetch *fetch, long status)
{
	if (status == 303)
		return fetch->request.method == HTTP_GET;
	return status == 301 || status == 302 || status == 307 || status == 308;
}

static bool knows_something(const struct fetch *fetch)
{
	return fetch->page_count == 0 && (fetch->known.etag || fetch->known.last_modified);
}

/* The server does not know the token any more, whatever it said when it gave it. */
static void renew_token(struct fetch *fetch)
{
	fetch->has_renewed = true;
	oauth_drop(fetch->serial);
	send_request(fetch);
}

/* One request is through. */
static void take_answer(struct exchange *exchange, const struct error *failure)
{
	struct fetch *fetch = exchange->owner;
	long status = transfer_status(&exchange->transfer);

	if (failure && exchange->transfer.is_too_long)
		fail_too_long(fetch);
	else if (failure)
		fail_fetch(fetch, failure->kind, "%s", failure->text.text);
	else if (status == 200 || is_file(fetch))
		page_came(fetch);
	else if (status == 304 && knows_something(fetch))
		fetch->state = FETCH_UNCHANGED;
	else if (is_redirect(fetch, status))
		follow_redirect(fetch);
	else if (status == 401 && fetch->settings->oauth.token_url && !fetch->has_renewed)
		renew_token(fetch);
	else
		status_failed(fetch, status);
}

/* A pipe would be waited for, and a folder read as nothing. */
static void check_file(struct fetch *fetch)
{
	CURLU *url = curl_url();
	char *path = NULL;
	struct stat status;

	if (!url || curl_url_set(url, CURLUPART_URL, fetch->request.url.text, 0) != CURLUE_OK ||
		curl_url_get(url, CURLUPART_PATH, &path, CURLU_URLDECODE) != CURLUE_OK)
		fail_fetch(fetch, ERROR_USAGE, _("no address that can be read"));
	else if (stat(path, &status) != 0)
		fail_fetch(fetch, ERROR_TARGET, _("cannot be read: %s"), strerror(errno));
	else if (!S_ISREG(status.st_mode))
		fail_fetch(fetch, ERROR_TARGET, _("not a file"));
	curl_free(path);
	curl_url_cleanup(url);
}

static void begin_fetch(struct fetch *fetch, const struct validators *known)
{
	struct error err = ERROR_INIT;

	if (known) {
		fetch->known.etag = arena_string(fetch->arena, known->etag);
		fetch->known.last_modified = arena_string(fetch->arena, known->last_modified);
	}
	if (exchange_init(&fetch->exchange, &fetch->set->exchanges, fetch->settings, take_answer,
		    fetch, &err) != ERROR_NONE)
		fail_fetch(fetch, err.kind, "%s", err.text.text);
	if (fetch->state == FETCH_RUNNING && is_file(fetch) &&
		!local_file_path(fetch->request.url.text))
		check_file(fetch);
	if (fetch->state == FETCH_RUNNING)
		send_request(fetch);
	error_release(&err);
}

static struct fetch *new_fetch(struct fetches *fetches, const struct http_settings *settings,
	const char *address)
{
	struct fetch *fetch = memory_get(sizeof(*fetch));
	struct arena *arena = arena_new();

	*fetch = (struct fetch){
		.set = fetches,
		.next = fetches->first,
		.settings = settings,
		.state = FETCH_RUNNING,
		.error = ERROR_INIT,
		.arena = arena,
		.visited = table_new(arena),
		.request = HTTP_REQUEST_INIT,
		.address = arena_string(arena, address),
		.deadline = moment_uptime() + fetches->exchanges.bounds.total,
	};
	fetches->first = fetch;
	return fetch;
}

struct fetch *fetch_start(struct fetches *fetches, const struct http_settings *settings,
	const struct http_request *request, const struct fetch_pager *pager,
	const struct validators *known)
{
	struct fetch *fetch = new_fetch(fetches, settings, request->url.text);

	if (pager)
		fetch->pager = *pager;
	http_request_copy(&fetch->request, request);
	begin_fetch(fetch, known);
	return fetch;
}

struct fetch *fetch_refused(struct fetches *fetches, const struct http_settings *settings,
	const char *address, const struct error *why)
{
	struct fetch *fetch = new_fetch(fetches, settings, address);
	struct error ignored = ERROR_INIT;

	exchange_init(&fetch->exchange, &fetches->exchanges, settings, take_answer, fetch,
		&ignored);
	fail_fetch(fetch, why->kind, "%s", why->text.text);
	error_release(&ignored);
	return fetch;
}

static void unlink_fetch(struct fetch *fetch)
{
	struct fetch **place = &fetch->set->first;

	while (*place != fetch)
		place = &(*place)->next;
	*place = fetch->next;
}

static void fetch_free(struct fetch *fetch)
{
	if (fetch->waits_for_token)
		token_request_leave(&fetch->set->tokens, fetch);
	exchange_release(&fetch->exchange);
	for (size_t i = 0; i < fetch->page_count; i++)
		strbuf_release(&fetch->pages[i]);
	free(fetch->pages);
	http_request_release(&fetch->request);
	error_release(&fetch->error);
	arena_free(fetch->arena);
	free(fetch);
}

void fetch_end(struct fetch *fetch)
{
	if (!fetch)
		return;
	unlink_fetch(fetch);
	fetch_free(fetch);
}

void fetches_free(struct fetches *fetches)
{
	struct fetch *fetch;

	if (!fetches)
		return;
	while ((fetch = fetches->first)) {
		fetches->first = fetch->next;
		fetch_free(fetch);
	}
	exchanges_release(&fetches->exchanges);
	free(fetches);
}

enum fetch_state fetch_state(const struct fetch *fetch)
{
	return fetch->state;
}

const char *fetch_address(const struct fetch *fetch)
{
	return fetch->address;
}

const struct error *fetch_error(const struct fetch *fetch)
{
	return &fetch->error;
}

long fetch_failed_status(const struct fetch *fetch)
{
	return fetch->failed_status;
}

size_t fetch_page_count(const struct fetch *fetch)
{
	return fetch->page_count;
}

const struct strbuf *fetch_page(const struct fetch *fetch, size_t i)
{
	assert(i < fetch->page_count);
	return &fetch->pages[i];
}

struct validators fetch_validators(const struct fetch *fetch)
{
	return fetch->met;
}

static bool is_running(const struct fetches *fetches)
{
	for (const struct fetch *fetch = fetches->first; fetch; fetch = fetch->next) {
		if (fetch->state == FETCH_RUNNING)
			return true;
	}
	return false;
}

/* A fetch may wait for a token that another fetch, which began later, has asked for. */
static void fail_overdue(struct fetches *fetches)
{
	int64_t now = moment_uptime();

	for (struct fetch *fetch = fetches->first; fetch; fetch = fetch->next) {
		if (fetch->waits_for_token && fetch->deadline <= now) {
			token_request_leave(&fetches->tokens, fetch);
			fetch->waits_for_token = false;
			fail_at_deadline(fetch);
		}
	}
}

/* How long may be waited, at most `timeout` ms (-1: for ever), till one is overdue. */
static int wait_for(const struct fetches *fetches, int timeout)
{
	int64_t now = moment_uptime(), wait = timeout;

	for (const struct fetch *fetch = fetches->first; fetch; fetch = fetch->next) {
		int64_t left = fetch->deadline > now ? fetch->deadline - now : 0;

		if (fetch->waits_for_token && (wait < 0 || left < wait))
			wait = left;
	}
	return (int)wait;
}

void fetches_poll(struct fetches *fetches, struct pollfd *extra, size_t extra_count, int timeout)
{
	exchanges_poll(&fetches->exchanges, extra, extra_count, wait_for(fetches, timeout));
	fail_overdue(fetches);
}

void fetches_wait(struct fetches *fetches)
{
	while (is_running(fetches))
		fetches_poll(fetches, NULL, 0, -1);
}
