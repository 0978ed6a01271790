#include "feed/people_reading.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/feed_absences.h"
#include "feed/format/record.h"
#include "feed/format/record_reader.h"
#include "feed/people_query.h"
#include "feed/reading.h"
#include "model/settings.h"

static const char *key_of(struct arena *arena, const struct feed_settings *feed, const char *value)
{
	return name_key(arena, feed->match, value, feed->match_as == MATCH_NUMBER);
}

void people_asked_init(struct people_asked *asked, struct arena *arena)
{
	*asked = (struct people_asked){.arena = arena, .keys = table_new(arena)};
}

bool people_asked_has(const struct people_asked *asked, const struct feed_settings *feed,
	const char *value)
{
	struct arena *own = arena_new();
	bool has = table_find(asked->keys, key_of(own, feed, value)) != NULL;

	arena_free(own);
	return has;
}

bool people_asked_note(struct people_asked *asked, const struct feed_settings *feed,
	const char *value)
{
	const char *key = key_of(asked->arena, feed, value);

	if (table_find(asked->keys, key))
		return false;
	table_put(asked->keys, key, asked);
	return true;
}

static void hash_answer(const struct asked_person *person, char hex[SHA256_HEX])
{
	struct hash hash;

	hash_init(&hash);
	if (person->document)
		hash_add(&hash, person->document, person->length);
	hash_end(&hash, hex);
}

void people_asked_add(struct people_asked *asked, const struct feed_settings *feed,
	const struct people_query *query)
{
	for (size_t i = 0; i < people_query_count(query); i++) {
		const struct asked_person *person = people_query_person(query, i);
		struct person_asked *item;

		asked->items = arena_grow(asked->arena, asked->items, asked->count, &asked->room,
			sizeof(*asked->items));
		item = &asked->items[asked->count++];
		item->value = arena_string(asked->arena, person->value);
		hash_answer(person, item->sha256);
		people_asked_note(asked, feed, person->value);
	}
}

static int by_value(const void *left, const void *right)
{
	const struct person_asked *const *a = left, *const *b = right;

	return strcmp((*a)->value, (*b)->value);
}

void people_asked_hash(const struct people_asked *asked, char hex[SHA256_HEX])
{
	struct arena *own = arena_new();
	const struct person_asked **people =
		arena_get(own, asked->count * sizeof(const struct person_asked *));
	struct hash hash;

	for (size_t i = 0; i < asked->count; i++)
		people[i] = &asked->items[i];
	if (asked->count > 1)
		qsort(people, asked->count, sizeof(const struct person_asked *), by_value);
	hash_init(&hash);
	for (size_t i = 0; i < asked->count; i++) {
		hash_add_text(&hash, people[i]->value);
		hash_add_text(&hash, people[i]->sha256);
	}
	hash_end(&hash, hex);
	arena_free(own);
}

static void add_answer(struct strbuf *page, const struct asked_person *person)
{
	json_t *value = json_string(person->value);
	char *text = json_dumps(value, JSON_ENCODE_ANY);

	if (text) {
		strbuf_addf(page, "%s{\"person\":%s,\"answer\":", page->length > 1 ? "," : "",
			text);
		strbuf_add(page, person->document, person->length);
		strbuf_addc(page, '}');
	}
	free(text);
	json_decref(value);
}

static void add_answers(struct strbuf *page, const struct people_query *query)
{
	strbuf_addc(page, '[');
	for (size_t i = 0; i < people_query_count(query); i++) {
		const struct asked_person *person = people_query_person(query, i);

		if (person->document)
			add_answer(page, person);
	}
	strbuf_addc(page, ']');
}

/* The keys of whom the records name. */
static struct table *find_named(const struct feed_reader *reader, struct arena *arena)
{
	const struct feed_reading *into = reader->into;
	struct table *named = table_new(arena);

	for (size_t i = 0; i < into->record_count; i++) {
		if (into->records[i].person)
			table_put(named, key_of(arena, reader->settings, into->records[i].person),
				named);
	}
	return named;
}

static void refuse_unread(struct feed_reader *reader, size_t number,
	const struct asked_person *person)
{
	const struct record record = {.person = person->value};
	struct strbuf why = STRBUF_INIT;

	strbuf_addf(&why, _("could not be asked about: %s"), person->why);
	record_refuse(reader, number, &record, why.text);
	strbuf_release(&why);
}

/* Add a record of each person who is unread, and of each who was answered about and has none. */
static void add_others(void *context, struct feed_reader *reader)
{
	const struct people_query *query = context;
	struct arena *own = arena_new();
	const struct table *named = find_named(reader, own);
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < people_query_count(query); i++) {
		const struct asked_person *person = people_query_person(query, i);
		struct record record = {.person = person->value};
		const char *read = record_read_person(reader, person->value);
		size_t number;

		if (person->document && read &&
			table_find(named, key_of(own, reader->settings, read)))
			continue;
		if (record_begin(reader, &number, &err))
			break;
		if (person->document)
			record_cancelled(reader, number, &record);
		else
			refuse_unread(reader, number, person);
	}
	error_release(&err);
	arena_free(own);
}

enum error_kind people_reading_of(struct reading *reading, const struct people_query *query,
	size_t before, const struct settings *settings, const struct feed_settings *feed,
	moment now, struct error *err)
{
	struct strbuf page = STRBUF_INIT;
	const struct strbuf *pages[] = {&page};
	const struct reading_more more = {add_others, (void *)query, before};
	enum error_kind failed;

	add_answers(&page, query);
	reading->address = arena_string(reading->arena, feed->url);
	failed = reading_of_pages(reading,
		&(struct reading_pages){pages,
			people_query_unread(query) < people_query_count(query) ? 1 : 0, &more},
		settings, feed, now, err);
	strbuf_release(&page);
	return failed;
}

static void append_records(struct feed_reading *to, const struct feed_reading *from,
	struct arena *arena)
{
	for (size_t i = 0; i < from->record_count; i++) {
		to->records = arena_grow(arena, to->records, to->record_count, &to->record_room,
			sizeof(*to->records));
		to->records[to->record_count++] = from->records[i];
	}
}

static void append_absences(struct feed_absences *to, const struct feed_absences *from,
	struct arena *arena)
{
	for (size_t i = 0; i < from->count; i++) {
		to->items = arena_grow(arena, to->items, to->count, &to->room, sizeof(*to->items));
		to->items[to->count++] = from->items[i];
	}
}

static void append_standing(struct feed_reading *to, const struct feed_reading *from,
	struct arena *arena)
{
	for (size_t i = 0; i < from->standing_count; i++) {
		to->standing = arena_grow(arena, to->standing, to->standing_count,
			&to->standing_room, sizeof(*to->standing));
		to->standing[to->standing_count++] = from->standing[i];
	}
}

static void append_problems(struct feed_reading *to, const struct feed_reading *from,
	struct arena *arena)
{
	for (size_t i = 0; i < from->problem_count; i++) {
		to->problems = arena_grow(arena, to->problems, to->problem_count, &to->problem_room,
			sizeof(*to->problems));
		to->problems[to->problem_count++] = from->problems[i];
	}
	to->problems_left_out += from->problems_left_out;
}

size_t people_reading_last(const struct reading *reading)
{
	const struct feed_reading *says = &reading->says;

	return says->record_count > 0 ? says->records[says->record_count - 1].number : 0;
}

static void append_zones(struct feed_reading *to, const struct feed_reading *from,
	struct arena *arena)
{
	for (size_t i = 0; i < from->zone_count; i++) {
		to->zones = arena_grow(arena, to->zones, to->zone_count, &to->zone_room,
			sizeof(*to->zones));
		to->zones[to->zone_count++] = from->zones[i];
	}
}

void people_reading_append(struct reading *to, const struct reading *from)
{
	append_records(&to->says, &from->says, to->arena);
	append_absences(&to->says.absences, &from->says.absences, to->arena);
	append_standing(&to->says, &from->says, to->arena);
	append_problems(&to->says, &from->says, to->arena);
	append_zones(&to->says, &from->says, to->arena);
}
