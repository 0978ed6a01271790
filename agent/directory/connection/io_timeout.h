/*
 * Silence: a server that accepts a connection and then says nothing, or stops in
 * the middle of a message, must not hold the agent. libldap waits for answers
 * with a time-out, but its TLS handshakes and the rest of a message that has
 * begun have none; this layer below TLS gives every read and write one. Nor may a
 * message be of any length: libldap would ask for as much memory as its head says.
 * Nor may an answer: the layer counts what comes in, and fails once it is more than
 * the last incoming_allow() allowed. So every search has a cap, the root DSE too, and
 * whatever else a server sends instead of an answer.
 */
#ifndef DIRECTORY_CONNECTION_IO_TIMEOUT_H
#define DIRECTORY_CONNECTION_IO_TIMEOUT_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of one message: a group of a million members. */
#define MESSAGE_BYTES_MAX ((size_t)128 * 1024 * 1024)

/* Of one run of searches (search.h): a million people, or the members of eight such groups. */
#define SEARCH_BYTES_MAX ((uint64_t)1024 * 1024 * 1024)

/* Of any other answer: the root DSE, a schema, a bind, a change. The largest schema is 2 MiB. */
#define ANSWER_BYTES_MAX ((uint64_t)8 * 1024 * 1024)

/* Of news that are read in one go by who follows the directory's changes. */
#define NEWS_BYTES_MAX ((uint64_t)64 * 1024 * 1024)

/* What may come in on a connection. */
struct input_limit {
	const int *seconds; /* borrowed: of silence */
	uint64_t most;      /* bytes allowed; TLS's own count too */
	uint64_t left;
	bool is_spent; /* more came, and the connection failed for that */
};

/* Let so many bytes come in from here on. */
void incoming_allow(struct input_limit *incoming, uint64_t bytes);

/*
 * Let every connection of `ld` fail that is silent for `*seconds`, or that says more than is allowed.
 * `hook` and `incoming` are borrowed until the handle is unbound. Their messages are limited, too.
 */
bool io_timeout_limit(LDAP *ld, struct ldap_conncb *hook, struct input_limit *incoming);

/* The limit on messages alone: for a connection that is not libldap's own. */
bool io_timeout_limit_messages(Sockbuf *connection);

#endif
