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

bool value_set_has(const struct value_set *set, const char *value)
{
	for (size_t i = 0; i < set->count; i++) {
		if (strcmp(set->items[i], value) == 0)
			return true;
	}
	return false;
}

bool value_set_same(const struct value_set *a, const struct value_set *b)
{
	for (size_t i = 0; i < a->count; i++) {
		if (!value_set_has(b, a->items[i]))
			return false;
	}
	return a->count == b->count;
}

void value_change_replace(struct entry_change *change, struct arena *arena,
	const struct person_attribute *attribute, const struct value_set *values)
{
	const struct value_set *old = &attribute->values;
	struct value_change *item;

	if (value_set_same(old, values))
		return;
	item = entry_change_of(change, attribute->type);
	for (size_t i = 0; i < old->count; i++) {
		if (!value_set_has(values, old->items[i]))
			value_set_add(&item->removed, arena, old->items[i]);
	}
	for (size_t i = 0; i < values->count; i++) {
		if (!value_set_has(old, values->items[i]))
			value_set_add(&item->added, arena, values->items[i]);
	}
}

static void change_attribute(struct arena *arena, struct person_attribute *attribute,
	const struct entry_change *change)
{
	for (size_t i = 0; i < change->count; i++) {
		const struct value_change *item = &change->items[i];
		struct value_set after = {0};

		if (strcasecmp(item->type, attribute->type) != 0)
			continue;
		for (size_t j = 0; j < attribute->values.count; j++) {
			if (!value_set_has(&item->removed, attribute->values.items[j]))
				value_set_add(&after, arena, attribute->values.items[j]);
		}
		for (size_t j = 0; j < item->added.count; j++)
			value_set_add(&after, arena, item->added.items[j]);
		attribute->values = after;
	}
}

struct person_values person_values_after(struct arena *arena, const struct person_values *values,
	const struct entry_change *change)
{
	struct person_values after = *values;

	change_attribute(arena, &after.absent_from, change);
	change_attribute(arena, &after.absent_until, change);
	change_attribute(arena, &after.absence, change);
	change_attribute(arena, &after.deputy, change);
	after.more_absences = arena_get(arena, after.more_count * sizeof(*after.more_absences));
	for (size_t i = 0; i < after.more_count; i++) {
		after.more_absences[i] = values->more_absences[i];
		change_attribute(arena, &after.more_absences[i], change);
	}
	return after;
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
