#include "mailbox/propose.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "mailbox/mailbox.h"
#include "mailbox/recurring_words.h"
#include "matcher/nearest_tag.h"
#include "model/mapping.h"
#include "model/settings.h"

#define ID_MAX   40 /* bytes */
#define NAME_MAX 60 /* characters of a list's name; Active Directory takes 64 */

/* What proposals are made by. */
struct propose_ctx {
	struct arena *arena;
	const struct mapping *mapping;
	const char *attribute, *prefix, *parent; /* of lists: CN, "Infra-", "OU=Lister,..." */
	struct table *lists;                     /* keys of those that are taken */
	const char **ids;                        /* taken, folded */
	size_t id_count, id_room;
	size_t known_id_count; /* of these, those of the mapping */
};

/* Names of lists */

/* How many bytes two texts have in common at their start, upper and lower case alike for ASCII. */
static size_t common_length(const char *a, const char *b)
{
	size_t length = 0;

	while (a[length] && (a[length] | 0x20) == (b[length] | 0x20))
		length++;
	return length;
}

/* The OU that most lists of routes are in, the first of several. */
static const char *find_parent(const struct mapping *mapping)
{
	const char *best = NULL;
	size_t best_count = 0;

	for (size_t i = 0; i < mapping->route_count; i++) {
		const char *parent = dn_parent(mapping->routes[i].ordinary->list_key);
		size_t count = 0;

		for (size_t j = 0; j < mapping->route_count; j++)
			count += strcmp(dn_parent(mapping->routes[j].ordinary->list_key), parent) ==
				0;
		if (count > best_count) {
			best = dn_parent(mapping->routes[i].ordinary->list);
			best_count = count;
		}
	}
	return best;
}

/* What the lists' names begin with, up to a sign: "Infra-" of Infra-Drift and Infra-Sikkerhed; of one list alone, too. */
static const char *find_prefix(struct arena *arena, const struct mapping *mapping)
{
	const char *first = NULL;
	size_t length = 0;

	for (size_t i = 0; i < mapping->route_count; i++) {
		const char *name = dn_leaf(arena, mapping->routes[i].ordinary->list);
		size_t same = first ? common_length(first, name) : strlen(name);

		length = first && length < same ? length : same;
		first = first ? first : name;
	}
	while (length > 0 && !strchr("-_. ", first[length - 1]))
		length--;
	return arena_bytes(arena, first ? first : "", length);
}

static void find_pattern(struct propose_ctx *ctx, const struct settings *settings)
{
	const struct mapping *mapping = ctx->mapping;
	const char *parent = find_parent(mapping), *dn;

	ctx->prefix = find_prefix(ctx->arena, mapping);
	ctx->parent = parent && *parent ? parent : settings->people.bases.items[0];
	dn = mapping->route_count > 0 ? mapping->routes[0].ordinary->list : "CN=";
	ctx->attribute = arena_bytes(ctx->arena, dn, strcspn(dn, "="));
	ctx->lists = table_new(ctx->arena);
	for (size_t i = 0; i < mapping->block_count; i++)
		table_put(ctx->lists, mapping->blocks[i].list_key, ctx);
}

/* A text's words: letters, digits and single blanks; the first letter a capital. No sign that a DN would escape. */
static const char *name_of(struct arena *arena, const char *text)
{
	struct strbuf name = STRBUF_INIT;
	const uint8_t *at = (const uint8_t *)text, *end = at + strlen(text);
	size_t count = 0;
	bool has_gap = false;

	while (at < end && count < NAME_MAX) {
		ucs4_t c;
		int length = u8_mbtouc(&c, at, (size_t)(end - at));

		if (c != 0xfffd &&
			uc_is_general_category_withtable(c,
				UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N)) {
			uint8_t bytes[6];
			ucs4_t shown = count == 0 ? uc_toupper(c) : c;
			int width = u8_uctomb(bytes, shown, sizeof(bytes));

			if (has_gap)
				strbuf_addc(&name, ' ');
			strbuf_add(&name, bytes, width > 0 ? (size_t)width : 0);
			has_gap = false;
			count++;
		} else {
			has_gap = name.length > 0;
		}
		at += length;
	}
	return strbuf_to_arena(&name, arena);
}

/* A list that no block of the mapping has. */
static const char *list_of(struct propose_ctx *ctx, const char *text)
{
	const char *name = name_of(ctx->arena, text), *dn, *key;

	for (int number = 1;; number++) {
		struct strbuf built = STRBUF_INIT;

		strbuf_addf(&built, "%s=%s%s", ctx->attribute, ctx->prefix, name);
		if (number > 1)
			strbuf_addf(&built, "-%d", number);
		strbuf_addf(&built, ",%s", ctx->parent);
		dn = strbuf_to_arena(&built, ctx->arena);
		key = dn_key(ctx->arena, dn);
		if (!key || !table_find(ctx->lists, key))
			break;
	}
	if (key)
		table_put(ctx->lists, key, ctx);
	return dn;
}

/* Ids */

static void take_id(struct propose_ctx *ctx, const char *id)
{
	ctx->ids =
		arena_grow(ctx->arena, ctx->ids, ctx->id_count, &ctx->id_room, sizeof(*ctx->ids));
	ctx->ids[ctx->id_count++] = text_fold(ctx->arena, id, strlen(id));
}

static void take_ids(struct propose_ctx *ctx)
{
	const struct mapping *mapping = ctx->mapping;

	for (size_t i = 0; i < mapping->tag_count; i++)
		take_id(ctx, mapping->tags[i].id);
	for (size_t i = 0; i < mapping->route_count; i++) {
		for (size_t j = 0; j < mapping->routes[i].tag_count; j++)
			take_id(ctx, mapping->routes[i].tags[j].id);
	}
}

/* A letter as ids have it, in ASCII; NULL: none. */
static const char *plain_letter(ucs4_t c)
{
	static const struct {
		ucs4_t c;
		const char *text;
	} letters[] = {{0xe6, "ae"}, {0xf8, "oe"}, {0xe5, "aa"}, {0xe4, "ae"}, {0xf6, "oe"},
		{0xfc, "ue"}, {0xe9, "e"}, {0xdf, "ss"}};

	for (size_t i = 0; i < COUNT(letters); i++) {
		if (letters[i].c == c)
			return letters[i].text;
	}
	return NULL;
}

/* "nyt-system" of "[Nyt system]". */
static const char *slug_of(struct arena *arena, const char *text)
{
	const char *folded = text_fold(arena, text, strlen(text));
	const uint8_t *at = (const uint8_t *)folded, *end = at + strlen(folded);
	struct strbuf id = STRBUF_INIT;
	bool has_gap = false;

	while (at < end && id.length < ID_MAX) {
		ucs4_t c;
		int length = u8_mbtouc(&c, at, (size_t)(end - at));
		bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		const char *letter = plain_letter(c);

		if ((is_plain || letter) && has_gap)
			strbuf_addc(&id, '-');
		if (is_plain)
			strbuf_addc(&id, (char)c);
		else if (letter)
			strbuf_adds(&id, letter);
		has_gap = !is_plain && !letter && id.length > 0;
		at += length;
	}
	return strbuf_to_arena(&id, arena);
}

static bool is_taken(const struct propose_ctx *ctx, const char *id)
{
	for (size_t i = 0; i < ctx->id_count; i++) {
		if (strcmp(ctx->ids[i], id) == 0)
			return true;
	}
	return false;
}

/*
 * An id: the slug, or with more behind it where that is taken, or so near an id of the mapping that the two would
 * be mixed up. Ids of other proposals need only be others.
 */
static const char *id_of(struct propose_ctx *ctx, const char *text)
{
	static const char *const endings[] = {"", "-nyt", "-nyt-emne"};
	const char *slug = slug_of(ctx->arena, text), *id = NULL;
	bool is_free = false;

	slug = *slug ? slug : "tag";
	for (size_t i = 0; i < COUNT(endings) && !is_free; i++) {
		id = arena_format(ctx->arena, "%s%s", slug, endings[i]);
		is_free = !is_taken(ctx, id) && !text_nearest(id, ctx->ids, ctx->known_id_count);
	}
	for (int number = 2; !is_free; number++) {
		id = arena_format(ctx->arena, "%s-%d", slug, number);
		is_free = !is_taken(ctx, id);
	}
	take_id(ctx, id);
	return id;
}

/* What recurs */

static int by_count(const void *left, const void *right)
{
	const struct proposed_tag *a = left, *b = right;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return strcmp(a->text, b->text);
}

/*
 * Whether gateways put this in front of what comes from outside. Nearly all of KOMBIT's mail has it then: routed as a tag, it
 * would send all of that to one list, and none to "*".
 */
static bool is_gateway_mark(struct arena *arena, const char *text)
{
	static const char *const marks[] = {"ekstern", "eksternt", "extern", "external", "ext",
		"ekstern mail", "ekstern e-mail", "ekstern afsender", "external mail",
		"external email", "external sender", "spam", "mulig spam"};
	const char *folded = text_fold(arena, text, strlen(text));
	const char *word = folded + strspn(folded, "[(*! "), *end = word + strlen(word);

	while (end > word && strchr("])*!: ", end[-1]))
		end--;
	for (size_t i = 0; i < COUNT(marks); i++) {
		if (strlen(marks[i]) == (size_t)(end - word) &&
			memcmp(marks[i], word, (size_t)(end - word)) == 0)
			return true;
	}
	return false;
}

static void add_tag(struct propose_ctx *ctx, struct proposed_tags *tags,
	const struct proposed_tag *seen)
{
	struct proposed_tag *tag = &tags->items[tags->count++];

	*tag = *seen;
	tag->is_gateways = is_gateway_mark(ctx->arena, seen->text);
	tag->is_mark = tag->is_gateways || strchr(seen->text, '*');
	if (!tag->is_mark)
		tag->nearest = nearest_tag(ctx->mapping, ctx->arena, seen->text);
}

void proposed_tags_find(struct proposed_tags *tags, struct arena *arena,
	const struct mailbox_look *look, const struct settings *settings)
{
	struct propose_ctx ctx = {.arena = arena, .mapping = look->mapping};

	find_pattern(&ctx, settings);
	take_ids(&ctx);
	ctx.known_id_count = ctx.id_count;
	*tags = (struct proposed_tags){
		.items = arena_get(arena,
			(look->unknown_count + look->recurring_count + 1) * sizeof(*tags->items))};
	for (size_t i = 0; i < look->unknown_count; i++) {
		const struct unknown_tag *unknown = look->unknown[i];

		if (unknown->count >= PROPOSE_MIN)
			add_tag(&ctx, tags,
				&(struct proposed_tag){.text = unknown->text,
					.count = unknown->count,
					.last = unknown->last});
	}
	for (size_t i = 0; i < look->recurring_count; i++)
		add_tag(&ctx, tags,
			&(struct proposed_tag){.text = look->recurring[i].text,
				.count = look->recurring[i].count,
				.last = look->recurring[i].last});
	qsort(tags->items, tags->count, sizeof(*tags->items), by_count);
	if (tags->count > PROPOSE_MAX)
		tags->count = PROPOSE_MAX;
	for (size_t i = 0; i < tags->count; i++) {
		struct proposed_tag *tag = &tags->items[i];

		if (tag->is_mark || tag->nearest)
			continue;
		tag->id = id_of(&ctx, tag->text);
		tag->list = list_of(&ctx, tag->text);
	}
}
