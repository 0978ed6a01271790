#include "directory/read/resolve_people.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "decide/feed_absences.h"
#include "directory/connection/connection.h"
#include "directory/entry/filter.h"
#include "directory/read/lookup.h"
#include "directory/search/search.h"
#include "model/snapshot.h"

/* The names of one feed that are still to be asked for, in filters of so many terms that a server takes them. */
struct resolve_ctx {
	struct lookups *lookups;
	const struct name_query *query;
	const char *terms[FILTER_TERMS_MAX];
	size_t count;
};

static void send_filter(const struct resolve_ctx *ctx, const char *filter)
{
	lookup_people(ctx->lookups, filter);
	if (ctx->query->for_roles)
		lookup_mailboxes_among(ctx->lookups, filter);
}

static void send_batch(struct resolve_ctx *ctx)
{
	const struct lookups *lookups = ctx->lookups;

	if (ctx->count > 0)
		send_filter(ctx,
			filter_any_of(lookups->arena, lookups->people_filter, ctx->terms,
				ctx->count));
	ctx->count = 0;
}

static void add_term(struct resolve_ctx *ctx, const char *text)
{
	struct strbuf term = STRBUF_INIT;

	filter_add_equal(&term, ctx->query->attribute, text);
	ctx->terms[ctx->count++] = strbuf_to_arena(&term, ctx->lookups->arena);
	if (ctx->count == FILTER_TERMS_MAX)
		send_batch(ctx);
}

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

/* The ways in which the directory may write a number. */
static void add_number(struct resolve_ctx *ctx, const char *digits)
{
	static const char zeros[NUMBER_ZEROS_MAX + 1] = "000000000000";
	struct arena *arena = ctx->lookups->arena;

	for (int i = 0; i <= NUMBER_ZEROS_MAX; i++)
		add_term(ctx, arena_format(arena, "%.*s%s", i, zeros, digits));
	add_term(ctx, arena_format(arena, "%s.0", digits));
}

static void add_name(struct resolve_ctx *ctx, const char *text)
{
	const char *number = ctx->query->as_number ? text_number(ctx->lookups->arena, text) : "";

	if (is_number(number))
		add_number(ctx, number);
	else
		add_term(ctx, text);
}

/* Ask for everybody who has the attribute. */
static void ask_for_everybody(const struct resolve_ctx *ctx)
{
	struct lookups *lookups = ctx->lookups;

	send_filter(ctx,
		arena_format(lookups->arena, "(&%s(%s=*))", lookups->people_filter,
			ctx->query->attribute));
}

/*
 * The names that nobody asked for yet, in the lookups' arena. The snapshot remembers, under the name's key, that it
 * was asked for: who bears it is in person.known_as.
 */
static const char **take_new(const struct resolve_ctx *ctx, size_t *count)
{
	const struct name_query *query = ctx->query;
	struct lookups *lookups = ctx->lookups;
	const char **taken = arena_get(lookups->arena, query->count * sizeof(*taken));

	*count = 0;
	for (size_t i = 0; i < query->count; i++) {
		const char *key = name_key(lookups->arena, query->attribute, query->items[i],
			query->as_number);

		if (snapshot_ref(lookups->snapshot, key))
			continue;
		snapshot_resolve(lookups->snapshot, key, &(struct resolved_ref){.kind = REF_OTHER});
		taken[(*count)++] = query->items[i];
	}
	return taken;
}

static void ask_for_all(struct lookups *lookups, const struct name_query *query)
{
	struct resolve_ctx ctx = {.lookups = lookups, .query = query};
	size_t count;
	const char **names = take_new(&ctx, &count);

	if (query->as_number && count > SPELLED_NUMBERS_MAX) {
		ask_for_everybody(&ctx);
		return;
	}
	for (size_t i = 0; i < count; i++)
		add_name(&ctx, names[i]);
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
