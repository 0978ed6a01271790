#include "model/person_values.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"

void value_set_add(struct value_set *set, struct arena *arena, const char *value)
{
	set->items = arena_grow(arena, set->items, set->count, &set->room, sizeof(*set->items));
	set->items[set->count++] = value;
}

struct value_change *entry_change_of(struct entry_change *change, const char *type)
{
	for (size_t i = 0; i < change->count; i++) {
		if (strcasecmp(change->items[i].type, type) == 0)
			return &change->items[i];
	}
	assert(change->count < PERSON_ATTRIBUTES_MAX);
	change->items[change->count] = (struct value_change){.type = type};
	return &change->items[change->count++];
}

size_t entry_change_added(const struct entry_change *change)
{
	size_t count = 0;

	for (size_t i = 0; i < change->count; i++)
		count += change->items[i].added.count;
	return count;
}

size_t entry_change_removed(const struct entry_change *change)
{
	size_t count = 0;

	for (size_t i = 0; i < change->count; i++)
		count += change->items[i].removed.count;
	return count;
}
