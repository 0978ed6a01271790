/*
 * A connection to one directory server: found, encrypted, bound, and told what
 * dialect it speaks. Opened by connection_open(), which tries the servers in
 * the settings' order; one run reads and writes one server.
 *
 * libldap's own configuration (ldap.conf, .ldaprc, LDAP* variables) is not
 * read: no file or variable can turn the checking of certificates off.
 */
#ifndef DIRECTORY_CONNECT_H
#define DIRECTORY_CONNECT_H

#include <ldap.h>

#include "base/error.h"

struct dialect;
struct settings;

struct connection {
	LDAP *ld;                      /* owned */
	const char *url;               /* borrowed from the settings: the server in use */
	const struct dialect *dialect; /* borrowed, static */
	const struct settings *settings; /* borrowed */
	size_t requests;               /* sent on this connection, for -v and the bench */
};

#define CONNECTION_INIT {.ld = NULL}

/*
 * Connect and bind to the first server that answers, within directory.timeout
 * each. ERROR_LOST where none does (the text says why for each), ERROR_TARGET
 * where one answers and refuses the bind, ERROR_USAGE for an unusable secret or
 * certificate file.
 */
enum error_kind connection_open(struct connection *connection, const struct settings *settings,
	struct error *err);

/* Unbind and forget; may be called on CONNECTION_INIT. */
void connection_close(struct connection *connection);

/*
 * The one place that turns an LDAP failure into words: what was done to what,
 * libldap's text, the server's own diagnostic. Returns ERROR_LOST when the
 * connection is gone or timed out, ERROR_TARGET otherwise. `result` is an LDAP
 * result code; `diagnostic` may be NULL.
 */
enum error_kind connection_error(struct error *err, const struct connection *connection,
	int result, const char *diagnostic, const char *what, const char *dn);

#endif
