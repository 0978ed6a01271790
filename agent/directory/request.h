/*
 * The two requests that change a list: adding or deleting values (RFC 4511
 * section 4.6), and making it (section 4.7). Each is sent and its answer waited
 * for. Both return the result code, as connection_answer() does.
 */
#ifndef DIRECTORY_REQUEST_H
#define DIRECTORY_REQUEST_H

#include <ldap.h>
#include <stddef.h>

struct connection;
struct list_plan;

/* `operation` is LDAP_MOD_ADD or LDAP_MOD_DELETE; `values` of the member attribute, NULL-ended. */
int request_modify(struct connection *connection, const char *list_dn, int operation,
	struct berval **values);

/*
 * Make the list as list->entry describes it, with these members; under
 * `controls` (NULL: none).
 */
int request_create(struct connection *connection, const struct list_plan *list,
	struct berval **members, LDAPControl **controls);

#endif
