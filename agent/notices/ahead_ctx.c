#include "notices/ahead_ctx.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "model/mapping.h"
#include "model/plan.h"
#include "notices/ahead.h"

const char *ahead_key(struct arena *arena, const struct promise *promise)
{
	return arena_format(arena, "%d %d\n%s\n%s\n%s", (int)promise->kind, (int)promise->gap,
		promise->list, promise->whom, promise->to);
}

static size_t *copy_index(struct arena *arena, size_t index)
{
	size_t *copy = arena_get(arena, sizeof(*copy));

	*copy = index;
	return copy;
}

void ahead_index_promise(struct ahead_ctx *ctx, size_t index)
{
	const char *key = ahead_key(ctx->arena, &ctx->promises->items[index]);
	struct gap_chain *chain;

	if (ctx->promises->items[index].kind != PROMISE_GAP) {
		table_put(ctx->by_key, key, copy_index(ctx->arena, index));
		return;
	}
	chain = table_find(ctx->gaps_by_key, key);
	if (!chain) {
		chain = arena_get(ctx->arena, sizeof(*chain));
		*chain = (struct gap_chain){0};
		table_put(ctx->gaps_by_key, key, chain);
	}
	chain->items = arena_grow(ctx->arena, chain->items, chain->count, &chain->room,
		sizeof(*chain->items));
	chain->items[chain->count++] = index;
}

struct promise *ahead_add_promise(struct ahead_ctx *ctx, const struct promise *promise)
{
	struct promise copy = *promise;
	struct promise *added;

	copy.list = arena_string(ctx->kept, promise->list);
	copy.tag = arena_string(ctx->kept, promise->tag);
	copy.whom = arena_string(ctx->kept, promise->whom);
	copy.whom_name = arena_string(ctx->kept, promise->whom_name);
	copy.to = arena_string(ctx->kept, promise->to);
	copy.name = arena_string(ctx->kept, promise->name);
	copy.mail = arena_string(ctx->kept, promise->mail);
	copy.member = arena_string(ctx->kept, promise->member);
	copy.is_seen = true;
	added = promises_add(ctx->promises, ctx->kept, &copy);
	ahead_index_promise(ctx, ctx->promises->count - 1);
	ctx->promises->changed = true;
	return added;
}

struct notice *ahead_notice_to(struct ahead_ctx *ctx, const struct promise *promise)
{
	size_t *index = table_find(ctx->notices, promise->to);
	struct notices *people = ctx->people;

	if (index)
		return &people->items[*index];
	people->items = arena_grow(ctx->arena, people->items, people->count, &people->room,
		sizeof(*people->items));
	people->items[people->count] = (struct notice){
		.identity = promise->to,
		.name = promise->name,
		.mail = promise->mail,
		.next = MOMENT_EARLIEST,
	};
	table_put(ctx->notices, promise->to, copy_index(ctx->arena, people->count));
	return &people->items[people->count++];
}

static const struct list_plan *list_of(const struct ahead_ctx *ctx, const char *list_key)
{
	return table_find(ctx->lists, list_key);
}

/* In the plan's order, in which the notices of a run are. A list that is gone stays where it is. */
static bool is_listed_before(const struct ahead_ctx *ctx, const struct notice_part *a,
	const struct notice_part *b)
{
	const struct list_plan *first = list_of(ctx, a->list_key),
			       *second = list_of(ctx, b->list_key);

	return first && second && first < second;
}

struct notice_part *ahead_add_part(struct ahead_ctx *ctx, struct notice *notice,
	const struct notice_part *part)
{
	size_t i = notice->count;

	if (notice->count == AHEAD_PARTS_MAX) {
		notice->left_out++;
		return NULL;
	}
	notice->parts = arena_grow(ctx->arena, notice->parts, notice->count, &notice->room,
		sizeof(*notice->parts));
	while (i > 0 && notice->parts[i - 1].change == part->change &&
		is_listed_before(ctx, part, &notice->parts[i - 1]))
		i--;
	memmove(&notice->parts[i + 1], &notice->parts[i],
		(notice->count - i) * sizeof(*notice->parts));
	notice->parts[i] = *part;
	notice->count++;
	return &notice->parts[i];
}

void ahead_add_behalf(struct ahead_ctx *ctx, struct notice_part *part, const char *name,
	moment until)
{
	struct behalf *behalf =
		arena_get(ctx->arena, (part->behalf_count + 1) * sizeof(*part->behalf));

	for (size_t i = 0; i < part->behalf_count; i++)
		behalf[i] = part->behalf[i];
	behalf[part->behalf_count++] = (struct behalf){name, until};
	part->behalf = behalf;
}

static const struct block *block_of(const struct ahead_ctx *ctx, const char *list_key)
{
	return table_find(ctx->blocks, list_key);
}

struct notice_part ahead_part_of(const struct ahead_ctx *ctx, const struct promise *promise,
	enum notice_change change)
{
	const struct block *block = block_of(ctx, promise->list);
	struct notice_part part = {
		.change = change,
		.tag = promise->tag,
		.kind = promise->block,
		.list_key = promise->list,
		.member_key = promise->member,
		.way = NOTICE_STANDS_IN,
		.from = promise->from,
		.whom = *promise->whom ? promise->whom : NULL,
		.gap = promise->gap,
		.gets_critical = true,
	};

	part.tags = (struct tag_ids){arena_get(ctx->arena, sizeof(const char *)), 1};
	part.tags.items[0] = promise->tag;
	if (block && block->tag && strcmp(block->tag, promise->tag) == 0)
		part.tags = block->tags;
	return part;
}

bool ahead_is_answered(const struct ahead_ctx *ctx, const char *list_key)
{
	const struct list_plan *list = list_of(ctx, list_key);

	return list && !list->list_missing;
}

bool ahead_is_uncertain(const struct ahead_ctx *ctx, const char *list_key)
{
	const struct list_plan *list = list_of(ctx, list_key);

	if (!list)
		return block_of(ctx, list_key) != NULL;
	return list->list_missing || list->protection.level != PROTECTION_NONE;
}
