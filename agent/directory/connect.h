/*
 * A connection to one directory server: found, encrypted, bound, and told what
 * dialect it speaks. Opened by connection_open(), which tries the servers in
 * the settings' order; one run reads and writes one server.
 *
 * libldap's own configuration (ldap.conf, .ldaprc, LDAP* variables) is not
 * read: no file or variable can turn the checking of certificates off. A
 * server that is gone shows as an error, not as SIGPIPE, which is ignored from
 * the first connection_open() on.
 */
#ifndef DIRECTORY_CONNECT_H
#define DIRECTORY_CONNECT_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct dialect;
struct settings;

struct connection {
	LDAP *ld;                        /* owned */
	const char *url;                 /* borrowed from the settings: the server in use */
	const struct dialect *dialect;   /* borrowed, static */
	const struct settings *settings; /* borrowed */
	struct ldap_conncb hook; /* see silence.h; so a connection is not moved while open */
	bool reached;            /* the last change went out to a server that had not hung up */
	size_t requests;         /* sent on this connection, for -v and the bench */
};

#define CONNECTION_INIT    \
	{                  \
		.ld = NULL \
	}

/*
 * Connect and bind to the first server that answers, within directory.timeout
 * for each step. ERROR_LOST where none does (the text says why for each),
 * ERROR_TARGET where one answers and refuses the bind, ERROR_USAGE for an
 * unusable secret or certificate file and for what this version cannot do yet.
 */
enum error_kind connection_open(struct connection *connection, const struct settings *settings,
	struct error *err);

/* Connect and bind anew to the server in use, and no other, after it was lost. Errors as above. */
enum error_kind connection_reopen(struct connection *connection, struct error *err);

/* Unbind and forget; may be called on CONNECTION_INIT. `requests` stays. */
void connection_close(struct connection *connection);

/*
 * Wait for the whole answer to request `id`, at most directory.timeout. Returns
 * the server's result code, or libldap's own (LDAP_TIMEOUT, LDAP_SERVER_DOWN);
 * the server's diagnostic is then the handle's, where connection_error() finds
 * it. `*answer` (may be NULL) is for the caller to ldap_msgfree(); NULL where
 * none came.
 */
int connection_answer(struct connection *connection, int id, LDAPMessage **answer);

/*
 * The one place that turns an LDAP failure into words: the server, what was
 * done to what, libldap's text, the server's own diagnostic, and for the
 * commonest a word of advice. Returns ERROR_LOST when the connection is gone or
 * timed out or the server is too busy to answer, ERROR_USAGE for a filter that
 * libldap cannot read, ERROR_TARGET otherwise.
 *
 * `result` is an LDAP result code; `diagnostic` NULL: the handle's own. `what`
 * is in the language in force ("bind as"), `dn` (may be NULL) follows it.
 */
enum error_kind connection_error(struct error *err, const struct connection *connection, int result,
	const char *diagnostic, const char *what, const char *dn);

#endif
