/*
 * What the two sides of a kept copy's text agree on: cache_json_add.c writes it, and cache_json.c reads it.
 */
#ifndef FEED_CACHE_JSON_KEYS_H
#define FEED_CACHE_JSON_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "model/feed_reading.h"

#define CACHE_COPY 2 /* of the form */

/* Whom one of a list is about, and when; what is not there is open. */
struct cache_dated {
	size_t record;
	const char *person;
	moment start, end;
	bool kept;
};

/* By enum feed_record_state. */
static const char *const cache_asked_keys[] = {
	[RECORD_READABLE] = "readable",
	[RECORD_SET_ASIDE] = "set_aside",
	[RECORD_UNUSABLE] = "unusable",
};

static const struct {
	const char *key;
	size_t offset;
} cache_count_keys[] = {
	{"records", offsetof(struct feed_counts, records)},
	{"set_aside", offsetof(struct feed_counts, set_aside)},
	{"unusable", offsetof(struct feed_counts, unusable)},
	{"readable", offsetof(struct feed_counts, readable)},
	{"used", offsetof(struct feed_counts, used)},
	{"known", offsetof(struct feed_counts, known)},
	{"unasked", offsetof(struct feed_counts, unasked)}, /* last: others need not have it */
};

#define CACHE_ASKED_KEYS (sizeof(cache_asked_keys) / sizeof(*cache_asked_keys))
#define CACHE_COUNT_KEYS (sizeof(cache_count_keys) / sizeof(*cache_count_keys))

#endif
