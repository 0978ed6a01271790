#include "directory/write/effective_rights.h"

#include <ldap.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"
#include "directory/write/write.h"
#include "model/plan.h"
#include "model/settings.h"

/* The entry above; "" where there is none. */
static const char *parent_of(struct arena *arena, const char *dn)
{
	LDAPDN parts = NULL;
	char *text = NULL;
	const char *parent = "";

	if (ldap_str2dn(dn, &parts, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS && parts && parts[0] &&
		ldap_dn2str(parts + 1, &text, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS && text)
		parent = arena_string(arena, text);
	ldap_memfree(text);
	ldap_dnfree(parts);
	return parent;
}

/* Take `own` out of what the bind may do; true where it is among it. */
static bool take_out(struct strings *texts, const char *own)
{
	size_t kept = 0, count = texts->count;

	for (size_t i = 0; i < count; i++) {
		if (strcasecmp(texts->items[i], own) != 0)
			texts->items[kept++] = texts->items[i];
	}
	texts->count = kept;
	return kept < count;
}

/* Its owner, group and permissions, under one name. */
static void add_permissions(struct arena *arena, const struct dir_entry *entry,
	const char *attribute, struct strings *more)
{
	static const char name[] = "nTSecurityDescriptor";
	struct strings bits, all;

	entry_texts(arena, entry, attribute, 1, &bits);
	if (bits.count == 0 || strcmp(bits.items[0], "0") == 0)
		return;
	take_out(more, name);
	all = (struct strings){.items = arena_get(arena, (more->count + 1) * sizeof(*all.items))};
	all.items[all.count++] = name;
	for (size_t i = 0; i < more->count; i++)
		all.items[all.count++] = more->items[i];
	*more = all;
}

static int ask_rights(struct connection *connection, const char *dn, const char *const *attributes,
	LDAPMessage **answer)
{
	int id = 0,
	    result = ldap_search_ext(connection->ld, dn, LDAP_SCOPE_BASE, "(objectClass=*)",
		    (char **)attributes, 0, NULL, NULL, NULL, LDAP_NO_LIMIT, &id);

	return result == LDAP_SUCCESS ? connection_entry(connection, id, answer) : result;
}

enum error_kind effective_rights(struct connection *connection, const struct list_plan *list,
	struct arena *arena, struct list_rights *rights, struct error *err)
{
	const struct dialect *dialect = connection->dialect;
	bool exists = list->list->exists;
	const char *dn = exists ? list->dn : parent_of(arena, list->dn);
	const char *attribute = exists ? dialect->attribute_rights : dialect->class_rights;
	const char *own = exists ? connection->settings->member_attribute : dialect->list_class;
	const char *const asked[] = {attribute, dialect->permission_rights, NULL};
	LDAPMessage *answer = NULL;
	struct dir_entry entry = DIR_ENTRY_INIT;
	enum error_kind kind = ERROR_NONE;
	int result = ask_rights(connection, dn, asked, &answer);

	*rights = (struct list_rights){.is_known = false};
	if (result != LDAP_SUCCESS)
		kind = connection_error(err, connection, result, NULL,
			_("ask for the right to change"), dn);
	else if (entry_open_first(&entry, connection->ld, answer)) {
		entry_texts(arena, &entry, attribute, SIZE_MAX, &rights->more);
		rights->is_known = true;
		rights->may_write = take_out(&rights->more, own);
		if (exists)
			add_permissions(arena, &entry, dialect->permission_rights, &rights->more);
	}
	entry_release(&entry);
	ldap_msgfree(answer);
	return kind;
}
