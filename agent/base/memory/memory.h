/*
 * Memory that is always there: out of memory ends the program here, with exit
 * status 1, and nowhere else. No caller checks for NULL.
 */
#ifndef BASE_MEMORY_MEMORY_H
#define BASE_MEMORY_MEMORY_H

#include <stddef.h>

/* How many items an array has; not for a pointer to its first. */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* As malloc() and realloc(); the caller frees by free(). */
void *memory_get(size_t size);
void *memory_resize(void *old, size_t size);

/*
 * Make room for one more item in an array on the heap: returns `items`, moved
 * if need be, and raises `*room`, both counted in items of `size` bytes.
 */
void *memory_grow(void *items, size_t count, size_t *room, size_t size);

/*
 * While a secret goes through a library, which copies it: what is freed between the two
 * calls is overwritten (glibc's larger pieces, as buffers of messages are). Pairs may nest.
 */
void memory_secret_begin(void);
void memory_secret_end(void);

/* Overwrite what calls that have returned left on the stack, as far as a library that sends a secret may reach. */
void memory_wipe_stack(void);

/*
 * As free() and realloc(), for a library that lets its own be replaced: between the two calls
 * above, small pieces are overwritten as well when they are freed or moved.
 */
void memory_wipe_free(void *piece);
void *memory_wipe_resize(void *piece, size_t size);

#endif
