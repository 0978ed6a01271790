#include "directory/read/name_search.h"

#include <ldap.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "directory/connection/connection.h"
#include "directory/entry/entry.h"
#include "directory/entry/filter.h"
#include "directory/read/person_entry.h"
#include "directory/search/search.h"
#include "model/settings.h"

/* How many words are looked for; further ones are compared here. */
#define WORDS_MAX 8

/* Attributes that have names: those of people.attributes, and cn. */
struct name_search_ctx {
	struct connection *connection;
	struct arena *arena; /* the caller's */
	struct arena *scrap; /* owned: emptied after each entry */
	struct people_attributes names;
	const char *folded; /* what is searched for */
	const char **words;
	size_t word_count;
	struct name_search *found;
	const char *nearest; /* folded; NULL: none yet */
	size_t compared;
};

static bool has_words(const struct name_search_ctx *ctx, const char *name)
{
	for (size_t i = 0; i < ctx->word_count; i++) {
		if (!strstr(name, ctx->words[i]))
			return false;
	}
	return ctx->word_count > 0;
}

/* The first value that one of the attributes has; NULL: none has any. */
static const char *first_text(const struct name_search_ctx *ctx, const struct dir_entry *entry,
	const struct strings *attributes)
{
	for (size_t i = 0; i < attributes->count; i++) {
		struct strings texts;

		entry_texts(ctx->scrap, entry, attributes->items[i], 1, &texts);
		if (texts.count > 0)
			return texts.items[0];
	}
	return NULL;
}

static struct name_match read_match(const struct name_search_ctx *ctx,
	const struct dir_entry *entry)
{
	const struct strings common = {.items = (const char *[]){"cn"}, .count = 1};
	struct name_match match = {.dn = entry_dn(ctx->scrap, entry),
		.name = first_text(ctx, entry, &ctx->names.name),
		.login = first_text(ctx, entry, &ctx->names.login)};

	if (!match.name)
		match.name = first_text(ctx, entry, &common);
	return match;
}

static struct name_match keep_match(const struct name_search_ctx *ctx,
	const struct name_match *match)
{
	return (struct name_match){.dn = arena_string(ctx->arena, match->dn),
		.name = arena_string(ctx->arena, match->name),
		.login = match->login ? arena_string(ctx->arena, match->login) : NULL};
}

static void add_match(const struct name_search_ctx *ctx, struct name_matches *matches,
	const struct name_match *match)
{
	if (matches->count < NAME_MATCHES_MAX)
		matches->items[matches->count] = keep_match(ctx, match);
	matches->count++;
}

static void begin_entry(struct name_search_ctx *ctx)
{
	arena_free(ctx->scrap);
	ctx->scrap = arena_new();
}

static void on_found(void *context, const struct dir_entry *entry)
{
	struct name_search_ctx *ctx = context;
	struct name_match match;
	const char *name;

	begin_entry(ctx);
	match = read_match(ctx, entry);
	if (!match.name)
		return;
	name = text_fold(ctx->scrap, match.name, strlen(match.name));
	if (strcmp(name, ctx->folded) == 0)
		add_match(ctx, &ctx->found->called, &match);
	else if (has_words(ctx, name))
		add_match(ctx, &ctx->found->containing, &match);
}

/* Keep the person if this name is nearer than the nearest so far. */
static void compare_name(struct name_search_ctx *ctx, const char *text,
	const struct name_match *match)
{
	const char *candidates[2];
	const char *folded = text ? text_fold(ctx->scrap, text, strlen(text)) : NULL;
	size_t count = 0;

	if (!folded)
		return;
	if (ctx->nearest)
		candidates[count++] = ctx->nearest;
	candidates[count++] = folded;
	if (text_nearest(ctx->folded, candidates, count) != folded)
		return;
	ctx->nearest = arena_string(ctx->arena, folded);
	ctx->found->nearest = keep_match(ctx, match);
}

static void on_compared(void *context, const struct dir_entry *entry)
{
	struct name_search_ctx *ctx = context;
	struct name_match match;

	if (ctx->compared++ >= NAME_COMPARED_MAX)
		return;
	begin_entry(ctx);
	match = read_match(ctx, entry);
	if (!match.name)
		return;
	compare_name(ctx, match.login, &match);
	compare_name(ctx, match.name, &match);
}

/* "(&(displayName=*a*)(displayName=*b*))" of each attribute of names. Letters that are not ASCII are compared here. */
static void add_words(struct strbuf *filter, const struct name_search_ctx *ctx,
	const char *attribute)
{
	strbuf_adds(filter, "(&");
	for (size_t i = 0; i < ctx->word_count && i < WORDS_MAX; i++)
		filter_add_containing(filter, attribute, ctx->words[i], NULL);
	strbuf_addc(filter, ')');
}

static const char *make_filter(const struct name_search_ctx *ctx, bool of_words)
{
	struct strbuf filter = STRBUF_INIT;

	strbuf_addf(&filter, "(&%s", ctx->connection->settings->people.filter);
	if (of_words) {
		strbuf_adds(&filter, "(|");
		for (size_t i = 0; i < ctx->names.name.count; i++)
			add_words(&filter, ctx, ctx->names.name.items[i]);
		add_words(&filter, ctx, "cn");
		strbuf_addc(&filter, ')');
	}
	strbuf_addc(&filter, ')');
	return strbuf_to_arena(&filter, ctx->arena);
}

static const char **attributes_to_ask(const struct name_search_ctx *ctx)
{
	const struct strings *names = &ctx->names.name, *logins = &ctx->names.login;
	const char **all = arena_get(ctx->arena, (names->count + logins->count + 2) * sizeof(*all));
	size_t count = 0;

	for (size_t i = 0; i < names->count; i++)
		all[count++] = names->items[i];
	for (size_t i = 0; i < logins->count; i++)
		all[count++] = logins->items[i];
	all[count++] = "cn";
	all[count] = NULL;
	return all;
}

static enum error_kind run_search(struct name_search_ctx *ctx, const char *filter,
	void (*on_entry)(void *context, const struct dir_entry *entry), struct error *err)
{
	const struct strings *bases = &ctx->connection->settings->people.bases;
	struct search_queue *queue = search_queue_new(ctx->connection);
	enum error_kind kind;

	for (size_t i = 0; i < bases->count; i++)
		search_add(queue,
			&(struct search){
				.what = _("search for a name below"),
				.base = bases->items[i],
				.scope = LDAP_SCOPE_SUBTREE,
				.filter = filter,
				.attributes = attributes_to_ask(ctx),
				.paged = true,
				.on_entry = on_entry,
				.context = ctx,
			});
	kind = search_run(queue, err);
	search_queue_free(queue);
	return kind;
}

static int compare_matches(const void *left, const void *right)
{
	const struct name_match *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	return order ? order : strcmp(a->dn, b->dn);
}

/* A server keeps entries in an order of its own. */
static void sort_matches(struct name_matches *matches)
{
	size_t kept = matches->count < NAME_MATCHES_MAX ? matches->count : NAME_MATCHES_MAX;

	if (kept > 1)
		qsort(matches->items, kept, sizeof(matches->items[0]), compare_matches);
}

enum error_kind name_search(struct connection *connection, struct arena *arena, const char *text,
	struct name_search *found, struct error *err)
{
	struct name_search_ctx ctx = {.connection = connection,
		.arena = arena,
		.scrap = arena_new(),
		.names = person_attribute_names(connection),
		.folded = text_fold(arena, text, strlen(text)),
		.found = found};
	enum error_kind kind;

	*found = (struct name_search){.nearest.dn = NULL};
	ctx.word_count = text_split(arena, ctx.folded, " ", &ctx.words);
	kind = run_search(&ctx, make_filter(&ctx, true), on_found, err);
	if (!kind && found->called.count + found->containing.count == 0)
		kind = run_search(&ctx, make_filter(&ctx, false), on_compared, err);
	sort_matches(&found->called);
	sort_matches(&found->containing);
	arena_free(ctx.scrap);
	return kind;
}

const char *name_match_text(struct arena *arena, const struct name_match *match)
{
	return arena_format(arena, "%s (%s)", match->name, match->login ? match->login : match->dn);
}
