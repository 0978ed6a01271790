#include "directory/new_list.h"

#include <ldap.h>
#include <stdbool.h>
#include <strings.h>

#include "base/arena.h"
#include "base/language.h"
#include "decide/plan.h"
#include "settings/settings.h"

struct description {
	struct arena *arena;
	struct list_plan *list;
	size_t room;
};

static void add(struct description *d, const char *type, const char *value)
{
	struct list_plan *list = d->list;

	list->entry = arena_grow(d->arena, list->entry, list->entry_count, &d->room,
		sizeof(*list->entry));
	list->entry[list->entry_count++] = (struct attribute){.type = type, .value = value};
}

/* Attributes and values of the first RDN; the list's DN was checked when the file was read. */
static void add_rdn(struct description *d)
{
	LDAPDN dn = NULL;

	if (ldap_str2dn(d->list->dn, &dn, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS || !dn)
		return;
	for (LDAPAVA **ava = dn[0]; ava && *ava; ava++) {
		const struct berval *type = &(*ava)->la_attr, *value = &(*ava)->la_value;

		add(d, arena_bytes(d->arena, type->bv_val, type->bv_len),
			arena_bytes(d->arena, value->bv_val, value->bv_len));
	}
	ldap_dnfree(dn);
}

/* groupOfNames has no mail attribute; extensibleObject (RFC 4512 section 4.3) may have any. */
static void describe(struct description *d, const struct settings *settings)
{
	const struct block *block = d->list->block;
	bool unique = strcasecmp(settings->member_attribute, "uniqueMember") == 0;
	const char *address =
		block->kind == BLOCK_MAILBOX ? settings->mailbox.address : block->address;
	const char *about = block->tag ? block->tag : settings->mailbox.name;

	add(d, "objectClass", unique ? "groupOfUniqueNames" : "groupOfNames");
	if (address)
		add(d, "objectClass", "extensibleObject");
	add_rdn(d);
	add(d, "description",
		arena_format(d->arena, _("Kept by postvagt: %s"), about ? about : ""));
	if (address)
		add(d, "mail", address);
}

void new_lists_describe(struct plan *plan, const struct settings *settings)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		struct description d = {.arena = plan->arena, .list = &plan->lists[i]};

		if (!d.list->list->exists && !d.list->list_missing && d.list->added > 0 &&
			d.list->entry_count == 0)
			describe(&d, settings);
	}
}
