/*
 * Kerberos: the agent's own ticket. It is got from the KDC by the key of a keytab,
 * anew for each bind, so that it never runs out while the agent runs and nobody
 * need run kinit beside it; and it is kept in the process's memory, where SASL's
 * GSSAPI finds it.
 */
#ifndef DIRECTORY_CONNECTION_KERBEROS_H
#define DIRECTORY_CONNECTION_KERBEROS_H

#include "base/message/error.h"

/*
 * Get a ticket for `principal` (NULL: the keytab's first) and make it the
 * process's own ($KRB5CCNAME). ERROR_USAGE for a keytab that is unusable, that
 * others can read, or that lacks the principal; ERROR_LOST where no KDC answers;
 * ERROR_TARGET where it refuses, and where the clocks are too far apart.
 */
enum error_kind kerberos_login(const char *keytab_file, const char *principal, struct error *err);

#endif
