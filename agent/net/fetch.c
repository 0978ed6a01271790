#include "net/fetch.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/system/tls_curl.h"
#include "base/text/language.h"
#include "config/settings.h"
#include "net/address.h"
#include "net/link.h"
#include "net/request.h"
#include "net/retry.h"
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
	int redirects, tries; /* of the page at hand */
	long failed_status;   /* for which it failed; 0: another reason */
	int64_t deadline;     /* of all; milliseconds of the clock that only goes on */
	int64_t resume;       /* when to try again; 0: is being tried */
	struct transfer transfer;
};

struct fetches {
	CURLM *multi;
	struct fetch_bounds bounds;
	struct fetch *first;
};

static int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct fetches *fetches_new(const struct fetch_bounds *bounds)
{
	struct fetches *fetches = memory_get(sizeof(*fetches));

	curl_global_init(CURL_GLOBAL_DEFAULT);
	*fetches = (struct fetches){.multi = curl_multi_init(), .bounds = *bounds};
	return fetches;
}

static void fail_fetch(struct fetch *fetch, enum error_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* End it, with the feed's address before what is wrong. */
static void fail_fetch(struct fetch *fetch, enum error_kind kind, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	if (fetch->page_count > 0)
		error_set(&fetch->error, kind, _("%s, page %zu: %s"), fetch->address,
			fetch->page_count + 1, text.text);
	else
		error_set(&fetch->error, kind, "%s: %s", fetch->address, text.text);
	fetch->state = FETCH_FAILED;
	strbuf_release(&text);
}

static void fail_at_deadline(struct fetch *fetch)
{
	fail_fetch(fetch, ERROR_LOST, _("not read within %d seconds; is the server overloaded?"),
		fetch->set->bounds.total / 1000);
}

/* Start the request at hand. Validators are of the first page. */
static void send_request(struct fetch *fetch)
{
	struct transfer_bounds bounds = {
		.connect = fetch->set->bounds.connect,
		.silence = fetch->set->bounds.silence,
		.total = (int)(fetch->deadline - clock_ms()),
	};

	fetch->resume = 0;
	if (bounds.total <= 0) {
		fail_at_deadline(fetch);
		return;
	}
	fetch->tries++;
	transfer_prepare(&fetch->transfer, &fetch->request,
		fetch->page_count == 0 ? &fetch->known : NULL,
		fetch->set->bounds.bytes - fetch->bytes, &bounds);
	curl_easy_setopt(fetch->transfer.easy, CURLOPT_PRIVATE, fetch);
	if (curl_multi_add_handle(fetch->set->multi, fetch->transfer.easy) != CURLM_OK)
		fail_fetch(fetch, ERROR_OURS, _("libcurl cannot be started"));
}

/* Go to another address, for the same page or the next. */
static void go_to(struct fetch *fetch, const char *what, const char *target)
{
	struct strbuf url = STRBUF_INIT;
	enum redirect_result leap = address_redirect(fetch->request.url.text, target,
		transfer_has_secret(&fetch->transfer), &url);

	if (leap)
		fail_fetch(fetch, ERROR_TARGET, _("%s leads to %s"), what, redirect_problem(leap));
	strbuf_release(&fetch->request.url);
	fetch->request.url = url;
	fetch->tries = 0;
	if (!leap)
		send_request(fetch);
}

static void follow_redirect(struct fetch *fetch)
{
	const char *target = transfer_field(&fetch->transfer, "Location", 0);

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

	for (size_t i = 0; !is_found && (field = transfer_field(&fetch->transfer, "Link", i)); i++)
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
	const char *field = transfer_field(&fetch->transfer, name, 0);

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
	const char *modified = transfer_field(&fetch->transfer, "Last-Modified", 0);
	time_t written = modified ? curl_getdate(modified, NULL) : -1;
	const char *date = transfer_field(&fetch->transfer, "Date", 0);
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
	fetch->pages = memory_grow(fetch->pages, fetch->page_count, &fetch->page_room,
		sizeof(*fetch->pages));
	fetch->pages[fetch->page_count++] = fetch->transfer.body;
	fetch->bytes += fetch->transfer.body.length;
	fetch->transfer.body = (struct strbuf)STRBUF_INIT;
	keep_validators(fetch);
}

/* Send the request that was built for the next page. */
static void go_on(struct fetch *fetch, struct http_request *next)
{
	http_request_release(&fetch->request);
	fetch->request = *next;
	*next = (struct http_request)HTTP_REQUEST_INIT;
	fetch->tries = fetch->redirects = 0;
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
		fail_fetch(fetch, err.kind, "%s", err.text.text);
	} else if (fetch->page_count == fetch->set->bounds.pages) {
		fail_fetch(fetch, ERROR_TARGET, _("more than %zu pages"), fetch->set->bounds.pages);
	} else if (kind == FETCH_NEXT_ADDRESS) {
		fetch->redirects = 0;
		go_to(fetch, _("its link"), next.url.text);
	} else {
		go_on(fetch, &next);
	}
	http_request_release(&next);
	error_release(&err);
}

/* Wait and try again; false where the deadline or the number of tries does not let it. */
static bool try_again(struct fetch *fetch, long long milliseconds)
{
	int64_t resume = clock_ms() + milliseconds;

	if (fetch->tries >= RETRY_TRIES || milliseconds > fetch->set->bounds.pause_most ||
		resume >= fetch->deadline)
		return false;
	fetch->resume = resume;
	return true;
}

static int pause_for(const struct fetch *fetch)
{
	return retry_pause(fetch->set->bounds.pause, fetch->tries, randombytes_random());
}

/* Tries are left where the time ran out. */
static void fail_after_tries(struct fetch *fetch, const char *why)
{
	if (fetch->tries < RETRY_TRIES)
		fail_at_deadline(fetch);
	else
		fail_fetch(fetch, ERROR_LOST, _("%s (tried %d times)"), why, fetch->tries);
}

/* libcurl's own words, unless it counts milliseconds or bytes in them: one trouble reads the same each time. */
static const char *words_of(const struct transfer *transfer, CURLcode code)
{
	bool counts = code == CURLE_OPERATION_TIMEDOUT || code == CURLE_COULDNT_CONNECT ||
		code == CURLE_PARTIAL_FILE;

	return *transfer->trouble && !counts ? transfer->trouble : curl_easy_strerror(code);
}

static void transport_failed(struct fetch *fetch, CURLcode code)
{
	const struct transfer *transfer = &fetch->transfer;
	const char *why = words_of(transfer, code);
	struct strbuf text = STRBUF_INIT;

	if (code == CURLE_PEER_FAILED_VERIFICATION && tls_curl_lacks_name(transfer->easy, &text))
		why = text.text;
	if (transfer->is_too_long) {
		fail_fetch(fetch, ERROR_TARGET, _("more than %zu bytes: no feed of absences"),
			fetch->set->bounds.bytes);
	} else if (!retry_code((int)code)) {
		fail_fetch(fetch, ERROR_LOST, "%s", why);
	} else if (!try_again(fetch, pause_for(fetch))) {
		fail_after_tries(fetch, why);
	}
	strbuf_release(&text);
}

static const char *status_advice(const struct fetch *fetch, long status)
{
	if (status == 304)
		return _("though nothing was known of it: a mistake of the server's");
	if (status == 429 || status >= 500)
		return _("the server's own trouble; ask those who run it if it lasts");
	if ((status == 401 || status == 403) && !transfer_has_secret(&fetch->transfer))
		return _("it wants to know who asks: token_file, or cert_file");
	if (status == 401 || status == 403)
		return _("it does not accept the token or the certificate: token_file, cert_file");
	return _("200 is expected; check the feed's url");
}

static void status_failed(struct fetch *fetch, long status)
{
	long long seconds = retry_after(transfer_field(&fetch->transfer, "Retry-After", 0),
		transfer_field(&fetch->transfer, "Date", 0));

	if (retry_status(status) &&
		try_again(fetch, seconds >= 0 ? seconds * 1000 : pause_for(fetch)))
		return;
	fetch->failed_status = status;
	if (retry_status(status) && seconds > 0) {
		fail_fetch(fetch, ERROR_TARGET,
			_("the server answered %ld, and to come back in %lld seconds"), status,
			seconds);
	} else {
		fail_fetch(fetch, ERROR_TARGET, _("the server answered %ld: %s"), status,
			status_advice(fetch, status));
	}
}

static bool is_redirect(long status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool knows_something(const struct fetch *fetch)
{
	return fetch->page_count == 0 && (fetch->known.etag || fetch->known.last_modified);
}

static bool is_file(const struct fetch *fetch)
{
	return strncasecmp(fetch->request.url.text, "file:", strlen("file:")) == 0;
}

/* One request is through. An answer that was cut off before its body is an empty one to curl. */
static void take_answer(struct fetch *fetch, CURLcode code)
{
	long status = transfer_status(&fetch->transfer);

	curl_multi_remove_handle(fetch->set->multi, fetch->transfer.easy);
	if (code != CURLE_OK)
		transport_failed(fetch, code);
	else if (status == 200 && fetch->transfer.body.length == 0)
		transport_failed(fetch, CURLE_GOT_NOTHING);
	else if (status == 200 || is_file(fetch))
		page_came(fetch);
	else if (status == 304 && knows_something(fetch))
		fetch->state = FETCH_UNCHANGED;
	else if (is_redirect(status))
		follow_redirect(fetch);
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
	if (transfer_init(&fetch->transfer, fetch->settings, &err) != ERROR_NONE)
		fail_fetch(fetch, err.kind, "%s", err.text.text);
	if (fetch->state == FETCH_RUNNING && is_file(fetch))
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
		.deadline = clock_ms() + fetches->bounds.total,
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

	transfer_init(&fetch->transfer, settings, &ignored);
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
	if (fetch->state == FETCH_RUNNING && !fetch->resume)
		curl_multi_remove_handle(fetch->set->multi, fetch->transfer.easy);
	transfer_release(&fetch->transfer);
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
	curl_multi_cleanup(fetches->multi);
	curl_global_cleanup();
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

/* Take up what has waited long enough. */
static void resume_due(struct fetches *fetches)
{
	int64_t now = clock_ms();

	for (struct fetch *fetch = fetches->first; fetch; fetch = fetch->next) {
		if (fetch->state == FETCH_RUNNING && fetch->resume && fetch->resume <= now)
			send_request(fetch);
	}
}

/* Hand over what curl has seen through; whether there was any. */
static bool hand_over(struct fetches *fetches)
{
	CURLMsg *message;
	int left;
	bool any = false;

	while ((message = curl_multi_info_read(fetches->multi, &left))) {
		struct fetch *fetch = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&fetch);
		take_answer(fetch, message->data.result);
		any = true;
	}
	return any;
}

/* How long may be waited, at most `timeout` ms (-1: for ever), till something is to be resumed. */
static int wait_for(const struct fetches *fetches, int timeout)
{
	int64_t now = clock_ms(), wait = timeout < 0 ? INT_MAX : timeout;

	for (const struct fetch *fetch = fetches->first; fetch; fetch = fetch->next) {
		int64_t left = fetch->resume - now;

		if (fetch->state == FETCH_RUNNING && fetch->resume && left < wait)
			wait = left > 0 ? left : 0;
	}
	return (int)wait;
}

/* curl tells of some events only, and would come back for the others again and again. */
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

void fetches_poll(struct fetches *fetches, struct pollfd *extra, size_t extra_count, int timeout)
{
	int running;
	bool any;

	resume_due(fetches);
	curl_multi_perform(fetches->multi, &running);
	any = hand_over(fetches);
	wait_with(fetches->multi, extra, extra_count, any ? 0 : wait_for(fetches, timeout));
}

void fetches_wait(struct fetches *fetches)
{
	while (is_running(fetches))
		fetches_poll(fetches, NULL, 0, -1);
}
