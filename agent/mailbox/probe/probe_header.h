/*
 * What the header of a mail says of a probe: its token, and who passed it on.
 *
 * A rule that redirects leaves a field with the address of the mailbox whose rule it is:
 *
 *	X-Sieve-Redirected-From         Dovecot's Pigeonhole
 *	X-MS-Exchange-Inbox-Rules-Loop  Exchange ("Loop Prevention in Exchange Online
 *	                                Demystified", Exchange Team Blog)
 *
 * A probe has no such field when it is sent, and its token cannot be guessed. So of a mail that
 * carries the token, the field was written on the way, by the rules.
 */
#ifndef MAILBOX_PROBE_PROBE_HEADER_H
#define MAILBOX_PROBE_PROBE_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "mailbox/probe/probe_token.h"
#include "matcher/mail_header.h"

struct arena;

/* The fields that are needed, as IMAP asks for them. */
#define PROBE_HEADER_FIELDS MAIL_HEADER_FIELDS " IN-REPLY-TO REFERENCES"

struct probe_header {
	struct mail_header fields;
	bool is_marked; /* its subject has the mark of a probe */
	bool is_answer; /* it answers another mail, and may quote that one's subject */
	char token[PROBE_TOKEN_LENGTH + 1]; /* "": none */
	const char *redirected_by;          /* the body of the first of those fields; NULL: none */
};

/* Read a header, or fields of one. The result is in `arena`. */
void probe_header_read(struct probe_header *header, struct arena *arena, const char *bytes,
	size_t length);

/* Whether a rule of the mailbox with this address passed the mail on: exactly that one. */
bool probe_header_is_by(const struct probe_header *header, const char *address);

#endif
