/*
 * The part of a bounce that says which address failed (RFC 3464): fields for the whole message, an empty line, then
 * fields for each recipient.
 *
 *	Reporting-MTA: dns; mail.eksempel.dk
 *
 *	Final-Recipient: rfc822; bo@eksempel.dk
 *	Action: failed
 */
#ifndef MAILBOX_DELIVERY_STATUS_H
#define MAILBOX_DELIVERY_STATUS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define DELIVERY_ADDRESSES_MAX 20  /* of one part */
#define DELIVERY_ADDRESS_MAX   254 /* bytes; RFC 5321 section 4.5.3.1, errata 1690 */

struct delivery_status {
	const char *failed[DELIVERY_ADDRESSES_MAX]; /* as the server has them, less blanks and <> */
	size_t failed_count;
	bool has_action; /* it says what became of a recipient at all */
};

/*
 * Read it. Recipients whose Action is not "failed" (they have the mail, or will get it) are passed over, and so is what
 * is no field. Texts are in `arena`.
 */
void delivery_status_read(struct delivery_status *status, struct arena *arena, const char *bytes,
	size_t length);

#endif
