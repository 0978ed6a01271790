#include "directory/read/strangers.h"

#include <stddef.h>

#include "base/memory/arena.h"
#include "base/text/text.h"
#include "decide/asked_roles.h"
#include "decide/feed_absences.h"
#include "decide/snapshot_update.h"
#include "directory/connection/connection.h"
#include "directory/entry/entry.h"
#include "directory/entry/mail_address.h"
#include "directory/read/person_entry.h"
#include "model/person.h"
#include "model/reference.h"
#include "model/settings.h"
#include "model/snapshot.h"

struct strangers {
	const struct settings *settings; /* borrowed */
	struct people_attributes names;
	const struct asked_roles *asked;
	const char **matches;    /* for each feed, its `match` as the server calls it */
	const char **attributes; /* NULL-ended */
};

/* One entry that is looked at. */
struct stranger_ctx {
	const struct strangers *strangers;
	const struct snapshot *snapshot;
	const struct dir_entry *entry;
	struct arena *arena;
};

struct strangers *strangers_new(struct arena *arena, const struct connection *connection,
	const struct mapping *mapping, bool whole_gallery)
{
	const struct settings *settings = connection->settings;
	struct strangers *strangers = arena_get(arena, sizeof(*strangers));
	const struct strings *const lists[] = {
		&strangers->names.role, &strangers->names.login, &strangers->names.mail};
	size_t count = settings->feed_count + 1;
	const char **next;

	*strangers = (struct strangers){.settings = settings,
		.names = person_attribute_names(connection),
		.asked = asked_roles_find(arena, mapping, whole_gallery),
		.matches = arena_get(arena, settings->feed_count * sizeof(*strangers->matches))};
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		count += lists[i]->count;
	next = strangers->attributes = arena_get(arena, count * sizeof(*strangers->attributes));
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (size_t j = 0; j < lists[i]->count; j++)
			*next++ = lists[i]->items[j];
	}
	for (size_t i = 0; i < settings->feed_count; i++)
		*next++ = strangers->matches[i] =
			connection_attribute(connection, settings->feeds[i].match);
	return strangers;
}

const char *const *strangers_attributes(const struct strangers *strangers)
{
	return strangers->attributes;
}

/* The values, and how many were left out: then nobody knows what the entry is. */
static struct strings texts_of(const struct stranger_ctx *ctx, const char *attribute,
	bool *is_whole)
{
	struct strings texts;

	if (entry_texts(ctx->arena, ctx->entry, attribute, PERSON_VALUES_MAX, &texts) > 0)
		*is_whole = false;
	return texts;
}

/* Whether something asked for the name, and what came of it is known. */
static bool is_asked_for(const struct stranger_ctx *ctx, const char *key)
{
	return snapshot_ref(ctx->snapshot, key) != NULL;
}

static bool holds_asked_role(const struct stranger_ctx *ctx, const char *attribute)
{
	const struct strangers *all = ctx->strangers;
	bool is_whole = true;
	struct strings texts = texts_of(ctx, attribute, &is_whole);

	for (size_t i = 0; i < texts.count; i++) {
		const char **parts;
		size_t count = text_split(ctx->arena, texts.items[i],
			all->settings->people.separator ? all->settings->people.separator : "",
			&parts);

		for (size_t j = 0; j < count; j++) {
			if (asked_roles_judge(all->asked, parts[j]) == ROLE_ASKED)
				return true;
		}
	}
	return !is_whole;
}

static bool bears_asked_login(const struct stranger_ctx *ctx, const char *attribute)
{
	bool is_whole = true;
	struct strings texts = texts_of(ctx, attribute, &is_whole);

	for (size_t i = 0; i < texts.count; i++) {
		if (is_asked_for(ctx, reference_key(ctx->arena, texts.items[i])))
			return true;
	}
	return !is_whole;
}

static bool bears_asked_address(const struct stranger_ctx *ctx, const char *attribute)
{
	struct mail_addresses addresses = {0};
	bool is_whole = true;
	struct strings texts = texts_of(ctx, attribute, &is_whole);

	mail_addresses_add(&addresses, ctx->arena, attribute, &texts, NULL, NULL);
	for (size_t i = 0; i < addresses.all.count; i++) {
		if (is_asked_for(ctx, reference_key(ctx->arena, addresses.all.items[i])))
			return true;
	}
	return !is_whole;
}

/* Whether a feed names the entry. */
static bool is_in_feed(const struct stranger_ctx *ctx, size_t feed)
{
	const struct feed_settings *settings = &ctx->strangers->settings->feeds[feed];
	bool is_whole = true;
	struct strings texts = texts_of(ctx, ctx->strangers->matches[feed], &is_whole);

	for (size_t i = 0; i < texts.count; i++) {
		if (is_asked_for(ctx,
			    name_key(ctx->arena, settings->match, texts.items[i],
				    settings->match_as == MATCH_NUMBER)))
			return true;
	}
	return !is_whole;
}

static bool has_any(const struct stranger_ctx *ctx, const struct strings *attributes,
	bool (*has)(const struct stranger_ctx *ctx, const char *attribute))
{
	for (size_t i = 0; i < attributes->count; i++) {
		if (has(ctx, attributes->items[i]))
			return true;
	}
	return false;
}

static bool may_matter(const struct stranger_ctx *ctx)
{
	const struct people_attributes *names = &ctx->strangers->names;

	if (has_any(ctx, &names->role, holds_asked_role) ||
		has_any(ctx, &names->login, bears_asked_login) ||
		has_any(ctx, &names->mail, bears_asked_address))
		return true;
	for (size_t i = 0; i < ctx->strangers->settings->feed_count; i++) {
		if (is_in_feed(ctx, i))
			return true;
	}
	return false;
}

bool strangers_include(const struct strangers *strangers, const struct snapshot *snapshot,
	const struct dir_entry *entry, const struct dir_change *change)
{
	struct stranger_ctx ctx = {strangers, snapshot, entry, NULL};
	bool is_stranger;

	if (change->holds_others || snapshot_has_others(snapshot) ||
		snapshot_knows(snapshot, change->dn_key, change->identity))
		return false;
	ctx.arena = arena_new();
	is_stranger = !may_matter(&ctx);
	arena_free(ctx.arena);
	return is_stranger;
}
