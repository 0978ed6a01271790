/*
 * The one write to a mailbox: removing mails of our own from a folder.
 *
 * A mail is removed only after it was read again in the folder that is open for writing, and the
 * caller recognized it: a UID from before may mean another mail by then, where the folder was
 * removed and created again (RFC 3501 section 2.3.1.1). Mails are removed by their UIDs
 * (UID EXPUNGE, RFC 4315), so that what somebody else marked as deleted stays. Never sent are
 * EXPUNGE and CLOSE, which remove that too.
 */
#ifndef MAIL_IMAP_IMAP_REMOVE_H
#define MAIL_IMAP_IMAP_REMOVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/message/error.h"

struct imap;
struct imap_folder;
struct imap_mail;

#define IMAP_REMOVE_MAX 1000 /* mails of one call */

/* Whether a mail, as it is read now, is one to be removed. */
typedef bool imap_is_ours(void *place, const struct imap_mail *mail);

/* What is to be removed. */
struct imap_removal {
	const char *fields;   /* that `is_ours` needs, as imap_fetch() takes them */
	const uint32_t *uids; /* borrowed; rising */
	size_t count;         /* IMAP_REMOVE_MAX at most */
	imap_is_ours *is_ours;
	void *place; /* for `is_ours` */
};

/*
 * Remove the mails of these UIDs that `is_ours` recognizes. Where the server has no UID EXPUNGE they stay in the folder,
 * marked as deleted. The folder stays open for writing until the next imap_examine(), or the connection's end.
 */
enum error_kind imap_remove(struct imap *imap, const struct imap_folder *folder,
	const struct imap_removal *removal, struct error *err);

#endif
