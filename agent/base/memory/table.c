#include "base/memory/table.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/memory/arena.h"

struct table_slot {
	const char *key; /* borrowed; NULL: free */
	void *value;     /* borrowed */
	uint64_t hash;   /* of the key */
};

struct table {
	struct arena *arena; /* borrowed: the one it lives in */
	struct table_slot *slots;
	size_t count, room; /* room is a power of two, at most half full */
};

static uint64_t mix_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
	return hash ^ (hash >> 32);
}

/*
 * Eight bytes at a time: keys are DNs, and a round of watch looks for each member of a large group
 * many times. They come from the directory's admins, and at worst a table is slow.
 */
static uint64_t hash_of(const char *key)
{
	size_t left = strlen(key);
	uint64_t hash = left, word = 0;

	for (; left >= sizeof(word); left -= sizeof(word), key += sizeof(word)) {
		memcpy(&word, key, sizeof(word));
		hash = mix_word(hash, word);
	}
	word = 0;
	memcpy(&word, key, left);
	return mix_word(hash, word);
}

/* DNs are long and alike: they are compared only where their hashes agree. */
static struct table_slot *slot_of(struct table_slot *slots, size_t room, const char *key,
	uint64_t hash)
{
	size_t i = (size_t)hash & (room - 1);

	while (slots[i].key && (slots[i].hash != hash || strcmp(slots[i].key, key) != 0))
		i = (i + 1) & (room - 1);
	return &slots[i];
}

struct table *table_new(struct arena *arena)
{
	struct table *table = arena_get(arena, sizeof(*table));

	table->arena = arena;
	table->room = 32;
	table->slots = arena_get(arena, table->room * sizeof(*table->slots));
	return table;
}

void *table_find(const struct table *table, const char *key)
{
	return table->count > 0 ? slot_of(table->slots, table->room, key, hash_of(key))->value
				: NULL;
}

static void table_double(struct table *table)
{
	size_t room = table->room * 2;
	struct table_slot *slots = arena_get(table->arena, room * sizeof(*slots));

	for (size_t i = 0; i < table->room; i++) {
		const struct table_slot *slot = &table->slots[i];

		if (slot->key)
			*slot_of(slots, room, slot->key, slot->hash) = *slot;
	}
	table->slots = slots;
	table->room = room;
}

void table_put(struct table *table, const char *key, void *value)
{
	uint64_t hash = hash_of(key);
	struct table_slot *slot;

	if (table->count * 2 >= table->room)
		table_double(table);
	slot = slot_of(table->slots, table->room, key, hash);
	if (!slot->key)
		table->count++;
	*slot = (struct table_slot){.key = key, .value = value, .hash = hash};
}
