/*
 * Kerberos: the agent's own ticket. It is requested from the KDC with the key of a keytab, again for each
 * login, so that it never runs out while the agent runs and nobody need run kinit beside it; and it
 * is kept in the process's memory, in a credential cache that GSSAPI finds by its name.
 */
#ifndef NET_KERBEROS_H
#define NET_KERBEROS_H

#include "base/message/error.h"

/*
 * Get a ticket for `principal` (NULL: the keytab's first) into the cache of that name, such as
 * "MEMORY:postvagt". ERROR_USAGE for a keytab that is unusable, that others can read, or that lacks
 * the principal; ERROR_LOST where no KDC answers; ERROR_TARGET where it refuses, and where the
 * clocks are too far apart.
 */
enum error_kind kerberos_login(const char *keytab_file, const char *principal, const char *cache,
	struct error *err);

/* Whether the cache of the environment has a ticket's owner; ERROR_USAGE where it has none. */
enum error_kind kerberos_check_ticket(struct error *err);

/*
 * Let GSSAPI take its tickets from that cache from now on, in this thread; NULL: from that of the
 * environment.
 */
void kerberos_use_cache(const char *cache);

#endif
