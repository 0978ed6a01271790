/*
 * Sites: an Active Directory tells which DCs are near to whoever asks, by the
 * client's address (LDAP ping, MS-ADTS section 6.3.3). It is asked before the
 * bind, and answered to anyone: it is good for the order in which servers are
 * tried, and nothing else.
 */
#ifndef DIRECTORY_CONNECTION_SITE_H
#define DIRECTORY_CONNECTION_SITE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct connection;

/*
 * The site in which this machine is, where the server at the other end is in
 * another one; NULL where it is near, or does not tell.
 */
const char *site_elsewhere(struct connection *connection, struct arena *arena, const char *domain);

/* Read an answer (NETLOGON_SAM_LOGON_RESPONSE_EX, MS-ADTS section 6.3.1.9); the same. */
const char *site_read(struct arena *arena, const unsigned char *bytes, size_t length);

#endif
