/*
 * The requests of one reading of a feed: the first, and from each page the next, all of one moment, so that a
 * reading that lasts over midnight asks for one day.
 *
 *	struct feed_requests *requests = feed_requests_new(&settings->feeds[0], now);
 *	struct fetch_pager pager = feed_request_pager(requests);
 *	struct http_request first = HTTP_REQUEST_INIT;
 *	failed = feed_request_first(requests, &first, &err);
 *	// ... fetch_start() with `first` and `pager`, until the fetch has ended
 *	feed_requests_free(requests);
 *
 * What a page says of the next one is untrusted: a cursor has a bound (feed/format/json/json_paging.h), and
 * one that came before is an error.
 */
#ifndef FEED_REQUEST_REQUESTS_H
#define FEED_REQUEST_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"
#include "net/fetch.h"

struct feed_requests;
struct feed_settings;
struct http_request;

/* `feed` is borrowed. feed_requests_free() takes NULL too. */
struct feed_requests *feed_requests_new(const struct feed_settings *feed, moment at);
void feed_requests_free(struct feed_requests *requests);

/* Make the first request of everybody, in place of what `request` was. ERROR_TARGET: it cannot be made. */
enum error_kind feed_request_first(struct feed_requests *requests, struct http_request *request,
	struct error *err);

/*
 * Make the request that follows a page, in place of what `next` was (struct fetch_pager). FETCH_NEXT_BAD where the page has
 * errors beside its data, cannot be read as far as that is needed, or leads in a circle.
 */
enum fetch_next feed_request_next(void *requests, size_t page, const struct strbuf *body,
	struct http_request *next, struct error *err);

struct fetch_pager feed_request_pager(struct feed_requests *requests);

/* Whether each reading begins with the same request, so that a server may answer that nothing has changed. */
bool feed_request_is_fixed(const struct feed_settings *feed);

/*
 * Make the request that asks a feed about `count` people, by their values of the feed's `match`: at most feed->batch. ERROR_TARGET where it
 * cannot be made: made for each person alone, it shows whose value it is.
 */
enum error_kind feed_request_of_people(const struct feed_settings *feed, moment at,
	const char *const *people, size_t count, struct http_request *request, struct error *err);

/* Find which of `count` people an answer with such an {index} is about. False where it is none's. */
bool feed_request_index(const char *index, size_t count, size_t *person);

#endif
