/*
 * Silence: a server that accepts a connection and then says nothing, or stops in
 * the middle of a message, must not hold the agent. libldap waits for answers
 * with a time-out, but its TLS handshakes and the rest of a message that has
 * begun have none; this layer below TLS gives every read and write one. Nor may a
 * message be of any length: libldap would ask for as much memory as its head says.
 */
#ifndef DIRECTORY_SILENCE_H
#define DIRECTORY_SILENCE_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>

/* Of one message: a group of a million members. */
#define MESSAGE_BYTES_MOST ((size_t)128 * 1024 * 1024)

/*
 * Let every connection of `ld` fail that is silent for `*seconds`. `hook` and
 * `seconds` are borrowed until the handle is unbound. Their messages are limited, too.
 */
bool silence_limit(LDAP *ld, struct ldap_conncb *hook, const int *seconds);

/* The limit on messages alone: for a connection that is not libldap's own. */
bool silence_limit_messages(Sockbuf *connection);

#endif
