/*
 * A set of ids, as of subjects (model/snapshot.h): open addressing, in an arena. It takes memory for the ids that it has,
 * not for all that there are.
 */
#ifndef BASE_MEMORY_ID_SET_H
#define BASE_MEMORY_ID_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* An empty one is all zeros. It goes with the arena that it grows in. */
struct id_set {
	uint64_t *slots; /* the place and 1 in the upper half, the id in the lower one; 0: free */
	size_t count, room;
};

/* Add an id; false: it was there. */
bool id_set_add(struct id_set *set, struct arena *arena, uint32_t id);

/* The same; its place in the order in which they were added: 0, 1, ... */
size_t id_set_place(struct id_set *set, struct arena *arena, uint32_t id);

#endif
