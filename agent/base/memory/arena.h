/*
 * An arena: many small pieces of memory, one owner, freed in one call.
 *
 * A snapshot, a mapping and a plan live in one each, so that no struct inside
 * them needs an owner of its own. Pieces are aligned for any type and start
 * zeroed; strings take as many bytes as they have. Out of memory ends the program (memory.h).
 */
#ifndef BASE_MEMORY_ARENA_H
#define BASE_MEMORY_ARENA_H

#include <stddef.h>

struct arena;

/* Make an empty arena; free it and all its pieces by arena_free(), which takes NULL too. */
struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* Get `size` zeroed bytes, valid until arena_free(). */
void *arena_get(struct arena *arena, size_t size);

/* Copy a string, or its first `length` bytes; NULL gives NULL. */
char *arena_string(struct arena *arena, const char *text);
char *arena_bytes(struct arena *arena, const char *text, size_t length);

/* Format a string. */
char *arena_format(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Give a piece back before the others, where it is so large that it lies alone; NULL, or a small one, stays. */
void arena_drop(struct arena *arena, const void *piece);

/*
 * Make room for one more item in an array kept in the arena: returns `items`,
 * copied to a larger place if need be, and raises `*room`, both counted in
 * items of `size` bytes. Items past `count` are zeroed.
 */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *room, size_t size);

/*
 * The same, for an array that may become large and that nothing points into but its owner: the place that it
 * leaves is given back at once. Items past `count` may hold anything.
 */
void *arena_move(struct arena *arena, void *items, size_t count, size_t *room, size_t size);

#endif
