#include "mailbox/unknown_tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/text/text.h"
#include "mailbox/number_pattern.h"

struct unknown_group {
	const char *first; /* as first seen */
	const char *folded;
	bool is_several; /* another differed in its numbers */
	size_t count;
	moment last;
};

struct unknown_tags {
	struct arena *arena;      /* owned: all below */
	struct table *by_pattern; /* folded */
	struct unknown_group **groups;
	size_t count, room;
	bool has_more;
};

struct unknown_tags *unknown_tags_new(void)
{
	struct unknown_tags *tags = memory_get(sizeof(*tags));

	*tags = (struct unknown_tags){.arena = arena_new()};
	tags->by_pattern = table_new(tags->arena);
	return tags;
}

void unknown_tags_free(struct unknown_tags *tags)
{
	if (tags)
		arena_free(tags->arena);
	free(tags);
}

static struct unknown_group *add_group(struct unknown_tags *tags, const char *text,
	const char *folded, const char *pattern)
{
	struct unknown_group *group = arena_get(tags->arena, sizeof(*group));

	group->first = arena_string(tags->arena, text);
	group->folded = arena_string(tags->arena, folded);
	table_put(tags->by_pattern, arena_string(tags->arena, pattern), group);
	tags->groups = arena_grow(tags->arena, tags->groups, tags->count, &tags->room,
		sizeof(struct unknown_group *));
	tags->groups[tags->count++] = group;
	return group;
}

void unknown_tags_add(struct unknown_tags *tags, const char *text, moment arrived)
{
	struct arena *arena = arena_new();
	const char *folded = text_fold(arena, text, strlen(text));
	const char *pattern = number_pattern(arena, folded);
	struct unknown_group *group = table_find(tags->by_pattern, pattern);

	if (!group && tags->count < UNKNOWN_KEPT_MAX)
		group = add_group(tags, text, folded, pattern);
	if (group) {
		group->is_several = group->is_several || strcmp(group->folded, folded) != 0;
		if (group->count++ == 0 || arrived > group->last)
			group->last = arrived;
	}
	tags->has_more = tags->has_more || !group;
	arena_free(arena);
}

static int by_count(const void *left, const void *right)
{
	const struct unknown_tag *a = *(struct unknown_tag *const *)left,
				 *b = *(struct unknown_tag *const *)right;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	if (a->last != b->last)
		return a->last < b->last ? 1 : -1;
	return strcmp(a->text, b->text);
}

size_t unknown_tags_list(const struct unknown_tags *tags, struct arena *arena,
	struct unknown_tag ***items)
{
	*items = arena_get(arena, (tags->count + 1) * sizeof(struct unknown_tag *));
	for (size_t i = 0; i < tags->count; i++) {
		const struct unknown_group *group = tags->groups[i];
		struct unknown_tag *item = arena_get(arena, sizeof(*item));

		*item = (struct unknown_tag){.first = arena_string(arena, group->first),
			.is_group = group->is_several,
			.count = group->count,
			.last = group->last};
		item->text = group->is_several ? number_pattern(arena, group->first) : item->first;
		(*items)[i] = item;
	}
	qsort(*items, tags->count, sizeof(struct unknown_tag *), by_count);
	return tags->count;
}

bool unknown_tags_has_more(const struct unknown_tags *tags)
{
	return tags->has_more;
}
