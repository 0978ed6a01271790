/*
 * The Message-IDs of the mails of a look, and the tags that each carried.
 *
 * Mail systems that pass a mail on drop a second one with the same Message-ID (Pigeonhole: "discarded duplicate
 * forward"), also where its subject carries another tag; and a mailbox that is on its own list gets a copy of each mail,
 * with the same Message-ID.
 *
 * Kept are 64 bits of SHA-256 of each; of more than MESSAGE_IDS_MAX mails the later ones are not.
 */
#ifndef MAILBOX_MESSAGE_IDS_H
#define MAILBOX_MESSAGE_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mailbox_mail;
struct message_ids;

#define MESSAGE_IDS_MAX     200000
#define MESSAGE_SUBJECT_MAX 80

struct message_ids *message_ids_new(void);
void message_ids_free(struct message_ids *ids); /* NULL too */

/* The key of a Message-ID, as the field has it; 0: there is none (NULL or ""). */
uint64_t message_id_key(const char *message_id);

/*
 * Note a mail that did not pass through the mailbox before, as it is described; of a subject the first
 * MESSAGE_SUBJECT_MAX bytes are kept. True where another with this Message-ID carries other tags: the later of the two,
 * which mail systems drop, is copied to *repeated. Key 0 is never noted.
 */
bool message_ids_add(struct message_ids *ids, uint64_t key, const struct mailbox_mail *mail,
	struct mailbox_mail *repeated);

bool message_ids_have(const struct message_ids *ids, uint64_t key);

#endif
