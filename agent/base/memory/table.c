#include "base/memory/table.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"

#define ROOM_LEAST 8

struct table_slot {
	const char *key; /* borrowed; NULL: free */
	void *value;     /* borrowed */
	uint32_t length; /* of the key, as far as it fits */
	uint32_t hash;   /* of the key */
};

struct table {
	struct arena *arena;      /* borrowed: the one it lives in */
	struct table_slot *slots; /* NULL: it is empty */
	size_t count, room;       /* room is a power of two, at most three quarters full */
};

static uint64_t mix_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
	return hash ^ (hash >> 32);
}

/*
 * Eight bytes at a time: keys are DNs, and a round of watch looks for each member of a large group
 * many times. The last eight may overlap those before. They come from the directory's admins, and at worst a table is
 * slow.
 */
uint32_t table_hash(const char *key, size_t length)
{
	const char *end = key + length;
	uint64_t hash = length, word = 0;

	for (; (size_t)(end - key) > sizeof(word); key += sizeof(word)) {
		memcpy(&word, key, sizeof(word));
		hash = mix_word(hash, word);
	}
	if (length >= sizeof(word)) {
		memcpy(&word, end - sizeof(word), sizeof(word));
	} else {
		for (; key < end; key++)
			word = word << 8 | (unsigned char)*key;
	}
	hash = mix_word(hash, word);
	return (uint32_t)(hash * 0xbf58476d1ce4e5b9U >> 32);
}

/* DNs are long and alike: they are compared only where their hashes agree. */
static struct table_slot *slot_of(const struct table *table, const char *key, size_t length,
	uint32_t hash)
{
	size_t i = hash & (table->room - 1);
	struct table_slot *slot = &table->slots[i];

	while (slot->key &&
		(slot->hash != hash || slot->length != (uint32_t)length ||
			memcmp(slot->key, key, length) != 0)) {
		i = (i + 1) & (table->room - 1);
		slot = &table->slots[i];
	}
	return slot;
}

struct table *table_new(struct arena *arena)
{
	struct table *table = arena_get(arena, sizeof(*table));

	table->arena = arena;
	return table;
}

void *table_find(const struct table *table, const char *key)
{
	return table->count > 0 ? table_find_bytes(table, key, strlen(key)) : NULL;
}

void *table_find_bytes(const struct table *table, const char *key, size_t length)
{
	return table->count > 0 ? slot_of(table, key, length, table_hash(key, length))->value
				: NULL;
}

static void table_double(struct table *table)
{
	struct table_slot *old = table->slots;
	size_t count = table->room;

	table->room = count > 0 ? count * 2 : ROOM_LEAST;
	table->slots = arena_get(table->arena, table->room * sizeof(*table->slots));
	for (size_t i = 0; i < count; i++) {
		size_t at = old[i].hash & (table->room - 1);

		while (old[i].key && table->slots[at].key)
			at = (at + 1) & (table->room - 1);
		if (old[i].key)
			table->slots[at] = old[i];
	}
}

void table_put(struct table *table, const char *key, void *value)
{
	table_put_bytes(table, key, strlen(key), value);
}

void table_put_bytes(struct table *table, const char *key, size_t length, void *value)
{
	uint32_t hash = table_hash(key, length);
	struct table_slot *slot;

	if (table->count * 4 >= table->room * 3)
		table_double(table);
	slot = slot_of(table, key, length, hash);
	if (!slot->key)
		table->count++;
	*slot = (struct table_slot){
		.key = key, .value = value, .length = (uint32_t)length, .hash = hash};
}
