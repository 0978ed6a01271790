#include "directory/request.h"

#include <ldap.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "decide/plan.h"
#include "directory/connect.h"
#include "settings/settings.h"

static LDAPMod *modification(struct arena *arena, int operation, const char *type,
	struct berval **values)
{
	LDAPMod *mod = arena_get(arena, sizeof(*mod));

	mod->mod_op = operation | LDAP_MOD_BVALUES;
	mod->mod_type = (char *)type;
	mod->mod_bvalues = values;
	return mod;
}

int request_modify(struct connection *connection, const char *list_dn, int operation,
	struct berval **values)
{
	struct arena *arena = arena_new();
	LDAPMod *mods[] = {
		modification(arena, operation, connection->settings->member_attribute, values),
		NULL};
	int id = 0, result = ldap_modify_ext(connection->ld, list_dn, mods, NULL, NULL, &id);

	if (result == LDAP_SUCCESS)
		result = connection_answer(connection, id, NULL);
	arena_free(arena);
	return result;
}

/* All the entry's values of the type of number `first`; NULL where an earlier one has that type. */
static LDAPMod *attribute_of(struct arena *arena, const struct list_plan *list, size_t first)
{
	const char *type = list->entry[first].type;
	struct berval **values =
		arena_get(arena, (list->entry_count + 1) * sizeof(struct berval *));
	size_t count = 0;

	for (size_t i = 0; i < list->entry_count; i++) {
		const struct attribute *attribute = &list->entry[i];

		if (strcasecmp(attribute->type, type) != 0)
			continue;
		if (i < first)
			return NULL;
		values[count] = arena_get(arena, sizeof(**values));
		ber_str2bv(attribute->value, strlen(attribute->value), 0, values[count++]);
	}
	return modification(arena, LDAP_MOD_ADD, type, values);
}

int request_create(struct connection *connection, const struct list_plan *list,
	struct berval **members, LDAPControl **controls)
{
	struct arena *arena = arena_new();
	LDAPMod **mods = arena_get(arena, (list->entry_count + 2) * sizeof(struct LDAPMod *));
	size_t count = 0;
	int id = 0, result;

	for (size_t i = 0; i < list->entry_count; i++) {
		mods[count] = attribute_of(arena, list, i);
		if (mods[count])
			count++;
	}
	mods[count] =
		modification(arena, LDAP_MOD_ADD, connection->settings->member_attribute, members);
	result = ldap_add_ext(connection->ld, list->dn, mods, controls, NULL, &id);
	if (result == LDAP_SUCCESS)
		result = connection_answer(connection, id, NULL);
	arena_free(arena);
	return result;
}
