/*
 * One message to a daemon of this machine, such as systemd, its journal or syslog. A daemon that
 * does not read holds nobody up: what it has no room for in time is dropped.
 */
#ifndef BASE_SYSTEM_DATAGRAM_H
#define BASE_SYSTEM_DATAGRAM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Send `length` bytes to the socket at `path` ('@' in front: an abstract one), and wait at most
 * `milliseconds` for room. A stream socket gets a NUL behind, as syslog(3) ends messages there.
 * False, with errno: not sent.
 */
bool datagram_send(const char *path, const char *bytes, size_t length, int milliseconds);

#endif
