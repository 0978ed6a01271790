/*
 * Which entries below directory.base bear a mail address: in `mail`, or behind "smtp:" in
 * proxyAddresses. For check and status, which name whoever else gets a list's mail, or the mailbox's.
 */
#ifndef DIRECTORY_READ_ADDRESS_BEARER_H
#define DIRECTORY_READ_ADDRESS_BEARER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"

struct arena;
struct connection;

/* What an entry shows of being a mailbox. */
enum mailbox_sign {
	MAILBOX_UNSEEN, /* nothing: no attribute of Exchange's, and neither a group nor a contact */
	MAILBOX_NOT,    /* a group, a contact, a mail user */
	MAILBOX_SHARED, /* a shared mailbox, here or in Exchange Online */
	MAILBOX_OTHER,  /* any other mailbox */
};

struct address_bearer {
	const char *dn, *key; /* `key`: dn_key() */
	enum mailbox_sign sign;
	struct address_bearer *next; /* NULL: the last */
};

struct address_query {
	const char *address;            /* set by the caller */
	struct address_bearer *bearers; /* in no order that matters; NULL: none was seen */
};

/*
 * Find who bears the addresses, in as few searches as the server takes; what is found is in `arena`.
 * `*is_known` is false where the server refused one: then more may bear them. An error is a connection lost.
 */
enum error_kind address_bearers_find(struct connection *connection, struct address_query *queries,
	size_t count, struct arena *arena, bool *is_known, struct error *err);

#endif
