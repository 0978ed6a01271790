/*
 * A mail of ours, laid out for SMTP: one text, UTF-8, with the header fields that an automatic
 * mail owes (RFC 5322, RFC 2045, RFC 3834, RFC 2919; MS-OXCMAIL section 2.1.3.2.20). Lines end with CRLF and have at most 78
 * characters, but for an address that is longer.
 */
#ifndef MAIL_SMTP_MESSAGE_H
#define MAIL_SMTP_MESSAGE_H

#include <stdbool.h>

#include "base/text/moment.h"

struct strbuf;

/* All borrowed. Addresses must be such as mime_is_address() takes. */
struct message {
	const char *from_name, *from; /* the name may be NULL */
	const char *reply_to;         /* where answers go; NULL: to `from` */
	const char *to_name, *to;     /* as `from` */
	const char *subject;
	const char *id;        /* without its <>: message_add_id() */
	const char *thread_id; /* the same, of the thread that the mail belongs to; NULL: none */
	const char *topic; /* what the thread is about, the same in each of its mails; NULL: none */
	moment date;
	const char *list_name, *list_id; /* RFC 2919; id NULL: none */
	bool is_automatic; /* Auto-Submitted and X-Auto-Response-Suppress, so that no machine answers */
	const char *body; /* UTF-8; lines end with \n */
};

/* Add the whole mail. */
void message_add(struct strbuf *out, const struct message *message);

/* Add a Message-ID's inside: `what` is told from all others by whoever makes it; its domain is the sender's. */
void message_add_id(struct strbuf *out, const char *what, const char *from);

#endif
