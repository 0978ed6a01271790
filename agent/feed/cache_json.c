#include "feed/cache_json.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memo.h"
#include "base/memory/memory.h"
#include "base/system/version.h"
#include "base/text/json_value.h"
#include "base/text/strbuf.h"
#include "feed/cache.h"
#include "feed/cache_json_keys.h"
#include "feed/format/json/json_scan.h"
#include "feed/format/json/json_text.h"
#include "feed/format/record_reader.h"
#include "model/person.h"
#include "model/settings.h"

#define TIME_MAX ((moment)1 << 40) /* seconds: some 35,000 years */

#define DIGITS_MAX 18 /* of a number that fits 64 bits, whatever its digits are */

static bool read_hash(const json_t *object, const char *key, char hex[SHA256_HEX])
{
	const char *text = json_string_value(json_object_get(object, key));

	if (!text || strlen(text) != SHA256_HEX - 1)
		return false;
	memcpy(hex, text, SHA256_HEX);
	return true;
}

/* The lists of a reading that may have a million items; the text of each is taken out before the rest is parsed. */
static const char *const lists[] = {"\"absences\"", "\"standing\"", "\"roles\""};

/* An array of the text. */
struct cache_span {
	size_t at, length;
	bool is_read;
};

/* A copy being read. */
struct cache_reader {
	struct json_walk walk;
	struct strbuf rest; /* the text with [N] in place of each list, which is spans[N] */
	struct cache_span *spans;
	size_t span_count, span_room;
	struct json_scan scan; /* of the items of lists */
	struct memo texts;     /* that were met -> the one in the arena */
	struct arena *arena;   /* borrowed: of what is read */
	size_t standing_room;  /* of the reading at hand */
};

/* The fields of an item, as they are asked for. */
enum { RECORD, PERSON, START, END, KEPT, DEPUTIES, ROLE };

static const char *const item_fields[] = {
	"record", "person", "start", "end", "kept", "deputies", "role"};

/* One of a list: all that any of them has. Texts are borrowed from the text that was parsed. */
struct cache_item {
	struct cache_dated dated;
	const char *role;
	const char *deputies[PERSON_VALUES_MAX];
	size_t deputy_count;
};

static bool copy_value(struct cache_reader *reader, size_t depth);

/* Past a value that has nothing in it, and copy it. */
static bool copy_plain(struct cache_reader *reader)
{
	struct json_walk *walk = &reader->walk;
	size_t start = walk->at;

	if (!json_walk_value(walk))
		return false;
	strbuf_add(&reader->rest, walk->text + start, walk->at - start);
	return true;
}

/* Past a list, whose place is noted: an array of its number is copied. What is none is copied as it is. */
static bool copy_list(struct cache_reader *reader)
{
	struct json_walk *walk = &reader->walk;
	size_t start = walk->at;

	if (!json_walk_value(walk))
		return false;
	if (walk->text[start] != '[') {
		strbuf_add(&reader->rest, walk->text + start, walk->at - start);
		return true;
	}
	strbuf_addf(&reader->rest, "[%zu]", reader->span_count);
	reader->spans = memory_grow(reader->spans, reader->span_count, &reader->span_room,
		sizeof(*reader->spans));
	reader->spans[reader->span_count++] = (struct cache_span){start, walk->at - start, false};
	return true;
}

static bool is_list(const struct cache_reader *reader, size_t start, size_t length)
{
	for (size_t i = 0; i < COUNT(lists); i++) {
		if (length == strlen(lists[i]) &&
			memcmp(reader->walk.text + start, lists[i], length) == 0)
			return true;
	}
	return false;
}

static bool copy_member(struct cache_reader *reader, size_t depth)
{
	size_t start, length;

	if (!json_walk_name(&reader->walk, &start, &length))
		return false;
	strbuf_add(&reader->rest, reader->walk.text + start, length);
	strbuf_addc(&reader->rest, ':');
	return is_list(reader, start, length) ? copy_list(reader) : copy_value(reader, depth);
}

/* Past an object or array, and copy it, less its lists. */
static bool copy_inside(struct cache_reader *reader, size_t depth, char close)
{
	struct json_walk *walk = &reader->walk;
	bool last;

	strbuf_addc(&reader->rest, walk->text[walk->at++]);
	json_walk_blanks(walk);
	last = walk->at < walk->length && walk->text[walk->at] == close;
	while (!last) {
		if (close == '}' ? !copy_member(reader, depth) : !copy_value(reader, depth))
			return false;
		if (!json_walk_separator(walk, close, &last))
			return false;
		if (!last)
			strbuf_addc(&reader->rest, ',');
	}
	walk->at++;
	strbuf_addc(&reader->rest, close);
	return true;
}

/* Past a value, and copy it, less its lists; goes as deep as JSON_DEPTH_MAX. */
static bool copy_value(struct cache_reader *reader, size_t depth)
{
	const struct json_walk *walk = &reader->walk;
	const int first = walk->at < walk->length ? walk->text[walk->at] : '\0';
	char close = '}';

	if (first == '[')
		close = ']';
	else if (first != '{')
		return copy_plain(reader);
	return depth < JSON_DEPTH_MAX && copy_inside(reader, depth + 1, close);
}

/* The whole text but its lists; NULL: it is not JSON. */
static json_t *parse_rest(struct cache_reader *reader)
{
	json_walk_blanks(&reader->walk);
	if (!copy_value(reader, 0))
		return NULL;
	json_walk_blanks(&reader->walk);
	if (reader->walk.at < reader->walk.length)
		return NULL;
	return json_loadb(reader->rest.text, reader->rest.length, JSON_REJECT_DUPLICATES, NULL);
}

/* The one text like this in the arena. */
static const char *keep_text(struct cache_reader *reader, const char *text)
{
	struct memo_slot *slot = memo_at(&reader->texts, text, strlen(text));

	if (!slot->value) {
		slot->value = arena_string(reader->arena, text);
		slot->key = slot->value;
	}
	return slot->value;
}

/* A whole number that is surely one of jansson's; false: it is none, or is for jansson to judge. `*number` stays where it is not there. */
static bool scan_integer(const struct json_scan *scan, size_t field, int64_t *number)
{
	const struct json_scan_value *value = &scan->values[field];
	const char *digits = json_scan_text(scan, field);
	size_t length;

	if (value->kind == JSON_SCAN_ABSENT)
		return true;
	length = digits && value->has_number ? strlen(digits) : 0;
	if (length == 0 || length > DIGITS_MAX || digits[strspn(digits, "-0123456789")] != '\0')
		return false;
	*number = strtoll(digits, NULL, 10);
	return true;
}

/* Take an item as it was scanned; false where it is for jansson to judge. */
static bool scan_item(const struct json_scan *scan, struct cache_item *item)
{
	const struct json_scan_value *values = scan->values;
	struct cache_dated *dated = &item->dated;
	int64_t record = 0;

	if (values[PERSON].has_number || values[ROLE].has_number || values[DEPUTIES].has_number ||
		values[DEPUTIES].kind == JSON_SCAN_TEXT ||
		values[DEPUTIES].count > PERSON_VALUES_MAX)
		return false;
	*dated = (struct cache_dated){.person = json_scan_text(scan, PERSON),
		.start = MOMENT_EARLIEST,
		.end = MOMENT_LATEST,
		.kept = values[KEPT].kind == JSON_SCAN_TRUE};
	item->role = json_scan_text(scan, ROLE);
	item->deputy_count = values[DEPUTIES].count;
	json_scan_texts(scan, DEPUTIES, item->deputies);
	if (!scan_integer(scan, RECORD, &record) || !scan_integer(scan, START, &dated->start) ||
		!scan_integer(scan, END, &dated->end))
		return false;
	dated->record = (size_t)record;
	return true;
}

/* Take an item that was parsed; false where it has too many deputies. */
static bool parse_item(const json_t *object, struct cache_item *item)
{
	const json_t *deputies = json_object_get(object, "deputies");

	item->dated = (struct cache_dated){
		.record = (size_t)json_integer_value(json_object_get(object, "record")),
		.person = json_string_value(json_object_get(object, "person")),
		.start = json_moment_at(object, "start", MOMENT_EARLIEST),
		.end = json_moment_at(object, "end", MOMENT_LATEST),
		.kept = json_is_true(json_object_get(object, "kept")),
	};
	item->role = json_string_value(json_object_get(object, "role"));
	item->deputy_count = json_array_size(deputies);
	if (item->deputy_count > PERSON_VALUES_MAX)
		return false;
	for (size_t i = 0; i < item->deputy_count; i++)
		item->deputies[i] = json_string_value(json_array_get(deputies, i));
	return true;
}

/* Whom an item is about and its deputies, in the arena; false where it says nothing. */
static bool keep_item(struct cache_reader *reader, struct cache_item *item)
{
	struct cache_dated *dated = &item->dated;

	if (!dated->person || !*dated->person || dated->start >= dated->end)
		return false;
	dated->person = keep_text(reader, dated->person);
	for (size_t i = 0; i < item->deputy_count; i++) {
		if (!item->deputies[i] || !*item->deputies[i])
			return false;
		item->deputies[i] = keep_text(reader, item->deputies[i]);
	}
	return true;
}

static const char **deputies_of(struct cache_reader *reader, const struct cache_item *item)
{
	const char **deputies = arena_get(reader->arena, item->deputy_count * sizeof(*deputies));

	memcpy(deputies, item->deputies, item->deputy_count * sizeof(*deputies));
	return deputies;
}

/* Adds an item to a list of the reading; false where it is none of that kind. */
typedef bool item_taker(struct cache_reader *reader, struct kept_reading *into,
	const struct cache_item *item);

static bool take_absence(struct cache_reader *reader, struct kept_reading *into,
	const struct cache_item *item)
{
	const struct cache_dated *dated = &item->dated;
	struct feed_absences *absences = &into->absences;

	if (absences->count == FEED_ABSENCES_MAX * (size_t)2) /* kept ones, too */
		return false;
	absences->items = arena_move(reader->arena, absences->items, absences->count,
		&absences->room, sizeof(*absences->items));
	absences->items[absences->count++] = (struct feed_absence){
		.record = (uint32_t)dated->record,
		.person = dated->person,
		.start = dated->start,
		.end = dated->end,
		.kept = dated->kept,
		.deputies = item->deputy_count > 0 ? deputies_of(reader, item) : NULL,
		.deputy_count = (uint16_t)item->deputy_count,
	};
	return true;
}

static bool take_standing(struct cache_reader *reader, struct kept_reading *into,
	const struct cache_item *item)
{
	const struct cache_dated *dated = &item->dated;

	if (into->standing_count == FEED_RECORDS_MAX * (size_t)2)
		return false;
	into->standing = arena_move(reader->arena, into->standing, into->standing_count,
		&reader->standing_room, sizeof(*into->standing));
	into->standing[into->standing_count++] = (struct feed_standing){
		.record = dated->record,
		.person = dated->person,
		.deputies = deputies_of(reader, item),
		.deputy_count = item->deputy_count,
		.start = dated->start,
		.end = dated->end,
		.kept = dated->kept,
	};
	return true;
}

static bool take_role(struct cache_reader *reader, struct kept_reading *into,
	const struct cache_item *item)
{
	const struct cache_dated *dated = &item->dated;
	struct feed_roles *roles = &into->roles;

	if (roles->count == FEED_ROLES_MAX * (size_t)2 || !item->role || !*item->role)
		return false;
	roles->items = arena_move(reader->arena, roles->items, roles->count, &roles->room,
		sizeof(*roles->items));
	roles->items[roles->count++] = (struct feed_role){dated->record, dated->person,
		keep_text(reader, item->role), dated->start, dated->end, dated->kept};
	return true;
}

/* Read the item that the walk is at, and go past it. */
static bool read_item(struct cache_reader *reader, struct kept_reading *into, item_taker *take)
{
	struct json_walk *walk = &reader->walk;
	size_t start = walk->at, plain = json_scan_record(&reader->scan, walk->text + start);
	struct cache_item item;
	json_t *object = NULL;
	bool is_read;

	walk->at += plain;
	if (plain == 0 && !json_walk_value(walk))
		return false;
	is_read = plain > 0 && scan_item(&reader->scan, &item);
	if (!is_read) {
		object = json_loadb(walk->text + start, walk->at - start, JSON_REJECT_DUPLICATES,
			NULL);
		is_read = object && parse_item(object, &item);
	}
	is_read = is_read && keep_item(reader, &item) && take(reader, into, &item);
	json_decref(object);
	return is_read;
}

/* Read the list that `value`, of the rest, stands for; false where it is none, or one of its items is wrong. */
static bool read_list(struct cache_reader *reader, const json_t *value, struct kept_reading *into,
	item_taker *take)
{
	struct json_walk *walk = &reader->walk;
	struct cache_span *span;
	bool last;

	if (!json_is_array(value))
		return false;
	span = &reader->spans[json_integer_value(json_array_get(value, 0))];
	span->is_read = true;
	walk->at = span->at + 1;
	json_walk_blanks(walk);
	last = walk->text[walk->at] == ']';
	while (!last) {
		if (!read_item(reader, into, take) || !json_walk_separator(walk, ']', &last))
			return false;
	}
	return true;
}

/* The same of a list that is not there where it has nothing. */
static bool read_some(struct cache_reader *reader, const json_t *value, struct kept_reading *into,
	item_taker *take)
{
	return !value || read_list(reader, value, into, take);
}

/* About whom the feed was asked, for each record; not there where it is not asked about people. */
static bool read_asked(struct kept_reading *reading, const json_t *object, struct arena *arena)
{
	size_t count = 0;

	if (object && !json_is_object(object))
		return false;
	for (size_t i = 0; i < CACHE_ASKED_KEYS; i++)
		count += json_array_size(json_object_get(object, cache_asked_keys[i]));
	if (count > FEED_RECORDS_MAX)
		return false;
	reading->records = arena_get(arena, count * sizeof(*reading->records));
	for (size_t i = 0; i < CACHE_ASKED_KEYS; i++) {
		const json_t *list = json_object_get(object, cache_asked_keys[i]);

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

static bool read_counts(struct feed_counts *counts, const json_t *object)
{
	for (size_t i = 0; i < CACHE_COUNT_KEYS; i++) {
		const json_t *value = json_object_get(object, cache_count_keys[i].key);
		size_t count = (size_t)json_integer_value(value);

		if (!value && i == CACHE_COUNT_KEYS - 1)
			continue;
		if (!json_is_integer(value) || json_integer_value(value) < 0 ||
			json_integer_value(value) > FEED_RECORDS_MAX)
			return false;
		memcpy((char *)counts + cache_count_keys[i].offset, &count, sizeof(count));
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

static bool read_reading(struct cache_reader *from, struct kept_reading *reading,
	const json_t *object)
{
	from->standing_room = 0;
	return read_time(&reading->first_at, object, "first_at") &&
		read_time(&reading->last_at, object, "last_at") &&
		read_hash(object, "sha256", reading->sha256) &&
		read_counts(&reading->counts, json_object_get(object, "counts")) &&
		read_list(from, json_object_get(object, "absences"), reading, take_absence) &&
		read_some(from, json_object_get(object, "standing"), reading, take_standing) &&
		read_some(from, json_object_get(object, "roles"), reading, take_role) &&
		read_asked(reading, json_object_get(object, "asked"), from->arena);
}

static bool read_trusted(struct cache_reader *from, struct feed_cache *cache, const json_t *list)
{
	size_t count = json_array_size(list);

	if (!json_is_array(list) || count > FEED_TRUSTED_MAX)
		return false;
	for (; cache->trusted_count < count; cache->trusted_count++) {
		if (!read_reading(from, &cache->trusted[cache->trusted_count],
			    json_array_get(list, cache->trusted_count)))
			return false;
	}
	return true;
}

static bool read_doubt(struct cache_reader *from, struct feed_cache *cache, const json_t *object)
{
	struct feed_doubt *doubt = &cache->doubt;

	if (!object)
		return true;
	cache->is_doubted = true;
	doubt->doubts = (unsigned)json_integer_value(json_object_get(object, "doubts"));
	doubt->why = json_text_at(object, "why", from->arena);
	doubt->shrunk_since = MOMENT_EARLIEST;
	if (json_object_get(object, "shrunk_since") &&
		!read_time(&doubt->shrunk_since, object, "shrunk_since"))
		return false;
	return doubt->doubts != 0 && doubt->why && read_time(&doubt->since, object, "since") &&
		read_reading(from, &doubt->reading, object);
}

static bool read_replaced(struct cache_reader *from, struct feed_cache *cache, const json_t *object)
{
	cache->has_replaced = object != NULL;
	return !object || read_reading(from, &cache->replaced, object);
}

static bool is_of_this_version(const json_t *root)
{
	const char *version = json_string_value(json_object_get(root, "version"));

	return version && strcmp(version, POSTVAGT_VERSION) == 0;
}

static bool read_copy(struct cache_reader *from, struct feed_cache *cache, const json_t *root)
{
	if (is_of_this_version(root)) {
		cache->etag = json_text_at(root, "etag", from->arena);
		cache->last_modified = json_text_at(root, "last_modified", from->arena);
	}
	return read_trusted(from, cache, json_object_get(root, "trusted")) &&
		read_doubt(from, cache, json_object_get(root, "doubted")) &&
		read_replaced(from, cache, json_object_get(root, "replaced"));
}

/* Go past the item that the walk is at; false where it is not JSON. */
static bool pass_item(struct cache_reader *reader)
{
	struct json_walk *walk = &reader->walk;
	size_t start = walk->at, plain = json_scan_record(&reader->scan, walk->text + start);
	json_t *item;

	walk->at += plain;
	if (plain > 0)
		return true;
	if (!json_walk_value(walk))
		return false;
	item = json_loadb(walk->text + start, walk->at - start,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	json_decref(item);
	return item != NULL;
}

/* Whether the lists that nobody asked for are JSON, too. */
static bool are_others_whole(struct cache_reader *reader)
{
	struct json_walk *walk = &reader->walk;

	for (size_t i = 0; i < reader->span_count; i++) {
		bool last;

		walk->at = reader->spans[i].at + 1;
		json_walk_blanks(walk);
		last = reader->spans[i].is_read || walk->text[walk->at] == ']';
		while (!last) {
			if (!pass_item(reader) || !json_walk_separator(walk, ']', &last))
				return false;
		}
	}
	return true;
}

static void reader_release(struct cache_reader *reader)
{
	strbuf_release(&reader->rest);
	free(reader->spans);
	json_scan_release(&reader->scan);
	memo_release(&reader->texts);
}

enum feed_cache_result feed_cache_json_read(struct feed_cache *cache, const char *text,
	size_t length, const char *settings, struct arena *arena)
{
	struct cache_reader reader = {
		.walk = {.text = text, .length = length}, .rest = STRBUF_INIT, .arena = arena};
	enum feed_cache_result result = FEED_CACHE_READ;
	const char *made_under;
	json_t *root;

	json_scan_init(&reader.scan);
	for (size_t i = 0; i < COUNT(item_fields); i++)
		json_scan_want(&reader.scan, item_fields[i]);
	root = parse_rest(&reader);
	made_under = json_string_value(json_object_get(root, "settings"));
	if (!made_under)
		result = FEED_CACHE_BROKEN;
	else if (strcmp(made_under, settings) != 0 ||
		json_integer_value(json_object_get(root, "copy")) != CACHE_COPY)
		result = FEED_CACHE_OTHER;
	else if (!read_copy(&reader, cache, root))
		result = FEED_CACHE_BROKEN;
	if (result != FEED_CACHE_BROKEN && !are_others_whole(&reader))
		result = FEED_CACHE_BROKEN;
	json_decref(root);
	reader_release(&reader);
	return result;
}
