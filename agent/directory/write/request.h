/*
 * The requests that change the directory: adding or deleting values of a list
 * (RFC 4511 section 4.6), making it (section 4.7), and changing values of a
 * person. Each is sent and its answer waited for. All return the result code,
 * as connection_answer() does.
 */
#ifndef DIRECTORY_WRITE_REQUEST_H
#define DIRECTORY_WRITE_REQUEST_H

#include <ldap.h>
#include <stddef.h>

struct connection;
struct entry_change;
struct list_plan;

/* `operation` is LDAP_MOD_ADD or LDAP_MOD_DELETE; `values` of the member attribute, NULL-ended. */
int request_modify(struct connection *connection, const char *list_dn, int operation,
	struct berval **values);

/* Make the list as list->entry describes it, with these members. */
int request_create(struct connection *connection, const struct list_plan *list,
	struct berval **members);

/* Delete and add values of an entry, all of them or none: one modify. */
int request_change(struct connection *connection, const struct entry_change *change);

#endif
