#include "directory/dialect/new_list.h"

#include <ldap.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "directory/dialect/dialect.h"
#include "model/plan.h"
#include "model/settings.h"

#define DESCRIBED_MAX 900 /* bytes of tags' names in a list's description */

void list_description_add(struct list_description *d, const char *type, const char *value)
{
	struct list_plan *list = d->list;

	list->entry = arena_grow(d->arena, list->entry, list->entry_count, &d->room,
		sizeof(*list->entry));
	list->entry[list->entry_count++] = (struct attribute){.type = type, .value = value};
}

/* The first RDN, or NULL; the list's DN was checked when the file was read. */
static LDAPRDN first_rdn(LDAPDN dn)
{
	return dn ? dn[0] : NULL;
}

static void add_rdn(struct list_description *d, LDAPRDN rdn)
{
	for (LDAPAVA **ava = rdn; ava && *ava; ava++) {
		const struct berval *type = &(*ava)->la_attr, *value = &(*ava)->la_value;

		list_description_add(d, arena_bytes(d->arena, type->bv_val, type->bv_len),
			arena_bytes(d->arena, value->bv_val, value->bv_len));
	}
}

static void describe_entry(struct list_description *d, const struct dialect *dialect,
	const char *about)
{
	LDAPDN dn = NULL;
	LDAPRDN rdn;

	if (ldap_str2dn(d->list->dn, &dn, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
		dn = NULL;
	rdn = first_rdn(dn);
	d->name = rdn && rdn[0]
		? arena_bytes(d->arena, rdn[0]->la_value.bv_val, rdn[0]->la_value.bv_len)
		: "";
	dialect->describe_list(d);
	add_rdn(d, rdn);
	list_description_add(d, "description",
		arena_format(d->arena, _("Kept by postvagt: %s"), about));
	if (d->address)
		list_description_add(d, "mail", d->address);
	ldap_dnfree(dn);
}

/* The tags as far as there is room; AD takes 1024 characters of a description. */
static const char *describe_tags(struct arena *arena, const struct tag_ids *tags)
{
	const char *all = tag_ids_text(arena, tags);
	size_t length = strlen(all);

	if (tags->count == 1 || length <= DESCRIBED_MAX)
		return all;
	return arena_format(arena, "%.*s...", (int)text_cut(all, length, DESCRIBED_MAX), all);
}

static void describe_block(struct list_plan *list, struct arena *arena,
	const struct dialect *dialect, const struct settings *settings)
{
	const struct block *block = list->block;
	const char *about =
		block->tag ? describe_tags(arena, &block->tags) : settings->mailbox.name;
	struct list_description d = {
		.arena = arena,
		.list = list,
		/* Mail to the mailbox's own address must reach the mailbox. */
		.address = block->kind == BLOCK_MAILBOX ? NULL : block->address,
		.member_attribute = settings->member_attribute,
	};

	describe_entry(&d, dialect, about ? about : "");
}

void new_lists_describe(struct plan *plan, const struct dialect *dialect,
	const struct settings *settings)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		struct list_plan *list = &plan->lists[i];

		if (!list->list->exists && !list->list_missing && list->added > 0 &&
			list->entry_count == 0)
			describe_block(list, plan->arena, dialect, settings);
	}
}
