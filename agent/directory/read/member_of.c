#include "directory/read/member_of.h"

#include <ldap.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/filter.h"
#include "directory/search/search.h"

/* A group being asked about. */
struct back_link {
	bool is_linked;
	void (*on_known)(void *context, bool is_linked);
	void *context;
};

static void on_linked(void *context, const struct dir_entry *entry)
{
	struct back_link *link = context;

	(void)entry;
	link->is_linked = true;
}

static void on_done(void *context, bool found)
{
	const struct back_link *link = context;

	(void)found;
	link->on_known(link->context, link->is_linked);
}

static const char *link_filter(struct arena *arena, const char *attribute, const char *dn)
{
	struct strbuf filter = STRBUF_INIT;

	filter_add_equal(&filter, attribute, dn);
	return strbuf_to_arena(&filter, arena);
}

void back_link_ask(struct search_queue *queue, const struct dialect *dialect, struct arena *arena,
	const char *group_dn, void (*on_known)(void *context, bool is_linked), void *context)
{
	static const char *const no_attributes[] = {LDAP_NO_ATTRS, NULL};
	struct back_link *link = arena_get(arena, sizeof(*link));

	*link = (struct back_link){.on_known = on_known, .context = context};
	search_add(queue,
		&(struct search){
			.what = _("look for anyone who is in"),
			.base = dn_domain(arena, group_dn),
			.scope = LDAP_SCOPE_SUBTREE,
			.filter = link_filter(arena, dialect->back_link, group_dn),
			.attributes = no_attributes,
			.size_limit_1 = true,
			.on_entry = on_linked,
			.on_done = on_done,
			.context = link,
		});
}
