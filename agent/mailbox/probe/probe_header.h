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

#include "base/text/strbuf.h"
#include "mailbox/probe/probe_token.h"

/* The fields that are looked at, as IMAP asks for them. */
#define PROBE_HEADER_FIELDS                                               \
	"SUBJECT X-SIEVE-REDIRECTED-FROM X-MS-EXCHANGE-INBOX-RULES-LOOP " \
	"IN-REPLY-TO REFERENCES"

struct probe_header {
	bool is_marked; /* its subject has the mark of a probe */
	bool is_answer; /* it answers another mail, and may quote that one's subject */
	char token[PROBE_TOKEN_LENGTH + 1]; /* "": none */
	struct strbuf
		redirected_by; /* owned; addresses of those fields, a blank on both sides of each */
};

#define PROBE_HEADER_INIT                     \
	{                                     \
		.redirected_by = STRBUF_INIT, \
	}

/* Read a header, or fields of one (RFC 5322 section 2.2). What `header` held before is dropped. */
void probe_header_read(struct probe_header *header, const char *bytes, size_t length);
void probe_header_release(struct probe_header *header);

/* Whether a rule of the mailbox with this address passed the mail on: exactly that one. */
bool probe_header_is_by(const struct probe_header *header, const char *address);

#endif
