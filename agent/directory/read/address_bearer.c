#include "directory/read/address_bearer.h"

#include <ldap.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "directory/connection/connection.h"
#include "directory/entry/entry.h"
#include "directory/entry/filter.h"
#include "directory/entry/mail_address.h"
#include "directory/search/search.h"
#include "model/settings.h"

/*
 * msExchRecipientTypeDetails, a bit a kind (Exchange's RecipientTypeDetails): user, linked, shared, legacy, room and
 * equipment mailboxes; user, room, equipment, shared and team mailboxes that are in Exchange Online.
 */
#define ANY_MAILBOX    (0x3fLL | 1LL << 31 | 1LL << 33 | 1LL << 34 | 1LL << 35 | 1LL << 36)
#define SHARED_MAILBOX (0x4LL | 1LL << 35)

/* Attributes by which an entry gets mail, whatever the settings read of people. */
static const char *const bearing[] = {"mail", "proxyAddresses"};

struct bearers_ctx {
	struct arena *arena;
	struct table *by_address; /* text_fold() of it -> struct address_query */
	struct table *mailboxes;  /* dn_key() of those that people.mailboxes finds */
	bool is_known;
};

static enum mailbox_sign sign_of(struct arena *arena, const struct dir_entry *entry)
{
	static const char *const others[] = {"group", "contact", "groupOfNames",
		"groupOfUniqueNames", "groupOfMembers", "posixGroup", NULL};
	struct strings types;
	long long type;

	entry_texts(arena, entry, "msExchRecipientTypeDetails", 1, &types);
	if (types.count > 0) {
		type = strtoll(types.items[0], NULL, 10);
		if (type & SHARED_MAILBOX)
			return MAILBOX_SHARED;
		return type & ANY_MAILBOX ? MAILBOX_OTHER : MAILBOX_NOT;
	}
	if (entry_count(entry, "homeMDB") > 0 || entry_count(entry, "msExchMailboxGuid") > 0)
		return MAILBOX_OTHER;
	return entry_has_any(entry, "objectClass", others) ? MAILBOX_NOT : MAILBOX_UNSEEN;
}

/* Note that the entry bears `address`, unless it does by another attribute already. */
static void note_bearer(struct bearers_ctx *ctx, const struct address_bearer *bearer,
	const char *address)
{
	struct address_query *query =
		table_find(ctx->by_address, text_fold(ctx->arena, address, strlen(address)));
	struct address_bearer *copy;

	if (!query || (query->bearers && strcmp(query->bearers->key, bearer->key) == 0))
		return;
	copy = arena_get(ctx->arena, sizeof(*copy));
	*copy = *bearer;
	copy->next = query->bearers;
	query->bearers = copy;
}

static void on_bearer(void *context, const struct dir_entry *entry)
{
	struct bearers_ctx *ctx = context;
	struct address_bearer bearer = {
		.dn = entry_dn(ctx->arena, entry), .sign = sign_of(ctx->arena, entry)};
	const char *address;
	bool is_primary;

	bearer.key = dn_key(ctx->arena, bearer.dn);
	if (!bearer.key)
		bearer.key = bearer.dn;
	for (size_t i = 0; i < sizeof(bearing) / sizeof(*bearing); i++) {
		struct strings texts;

		entry_texts(ctx->arena, entry, bearing[i], SIZE_MAX, &texts);
		for (size_t j = 0; j < texts.count; j++) {
			if (mail_value_read(bearing[i], texts.items[j], &address, &is_primary) ==
				MAIL_VALUE_ADDRESS)
				note_bearer(ctx, &bearer, address);
		}
	}
}

static void on_bearers_done(void *context, bool found)
{
	struct bearers_ctx *ctx = context;

	ctx->is_known = ctx->is_known && found;
}

/* One that the settings call a shared mailbox, whatever Exchange's attributes say. */
static void on_mailbox(void *context, const struct dir_entry *entry)
{
	struct bearers_ctx *ctx = context;
	const char *key = dn_key(ctx->arena, entry_dn(ctx->arena, entry));

	if (key)
		table_put(ctx->mailboxes, key, ctx);
}

static void search_batch(struct bearers_ctx *ctx, struct search_queue *queue,
	const struct connection *connection, const struct address_query *queries, size_t count)
{
	static const char *const attributes[] = {"mail", "proxyAddresses", "objectClass",
		"msExchRecipientTypeDetails", "homeMDB", "msExchMailboxGuid", NULL};
	static const char *const no_attributes[] = {LDAP_NO_ATTRS, NULL};
	const char *mailboxes = connection->settings->people.mailboxes;
	struct strbuf filter = STRBUF_INIT;
	struct search search = {
		.what = _("look for the bearers of mail addresses below"),
		.base = connection_root(connection, ctx->arena),
		.scope = LDAP_SCOPE_SUBTREE,
		.attributes = attributes,
		.paged = true,
		.best_effort = true,
		.on_entry = on_bearer,
		.on_done = on_bearers_done,
		.context = ctx,
	};

	strbuf_adds(&filter, "(|");
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < sizeof(bearing) / sizeof(*bearing); j++)
			mail_filter_add(&filter, bearing[j], queries[i].address);
	}
	strbuf_addc(&filter, ')');
	search.filter = strbuf_to_arena(&filter, ctx->arena);
	search_add(queue, &search);
	if (!mailboxes || !*mailboxes)
		return;
	search.filter = arena_format(ctx->arena, "(&%s%s)", mailboxes, search.filter);
	search.attributes = no_attributes;
	search.on_entry = on_mailbox;
	search_add(queue, &search);
}

/* Of queries with the same address one was filled. */
static void finish_query(const struct bearers_ctx *ctx, struct address_query *query)
{
	const struct address_query *filled = table_find(ctx->by_address,
		text_fold(ctx->arena, query->address, strlen(query->address)));

	query->bearers = filled->bearers;
	for (struct address_bearer *b = query->bearers; b; b = b->next) {
		if (table_find(ctx->mailboxes, b->key))
			b->sign = MAILBOX_SHARED;
	}
}

enum error_kind address_bearers_find(struct connection *connection, struct address_query *queries,
	size_t count, struct arena *arena, bool *is_known, struct error *err)
{
	const size_t most = FILTER_TERMS_MAX / (sizeof(bearing) / sizeof(*bearing));
	struct bearers_ctx ctx = {.arena = arena,
		.by_address = table_new(arena),
		.mailboxes = table_new(arena),
		.is_known = true};
	struct search_queue *queue = search_queue_new(connection);
	enum error_kind kind;

	for (size_t i = 0; i < count; i++)
		table_put(ctx.by_address,
			text_fold(arena, queries[i].address, strlen(queries[i].address)),
			&queries[i]);
	for (size_t i = 0; i < count; i += most)
		search_batch(&ctx, queue, connection, queries + i,
			count - i < most ? count - i : most);
	kind = search_run(queue, err);
	search_queue_free(queue);
	for (size_t i = 0; i < count; i++)
		finish_query(&ctx, &queries[i]);
	*is_known = ctx.is_known;
	return kind;
}
