/*
 * Silence: a server that accepts a connection and then says nothing, or stops in
 * the middle of a message, must not hold the agent. libldap waits for answers
 * with a time-out, but its TLS handshakes and the rest of a message that has
 * begun have none; this layer below TLS gives every read and write one.
 */
#ifndef DIRECTORY_SILENCE_H
#define DIRECTORY_SILENCE_H

#include <ldap.h>
#include <stdbool.h>

/*
 * Let every connection of `ld` fail that is silent for `*seconds`. `hook` and
 * `seconds` are borrowed until the handle is unbound.
 */
bool silence_limit(LDAP *ld, struct ldap_conncb *hook, const int *seconds);

#endif
