#include "feed/cache.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memo.h"
#include "feed/format/record_reader.h"
#include "feed/reading_trust.h"

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

/* Of all readings: absences, and roles. */
static size_t count_kept(const struct feed_cache *cache)
{
	size_t count = 0;

	for (size_t i = 0; i < cache->trusted_count; i++)
		count += cache->trusted[i].absences.count + cache->trusted[i].roles.count;
	return count;
}

/* Drop what no later reading is compared with, and make room for one more. */
static void make_room(struct feed_cache *cache, moment now)
{
	const struct kept_reading *older = feed_cache_older(cache, now);

	if (older)
		cache->trusted_count = (size_t)(older - cache->trusted) + 1;
	while (cache->trusted_count == FEED_TRUSTED_MAX ||
		(cache->trusted_count > 2 && count_kept(cache) > FEED_ABSENCES_MAX))
		drop_trusted(cache, nearest_trusted(cache));
}

void feed_cache_trust(struct feed_cache *cache, const struct kept_reading *reading,
	bool drops_older)
{
	const struct kept_reading next = *reading; /* it may be the doubt's own */

	cache->has_replaced = false;
	cache->is_doubted = false;
	cache->doubt = (struct feed_doubt){0};
	if (drops_older)
		cache->trusted_count = 0;
	make_room(cache, next.last_at);
	memmove(&cache->trusted[1], &cache->trusted[0],
		cache->trusted_count++ * sizeof(*cache->trusted));
	cache->trusted[0] = next;
}

void feed_cache_accept(struct feed_cache *cache)
{
	struct kept_reading none = cache->doubt.reading;
	const struct kept_reading *last = feed_cache_last(cache);

	none.counts = (struct feed_counts){0};
	none.absences.items = NULL;
	none.absences.count = none.absences.room = none.standing_count = 0;
	none.standing = NULL;
	none.roles = (struct feed_roles){0};
	none.records = NULL;
	none.record_count = 0;
	cache->replaced = last ? *last : none;
	feed_cache_trust(cache, &cache->doubt.reading, true);
	cache->has_replaced = true;
}

void feed_cache_repeat(struct feed_cache *cache, moment now)
{
	cache->has_replaced = false;
	cache->trusted[0].last_at = now;
	cache->is_doubted = false;
	cache->doubt = (struct feed_doubt){0};
}

struct feed_doubt feed_cache_next_doubt(const struct feed_cache *cache, unsigned doubts, moment now)
{
	const struct feed_doubt *before = cache->is_doubted ? &cache->doubt : NULL;
	struct feed_doubt next = {.doubts = doubts,
		.since = before ? before->since : now,
		.shrunk_since = MOMENT_EARLIEST};

	if (doubts == DOUBT_SHRUNK)
		next.shrunk_since = before && before->shrunk_since != MOMENT_EARLIEST
			? before->shrunk_since
			: now;
	return next;
}

void feed_cache_doubt(struct feed_cache *cache, const struct kept_reading *reading, unsigned doubts,
	const char *why)
{
	cache->doubt = feed_cache_next_doubt(cache, doubts, reading->last_at);
	cache->doubt.reading = *reading;
	cache->doubt.why = why;
	cache->is_doubted = true;
}

/* Copies texts, each once, however many records have it. */
struct copy_ctx {
	struct arena *arena;
	struct memo copies; /* the address of a text -> its copy */
};

static const char *copy_text(struct copy_ctx *ctx, const char *text)
{
	struct memo_slot *slot = text ? memo_at_address(&ctx->copies, text) : NULL;

	if (slot && !slot->value)
		slot->value = arena_string(ctx->arena, text);
	return slot ? slot->value : NULL;
}

static void copy_texts(struct copy_ctx *ctx, const char ***texts, size_t count)
{
	const char **copy = count > 0 ? arena_get(ctx->arena, count * sizeof(*copy)) : NULL;

	for (size_t i = 0; i < count; i++)
		copy[i] = copy_text(ctx, (*texts)[i]);
	*texts = copy;
}

void kept_reading_copy(struct kept_reading *reading, struct arena *arena)
{
	struct feed_absences *absences = &reading->absences;
	struct feed_absence *items = arena_get(arena, absences->count * sizeof(*items));
	struct feed_standing *standing =
		arena_get(arena, reading->standing_count * sizeof(*standing));
	struct feed_roles *roles = &reading->roles;
	struct feed_role *given = arena_get(arena, roles->count * sizeof(*given));
	struct feed_record *records = arena_get(arena, reading->record_count * sizeof(*records));
	struct copy_ctx ctx = {.arena = arena};

	for (size_t i = 0; i < absences->count; i++) {
		items[i] = absences->items[i];
		items[i].person = copy_text(&ctx, items[i].person);
		copy_texts(&ctx, &items[i].deputies, items[i].deputy_count);
	}
	for (size_t i = 0; i < reading->standing_count; i++) {
		standing[i] = reading->standing[i];
		standing[i].person = copy_text(&ctx, standing[i].person);
		copy_texts(&ctx, &standing[i].deputies, standing[i].deputy_count);
	}
	for (size_t i = 0; i < roles->count; i++) {
		given[i] = roles->items[i];
		given[i].person = copy_text(&ctx, given[i].person);
		given[i].role = copy_text(&ctx, given[i].role);
	}
	for (size_t i = 0; i < reading->record_count; i++) {
		records[i] = reading->records[i];
		records[i].person = copy_text(&ctx, records[i].person);
	}
	absences->items = items;
	absences->room = absences->count;
	reading->standing = standing;
	roles->items = given;
	roles->room = roles->count;
	reading->records = records;
	memo_release(&ctx.copies);
}

void feed_cache_copy(struct feed_cache *cache, struct arena *arena)
{
	cache->etag = arena_string(arena, cache->etag);
	cache->last_modified = arena_string(arena, cache->last_modified);
	for (size_t i = 0; i < cache->trusted_count; i++)
		kept_reading_copy(&cache->trusted[i], arena);
	if (cache->has_replaced)
		kept_reading_copy(&cache->replaced, arena);
	if (cache->is_doubted) {
		kept_reading_copy(&cache->doubt.reading, arena);
		cache->doubt.why = arena_string(arena, cache->doubt.why);
	}
}
