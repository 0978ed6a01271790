#include "directory/read/resolve_people.h"

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "decide/feed_absences.h"
#include "directory/connection/connection.h"
#include "directory/entry/filter.h"
#include "directory/read/lookup.h"
#include "directory/search/search.h"
#include "model/snapshot.h"

/* The names of one feed that are still to be asked for, in filters of so many terms that a server takes them. */
struct resolve_ctx {
	struct lookups *lookups;
	const char *attribute;
	const char *terms[FILTER_TERMS_MAX];
	size_t count;
};

static void send_batch(struct resolve_ctx *ctx)
{
	const struct lookups *lookups = ctx->lookups;

	if (ctx->count > 0)
		lookup_people(ctx->lookups,
			filter_any_of(lookups->arena, lookups->people_filter, ctx->terms,
				ctx->count));
	ctx->count = 0;
}

/* The snapshot remembers, under the name's key, that it was asked for: who bears it is in person.known_as. */
static void ask_for(struct resolve_ctx *ctx, const char *text)
{
	struct lookups *lookups = ctx->lookups;
	const char *key = name_key(lookups->arena, ctx->attribute, text);
	struct strbuf term = STRBUF_INIT;

	if (snapshot_ref(lookups->snapshot, key))
		return;
	snapshot_resolve(lookups->snapshot, key, &(struct resolved_ref){.kind = REF_OTHER});
	filter_add_equal(&term, ctx->attribute, text);
	ctx->terms[ctx->count++] = arena_string(lookups->arena, term.text);
	if (ctx->count == FILTER_TERMS_MAX)
		send_batch(ctx);
	strbuf_release(&term);
}

static void ask_for_all(struct lookups *lookups, const struct name_query *names)
{
	struct resolve_ctx ctx = {.lookups = lookups, .attribute = names->attribute};

	for (size_t i = 0; i < names->count; i++)
		ask_for(&ctx, names->items[i]);
	send_batch(&ctx);
}

enum error_kind resolve_people(struct connection *connection, struct snapshot *snapshot,
	const struct name_query *names, size_t count, struct error *err)
{
	struct lookups lookups;
	enum error_kind failed;

	lookups_init(&lookups, connection, snapshot);
	for (size_t i = 0; i < count; i++)
		ask_for_all(&lookups, &names[i]);
	failed = search_run(lookups.queue, err);
	lookups_release(&lookups);
	return failed;
}
