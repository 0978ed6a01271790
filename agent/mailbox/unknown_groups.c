#include "mailbox/unknown_groups.h"

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

struct unknown_groups {
	struct arena *arena;      /* owned: all below */
	struct table *by_pattern; /* folded */
	struct unknown_group **groups;
	size_t count, room;
	bool has_more;
};

struct unknown_groups *unknown_groups_new(void)
{
	struct unknown_groups *unknown = memory_get(sizeof(*unknown));

	*unknown = (struct unknown_groups){.arena = arena_new()};
	unknown->by_pattern = table_new(unknown->arena);
	return unknown;
}

void unknown_groups_free(struct unknown_groups *unknown)
{
	if (unknown)
		arena_free(unknown->arena);
	free(unknown);
}

static struct unknown_group *add_group(struct unknown_groups *unknown, const char *text,
	const char *folded, const char *pattern)
{
	struct unknown_group *group = arena_get(unknown->arena, sizeof(*group));

	group->first = arena_string(unknown->arena, text);
	group->folded = arena_string(unknown->arena, folded);
	table_put(unknown->by_pattern, arena_string(unknown->arena, pattern), group);
	unknown->groups = arena_grow(unknown->arena, unknown->groups, unknown->count,
		&unknown->room, sizeof(struct unknown_group *));
	unknown->groups[unknown->count++] = group;
	return group;
}

void unknown_groups_add(struct unknown_groups *unknown, const char *text, moment arrived)
{
	struct arena *arena = arena_new();
	const char *folded = text_fold(arena, text, strlen(text));
	const char *pattern = number_pattern(arena, folded);
	struct unknown_group *group = table_find(unknown->by_pattern, pattern);

	if (!group && unknown->count < UNKNOWN_KEPT_MAX)
		group = add_group(unknown, text, folded, pattern);
	if (group) {
		group->is_several = group->is_several || strcmp(group->folded, folded) != 0;
		if (group->count++ == 0 || arrived > group->last)
			group->last = arrived;
	}
	unknown->has_more = unknown->has_more || !group;
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

size_t unknown_groups_list(const struct unknown_groups *unknown, struct arena *arena,
	struct unknown_tag ***items)
{
	*items = arena_get(arena, (unknown->count + 1) * sizeof(struct unknown_tag *));
	for (size_t i = 0; i < unknown->count; i++) {
		const struct unknown_group *group = unknown->groups[i];
		struct unknown_tag *item = arena_get(arena, sizeof(*item));

		*item = (struct unknown_tag){.first = arena_string(arena, group->first),
			.is_group = group->is_several,
			.count = group->count,
			.last = group->last};
		item->text = group->is_several ? number_pattern(arena, group->first) : item->first;
		(*items)[i] = item;
	}
	qsort(*items, unknown->count, sizeof(struct unknown_tag *), by_count);
	return unknown->count;
}

bool unknown_groups_has_more(const struct unknown_groups *unknown)
{
	return unknown->has_more;
}
