#include "mailbox/message_ids.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/memory.h"
#include "matcher/matcher.h"

#define ROOM_MIN 1024

struct message_id {
	uint64_t key;  /* 0: the slot is free */
	uint64_t tags; /* of those carried */
};

struct message_ids {
	struct message_id *slots; /* owned */
	size_t count, room;       /* room is a power of two, twice the count or more */
};

struct message_ids *message_ids_new(void)
{
	struct message_ids *ids = memory_get(sizeof(*ids));

	*ids = (struct message_ids){
		.slots = memory_get(ROOM_MIN * sizeof(*ids->slots)), .room = ROOM_MIN};
	memset(ids->slots, 0, ROOM_MIN * sizeof(*ids->slots));
	return ids;
}

void message_ids_free(struct message_ids *ids)
{
	if (ids)
		free(ids->slots);
	free(ids);
}

/* Strangers choose the texts: what they choose must not crowd together. */
static uint64_t key_of(const void *bytes, size_t length)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	uint64_t key;

	crypto_hash_sha256(hash, bytes, length);
	memcpy(&key, hash, sizeof(key));
	return key ? key : 1;
}

uint64_t message_id_key(const char *message_id)
{
	return message_id && *message_id ? key_of(message_id, strlen(message_id)) : 0;
}

/* Tags are of one catalogue, so where each of them is tells them apart. */
static uint64_t tags_key(const struct mail_meaning *meaning)
{
	uint64_t key = 0;

	for (size_t i = 0; i < meaning->tag_count; i++)
		key ^= key_of(&meaning->tags[i], sizeof(meaning->tags[i]));
	return key;
}

static struct message_id *slot_of(struct message_id *slots, size_t room, uint64_t key)
{
	size_t i = (size_t)key & (room - 1);

	while (slots[i].key && slots[i].key != key)
		i = (i + 1) & (room - 1);
	return &slots[i];
}

static void make_room(struct message_ids *ids)
{
	size_t room = ids->room * 2;
	struct message_id *slots = memory_get(room * sizeof(*slots));

	memset(slots, 0, room * sizeof(*slots));
	for (size_t i = 0; i < ids->room; i++) {
		if (ids->slots[i].key)
			*slot_of(slots, room, ids->slots[i].key) = ids->slots[i];
	}
	free(ids->slots);
	ids->slots = slots;
	ids->room = room;
}

bool message_ids_add(struct message_ids *ids, uint64_t key, const struct mail_meaning *meaning)
{
	struct message_id *slot;
	uint64_t tags;

	if (key == 0)
		return false;
	tags = tags_key(meaning);
	slot = slot_of(ids->slots, ids->room, key);
	if (slot->key)
		return slot->tags != tags;
	if (ids->count == MESSAGE_IDS_MAX)
		return false;
	*slot = (struct message_id){key, tags};
	if (++ids->count * 2 > ids->room)
		make_room(ids);
	return false;
}

bool message_ids_have(const struct message_ids *ids, uint64_t key)
{
	return key && slot_of(ids->slots, ids->room, key)->key;
}
