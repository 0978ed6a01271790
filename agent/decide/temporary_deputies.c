#include "decide/temporary_deputies.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/text.h"
#include "model/absence.h"
#include "model/person.h"
#include "model/reference.h"

struct temporary_deputies *temporary_deputies_new(struct arena *arena)
{
	struct temporary_deputies *all = arena_get(arena, sizeof(*all));

	*all = (struct temporary_deputies){.by_identity = table_new(arena)};
	return all;
}

struct temporary_person *temporary_deputies_find(const struct temporary_deputies *all,
	const char *identity)
{
	struct temporary_person *person = all ? table_find(all->by_identity, identity) : NULL;

	return person && person->count > 0 ? person : NULL;
}

void temporary_deputies_put(struct temporary_deputies *all, struct arena *arena,
	const struct temporary_person *person)
{
	struct temporary_person *place = table_find(all->by_identity, person->identity);

	if (!place) {
		place = arena_get(arena, sizeof(*place));
		all->items = arena_grow(arena, all->items, all->count, &all->room,
			sizeof(struct temporary_person *));
		all->items[all->count++] = place;
	}
	*place = *person;
	table_put(all->by_identity, person->identity, place);
}

size_t temporary_deputy_absences(const struct temporary_deputy *deputy,
	const struct absence *absences, size_t count, struct arena *arena, size_t **indices)
{
	size_t found = 0;
	bool is_exact = false;

	*indices = arena_get(arena, count * sizeof(**indices));
	for (size_t i = 0; i < count && !is_exact; i++)
		is_exact = absences[i].start == deputy->from && absences[i].end == deputy->until;
	for (size_t i = 0; i < count; i++) {
		if (is_exact ? absences[i].start == deputy->from && absences[i].end == deputy->until
			     : absences[i].start < deputy->until && deputy->from < absences[i].end)
			(*indices)[found++] = i;
	}
	return found;
}

static bool has_reference(const struct references *references, const char *key)
{
	for (size_t i = 0; i < references->count; i++) {
		if (strcmp(references->items[i].key, key) == 0)
			return true;
	}
	return false;
}

/* The deputies that are in a set of values, in their order. */
static struct references read_deputies(struct arena *arena, const struct value_set *values,
	const char *separator)
{
	struct references deputies = {0};
	size_t room = 0;

	for (size_t i = 0; i < values->count; i++) {
		const char **parts;
		size_t count = text_split(arena, values->items[i], separator, &parts);

		for (size_t j = 0; j < count; j++)
			references_add(&deputies, arena, &room, parts[j]);
	}
	return deputies;
}

/* Whether the person has all deputies that were written; other attributes may give more. */
static bool has_all(const struct person *person, const struct references *written)
{
	for (size_t i = 0; i < written->count; i++) {
		if (!has_reference(&person->deputies, written->items[i].key))
			return false;
	}
	return written->count > 0;
}

/* Put the standing deputies in the place of those that were written. */
static void restore_standing(struct person *person, struct arena *arena,
	const struct references *written, const struct references *standing)
{
	struct references after = {
		.items = arena_get(arena,
			(person->deputies.count + standing->count) * sizeof(*after.items))};
	bool is_done = false;

	for (size_t i = 0; i < person->deputies.count; i++) {
		if (!has_reference(written, person->deputies.items[i].key)) {
			after.items[after.count++] = person->deputies.items[i];
			continue;
		}
		for (size_t j = 0; j < standing->count && !is_done; j++)
			after.items[after.count++] = standing->items[j];
		is_done = true;
	}
	person->deputies = after;
}

/* Somebody edited the attribute since: drop those that were named for an absence, and keep whatever else it has. */
static void drop_named(struct person *person, const struct temporary_person *named,
	const struct references *names)
{
	size_t count = 0;

	for (size_t i = 0; i < person->deputies.count; i++) {
		const struct reference *deputy = &person->deputies.items[i];
		bool is_named = false;

		for (size_t j = 0; j < names->count && !is_named; j++)
			is_named = !named->items[j].replaces &&
				strcmp(names->items[j].key, deputy->key) == 0;
		if (!is_named)
			person->deputies.items[count++] = *deputy;
	}
	person->deputies.count = count;
}

/* Add a deputy to the absences that are meant, once to each. */
static void name_for_absences(struct person *person, struct arena *arena,
	const struct temporary_deputy *deputy)
{
	const struct reference reference = reference_make(arena, deputy->name);
	size_t *indices;
	size_t count = temporary_deputy_absences(deputy, person->absences, person->absence_count,
		arena, &indices);

	for (size_t i = 0; i < count; i++) {
		struct references *deputies = &person->absences[indices[i]].deputies;

		if (has_reference(deputies, reference.key))
			continue;
		if (!deputies->items)
			deputies->items =
				arena_get(arena, TEMPORARY_DEPUTIES_MAX * sizeof(*deputies->items));
		deputies->items[deputies->count++] = reference;
	}
}

void temporary_deputies_attach(const struct temporary_deputies *all, struct arena *arena,
	const char *separator, struct person *person)
{
	const struct temporary_person *named =
		temporary_deputies_find(all, person_identity(person));
	struct references names = {0}, written, standing;
	size_t room = 0;

	if (!named)
		return;
	written = read_deputies(arena, &named->written, separator);
	standing = read_deputies(arena, &named->standing, separator);
	for (size_t i = 0; i < named->count; i++) {
		references_add(&names, arena, &room, named->items[i].name);
		if (has_reference(&person->deputies, names.items[i].key))
			name_for_absences(person, arena, &named->items[i]);
	}
	if (has_all(person, &written))
		restore_standing(person, arena, &written, &standing);
	else
		drop_named(person, named, &names);
}
