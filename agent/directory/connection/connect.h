/*
 * Opening a connection to a directory server: found, encrypted, bound, and told
 * what dialect it speaks. connection_open() tries the servers in the order of
 * directory.url or, for directory.domain, of servers.h; one run reads and writes
 * one server.
 *
 * libldap's own configuration (ldap.conf, .ldaprc, LDAP* variables) is not
 * read: no file or variable can turn the checking of certificates off. A
 * server that is gone shows as an error, not as SIGPIPE, which is ignored from
 * the first connection_open() on.
 */
#ifndef DIRECTORY_CONNECTION_CONNECT_H
#define DIRECTORY_CONNECTION_CONNECT_H

#include "base/message/error.h"

struct connection;
struct settings;

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

#endif
