#include "feed/request/requests.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "config/feed/placeholder.h"
#include "config/feed/request_texts.h"
#include "feed/format/json/json_paging.h"
#include "feed/request/body.h"
#include "feed/request/template.h"
#include "model/settings.h"
#include "net/request.h"

#define UUID_LENGTH 36

struct feed_requests {
	const struct feed_settings *feed; /* borrowed */
	moment at;
	struct arena *arena;          /* owned: of what was seen */
	struct table *seen;           /* hashes of cursors, and of numbered pages */
	struct request_cursor cursor; /* of the request at hand */
	int page;
	bool has_cursor, has_page; /* placeholders of the request */
};

struct feed_requests *feed_requests_new(const struct feed_settings *feed, moment at)
{
	struct feed_requests *requests = memory_get(sizeof(*requests));

	*requests = (struct feed_requests){.feed = feed,
		.at = at,
		.arena = arena_new(),
		.cursor = {.text = STRBUF_INIT},
		.page = feed->first_page,
		.has_cursor = request_uses(feed, PLACEHOLDER_CURSOR),
		.has_page = request_uses(feed, PLACEHOLDER_PAGE)};
	requests->seen = table_new(requests->arena);
	return requests;
}

void feed_requests_free(struct feed_requests *requests)
{
	if (!requests)
		return;
	strbuf_release(&requests->cursor.text);
	arena_free(requests->arena);
	free(requests);
}

/* A UUID of version 4 (RFC 9562 section 5.4). */
static void make_uuid(char uuid[UUID_LENGTH + 1])
{
	unsigned char bytes[16];
	int at = 0;

	randombytes_buf(bytes, sizeof(bytes));
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof(bytes); i++)
		at += snprintf(uuid + at, (size_t)(UUID_LENGTH + 1 - at), "%s%02x",
			i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
}

/* One with nothing in it is not sent: {cursor} before the first page. */
static enum error_kind fill_headers(struct http_request *request,
	const struct request_values *values, struct error *err)
{
	const struct http_settings *http = &values->feed->http;
	struct strbuf value = STRBUF_INIT;
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; !failed && i < http->header_count; i++) {
		const struct header_settings *header = &http->headers[i];
		bool is_type = values->feed->body && strcasecmp(header->name, "Content-Type") == 0;

		if (!header->value || is_type)
			continue;
		strbuf_reset(&value);
		failed = template_fill(&value, TEMPLATE_HEADER, header->value, values, err);
		if (!failed && value.length > 0 &&
			!http_request_add_field(request, header->name, value.text))
			failed = error_set(err, ERROR_USAGE, _("the header %s cannot be sent"),
				header->name);
	}
	strbuf_release(&value);
	return failed;
}

static enum error_kind make_request(struct http_request *request,
	const struct request_values *values, struct error *err)
{
	const struct feed_settings *feed = values->feed;
	enum error_kind failed;

	http_request_release(request);
	request->method = request_is_post(feed) ? HTTP_POST : HTTP_GET;
	failed = template_fill_address(&request->url, values->feed->url, values, err);
	if (!failed)
		failed = fill_headers(request, values, err);
	if (!failed && feed->body) {
		failed = template_fill(&request->content_type, TEMPLATE_HEADER,
			request_content_type(feed), values, err);
		if (!failed)
			failed = body_fill(&request->body, values, err);
	}
	return failed;
}

/* The request at hand, about nobody in particular. */
static enum error_kind make_next(const struct feed_requests *requests, struct http_request *request,
	struct error *err)
{
	char uuid[UUID_LENGTH + 1];
	const struct request_values values = {.feed = requests->feed,
		.at = requests->at,
		.uuid = uuid,
		.cursor = &requests->cursor,
		.page = requests->page};

	make_uuid(uuid);
	return make_request(request, &values, err);
}

enum error_kind feed_request_first(struct feed_requests *requests, struct http_request *request,
	struct error *err)
{
	return make_next(requests, request, err);
}

/* Remember a text; false where it came before. */
static bool is_new(struct feed_requests *requests, const char *text, size_t length)
{
	const char *hex = hash_hex(requests->arena, text, length);

	if (table_find(requests->seen, hex))
		return false;
	table_put(requests->seen, hex, requests);
	return true;
}

static enum fetch_next fail_page(struct error *err, const char *why)
{
	error_set(err, ERROR_TARGET, "%s", why);
	return FETCH_NEXT_BAD;
}

/* The request with the cursor that a page names. */
static enum fetch_next follow_cursor(struct feed_requests *requests, const struct strbuf *body,
	struct http_request *next, struct error *err)
{
	struct request_cursor *cursor = &requests->cursor;
	enum json_next kind;

	strbuf_reset(&cursor->text);
	kind = json_next(requests->feed, body->text, body->length, &cursor->text, err);
	if (kind == JSON_NEXT_BAD)
		return FETCH_NEXT_BAD;
	if (kind == JSON_NEXT_NONE)
		return requests->feed->ends == ENDS_EMPTY
			? fail_page(err,
				  _("it has records, but names no next page, though the last one is empty (ends: empty)"))
			: FETCH_NEXT_NONE;
	if (!is_new(requests, cursor->text.text, cursor->text.length))
		return fail_page(err,
			_("its cursor is one that came before: the pages lead in a circle"));
	cursor->is_number = kind == JSON_NEXT_NUMBER;
	return make_next(requests, next, err) ? FETCH_NEXT_BAD : FETCH_NEXT_REQUEST;
}

/* The request for the next number. A server that minds no numbers sends one page again and again. */
static enum fetch_next count_page(struct feed_requests *requests, const struct strbuf *body,
	struct http_request *next, struct error *err)
{
	if (!is_new(requests, body->text, body->length))
		return fail_page(err,
			_("it is the same as a page before; does the server know the number in the request?"));
	requests->page++;
	return make_next(requests, next, err) ? FETCH_NEXT_BAD : FETCH_NEXT_REQUEST;
}

/* The address that a page names. */
static enum fetch_next follow_address(const struct feed_requests *requests,
	const struct strbuf *body, struct http_request *next, struct error *err)
{
	struct strbuf url = STRBUF_INIT;
	enum json_next kind = JSON_NEXT_NONE;

	if (requests->feed->next)
		kind = json_next(requests->feed, body->text, body->length, &url, err);
	if (kind == JSON_NEXT_TEXT || kind == JSON_NEXT_NUMBER) {
		strbuf_release(&next->url);
		next->url = url;
		return FETCH_NEXT_ADDRESS;
	}
	strbuf_release(&url);
	return kind == JSON_NEXT_BAD ? FETCH_NEXT_BAD : FETCH_NEXT_NONE;
}

enum fetch_next feed_request_next(void *context, size_t page, const struct strbuf *body,
	struct http_request *next, struct error *err)
{
	struct feed_requests *requests = context;
	const struct feed_settings *feed = requests->feed;
	bool is_empty = false;

	(void)page;
	if (feed->format != FEED_JSON)
		return FETCH_NEXT_NONE;
	if (json_check_errors(feed, body->text, body->length, err))
		return FETCH_NEXT_BAD;
	if (feed->ends == ENDS_EMPTY &&
		json_is_empty(feed, body->text, body->length, &is_empty, err))
		return FETCH_NEXT_BAD;
	if (is_empty)
		return FETCH_NEXT_NONE;
	if (requests->has_page)
		return count_page(requests, body, next, err);
	return requests->has_cursor ? follow_cursor(requests, body, next, err)
				    : follow_address(requests, body, next, err);
}

struct fetch_pager feed_request_pager(struct feed_requests *requests)
{
	return (struct fetch_pager){.next = feed_request_next,
		.context = requests,
		.ignores_links = requests->has_cursor || requests->has_page ||
			requests->feed->ends == ENDS_EMPTY};
}

bool feed_request_is_fixed(const struct feed_settings *feed)
{
	static const enum placeholder_kind moving[] = {
		PLACEHOLDER_TODAY, PLACEHOLDER_NOW, PLACEHOLDER_UUID};
	bool is_fixed = !request_is_post(feed);

	for (size_t i = 0; i < COUNT(moving); i++)
		is_fixed &= !request_uses(feed, moving[i]);
	return is_fixed;
}

enum error_kind feed_request_of_people(const struct feed_settings *feed, moment at,
	const char *const *people, size_t count, struct http_request *request, struct error *err)
{
	char uuid[UUID_LENGTH + 1];
	const struct request_values values = {.feed = feed,
		.at = at,
		.uuid = uuid,
		.page = feed->first_page,
		.people = people,
		.people_count = count};

	make_uuid(uuid);
	return make_request(request, &values, err);
}

bool feed_request_index(const char *index, size_t count, size_t *person)
{
	size_t length = strspn(index, "0123456789");
	unsigned long number;

	if (length == 0 || length > 9 || index[length] || *index == '0')
		return false;
	number = strtoul(index, NULL, 10);
	*person = number - 1;
	return number <= count;
}
