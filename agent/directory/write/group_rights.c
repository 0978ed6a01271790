#include "directory/write/group_rights.h"

#include <ldap.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/ad_value.h"
#include "directory/entry/entry.h"
#include "directory/search/search.h"
#include "model/settings.h"

#define ATTRIBUTES_MAX 12

/* Of sDRightsEffective (MS-ADTS section 3.1.1.4.5.29): who may set the owner, or the permissions, may do anything. */
#define SET_OWNER       0x1
#define SET_PERMISSIONS 0x4

struct group_rights_ctx {
	const struct connection *connection;
	const struct table *lists;
	struct arena *arena;
	struct table *seen; /* keys of groups looked at: both searches may find them */
	struct group_rights *rights;
	const char *attributes[ATTRIBUTES_MAX];
	bool refused;
};

static uint32_t rid_of(const struct dir_entry *entry)
{
	size_t count;
	const struct berval *sids = entry_values(entry, "objectSid", &count);
	uint32_t rid;

	return count > 0 && ad_sid_rid(&sids[0], &rid) ? rid : UINT32_MAX;
}

static bool may_write(const struct group_rights_ctx *ctx, const struct dir_entry *entry)
{
	const struct dialect *dialect = ctx->connection->dialect;
	const char *const member[] = {ctx->connection->settings->member_attribute, NULL};
	struct strings bits;

	if (entry_has_any(entry, dialect->attribute_rights, member))
		return true;
	entry_texts(ctx->arena, entry, dialect->permission_rights, 1, &bits);
	return bits.count > 0 && strtol(bits.items[0], NULL, 10) & (SET_OWNER | SET_PERMISSIONS);
}

static void on_group(void *context, const struct dir_entry *entry)
{
	struct group_rights_ctx *ctx = context;
	struct group_rights *rights = ctx->rights;
	struct writable_group group = {.dn = entry_dn(ctx->arena, entry), .rid = rid_of(entry)};
	const char *builtin = ctx->connection->dialect->builtin_key;
	struct list seen = {.dn = group.dn};

	group.key = dn_key(ctx->arena, group.dn);
	if (!group.key || table_find(ctx->seen, group.key))
		return;
	table_put(ctx->seen, group.key, ctx);
	rights->looked_at++;
	rights->shows_admin_count |= entry_count(entry, "adminCount") > 0;
	if (table_find(ctx->lists, group.key) || !may_write(ctx, entry))
		return;
	ctx->connection->dialect->read_list(&seen, entry);
	group.ban = strstr(group.key, builtin) ? LIST_BUILTIN : seen.ban;
	rights->items = arena_grow(ctx->arena, rights->items, rights->count, &rights->room,
		sizeof(*rights->items));
	rights->items[rights->count++] = group;
}

static void on_done(void *context, bool found)
{
	struct group_rights_ctx *ctx = context;

	ctx->refused = ctx->refused || !found;
}

bool writable_group_is_protected(const struct writable_group *group)
{
	return group->ban != LIST_ALLOWED && group->ban != LIST_UNSEEN;
}

/* Those whose members may do anything, by their RIDs (MS-DTYP section 2.4.2.4), then Windows' other ones, then all else. */
static uint32_t rank_of(const struct writable_group *group)
{
	static const uint32_t first[] = {512 /* Domain Admins */, 519 /* Enterprise Admins */,
		518 /* Schema Admins */, 544 /* Administrators */};

	for (uint32_t i = 0; i < sizeof(first) / sizeof(*first); i++) {
		if (group->rid == first[i])
			return i;
	}
	return group->rid;
}

static int compare_groups(const void *left, const void *right)
{
	const struct writable_group *a = left, *b = right;
	int difference = writable_group_is_protected(b) - writable_group_is_protected(a);

	if (difference != 0)
		return difference;
	if (writable_group_is_protected(a) && rank_of(a) != rank_of(b))
		return rank_of(a) < rank_of(b) ? -1 : 1;
	return strcmp(a->key, b->key);
}

static void name_attributes(struct group_rights_ctx *ctx)
{
	const struct dialect *dialect = ctx->connection->dialect;
	const char **next = ctx->attributes;

	*next++ = "objectClass";
	*next++ = dialect->attribute_rights;
	*next++ = dialect->permission_rights;
	for (const char *const *name = dialect->list_attributes;
		*name && next < ctx->attributes + ATTRIBUTES_MAX - 1; name++)
		*next++ = *name;
}

/* Look below `base` at the groups that `filter` finds. */
static void look_below(struct group_rights_ctx *ctx, struct search_queue *queue, const char *base,
	const char *filter)
{
	search_add(queue,
		&(struct search){
			.what = _("look for groups that this account may write, below"),
			.base = base,
			.scope = LDAP_SCOPE_SUBTREE,
			.filter = filter,
			.attributes = ctx->attributes,
			.paged = true,
			.stop_after = GROUP_RIGHTS_MAX,
			.best_effort = true,
			.on_entry = on_group,
			.on_done = on_done,
			.context = ctx,
		});
}

enum error_kind group_rights_find(struct connection *connection, const struct table *lists,
	struct arena *arena, struct group_rights *rights, struct error *err)
{
	const struct dialect *dialect = connection->dialect;
	struct group_rights_ctx ctx = {.connection = connection,
		.lists = lists,
		.arena = arena,
		.seen = table_new(arena),
		.rights = rights};
	const char *root = connection_root(connection, arena);
	struct search_queue *queue;
	enum error_kind kind;

	*rights = (struct group_rights){.is_known = false};
	if (!dialect->attribute_rights)
		return ERROR_NONE;
	queue = search_queue_new(connection);
	name_attributes(&ctx);
	look_below(&ctx, queue, dn_domain(arena, root), dialect->protected_filter);
	look_below(&ctx, queue, root, dialect->group_filter);
	kind = search_run(queue, err);
	search_queue_free(queue);
	rights->is_known = !ctx.refused;
	rights->is_cut = rights->looked_at >= GROUP_RIGHTS_MAX;
	if (rights->count > 1)
		qsort(rights->items, rights->count, sizeof(*rights->items), compare_groups);
	return kind;
}
