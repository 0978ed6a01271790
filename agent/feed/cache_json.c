#include "feed/cache_json.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/system/version.h"
#include "base/text/json_value.h"
#include "base/text/strbuf.h"
#include "feed/cache.h"
#include "feed/format/record_reader.h"
#include "model/person.h"
#include "model/settings.h"

#define COPY     2                 /* of the form */
#define TIME_MAX ((moment)1 << 40) /* seconds: some 35,000 years */

static bool read_hash(const json_t *object, const char *key, char hex[SHA256_HEX])
{
	const char *text = json_string_value(json_object_get(object, key));

	if (!text || strlen(text) != SHA256_HEX - 1)
		return false;
	memcpy(hex, text, SHA256_HEX);
	return true;
}

static bool read_deputies(const char ***deputies, size_t *count, const json_t *list,
	struct arena *arena)
{
	size_t all = json_array_size(list);

	*deputies = arena_get(arena, all * sizeof(**deputies));
	for (*count = 0; *count < all; ++*count) {
		const char *deputy = json_string_value(json_array_get(list, *count));

		if (!deputy || !*deputy)
			return false;
		(*deputies)[*count] = arena_string(arena, deputy);
	}
	return true;
}

/* Whom one of a list is about, and when; what is not there is open. */
struct dated {
	size_t record;
	const char *person;
	moment start, end;
	bool kept;
};

static bool read_dated(struct dated *dated, const json_t *object, struct arena *arena)
{
	*dated = (struct dated){
		.record = (size_t)json_integer_value(json_object_get(object, "record")),
		.person = json_text_at(object, "person", arena),
		.start = json_moment_at(object, "start", MOMENT_EARLIEST),
		.end = json_moment_at(object, "end", MOMENT_LATEST),
		.kept = json_is_true(json_object_get(object, "kept")),
	};
	return dated->person && *dated->person && dated->start < dated->end;
}

static bool read_absence(struct feed_absence *absence, const json_t *object, struct arena *arena)
{
	struct dated dated;
	size_t count;

	if (!read_dated(&dated, object, arena))
		return false;
	*absence = (struct feed_absence){.record = (uint32_t)dated.record,
		.person = dated.person,
		.start = dated.start,
		.end = dated.end,
		.kept = dated.kept};
	if (!read_deputies(&absence->deputies, &count, json_object_get(object, "deputies"),
		    arena) ||
		count > PERSON_VALUES_MAX)
		return false;
	absence->deputy_count = (uint16_t)count;
	return true;
}

static bool read_absences(struct feed_absences *absences, const json_t *list, struct arena *arena)
{
	size_t count = json_array_size(list);

	if (!json_is_array(list) || count > FEED_ABSENCES_MAX * (size_t)2) /* kept ones, too */
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

/* Those that stand in whenever somebody is away; not there where there are none. */
static bool read_standing(struct kept_reading *reading, const json_t *list, struct arena *arena)
{
	size_t count = json_array_size(list);

	if ((list && !json_is_array(list)) || count > FEED_RECORDS_MAX * (size_t)2)
		return false;
	reading->standing = arena_get(arena, count * sizeof(*reading->standing));
	for (; reading->standing_count < count; reading->standing_count++) {
		struct feed_standing *standing = &reading->standing[reading->standing_count];
		const json_t *object = json_array_get(list, reading->standing_count);
		struct dated dated;

		if (!read_dated(&dated, object, arena))
			return false;
		*standing = (struct feed_standing){.record = dated.record,
			.person = dated.person,
			.start = dated.start,
			.end = dated.end,
			.kept = dated.kept};
		if (!read_deputies(&standing->deputies, &standing->deputy_count,
			    json_object_get(object, "deputies"), arena))
			return false;
	}
	return true;
}

/* Not there where there are none. */
static bool read_roles(struct feed_roles *roles, const json_t *list, struct arena *arena)
{
	size_t count = json_array_size(list);

	if ((list && !json_is_array(list)) || count > FEED_ROLES_MAX * (size_t)2)
		return false;
	roles->items = arena_get(arena, count * sizeof(*roles->items));
	roles->room = count;
	for (; roles->count < count; roles->count++) {
		const json_t *object = json_array_get(list, roles->count);
		struct feed_role *role = &roles->items[roles->count];
		struct dated dated;

		if (!read_dated(&dated, object, arena))
			return false;
		*role = (struct feed_role){.record = dated.record,
			.person = dated.person,
			.role = json_text_at(object, "role", arena),
			.start = dated.start,
			.end = dated.end,
			.kept = dated.kept};
		if (!role->role || !*role->role)
			return false;
	}
	return true;
}

/* By enum feed_record_state. */
static const char *const asked_keys[] = {
	[RECORD_READABLE] = "readable",
	[RECORD_SET_ASIDE] = "set_aside",
	[RECORD_UNUSABLE] = "unusable",
};

#define ASKED_KEYS (sizeof(asked_keys) / sizeof(*asked_keys))

/* About whom the feed was asked, for each record; not there where it is not asked about people. */
static bool read_asked(struct kept_reading *reading, const json_t *object, struct arena *arena)
{
	size_t count = 0;

	if (object && !json_is_object(object))
		return false;
	for (size_t i = 0; i < ASKED_KEYS; i++)
		count += json_array_size(json_object_get(object, asked_keys[i]));
	if (count > FEED_RECORDS_MAX)
		return false;
	reading->records = arena_get(arena, count * sizeof(*reading->records));
	for (size_t i = 0; i < ASKED_KEYS; i++) {
		const json_t *list = json_object_get(object, asked_keys[i]);

		for (size_t j = 0; j < json_array_size(list); j++) {
			const char *person = json_string_value(json_array_get(list, j));
			struct feed_record *record = &reading->records[reading->record_count];

			if (!person || !*person)
				return false;
			*record = (struct feed_record){.number = (uint32_t)++reading->record_count,
				.state = (enum feed_record_state)i,
				.person = arena_string(arena, person)};
		}
	}
	return true;
}

static const struct {
	const char *key;
	size_t offset;
} count_keys[] = {
	{"records", offsetof(struct feed_counts, records)},
	{"set_aside", offsetof(struct feed_counts, set_aside)},
	{"unusable", offsetof(struct feed_counts, unusable)},
	{"readable", offsetof(struct feed_counts, readable)},
	{"used", offsetof(struct feed_counts, used)},
	{"known", offsetof(struct feed_counts, known)},
	{"unasked", offsetof(struct feed_counts, unasked)}, /* last: others need not have it */
};

#define COUNT_KEYS (sizeof(count_keys) / sizeof(*count_keys))

static bool read_counts(struct feed_counts *counts, const json_t *object)
{
	for (size_t i = 0; i < COUNT_KEYS; i++) {
		const json_t *value = json_object_get(object, count_keys[i].key);
		size_t count = (size_t)json_integer_value(value);

		if (!value && i == COUNT_KEYS - 1)
			continue;
		if (!json_is_integer(value) || json_integer_value(value) < 0 ||
			json_integer_value(value) > FEED_RECORDS_MAX)
			return false;
		memcpy((char *)counts + count_keys[i].offset, &count, sizeof(count));
	}
	return counts->set_aside + counts->readable + counts->unusable == counts->records &&
		counts->used + counts->unasked <= counts->readable &&
		counts->known <= counts->records;
}

/* When it was read: a time that can be counted with. */
static bool read_time(moment *at, const json_t *object, const char *key)
{
	*at = json_moment_at(object, key, MOMENT_EARLIEST);
	return *at >= 0 && *at < TIME_MAX;
}

static bool read_reading(struct kept_reading *reading, const json_t *object, struct arena *arena)
{
	return read_time(&reading->first_at, object, "first_at") &&
		read_time(&reading->last_at, object, "last_at") &&
		read_hash(object, "sha256", reading->sha256) &&
		read_counts(&reading->counts, json_object_get(object, "counts")) &&
		read_absences(&reading->absences, json_object_get(object, "absences"), arena) &&
		read_standing(reading, json_object_get(object, "standing"), arena) &&
		read_roles(&reading->roles, json_object_get(object, "roles"), arena) &&
		read_asked(reading, json_object_get(object, "asked"), arena);
}

static bool read_trusted(struct feed_cache *cache, const json_t *list, struct arena *arena)
{
	size_t count = json_array_size(list);

	if (!json_is_array(list) || count > FEED_TRUSTED_MAX)
		return false;
	for (; cache->trusted_count < count; cache->trusted_count++) {
		if (!read_reading(&cache->trusted[cache->trusted_count],
			    json_array_get(list, cache->trusted_count), arena))
			return false;
	}
	return true;
}

static bool read_doubt(struct feed_cache *cache, const json_t *object, struct arena *arena)
{
	struct feed_doubt *doubt = &cache->doubt;

	if (!object)
		return true;
	cache->is_doubted = true;
	doubt->doubts = (unsigned)json_integer_value(json_object_get(object, "doubts"));
	doubt->why = json_text_at(object, "why", arena);
	doubt->shrunk_since = MOMENT_EARLIEST;
	if (json_object_get(object, "shrunk_since") &&
		!read_time(&doubt->shrunk_since, object, "shrunk_since"))
		return false;
	return doubt->doubts != 0 && doubt->why && read_time(&doubt->since, object, "since") &&
		read_reading(&doubt->reading, object, arena);
}

static bool read_replaced(struct feed_cache *cache, const json_t *object, struct arena *arena)
{
	cache->has_replaced = object != NULL;
	return !object || read_reading(&cache->replaced, object, arena);
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
	return read_trusted(cache, json_object_get(root, "trusted"), arena) &&
		read_doubt(cache, json_object_get(root, "doubted"), arena) &&
		read_replaced(cache, json_object_get(root, "replaced"), arena);
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

static void put_deputies(json_t *object, const char *const *deputies, size_t count)
{
	json_t *list;

	if (count == 0)
		return;
	list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(deputies[i]));
	json_object_set_new(object, "deputies", list);
}

static json_t *make_dated(const struct dated *dated)
{
	json_t *object = json_object();

	json_object_set_new(object, "record", json_integer((json_int_t)dated->record));
	put_text(object, "person", dated->person);
	json_put_moment(object, "start", dated->start, MOMENT_EARLIEST);
	json_put_moment(object, "end", dated->end, MOMENT_LATEST);
	if (dated->kept)
		json_object_set_new(object, "kept", json_true());
	return object;
}

static json_t *make_absences(const struct feed_absences *absences)
{
	json_t *list = json_array();

	for (size_t i = 0; i < absences->count; i++) {
		const struct feed_absence *absence = &absences->items[i];
		json_t *object = make_dated(&(struct dated){absence->record, absence->person,
			absence->start, absence->end, absence->kept});

		put_deputies(object, absence->deputies, absence->deputy_count);
		json_array_append_new(list, object);
	}
	return list;
}

static void put_standing(json_t *object, const struct kept_reading *reading)
{
	json_t *list;

	if (reading->standing_count == 0)
		return;
	list = json_array();
	for (size_t i = 0; i < reading->standing_count; i++) {
		const struct feed_standing *standing = &reading->standing[i];
		json_t *item = make_dated(&(struct dated){standing->record, standing->person,
			standing->start, standing->end, standing->kept});

		put_deputies(item, standing->deputies, standing->deputy_count);
		json_array_append_new(list, item);
	}
	json_object_set_new(object, "standing", list);
}

static void put_roles(json_t *object, const struct feed_roles *roles)
{
	json_t *list;

	if (roles->count == 0)
		return;
	list = json_array();
	for (size_t i = 0; i < roles->count; i++) {
		const struct feed_role *role = &roles->items[i];
		json_t *item = make_dated(&(struct dated){
			role->record, role->person, role->start, role->end, role->kept});

		put_text(item, "role", role->role);
		json_array_append_new(list, item);
	}
	json_object_set_new(object, "roles", list);
}

static void put_asked(json_t *object, const struct kept_reading *reading)
{
	json_t *asked;

	if (reading->record_count == 0)
		return;
	asked = json_object();
	for (size_t i = 0; i < ASKED_KEYS; i++)
		json_object_set_new(asked, asked_keys[i], json_array());
	for (size_t i = 0; i < reading->record_count; i++) {
		const struct feed_record *record = &reading->records[i];

		if (record->person)
			json_array_append_new(json_object_get(asked, asked_keys[record->state]),
				json_string(record->person));
	}
	json_object_set_new(object, "asked", asked);
}

static json_t *make_counts(const struct feed_counts *counts)
{
	json_t *object = json_object();

	for (size_t i = 0; i < COUNT_KEYS; i++) {
		size_t count;

		memcpy(&count, (const char *)counts + count_keys[i].offset, sizeof(count));
		json_object_set_new(object, count_keys[i].key, json_integer((json_int_t)count));
	}
	return object;
}

static json_t *make_reading(const struct kept_reading *reading)
{
	json_t *object = json_object();

	json_put_moment(object, "first_at", reading->first_at, MOMENT_EARLIEST);
	json_put_moment(object, "last_at", reading->last_at, MOMENT_EARLIEST);
	put_text(object, "sha256", reading->sha256);
	json_object_set_new(object, "counts", make_counts(&reading->counts));
	json_object_set_new(object, "absences", make_absences(&reading->absences));
	put_standing(object, reading);
	put_roles(object, &reading->roles);
	put_asked(object, reading);
	return object;
}

static void put_doubt(json_t *root, const struct feed_cache *cache)
{
	const struct feed_doubt *doubt = &cache->doubt;
	json_t *object;

	if (!cache->is_doubted)
		return;
	object = make_reading(&doubt->reading);
	json_object_set_new(object, "doubts", json_integer((json_int_t)doubt->doubts));
	put_text(object, "why", doubt->why);
	json_put_moment(object, "since", doubt->since, MOMENT_EARLIEST);
	json_put_moment(object, "shrunk_since", doubt->shrunk_since, MOMENT_EARLIEST);
	json_object_set_new(root, "doubted", object);
}

void feed_cache_json_add(struct strbuf *out, const struct feed_cache *cache,
	const struct feed_settings *feed, const char *settings)
{
	json_t *root = json_object(), *trusted = json_array();

	json_object_set_new(root, "copy", json_integer(COPY));
	put_text(root, "version", POSTVAGT_VERSION);
	put_text(root, "feed", feed->name);
	put_text(root, "url", feed->url);
	put_text(root, "settings", settings);
	put_text(root, "etag", cache->etag);
	put_text(root, "last_modified", cache->last_modified);
	for (size_t i = 0; i < cache->trusted_count; i++)
		json_array_append_new(trusted, make_reading(&cache->trusted[i]));
	json_object_set_new(root, "trusted", trusted);
	put_doubt(root, cache);
	if (cache->has_replaced)
		json_object_set_new(root, "replaced", make_reading(&cache->replaced));
	json_add_line(out, root);
	json_decref(root);
}
