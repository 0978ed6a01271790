#include "matcher/subject_tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "matcher/text/subject_text.h"
#include "model/mapping.h"

/* A text that stands for a tag. */
struct spelling {
	struct subject_text text;
	bool has_edge_before, has_edge_behind; /* begins, ends where a whole word does */
	size_t tag;
};

struct tag_index {
	struct mail_tag *tags;
	size_t tag_count;
	struct spelling *spellings; /* by their characters, so that a common start is a range */
	size_t count, room;
};

static void add_spelling(struct arena *arena, struct tag_index *index, const char *text)
{
	struct spelling *spelling;

	index->spellings = arena_grow(arena, index->spellings, index->count, &index->room,
		sizeof(*index->spellings));
	spelling = &index->spellings[index->count];
	subject_text_read(&spelling->text, arena, text, strlen(text));
	if (spelling->text.count == 0)
		return;
	spelling->tag = index->tag_count - 1;
	spelling->has_edge_before = subject_text_is_word(spelling->text.chars[0]);
	spelling->has_edge_behind =
		subject_text_is_word(spelling->text.chars[spelling->text.count - 1]);
	index->count++;
}

/* Add a tag with its spellings; without any, it is carried as its id in brackets. */
static void add_tag(struct arena *arena, struct tag_index *index, const char *id,
	const struct tag *known, const struct route *route)
{
	size_t before = index->count;

	index->tags[index->tag_count++] = (struct mail_tag){id, known, route};
	for (size_t i = 0; known && i < known->subject_count; i++)
		add_spelling(arena, index, known->subjects[i]);
	if (index->count == before)
		add_spelling(arena, index, arena_format(arena, "[%s]", id));
}

static int by_characters(const void *left, const void *right)
{
	const struct subject_text *a = &((const struct spelling *)left)->text,
				  *b = &((const struct spelling *)right)->text;

	for (size_t i = 0; i < a->count && i < b->count; i++) {
		if (a->chars[i] != b->chars[i])
			return a->chars[i] < b->chars[i] ? -1 : 1;
	}
	return (a->count > b->count) - (a->count < b->count);
}

static size_t count_route_tags(const struct mapping *mapping)
{
	size_t count = 0;

	for (size_t i = 0; i < mapping->route_count; i++)
		count += mapping->routes[i].tag_count;
	return count;
}

/* Add the tags of routes that the catalogue lacks. */
static void add_route_tags(struct arena *arena, struct tag_index *index,
	const struct mapping *mapping, const struct table *known)
{
	for (size_t i = 0; i < mapping->route_count; i++) {
		const struct route *route = &mapping->routes[i];

		for (size_t j = 0; j < route->tag_count; j++) {
			const char *id = route->tags[j].id;

			if (strcmp(id, "*") != 0 && !table_find(known, id))
				add_tag(arena, index, id, NULL, route);
		}
	}
}

const struct tag_index *tag_index_new(struct arena *arena, const struct mapping *mapping)
{
	struct tag_index *index = arena_get(arena, sizeof(*index));
	struct table *routes = table_new(arena), *known = table_new(arena);

	index->tags = arena_get(arena,
		(mapping->tag_count + count_route_tags(mapping)) * sizeof(*index->tags));
	for (size_t i = 0; i < mapping->route_count; i++) {
		for (size_t j = 0; j < mapping->routes[i].tag_count; j++)
			table_put(routes, mapping->routes[i].tags[j].id, &mapping->routes[i]);
	}
	for (size_t i = 0; i < mapping->tag_count; i++) {
		struct tag *tag = &mapping->tags[i];

		table_put(known, tag->id, tag);
		add_tag(arena, index, tag->id, tag, table_find(routes, tag->id));
	}
	add_route_tags(arena, index, mapping, known);
	if (index->count > 0)
		qsort(index->spellings, index->count, sizeof(*index->spellings), by_characters);
	return index;
}

const struct mail_tag *tag_index_tags(const struct tag_index *index, size_t *count)
{
	*count = index->tag_count;
	return index->tags;
}

static void add_span(struct subject_tags *tags, size_t start, size_t end)
{
	if (tags->end[start] < end)
		tags->end[start] = (uint32_t)end;
	tags->is_end[end] = true;
}

static void add_found(struct subject_tags *tags, const struct subject_text *subject,
	const struct spelling *spelling, size_t start)
{
	size_t end = start + spelling->text.count;
	uint32_t before = start > 0 ? subject->chars[start - 1] : 0;
	uint32_t behind = end < subject->count ? subject->chars[end] : 0;

	if ((spelling->has_edge_before && !subject_text_is_edge(subject, start)) ||
		(spelling->has_edge_behind && !subject_text_is_edge(subject, end)))
		return;
	tags->is_carried[spelling->tag] = true;
	add_span(tags, start, end);
	if ((before == '[' && behind == ']') || (before == '(' && behind == ')'))
		add_span(tags, start - 1, end + 1);
}

/* The first spelling from `low` on, below `high`, whose character at `depth` is not below `c`. */
static size_t lower_bound(const struct tag_index *index, size_t low, size_t high, size_t depth,
	uint32_t c)
{
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (index->spellings[middle].text.chars[depth] < c)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* All spellings that start at a place: a range that gets narrower by each character. */
static void find_at(struct subject_tags *tags, const struct tag_index *index,
	const struct subject_text *subject, size_t start)
{
	size_t low = 0, high = index->count;

	for (size_t depth = 0; low < high; depth++) {
		uint32_t c = start + depth < subject->count ? subject->chars[start + depth]
							    : SUBJECT_CUT;

		while (low < high && index->spellings[low].text.count == depth)
			add_found(tags, subject, &index->spellings[low++], start);
		if (c == SUBJECT_CUT)
			return;
		low = lower_bound(index, low, high, depth, c);
		high = lower_bound(index, low, high, depth, c + 1);
	}
}

void subject_tags_find(struct subject_tags *tags, struct arena *arena,
	const struct tag_index *index, const struct subject_text *subject)
{
	*tags = (struct subject_tags){
		.is_carried = arena_get(arena, (index->tag_count + 1) * sizeof(*tags->is_carried)),
		.end = arena_get(arena, (subject->count + 1) * sizeof(*tags->end)),
		.is_end = arena_get(arena, (subject->count + 1) * sizeof(*tags->is_end))};
	for (size_t i = 0; i < subject->count; i++)
		find_at(tags, index, subject, i);
}
