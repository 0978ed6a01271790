/*
 * How full a mailbox is, by the IMAP extension QUOTA (RFC 9208; RFC 2087 before it).
 *
 * A full mailbox takes no mail, and on Dovecot its Sieve script fails as a whole then: nobody gets the mail, though it
 * was only to be passed on.
 */
#ifndef MAIL_IMAP_IMAP_QUOTA_H
#define MAIL_IMAP_IMAP_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/message/error.h"

struct imap;

#define IMAP_QUOTA_PERCENT_MAX 80  /* above it somebody must make room */
#define IMAP_QUOTA_SHOWN_MAX   999 /* percent */

struct imap_quota {
	bool is_offered; /* the server has the extension */
	bool is_known;   /* it has, and says a limit; else nothing below counts */
	/* Of the limits that hold for the folder, the one that is used most: */
	char resource[16];    /* "STORAGE", in units of 1024 bytes; "MESSAGE", in mails */
	uint64_t used, limit; /* used may be more than the limit */
	unsigned int percent; /* rounded down; IMAP_QUOTA_SHOWN_MAX at most */
};

/*
 * Ask for the limits that hold for the folder INBOX, by GETQUOTAROOT. A server without the extension, and one that
 * refuses to say, is no failure: is_known is false then.
 */
enum error_kind imap_quota(struct imap *imap, struct imap_quota *quota, struct error *err);

#endif
