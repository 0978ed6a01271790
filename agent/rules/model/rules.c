#include "rules/model/rules.h"

#include <stdint.h>
#include <string.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "config/settings_check.h"
#include "model/mapping.h"
#include "model/settings.h"
#include "model/snapshot.h"

/* Characters of a folder's name; a tag's id may be longer. */
#define FOLDER_MAX 60

/* What rules_make() works on. */
struct rules_ctx {
	struct rules *rules;
	const struct snapshot *lists; /* NULL: not read, and not needed */
	struct findings *findings;
};

size_t rules_unaddressed(struct arena *arena, const struct mapping *mapping,
	struct group_wanted **lists)
{
	size_t count = 0;

	*lists = arena_get(arena, mapping->block_count * sizeof(**lists));
	for (size_t i = 0; i < mapping->block_count; i++) {
		const struct block *block = &mapping->blocks[i];

		if (!block->address)
			(*lists)[count++] = (struct group_wanted){block->list, block->list_key};
	}
	return count;
}

/* A tag's id, less what parts folders, or means something of its own to some server. */
static const char *folder_name(const struct rules *rules, const char *id)
{
	struct strbuf name = STRBUF_INIT;
	const uint8_t *at = (const uint8_t *)id;

	strbuf_adds(&name, rules->folder_prefix);
	for (size_t i = 0; *at && i < FOLDER_MAX; i++) {
		ucs4_t c;
		size_t bytes = (size_t)u8_mbtouc(&c, at, strlen((const char *)at));

		if (c < 0x20 || c == 0x7f || (c < 0x80 && strchr("/.\\%*\"~#&{}$", (int)c)))
			strbuf_addc(&name, '-');
		else
			strbuf_add(&name, at, bytes);
		at += bytes;
	}
	return strbuf_to_arena(&name, rules->arena);
}

/* `known` NULL: the catalogue has no such tag, so its subject is its id, as that of one that names none. */
static void add_tag(struct rules_ctx *ctx, const char *id, const struct tag *known, bool has_route)
{
	struct rules *rules = ctx->rules;
	struct rules_tag *tag = &rules->tags[rules->tag_count++];
	size_t count = known ? known->subject_count : 0;

	*tag = (struct rules_tag){.id = id, .has_route = has_route};
	tag->spellings = arena_get(rules->arena, (count + 1) * sizeof(*tag->spellings));
	for (size_t i = 0; i < count; i++) {
		const char *spelling = rules_spelling(rules->arena, known->subjects[i]);

		if (*spelling)
			tag->spellings[tag->spelling_count++] = spelling;
	}
	if (tag->spelling_count == 0)
		tag->spellings[tag->spelling_count++] =
			rules_spelling(rules->arena, arena_format(rules->arena, "[%s]", id));
	if (has_route || rules->has_rest)
		tag->folder = folder_name(rules, id);
}

static size_t count_routed(const struct mapping *mapping)
{
	size_t count = 0;

	for (size_t i = 0; i < mapping->route_count; i++)
		count += mapping->routes[i].tag_count;
	return count;
}

/* Those of the routes, in their order, then those that have none. */
static void add_tags(struct rules_ctx *ctx)
{
	struct rules *rules = ctx->rules;
	const struct mapping *mapping = rules->mapping;

	rules->has_rest = mapping_route(mapping, "*") != NULL;
	rules->tags = arena_get(rules->arena,
		(count_routed(mapping) + mapping->tag_count) * sizeof(*rules->tags));
	for (size_t i = 0; i < mapping->route_count; i++) {
		const struct route *route = &mapping->routes[i];

		for (size_t j = 0; j < route->tag_count; j++) {
			if (strcmp(route->tags[j].id, "*") != 0)
				add_tag(ctx, route->tags[j].id, route->tags[j].known, true);
		}
	}
	for (size_t i = 0; i < mapping->tag_count; i++) {
		const struct tag *tag = &mapping->tags[i];

		if (!mapping_route(mapping, tag->id))
			add_tag(ctx, tag->id, tag, false);
	}
}

/* What was odd about a list when it was read: an address, say, that is none. */
static void add_findings_of_list(struct rules_ctx *ctx, const struct list *list)
{
	const struct findings *found = snapshot_found(ctx->lists);

	for (size_t i = 0; i < found->count; i++) {
		if (strcmp(found->items[i].where, list->dn) == 0)
			findings_copy(ctx->findings, &found->items[i]);
	}
}

/* The list's own address, or NULL after a finding. */
static const char *address_of_list(struct rules_ctx *ctx, const struct block *block)
{
	const struct list *list = ctx->lists ? snapshot_list(ctx->lists, block->list_key) : NULL;
	bool exists = list && list->exists;
	const char *mail = exists ? list->mail : NULL;

	if (exists && !mail)
		add_findings_of_list(ctx, list);
	if (!mail) {
		findings_add(ctx->findings, FINDING_ERROR, block->list, "%s",
			exists ? _("the list has no mail address; give it one, or write `address` in "
				   "the route")
			       : _("the list is not there, so it has no address; make it, or write "
				   "`address` in the route"));
		return NULL;
	}
	if (settings_check_address(NULL, mail)) {
		findings_add(ctx->findings, FINDING_ERROR, block->list,
			_("\"%s\" is no mail address"), mail);
		return NULL;
	}
	return mail;
}

/* Where the block's list gets its mail, or NULL after a finding. */
static const char *address_of(struct rules_ctx *ctx, const struct block *block)
{
	const char *address = block->address ? block->address : address_of_list(ctx, block);

	if (address && text_same(address, ctx->rules->address)) {
		findings_add(ctx->findings, FINDING_ERROR, block->list,
			_("has the mailbox's own address, %s: its mail would go round for ever"),
			address);
		return NULL;
	}
	return address;
}

static struct rules_target *find_target(struct rules *rules, const char *address)
{
	size_t flags = rules->tag_count + 1;
	struct rules_target *target;

	for (size_t i = 0; i < rules->target_count; i++) {
		if (text_same(rules->targets[i].address, address))
			return &rules->targets[i];
	}
	rules->targets = arena_grow(rules->arena, rules->targets, rules->target_count,
		&rules->target_room, sizeof(*rules->targets));
	target = &rules->targets[rules->target_count++];
	*target = (struct rules_target){.address = address,
		.ordinary = arena_get(rules->arena, flags * sizeof(*target->ordinary)),
		.critical = arena_get(rules->arena, flags * sizeof(*target->critical))};
	return target;
}

/* The flags of a route's tags: `count` of them, from number `first` on. */
struct flag_range {
	size_t first, count;
};

static void add_block(struct rules_ctx *ctx, const struct block *block, struct flag_range tags,
	bool ordinary, bool critical)
{
	struct rules *rules = ctx->rules;
	const char *address = block ? address_of(ctx, block) : NULL;
	struct rules_target *target;

	if (!address)
		return;
	target = find_target(rules, address);
	for (size_t tag = tags.first; tag < tags.first + tags.count; tag++) {
		target->ordinary[tag] = target->ordinary[tag] || ordinary;
		target->critical[tag] = target->critical[tag] || critical;
	}
	target->lists = target->lists
		? arena_format(rules->arena, "%s; %s", target->lists, block->list)
		: block->list;
}

static void add_targets(struct rules_ctx *ctx)
{
	const struct mapping *mapping = ctx->rules->mapping;
	size_t tag = 0;

	for (size_t i = 0; i < mapping->route_count; i++) {
		const struct route *route = &mapping->routes[i];
		bool is_rest = strcmp(route->tag, "*") == 0;
		struct flag_range tags = {is_rest ? ctx->rules->tag_count : tag, route->tag_count};

		add_block(ctx, route->ordinary, tags, true, !route->critical);
		add_block(ctx, route->critical, tags, false, true);
		add_block(ctx, route->inform, tags, true, true);
		tag += is_rest ? 0 : route->tag_count;
	}
}

static void complete_targets(struct rules *rules)
{
	size_t flags = rules->tag_count + 1;

	for (size_t i = 0; i < rules->target_count; i++) {
		struct rules_target *target = &rules->targets[i];

		for (size_t j = 0; j < flags; j++) {
			target->is_ordinary = target->is_ordinary || target->ordinary[j];
			target->is_critical = target->is_critical || target->critical[j];
		}
		target->is_same = memcmp(target->ordinary, target->critical,
					  flags * sizeof(*target->ordinary)) == 0;
	}
}

static void add_marks(struct rules_ctx *ctx, const struct settings *settings)
{
	struct rules *rules = ctx->rules;
	const struct strings *ignore = &settings->mailbox.ignore;

	rules->ignore = arena_get(rules->arena, ignore->count * sizeof(*rules->ignore));
	for (size_t i = 0; i < ignore->count; i++) {
		const char *mark = rules_spelling(rules->arena, ignore->items[i]);

		if (*mark)
			rules->ignore[rules->ignore_count++] = mark;
	}
}

bool rules_make(struct rules *rules, struct arena *arena, const struct settings *settings,
	const struct mapping *mapping, const struct snapshot *lists, struct findings *findings)
{
	struct rules_ctx ctx = {rules, lists, findings};
	size_t errors = findings->errors;

	*rules = (struct rules){.arena = arena,
		.mapping = mapping,
		.address = settings->mailbox.address,
		.folder_prefix =
			settings->mailbox.folder_prefix ? settings->mailbox.folder_prefix : "",
		.probe = settings->mailbox.probe};
	if (!rules->address) {
		findings_add(findings, FINDING_ERROR, settings->file,
			_("mailbox.address is not given; the rules are for that mailbox"));
		return false;
	}
	add_marks(&ctx, settings);
	add_tags(&ctx);
	add_targets(&ctx);
	complete_targets(rules);
	if (!rules->has_rest)
		findings_add(findings, FINDING_WARNING, settings->routes_file,
			_("there is no route \"*\": mail without a known tag stays in the mailbox, "
			  "and nobody is told"));
	rules_stamp(rules);
	return findings->errors == errors;
}

size_t rules_most_targets(const struct rules *rules)
{
	size_t most = 0;

	/* What goes where "*" goes carries no tag that has a route. */
	for (int critical = 0; critical < 2; critical++) {
		size_t routed = 0, rest = 0;

		for (size_t i = 0; i < rules->target_count; i++) {
			const bool *flags =
				critical ? rules->targets[i].critical : rules->targets[i].ordinary;

			rest += flags[rules->tag_count];
			routed += memchr(flags, true, rules->tag_count) != NULL;
		}
		most = routed > most ? routed : most;
		most = rest > most ? rest : most;
	}
	return most;
}
