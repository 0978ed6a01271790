#include "directory/read/base_visible.h"

#include <ldap.h>
#include <stdbool.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"
#include "directory/search/search.h"
#include "model/settings.h"

/* A base being looked at. */
struct people_base {
	struct search_queue *queue;
	const char *dn;
	bool is_readable;
};

static const char looking[] = N_("look at people.base");

static void on_base(void *context, const struct dir_entry *entry)
{
	struct people_base *base = context;

	base->is_readable = entry_count(entry, "objectClass") > 0;
}

static void on_base_done(void *context, bool found)
{
	const struct people_base *base = context;

	if (!found)
		search_fail(base->queue, _(looking), base->dn,
			_("it is not there, or this account may not list what is above it; correct "
			  "people.base, or give the account the right to read there (contrib/ad)"));
	else if (!base->is_readable)
		search_fail(base->queue, _(looking), base->dn,
			_("the entry shows this account no objectClass, so people below it may be "
			  "hidden, too; give the account the right to read it and all below it "
			  "(contrib/ad)"));
}

static void look_at(struct people_base *base)
{
	static const char *const attributes[] = {"objectClass", NULL};

	search_add(base->queue,
		&(struct search){
			.what = _(looking),
			.base = base->dn,
			.scope = LDAP_SCOPE_BASE,
			.filter = "(objectClass=*)",
			.attributes = attributes,
			.on_entry = on_base,
			.on_done = on_base_done,
			.context = base,
		});
}

void people_base_look_at(struct search_queue *queue, const struct connection *connection,
	struct arena *arena)
{
	const struct strings *bases = &connection->settings->people.bases;

	for (size_t i = 0; i < bases->count && connection->dialect->silently_filters; i++) {
		struct people_base *base = arena_get(arena, sizeof(*base));

		*base = (struct people_base){.queue = queue, .dn = bases->items[i]};
		look_at(base);
	}
}
