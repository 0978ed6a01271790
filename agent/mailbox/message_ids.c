#include "mailbox/message_ids.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/text.h"
#include "mailbox/mailbox_mails.h"

#define ROOM_MIN 1024

/* The earliest mail with a Message-ID. */
struct message_note {
	moment arrived;
	const char *folder, *subject;
	const struct mail_tag **tags;
	size_t tag_count;
	bool is_high, is_unread, is_passed, has_list;
};

struct message_id {
	uint64_t key; /* 0: the slot is free */
	struct message_note *note;
};

struct message_ids {
	struct arena *arena;      /* owned: the notes */
	struct message_id *slots; /* owned */
	size_t count, room;       /* room is a power of two, twice the count or more */
};

struct message_ids *message_ids_new(void)
{
	struct message_ids *ids = memory_get(sizeof(*ids));

	*ids = (struct message_ids){.arena = arena_new(),
		.slots = memory_get(ROOM_MIN * sizeof(*ids->slots)),
		.room = ROOM_MIN};
	memset(ids->slots, 0, ROOM_MIN * sizeof(*ids->slots));
	return ids;
}

void message_ids_free(struct message_ids *ids)
{
	if (ids) {
		arena_free(ids->arena);
		free(ids->slots);
	}
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

static void write_note(struct message_ids *ids, struct message_note *note,
	const struct mailbox_mail *mail)
{
	const struct strbuf *subject = &mail->subject;

	*note = (struct message_note){.arrived = mail->arrived,
		.folder = mail->folder,
		.subject = arena_bytes(ids->arena, subject->text,
			text_cut(subject->text, subject->length, MESSAGE_SUBJECT_MAX)),
		.tags = arena_get(ids->arena, (mail->tag_count + 1) * sizeof(struct mail_tag *)),
		.tag_count = mail->tag_count,
		.is_high = mail->is_high,
		.is_unread = mail->is_unread,
		.is_passed = mail->is_passed,
		.has_list = mail->has_list};
	memcpy(note->tags, mail->tags, mail->tag_count * sizeof(struct mail_tag *));
}

static void read_note(struct mailbox_mail *mail, const struct message_note *note)
{
	struct strbuf subject = mail->subject;

	strbuf_reset(&subject);
	strbuf_adds(&subject, note->subject);
	*mail = (struct mailbox_mail){.arrived = note->arrived,
		.folder = note->folder,
		.subject = subject,
		.tag_count = note->tag_count,
		.is_high = note->is_high,
		.is_unread = note->is_unread,
		.is_passed = note->is_passed,
		.has_list = note->has_list};
	memcpy(mail->tags, note->tags, note->tag_count * sizeof(struct mail_tag *));
}

/* Tags are in the catalogue's order. */
static bool has_same_tags(const struct message_note *note, const struct mailbox_mail *mail)
{
	return note->tag_count == mail->tag_count &&
		memcmp(note->tags, mail->tags, note->tag_count * sizeof(struct mail_tag *)) == 0;
}

bool message_ids_add(struct message_ids *ids, uint64_t key, const struct mailbox_mail *mail,
	struct mailbox_mail *repeated)
{
	struct message_id *slot;
	bool differs;

	if (key == 0)
		return false;
	slot = slot_of(ids->slots, ids->room, key);
	if (!slot->key && ids->count == MESSAGE_IDS_MAX)
		return false;
	if (!slot->key) {
		*slot = (struct message_id){key, arena_get(ids->arena, sizeof(*slot->note))};
		write_note(ids, slot->note, mail);
		if (++ids->count * 2 > ids->room)
			make_room(ids);
		return false;
	}
	differs = !has_same_tags(slot->note, mail);
	if (differs && mail->arrived >= slot->note->arrived)
		mailbox_mail_copy(repeated, mail);
	else if (differs)
		read_note(repeated, slot->note);
	if (mail->arrived < slot->note->arrived)
		write_note(ids, slot->note, mail);
	return differs;
}

bool message_ids_have(const struct message_ids *ids, uint64_t key)
{
	return key && slot_of(ids->slots, ids->room, key)->key;
}
