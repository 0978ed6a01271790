#include "model/calendar.h"

#include <stdlib.h>

#include "base/memory/arena.h"
#include "model/absence.h"

static int compare_moments(const void *left, const void *right)
{
	const moment *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static int compare_spans(const void *left, const void *right)
{
	const struct span *a = left, *b = right;

	return compare_moments(&a->start, &b->start);
}

static int compare_naming(const void *left, const void *right)
{
	const struct named_deputies *a = left, *b = right;

	return compare_moments(&a->absence->start, &b->absence->start);
}

/* Those of the directory have one order: the one that begins last first. */
static int compare_orders(const void *left, const void *right)
{
	const struct absence *const *a = left, *const *b = right;

	if ((*a)->order != (*b)->order)
		return (*a)->order < (*b)->order ? -1 : 1;
	return compare_moments(&(*b)->start, &(*a)->start);
}

/* Whether one that starts then belongs to the span that ends then, or before it ends. */
static bool is_joined(moment end, moment start, int bridge)
{
	return end >= MOMENT_LATEST - bridge || start <= end + bridge;
}

/* Join spans, sorted by their start, over gaps of up to `bridge`; returns how many are left. */
static size_t join_spans(struct span *spans, size_t count, int bridge)
{
	size_t joined = 0;

	for (size_t i = 0; i < count; i++) {
		struct span *last = joined > 0 ? &spans[joined - 1] : NULL;

		if (!last || !is_joined(last->end, spans[i].start, bridge))
			spans[joined++] = spans[i];
		else if (spans[i].end > last->end)
			last->end = spans[i].end;
	}
	return joined;
}

/* Where an absence that ends at `end` goes on until, in a union whose gaps are not joined yet. */
static moment bridged_end(const struct calendar *calendar, moment end, int bridge)
{
	const struct span *span = calendar_span(calendar, end - 1, end - 1);
	const struct span *next = span + 1;

	if (span->end == end && next < calendar->away + calendar->away_count &&
		is_joined(end, next->start, bridge))
		return next->start;
	return end;
}

static void add_edges(struct calendar *calendar, const struct absence *absences, size_t count,
	int bridge)
{
	for (size_t i = 0; i < count; i++) {
		const struct absence *absence = &absences[i];
		moment end;

		if (absence->start >= absence->end)
			continue;
		end = bridged_end(calendar, absence->end, bridge);
		calendar->edges[calendar->edge_count++] = absence->start;
		calendar->edges[calendar->edge_count++] = end;
		if (absence->deputies.count > 0)
			calendar->naming[calendar->naming_count++] =
				(struct named_deputies){.absence = absence, .end = end};
	}
	qsort(calendar->edges, calendar->edge_count, sizeof(*calendar->edges), compare_moments);
	qsort(calendar->naming, calendar->naming_count, sizeof(*calendar->naming), compare_naming);
}

void calendar_make(struct calendar *calendar, struct arena *arena, const struct absence *absences,
	size_t count, int bridge)
{
	moment latest = MOMENT_EARLIEST;

	*calendar = (struct calendar){.away_count = 0};
	if (count == 0)
		return;
	calendar->away = arena_get(arena, count * sizeof(*calendar->away));
	calendar->edges = arena_get(arena, 2 * count * sizeof(*calendar->edges));
	calendar->naming = arena_get(arena, count * sizeof(*calendar->naming));
	for (size_t i = 0; i < count; i++) {
		if (absences[i].start < absences[i].end)
			calendar->away[calendar->away_count++] =
				(struct span){absences[i].start, absences[i].end};
	}
	qsort(calendar->away, calendar->away_count, sizeof(*calendar->away), compare_spans);
	calendar->away_count = join_spans(calendar->away, calendar->away_count, 0);
	add_edges(calendar, absences, count, bridge);
	calendar->away_count = join_spans(calendar->away, calendar->away_count, bridge);
	for (size_t i = 0; i < calendar->naming_count; i++) {
		if (calendar->naming[i].end > latest)
			latest = calendar->naming[i].end;
		calendar->naming[i].latest_end = latest;
	}
}

const struct span *calendar_span(const struct calendar *calendar, moment from, moment to)
{
	size_t low = 0, high = calendar->away_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (calendar->away[middle].end > from)
			high = middle;
		else
			low = middle + 1;
	}
	if (low == calendar->away_count || calendar->away[low].start > to)
		return NULL;
	return &calendar->away[low];
}

moment calendar_next_change(const struct calendar *calendar, moment t)
{
	size_t low = 0, high = calendar->edge_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (calendar->edges[middle] > t)
			high = middle;
		else
			low = middle + 1;
	}
	return low < calendar->edge_count ? calendar->edges[low] : MOMENT_LATEST;
}

/* From the last that starts by `to` back to where none lasts until `from`. */
size_t calendar_naming(const struct calendar *calendar, moment from, moment to, struct arena *arena,
	const struct absence ***absences)
{
	size_t low = 0, high = calendar->naming_count, count = 0, room = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (calendar->naming[middle].absence->start > to)
			high = middle;
		else
			low = middle + 1;
	}
	*absences = NULL;
	for (; low > 0 && calendar->naming[low - 1].latest_end > from; low--) {
		if (calendar->naming[low - 1].end <= from)
			continue;
		*absences =
			arena_grow(arena, *absences, count, &room, sizeof(const struct absence *));
		(*absences)[count++] = calendar->naming[low - 1].absence;
	}
	if (count > 1)
		qsort(*absences, count, sizeof(const struct absence *), compare_orders);
	return count;
}
