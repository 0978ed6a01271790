#include "directory/read/exchange_list.h"

#include <ldap.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"
#include "directory/entry/filter.h"
#include "directory/read/attribute_schema.h"
#include "directory/search/search.h"

/* Of AD's own; a schema that does not show it cannot be read. */
#define ALWAYS_THERE "objectClass"

static const char *const names[EXCHANGE_ATTRIBUTE_COUNT + 1] = {
	[EXCHANGE_ALIAS] = "mailNickname",
	[EXCHANGE_ADDRESSES] = "proxyAddresses",
	[EXCHANGE_INSIDE] = "msExchRequireAuthToSendTo",
	[EXCHANGE_MODERATED] = "msExchEnableModeration",
	[EXCHANGE_ATTRIBUTE_COUNT] = NULL,
};

struct lists_ctx {
	struct exchange_schema *schema;
	struct exchange_list *list; /* being read */
};

const char *exchange_attribute_name(enum exchange_attribute attribute)
{
	return names[attribute];
}

static void take_attribute(void *context, const struct schema_attribute *attribute)
{
	struct exchange_schema *schema = context;

	if (strcasecmp(attribute->name, ALWAYS_THERE) == 0)
		schema->is_unread = false;
	for (int i = 0; i < EXCHANGE_ATTRIBUTE_COUNT; i++) {
		if (strcasecmp(attribute->name, names[i]) == 0)
			schema->is_there[i] = true;
	}
}

static enum error_kind read_schema(struct connection *connection, struct exchange_schema *schema,
	struct error *err)
{
	const char *asked[EXCHANGE_ATTRIBUTE_COUNT + 1];
	struct error unread = ERROR_INIT;
	enum error_kind kind;

	memcpy(asked, names, sizeof(asked));
	asked[EXCHANGE_ATTRIBUTE_COUNT] = ALWAYS_THERE;
	*schema = (struct exchange_schema){.is_unread = true};
	kind = schema_read(connection, asked, EXCHANGE_ATTRIBUTE_COUNT + 1, take_attribute, schema,
		NULL, &unread);
	if (kind == ERROR_LOST)
		error_set(err, kind, "%s", unread.text.text);
	error_release(&unread);
	return err->kind;
}

static void on_list(void *context, const struct dir_entry *entry)
{
	static const char *const yes[] = {"TRUE", NULL};
	struct lists_ctx *ctx = context;
	struct exchange_list *list = ctx->list;

	list->is_seen = true;
	for (int i = 0; i < EXCHANGE_ATTRIBUTE_COUNT; i++) {
		bool has_value = entry_count(entry, names[i]) > 0;

		ctx->schema->is_known[i] = ctx->schema->is_known[i] || has_value;
		list->has[i] = i == EXCHANGE_INSIDE || i == EXCHANGE_MODERATED
			? entry_has_any(entry, names[i], yes)
			: has_value;
	}
}

static void on_shown(void *context, const struct dir_entry *entry)
{
	bool *is_known = context;

	(void)entry;
	*is_known = true;
}

/* Whether this account sees the attribute on any group; a search that is refused has shown none. */
static void search_shown(struct search_queue *queue, const struct connection *connection,
	struct arena *arena, const char *name, bool *is_known)
{
	static const char *const no_attributes[] = {LDAP_NO_ATTRS, NULL};
	struct strbuf filter = STRBUF_INIT;
	const char *const *class = connection->dialect->group_classes;

	if (connection->dialect->group_filter) {
		strbuf_addf(&filter, "(&%s(%s=*))", connection->dialect->group_filter, name);
	} else {
		strbuf_adds(&filter, "(&(|");
		for (; *class; class ++)
			filter_add_equal(&filter, "objectClass", *class);
		strbuf_addf(&filter, ")(%s=*))", name);
	}
	search_add(queue,
		&(struct search){
			.what = _("look for groups that show Exchange's attributes, below"),
			.base = connection_root(connection, arena),
			.scope = LDAP_SCOPE_SUBTREE,
			.filter = strbuf_to_arena(&filter, arena),
			.attributes = no_attributes,
			.paged = true,
			.stop_after = 1,
			.best_effort = true,
			.on_entry = on_shown,
			.context = is_known,
		});
}

enum error_kind exchange_lists_read(struct connection *connection, struct exchange_list *lists,
	size_t count, struct arena *arena, struct exchange_schema *schema, struct error *err)
{
	struct search_queue *queue = search_queue_new(connection);
	struct lists_ctx *contexts = arena_get(arena, (count + 1) * sizeof(*contexts));
	enum error_kind kind = read_schema(connection, schema, err);

	for (size_t i = 0; i < count && !kind; i++) {
		contexts[i] = (struct lists_ctx){schema, &lists[i]};
		search_add(queue,
			&(struct search){
				.what = _("read the list"),
				.base = lists[i].dn,
				.scope = LDAP_SCOPE_BASE,
				.filter = "(objectClass=*)",
				.attributes = names,
				.best_effort = true,
				.on_entry = on_list,
				.context = &contexts[i],
			});
	}
	if (!kind)
		kind = search_run(queue, err);
	for (int i = 0; i < EXCHANGE_ATTRIBUTE_COUNT && !kind; i++) {
		if (schema->is_there[i] && !schema->is_known[i])
			search_shown(queue, connection, arena, names[i], &schema->is_known[i]);
	}
	if (!kind)
		kind = search_run(queue, err);
	search_queue_free(queue);
	return kind;
}
