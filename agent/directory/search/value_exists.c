#include "directory/search/value_exists.h"

#include <ldap.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/entry/filter.h"
#include "directory/search/search.h"

#define TYPE_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.;"

static void on_entry(void *context, const struct dir_entry *entry)
{
	struct presence *item = context;

	(void)entry;
	item->is_there = true;
}

static const char *filter_of(struct arena *arena, const struct presence *item)
{
	struct strbuf filter = STRBUF_INIT;

	if (!item->type)
		return "(objectClass=*)";
	strbuf_addf(&filter, "(%s=", item->type);
	filter_add_value(&filter, item->value);
	strbuf_addc(&filter, ')');
	return strbuf_to_arena(&filter, arena);
}

static enum error_kind check_item(struct arena *arena, const struct presence *item,
	struct error *err)
{
	bool is_type = !item->type ||
		(*item->type && item->type[strspn(item->type, TYPE_CHARACTERS)] == '\0');

	if (is_type && dn_key(arena, item->dn))
		return ERROR_NONE;
	return error_set(err, ERROR_TARGET, _("%s: no entry with an attribute %s can be asked for"),
		item->dn, item->type ? item->type : "");
}

static void ask_item(struct search_queue *queue, struct arena *arena, struct presence *item)
{
	static const char *const no_attributes[] = {LDAP_NO_ATTRS, NULL};

	search_add(queue,
		&(struct search){
			.what = _("look what was done to"),
			.base = item->dn,
			.scope = LDAP_SCOPE_BASE,
			.filter = filter_of(arena, item),
			.attributes = no_attributes,
			.on_entry = on_entry,
			.context = item,
		});
}

enum error_kind presence_look(struct connection *connection, struct presence *items, size_t count,
	struct error *err)
{
	struct search_queue *queue = search_queue_new(connection);
	struct arena *arena = arena_new();
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; i < count && !failed; i++) {
		items[i].is_there = false;
		failed = check_item(arena, &items[i], err);
		if (!failed)
			ask_item(queue, arena, &items[i]);
	}
	if (!failed)
		failed = search_run(queue, err);
	search_queue_free(queue);
	arena_free(arena);
	return failed;
}
