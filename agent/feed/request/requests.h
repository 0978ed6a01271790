/* The requests of one reading of a feed. */
#ifndef FEED_REQUEST_REQUESTS_H
#define FEED_REQUEST_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"

struct feed_settings;
struct http_request;

/* Make the request that asks a feed about `count` people, by their values of the feed's `match`: at most feed->batch. */
enum error_kind feed_request_of_people(const struct feed_settings *feed, moment at,
	const char *const *people, size_t count, struct http_request *request, struct error *err);

/* Find which of `count` people an answer with such an {index} is about. False where it is none's. */
bool feed_request_index(const char *index, size_t count, size_t *person);

#endif
