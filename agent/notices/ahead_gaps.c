#include "notices/ahead_gaps.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/strbuf.h"
#include "decide/forecast.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/snapshot.h"
#include "notices/ahead.h"
#include "notices/ahead_ctx.h"
#include "notices/gap_text.h"

/* The gap of that kind, for want of a stand-in for `dn`: these come first, sorted by it. NULL: there is none. */
static const struct coverage_gap *find_gap(const struct stretch *stretch, enum gap_kind kind,
	const char *dn)
{
	size_t first = 0, end = 0;

	while (end < stretch->gap_count && stretch->gaps[end].gap.kind == GAP_NO_STAND_IN)
		end++;
	if (kind != GAP_NO_STAND_IN)
		return end == 0 && stretch->gap_count > 0 && stretch->gaps[0].gap.kind == kind
			? &stretch->gaps[0]
			: NULL;
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		int order = strcmp(stretch->gaps[middle].gap.whom->dn, dn);

		if (order == 0)
			return &stretch->gaps[middle];
		if (order < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return NULL;
}

/* The gap that was announced, and at least touches this one; NULL: none was. */
static struct promise *find_noted_gap(const struct ahead_ctx *ctx, const struct promise *gap)
{
	const struct gap_chain *chain = table_find(ctx->gaps_by_key, ahead_key(ctx->arena, gap));

	for (size_t i = 0; chain && i < chain->count; i++) {
		struct promise *promise = &ctx->promises->items[chain->items[i]];

		if (!promise->is_over && !promise->is_seen && gap->from <= promise->until &&
			gap->until >= promise->from)
			return promise;
	}
	return NULL;
}

/* Why there is a gap. The search is made once more, for the names that lead to nobody. */
static const char *why_of(const struct ahead_ctx *ctx, const struct coverage_line *line,
	const struct gap *gap, moment from)
{
	const struct gap_search search = {ctx->source->snapshot, ctx->source->policy, line->block};
	struct strbuf why = STRBUF_INIT;

	gap_text_add(&why, gap, &search, from);
	return strbuf_to_arena(&why, ctx->arena);
}

static void announce_gap(struct ahead_ctx *ctx, const struct coverage_line *line,
	const struct gap *gap, moment from, moment until)
{
	const struct person *whom = gap->kind == GAP_NO_STAND_IN ? gap->whom : NULL;
	const struct promise promise = {
		.kind = PROMISE_GAP,
		.list = line->block->list_key,
		.tag = line->block->tag,
		.block = line->block->kind,
		.whom = whom ? person_identity(whom) : "",
		.whom_name = whom ? person_called(whom) : "",
		.to = "",
		.name = "",
		.mail = "",
		.member = "",
		.gap = gap->kind,
		.from = from,
		.until = until,
	};
	struct promise *noted = find_noted_gap(ctx, &promise);
	struct notice_part part;

	if (noted) {
		/* one that is on goes on: it began when it did */
		if (from == ctx->at && noted->from <= from)
			from = noted->from;
		ctx->promises->changed =
			ctx->promises->changed || noted->until != until || noted->from != from;
		noted->from = from;
		noted->until = until;
		noted->is_seen = true;
		return;
	}
	ahead_add_promise(ctx, &promise);
	part = ahead_part_of(ctx, &promise, NOTICE_GAP);
	part.member_key = part.list_key;
	if (whom)
		ahead_add_behalf(ctx, &part, promise.whom_name, MOMENT_EARLIEST);
	part.why = why_of(ctx, line, gap, from);
	ahead_add_part(ctx, ctx->gaps, &part);
}

/* Where the lack of a stand-in leaves too few, the lack alone is announced. */
static const struct gap *announced_gap(const struct stretch *stretch, size_t i)
{
	const struct gap *gap = &stretch->gaps[i].gap;

	return gap->kind == GAP_NO_STAND_IN || i == 0 ? gap : NULL;
}

void ahead_look_at_gaps(struct ahead_ctx *ctx, const struct coverage_line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct stretch *stretch = &line->stretches[i];

		if (stretch->from >= ctx->source->gaps_until)
			return;
		for (size_t j = 0; j < stretch->gap_count; j++) {
			const struct gap *gap = announced_gap(stretch, j);
			const char *dn = gap && gap->whom ? gap->whom->dn : "";
			size_t last = i;

			if (!gap || (i > 0 && find_gap(stretch - 1, gap->kind, dn)))
				continue;
			while (last + 1 < line->count &&
				find_gap(&line->stretches[last + 1], gap->kind, dn))
				last++;
			announce_gap(ctx, line, gap, stretch->from, line->stretches[last].until);
		}
	}
}
