#include "base/memory/memo.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/memory.h"

#define ROOM_MIN 64

void memo_release(struct memo *memo)
{
	free(memo->slots);
	*memo = (struct memo){0};
}

__extension__ typedef unsigned __int128 product;

/* Both halves of a product of 128 bits: each bit of it depends on the seed. */
static uint64_t mix_word(uint64_t hash, uint64_t word, uint64_t seed)
{
	product mixed = (product)(hash ^ word ^ seed) * (seed | 1);

	return (uint64_t)mixed ^ (uint64_t)(mixed >> 64);
}

static uint64_t hash_bytes(const struct memo *memo, const char *bytes, size_t length)
{
	uint64_t hash = length, word;

	for (; length >= sizeof(word); length -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		hash = mix_word(hash, word, memo->seed);
	}
	word = 0;
	memcpy(&word, bytes, length);
	return mix_word(hash, word, memo->seed);
}

/* Make room for one more. */
static void grow(struct memo *memo)
{
	struct memo_slot *before = memo->slots;
	size_t room = memo->room;

	if (2 * memo->count < room)
		return;
	if (room == 0)
		randombytes_buf(&memo->seed, sizeof(memo->seed));
	memo->room = room ? 2 * room : ROOM_MIN;
	memo->slots = memory_get(memo->room * sizeof(*memo->slots));
	memset(memo->slots, 0, memo->room * sizeof(*memo->slots));
	for (size_t i = 0; i < room; i++) {
		size_t to = before[i].hash & (memo->room - 1);

		if (!before[i].key)
			continue;
		while (memo->slots[to].key)
			to = (to + 1) & (memo->room - 1);
		memo->slots[to] = before[i];
	}
	free(before);
}

static struct memo_slot *take_slot(struct memo *memo, struct memo_slot *slot, const char *key,
	size_t length, uint64_t hash)
{
	if (!slot->key) {
		*slot = (struct memo_slot){.key = key,
			.value = NULL,
			.length = (uint32_t)length,
			.hash = (uint32_t)hash};
		memo->count++;
	}
	return slot;
}

struct memo_slot *memo_at(struct memo *memo, const char *bytes, size_t length)
{
	uint64_t hash;
	size_t i;

	grow(memo);
	hash = hash_bytes(memo, bytes, length);
	i = (uint32_t)hash & (memo->room - 1);
	while (memo->slots[i].key &&
		(memo->slots[i].hash != (uint32_t)hash || memo->slots[i].length != length ||
			memcmp(memo->slots[i].key, bytes, length) != 0))
		i = (i + 1) & (memo->room - 1);
	return take_slot(memo, &memo->slots[i], bytes, length, hash);
}

struct memo_slot *memo_at_address(struct memo *memo, const void *address)
{
	uint64_t hash;
	size_t i;

	grow(memo);
	hash = mix_word(0, (uint64_t)(uintptr_t)address, memo->seed);
	i = (uint32_t)hash & (memo->room - 1);
	while (memo->slots[i].key && memo->slots[i].key != address)
		i = (i + 1) & (memo->room - 1);
	return take_slot(memo, &memo->slots[i], address, 0, hash);
}
