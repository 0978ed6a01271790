#include "directory/read/change_number.h"

#include <ldap.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/ad_value.h"
#include "directory/entry/entry.h"
#include "directory/search/search.h"
#include "model/settings.h"

/* What is being asked for. */
struct change_number_ctx {
	struct connection *connection;
	struct arena *arena;
	struct change_number *found;
	const char *then; /* the entry that has the rest */
};

/* The greatest value, as bytes: contextCSNs begin with a time. */
static const char *read_greatest(struct change_number_ctx *ctx, const struct dir_entry *entry,
	const char *type)
{
	size_t count;
	const struct berval *values = entry_values(entry, type, &count);
	const char *most = NULL;

	for (size_t i = 0; i < count; i++) {
		const char *value = arena_bytes(ctx->arena, values[i].bv_val, values[i].bv_len);

		if (!most || strcmp(value, most) > 0)
			most = value;
	}
	return most;
}

/* The naming context that the people are in. */
static void find_context(struct change_number_ctx *ctx, const struct dir_entry *entry)
{
	size_t count;
	const struct berval *values = entry_values(entry, "namingContexts", &count);
	const char *base = dn_key(ctx->arena, ctx->connection->settings->people.bases.items[0]);

	for (size_t i = 0; base && i < count; i++) {
		const char *dn = arena_bytes(ctx->arena, values[i].bv_val, values[i].bv_len);
		const char *key = dn_key(ctx->arena, dn);

		if (key && dn_is_under(base, key))
			ctx->then = dn;
	}
}

static void on_root(void *context, const struct dir_entry *entry)
{
	struct change_number_ctx *ctx = context;

	ctx->found->number = read_greatest(ctx, entry, "highestCommittedUSN");
	if (ctx->found->number)
		ctx->then = read_greatest(ctx, entry, "dsServiceName");
	else
		find_context(ctx, entry);
}

static void add_hex(struct change_number_ctx *ctx, const struct dir_entry *entry)
{
	size_t count;
	const struct berval *values = entry_values(entry, "invocationId", &count);
	struct strbuf text = STRBUF_INIT;

	if (count > 0 && values[0].bv_len == 16) {
		ad_guid_add(&text, &values[0]);
		ctx->found->invocation = arena_string(ctx->arena, text.text);
	}
	strbuf_release(&text);
}

static void on_context(void *context, const struct dir_entry *entry)
{
	struct change_number_ctx *ctx = context;

	if (!ctx->found->number)
		ctx->found->number = read_greatest(ctx, entry, "contextCSN");
	else
		add_hex(ctx, entry);
}

static void ask_entry(struct change_number_ctx *ctx, const char *base,
	const char *const *attributes,
	void (*on_entry)(void *context, const struct dir_entry *entry))
{
	struct search_queue *queue = search_queue_new(ctx->connection);
	struct error err = ERROR_INIT;

	search_add(queue,
		&(struct search){
			.what = _("read the root DSE"),
			.base = base,
			.scope = LDAP_SCOPE_BASE,
			.filter = "(objectClass=*)",
			.attributes = attributes,
			.on_entry = on_entry,
			.context = ctx,
		});
	search_run(queue, &err);
	search_queue_free(queue);
	error_release(&err);
}

void change_number_look(struct connection *connection, struct arena *arena,
	struct change_number *found)
{
	static const char *const of_root[] = {
		"namingContexts", "highestCommittedUSN", "dsServiceName", NULL};
	static const char *const of_context[] = {"contextCSN", "invocationId", NULL};
	struct change_number_ctx ctx = {.connection = connection, .arena = arena, .found = found};

	*found = (struct change_number){0};
	if (!connection->ld)
		return;
	ask_entry(&ctx, "", of_root, on_root);
	if (ctx.then)
		ask_entry(&ctx, ctx.then, of_context, on_context);
}
