/*
 * A connection to one directory server, as those who talk on it see it: what
 * it is, what the server answered, and a failure in words. It is opened and
 * closed by connect.h.
 */
#ifndef DIRECTORY_CONNECTION_CONNECTION_H
#define DIRECTORY_CONNECTION_CONNECTION_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "directory/connection/io_timeout.h"

struct arena;
struct dialect;
struct people_attributes;
struct settings;

/* An attribute that the settings call by a second name or its OID, and the name that the server answers by. */
struct attribute_alias {
	const char *name, *canonical;
};

/* What the schema of the server says of the settings (directory/read/attribute_check.h). */
struct server_schema {
	bool is_asked, is_unread;        /* zero: not asked on this connection; it cannot be read */
	const char *mailboxes;           /* the filter for shared mailboxes in force; NULL: none */
	struct attribute_alias *aliases; /* in the settings' arena */
	size_t alias_count;
	const struct people_attributes
		*names; /* all of them without aliases; NULL: there are no aliases */
	/* Which keys of people.attributes have a default that the schema does not have. */
	bool lacks_role, lacks_deputy, lacks_absent_from, lacks_absent_until, lacks_absence;
};

struct connection {
	LDAP *ld;                        /* owned */
	const char *url;                 /* the server in use; lasts as long as the settings */
	const struct dialect *dialect;   /* borrowed, static */
	const struct settings *settings; /* borrowed */
	struct ldap_conncb hook;     /* see io_timeout.h; so a connection is not moved while open */
	struct input_limit incoming; /* see io_timeout.h */
	bool met;                    /* some server took the call; for who tries again to reset */
	bool connected_once;         /* the last change went out to a server that had not hung up */
	struct server_schema schema; /* as far as it was asked */
	size_t requests;             /* sent on this connection, for -v and the bench */
};

#define CONNECTION_INIT    \
	{                  \
		.ld = NULL \
	}

/* The name by which the server answers with the attribute that the settings call `name`. */
const char *connection_attribute(const struct connection *connection, const char *name);

/*
 * Wait for the whole answer to request `id`, at most directory.timeout. Returns
 * the server's result code, or libldap's own (LDAP_TIMEOUT, LDAP_SERVER_DOWN);
 * the server's diagnostic is then the handle's, where connection_error() finds
 * it. `*answer` (may be NULL) is for the caller to ldap_msgfree(); NULL where
 * none came. An answer of more than ANSWER_BYTES_MAX is a connection that is gone, and
 * connection_error() says why.
 */
int connection_answer(struct connection *connection, int id, LDAPMessage **answer);

/*
 * Wait at most directory.timeout for the next whole answer, to whichever request is in flight: `*id`, whose result
 * code is returned. With -1 in `*id` nothing came, and the code says why; what the server says unasked has 0. The
 * caller allows how much may come in.
 */
int connection_next_answer(struct connection *connection, int *id);

/* The same of a search for one entry: several are LDAP_PROTOCOL_ERROR, and no answer. */
int connection_entry(struct connection *connection, int id, LDAPMessage **answer);

/* Below what all that the settings name is to be found: directory.base, or else the domain of people.base; in `arena`. */
const char *connection_root(const struct connection *connection, struct arena *arena);

/* What is wrong with several entries in answer to a search for one, in the language in force. */
const char *connection_several(void);

/*
 * What a result code says: that the connection is gone, silent, or says what cannot be read, so that what became
 * of the request cannot be learnt on it; that the server was too busy, did nothing, and may later.
 */
bool connection_is_gone(int result);
bool connection_is_busy(int result);

/*
 * The one place that turns an LDAP failure into words: the server, what was
 * done to what, libldap's text, the server's own diagnostic, and for the
 * commonest a word of advice (error_hints.h). Returns ERROR_LOST when the connection is gone or
 * timed out or the server is too busy to answer, ERROR_USAGE for a filter that
 * libldap cannot read, ERROR_TARGET otherwise, as where more came in than is allowed.
 *
 * `result` is an LDAP result code; `diagnostic` NULL: the handle's own. `what`
 * is in the language in force ("bind as"), `dn` (may be NULL) follows it.
 */
enum error_kind connection_error(struct error *err, const struct connection *connection, int result,
	const char *diagnostic, const char *what, const char *dn);

#endif
