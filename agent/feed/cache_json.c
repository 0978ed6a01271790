#include "feed/cache_json.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/system/version.h"
#include "base/text/json_value.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "feed/cache.h"
#include "feed/format/record.h"

#define COPY 1 /* of the form */

static bool read_hash(const json_t *object, const char *key, char hex[SHA256_HEX])
{
	const char *text = json_string_value(json_object_get(object, key));

	if (!text || strlen(text) != SHA256_HEX - 1)
		return false;
	memcpy(hex, text, SHA256_HEX);
	return true;
}

static bool read_deputies(struct feed_absence *absence, const json_t *list, struct arena *arena)
{
	size_t count = json_array_size(list);

	absence->deputies = arena_get(arena, count * sizeof(*absence->deputies));
	for (size_t i = 0; i < count; i++) {
		const char *deputy = json_string_value(json_array_get(list, i));

		if (!deputy || !*deputy)
			return false;
		absence->deputies[absence->deputy_count++] = arena_string(arena, deputy);
	}
	return true;
}

static bool read_absence(struct feed_absence *absence, const json_t *object, struct arena *arena)
{
	absence->record = (size_t)json_integer_value(json_object_get(object, "record"));
	absence->person = json_text_at(object, "person", arena);
	absence->start = json_moment_at(object, "start", MOMENT_EARLIEST);
	absence->end = json_moment_at(object, "end", MOMENT_LATEST);
	return absence->person && *absence->person && absence->start < absence->end &&
		read_deputies(absence, json_object_get(object, "deputies"), arena);
}

static bool read_absences(struct feed_absences *absences, const json_t *list, struct arena *arena)
{
	size_t count = json_array_size(list);

	if (!json_is_array(list) || count > FEED_RECORDS_MAX * (size_t)100)
		return false;
	absences->items = arena_get(arena, count * sizeof(*absences->items));
	absences->room = count;
	for (; absences->count < count; absences->count++) {
		if (!read_absence(&absences->items[absences->count],
			    json_array_get(list, absences->count), arena))
			return false;
	}
	return true;
}

static bool read_doubted(struct feed_cache *cache, const json_t *object)
{
	if (!object)
		return true;
	cache->doubted_count = (size_t)json_integer_value(json_object_get(object, "count"));
	return read_hash(object, "sha256", cache->doubted_sha256);
}

static bool is_of_this_version(const json_t *root)
{
	const char *version = json_string_value(json_object_get(root, "version"));

	return version && strcmp(version, POSTVAGT_VERSION) == 0;
}

static bool read_copy(struct feed_cache *cache, const json_t *root, struct arena *arena)
{
	if (is_of_this_version(root)) {
		cache->etag = json_text_at(root, "etag", arena);
		cache->last_modified = json_text_at(root, "last_modified", arena);
	}
	cache->read_at = json_moment_at(root, "read_at", MOMENT_EARLIEST);
	return cache->read_at != MOMENT_EARLIEST && read_hash(root, "sha256", cache->sha256) &&
		read_doubted(cache, json_object_get(root, "doubted")) &&
		read_absences(&cache->absences, json_object_get(root, "absences"), arena);
}

enum feed_cache_result feed_cache_json_read(struct feed_cache *cache, const char *text,
	size_t length, const char *settings, struct arena *arena)
{
	json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	const char *made_under = json_string_value(json_object_get(root, "settings"));
	enum feed_cache_result result = FEED_CACHE_READ;

	if (!made_under)
		result = FEED_CACHE_BROKEN;
	else if (strcmp(made_under, settings) != 0 ||
		json_integer_value(json_object_get(root, "copy")) != COPY)
		result = FEED_CACHE_OTHER;
	else if (!read_copy(cache, root, arena))
		result = FEED_CACHE_BROKEN;
	json_decref(root);
	return result;
}

static void put_text(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, json_string(text));
}

static json_t *make_absence(const struct feed_absence *absence)
{
	json_t *object = json_object();

	json_object_set_new(object, "record", json_integer((json_int_t)absence->record));
	put_text(object, "person", absence->person);
	json_put_moment(object, "start", absence->start, MOMENT_EARLIEST);
	json_put_moment(object, "end", absence->end, MOMENT_LATEST);
	if (absence->deputy_count > 0) {
		json_t *deputies = json_array();

		for (size_t i = 0; i < absence->deputy_count; i++)
			json_array_append_new(deputies, json_string(absence->deputies[i]));
		json_object_set_new(object, "deputies", deputies);
	}
	return object;
}

static json_t *make_absences(const struct feed_absences *absences)
{
	json_t *list = json_array();

	for (size_t i = 0; i < absences->count; i++)
		json_array_append_new(list, make_absence(&absences->items[i]));
	return list;
}

static void put_doubted(json_t *root, const struct feed_cache *cache)
{
	json_t *object;

	if (!cache->doubted_sha256[0])
		return;
	object = json_object();
	put_text(object, "sha256", cache->doubted_sha256);
	json_object_set_new(object, "count", json_integer((json_int_t)cache->doubted_count));
	json_object_set_new(root, "doubted", object);
}

void feed_cache_json_add(struct strbuf *out, const struct feed_cache *cache,
	const struct feed_settings *feed, const char *settings)
{
	json_t *root = json_object();

	json_object_set_new(root, "copy", json_integer(COPY));
	put_text(root, "version", POSTVAGT_VERSION);
	put_text(root, "feed", feed->name);
	put_text(root, "url", feed->url);
	put_text(root, "settings", settings);
	json_put_moment(root, "read_at", cache->read_at, MOMENT_EARLIEST);
	put_text(root, "sha256", cache->sha256);
	put_text(root, "etag", cache->etag);
	put_text(root, "last_modified", cache->last_modified);
	put_doubted(root, cache);
	json_object_set_new(root, "absences", make_absences(&cache->absences));
	json_add_line(out, root);
	json_decref(root);
}
