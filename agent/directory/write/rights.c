#include <ldap.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/write/effective_rights.h"
#include "directory/write/write.h"
#include "model/plan.h"
#include "model/settings.h"

/*
 * slapd judges the right to write before it looks at the values, and under
 * No-Op (critical, so that a server without it refuses) ends there. Even if the
 * request were carried out, it would change nothing: it adds one value and
 * deletes it again. The value is the list's own DN, which is there and has the
 * right syntax; where the list is its own member, the server says so, and that
 * is an answer as well.
 */
static int try_modify(struct connection *connection, const char *list_dn, struct berval **values,
	LDAPControl **no_op)
{
	char *type = (char *)connection->settings->member_attribute;
	LDAPMod add = {
		.mod_op = LDAP_MOD_ADD | LDAP_MOD_BVALUES, .mod_type = type, .mod_bvalues = values};
	LDAPMod delete = {.mod_op = LDAP_MOD_DELETE | LDAP_MOD_BVALUES,
		.mod_type = type,
		.mod_bvalues = values};
	int id = 0,
	    result = ldap_modify_ext(connection->ld, list_dn, (LDAPMod *[]){&add, &delete, NULL},
		    no_op, NULL, &id);

	return result == LDAP_SUCCESS ? connection_answer(connection, id, NULL) : result;
}

/*
 * Whether an entry may be made there, again under No-Op. It is none of the list's own kind: slapd
 * 2.5's back-mdb numbers an attribute when it first stores one, forgets on No-Op to take the number
 * back, and cannot read what it stores with it afterwards. So nothing is in it that no entry had
 * before: a person has a cn.
 */
static int try_create(struct connection *connection, const char *list_dn, LDAPControl **no_op)
{
	struct arena *arena = arena_new();
	char *classes[] = {(char *)"organizationalRole", NULL};
	char *names[] = {(char *)dn_leaf(arena, list_dn), NULL};
	LDAPMod class = {
		.mod_op = LDAP_MOD_ADD, .mod_type = (char *)"objectClass", .mod_values = classes};
	LDAPMod name = {.mod_op = LDAP_MOD_ADD, .mod_type = (char *)"cn", .mod_values = names};
	int id = 0, result = LDAP_OTHER;

	if (strncasecmp(list_dn, "cn=", strlen("cn=")) == 0)
		result = ldap_add_ext(connection->ld, list_dn, (LDAPMod *[]){&class, &name, NULL},
			no_op, NULL, &id);
	arena_free(arena);
	return result == LDAP_SUCCESS ? connection_answer(connection, id, NULL) : result;
}

static int try_nothing(struct connection *connection, const struct list_plan *list)
{
	LDAPControl no_op = {.ldctl_oid = (char *)LDAP_CONTROL_NOOP, .ldctl_iscritical = 1};
	LDAPControl *controls[] = {&no_op, NULL};
	struct berval value = {.bv_len = strlen(list->dn), .bv_val = (char *)list->dn};
	struct berval *values[] = {&value, NULL};

	if (list->list->exists)
		return try_modify(connection, list->dn, values, controls);
	return try_create(connection, list->dn, controls);
}

/* What the answer to the trial says of the right. */
static struct list_rights rights_by(int result)
{
	switch (result) {
	case LDAP_SUCCESS:
	case LDAP_X_NO_OPERATION:
	case LDAP_TYPE_OR_VALUE_EXISTS:
		return (struct list_rights){.is_known = true, .may_write = true};
	case LDAP_INSUFFICIENT_ACCESS:
		return (struct list_rights){.is_known = true};
	default:
		return (struct list_rights){.is_known = false};
	}
}

enum error_kind write_may(struct connection *connection, const struct list_plan *list,
	struct arena *arena, struct list_rights *rights, struct error *err)
{
	int result;

	if (connection->dialect->attribute_rights)
		return effective_rights(connection, list, arena, rights, err);
	result = try_nothing(connection, list);
	switch (result) {
	case LDAP_NO_SUCH_OBJECT:
	case LDAP_SERVER_DOWN:
	case LDAP_CONNECT_ERROR:
	case LDAP_TIMEOUT:
		return connection_error(err, connection, result, NULL,
			_("ask for the right to change"), list->dn);
	default:
		*rights = rights_by(result);
		return ERROR_NONE;
	}
}
