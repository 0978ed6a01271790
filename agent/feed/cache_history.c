#include "feed/cache.h"

#include <string.h>

#include "feed/trust.h"

const struct kept_reading *feed_cache_last(const struct feed_cache *cache)
{
	return cache->trusted_count > 0 ? &cache->trusted[0] : NULL;
}

const struct kept_reading *feed_cache_older(const struct feed_cache *cache, moment now)
{
	for (size_t i = 0; i < cache->trusted_count; i++) {
		if (cache->trusted[i].first_at <= now - TRUST_OLDER)
			return &cache->trusted[i];
	}
	return NULL;
}

static void drop_trusted(struct feed_cache *cache, size_t i)
{
	memmove(&cache->trusted[i], &cache->trusted[i + 1],
		(--cache->trusted_count - i) * sizeof(*cache->trusted));
}

/* Which of the readings between the first and the last lies nearest to those beside it. */
static size_t nearest_trusted(const struct feed_cache *cache)
{
	size_t nearest = 1;

	for (size_t i = 2; i + 1 < cache->trusted_count; i++) {
		if (cache->trusted[i - 1].first_at - cache->trusted[i + 1].first_at <
			cache->trusted[nearest - 1].first_at - cache->trusted[nearest + 1].first_at)
			nearest = i;
	}
	return nearest;
}

/* Drop what no later reading is compared with, and make room for one more. */
static void make_room(struct feed_cache *cache, moment now)
{
	const struct kept_reading *older = feed_cache_older(cache, now);

	if (older)
		cache->trusted_count = (size_t)(older - cache->trusted) + 1;
	if (cache->trusted_count == FEED_TRUSTED_MAX)
		drop_trusted(cache, nearest_trusted(cache));
}

void feed_cache_trust(struct feed_cache *cache, const struct kept_reading *reading, bool anew)
{
	const struct kept_reading next = *reading; /* it may be the doubt's own */

	cache->is_doubted = false;
	cache->doubt = (struct feed_doubt){0};
	if (anew)
		cache->trusted_count = 0;
	if (cache->trusted_count > 0 && strcmp(cache->trusted[0].sha256, next.sha256) == 0) {
		cache->trusted[0].last_at = next.last_at;
		cache->trusted[0].counts = next.counts;
		return;
	}
	make_room(cache, next.last_at);
	memmove(&cache->trusted[1], &cache->trusted[0],
		cache->trusted_count++ * sizeof(*cache->trusted));
	cache->trusted[0] = next;
}

void feed_cache_doubt(struct feed_cache *cache, const struct kept_reading *reading, unsigned doubts,
	const char *why)
{
	const struct feed_doubt before = cache->doubt;
	const bool was_doubted = cache->is_doubted;
	moment now = reading->last_at;

	cache->is_doubted = true;
	cache->doubt = (struct feed_doubt){.reading = *reading,
		.doubts = doubts,
		.why = why,
		.since = was_doubted ? before.since : now,
		.shrunk_since = MOMENT_EARLIEST};
	if (doubts == DOUBT_SHRUNK)
		cache->doubt.shrunk_since = was_doubted && before.shrunk_since != MOMENT_EARLIEST
			? before.shrunk_since
			: now;
}
