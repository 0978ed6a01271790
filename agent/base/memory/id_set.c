#include "base/memory/id_set.h"

#include "base/memory/arena.h"

#define ROOM_FIRST 16

/* The slot of an id, or the free one where it belongs. Ids come in sequence, so they are spread (Knuth's factor). */
static uint64_t *find_slot(const struct id_set *set, uint32_t id)
{
	size_t i = (id * UINT64_C(11400714819323198485)) >> 32;

	for (;; i++) {
		uint64_t *slot = &set->slots[i & (set->room - 1)];

		if (*slot == 0 || (uint32_t)*slot == id)
			return slot;
	}
}

static void make_room(struct id_set *set, struct arena *arena)
{
	const struct id_set old = *set;

	set->room = old.room > 0 ? 2 * old.room : ROOM_FIRST;
	set->slots = arena_get(arena, set->room * sizeof(*set->slots));
	for (size_t i = 0; i < old.room; i++) {
		if (old.slots[i] > 0)
			*find_slot(set, (uint32_t)old.slots[i]) = old.slots[i];
	}
}

size_t id_set_place(struct id_set *set, struct arena *arena, uint32_t id)
{
	uint64_t *slot;

	if (4 * set->count >= 3 * set->room)
		make_room(set, arena);
	slot = find_slot(set, id);
	if (*slot == 0)
		*slot = (uint64_t)++set->count << 32 | id;
	return (*slot >> 32) - 1;
}

bool id_set_add(struct id_set *set, struct arena *arena, uint32_t id)
{
	size_t before = set->count;

	id_set_place(set, arena, id);
	return set->count > before;
}
