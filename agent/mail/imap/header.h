/*
 * The header fields that decide where a mail goes: its subject, and whether it is marked as high
 * priority.
 *
 * A mail is of high priority where any of these fields says so, upper and lower case alike:
 *
 *	Importance: high
 *	X-Priority: 1, or 2 (and what stands behind it: "1 (Highest)")
 *	Priority: urgent
 *	X-MSMail-Priority: High
 *
 * or where the subject has "!" in front (mailbox/subject_tags.h). The rules of the mail system go by the same.
 *
 * Exchange's rules, which can neither file a mail nor flag it, leave a mark in it of their own: X-Postvagt-Known
 * where they knew a tag, X-Postvagt-Rest where they did not.
 */
#ifndef MAIL_IMAP_HEADER_H
#define MAIL_IMAP_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/strbuf.h"

/* The fields that are looked at, as IMAP asks for them. */
#define HEADER_FIELDS                                                                \
	"SUBJECT IMPORTANCE X-PRIORITY PRIORITY X-MSMAIL-PRIORITY X-POSTVAGT-KNOWN " \
	"X-POSTVAGT-REST X-SIEVE-REDIRECTED-FROM X-MS-EXCHANGE-INBOX-RULES-LOOP "    \
	"IN-REPLY-TO REFERENCES"

struct header {
	struct strbuf
		subject; /* owned; unfolded, decoded, UTF-8; of several, all, with a blank between */
	bool is_high;    /* by a field other than the subject */
	bool is_passed;  /* marked by Exchange's rules as a mail that they pass on */
};

#define HEADER_INIT                                                          \
	{                                                                    \
		.subject = STRBUF_INIT, .is_high = false, .is_passed = false \
	}

/*
 * Read a header, or those fields of one (RFC 5322 section 2.2), up to its empty line or its end. What
 * is no field is passed over. What `header` held before is dropped.
 */
void header_read(struct header *header, const char *bytes, size_t length);
void header_release(struct header *header);

#endif
