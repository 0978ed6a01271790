#include "base/memory/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/memory.h"

#define BLOCK_SIZE ((size_t)64 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t used, size; /* of the pieces; strings lie behind `size` */
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct arena_block *blocks; /* owned; the first is the one being filled */
};

struct arena *arena_new(void)
{
	struct arena *arena = memory_get(sizeof(*arena));

	arena->blocks = NULL;
	return arena;
}

void arena_free(struct arena *arena)
{
	struct arena_block *block = arena ? arena->blocks : NULL;

	while (block) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
	free(arena);
}

/* A piece too large for the block in hand gets one of its own, behind it, so that the rest is not lost. */
static struct arena_block *arena_block(struct arena *arena, size_t size)
{
	struct arena_block *first = arena->blocks, *block;

	if (first && first->size - first->used >= size)
		return first;
	block = memory_get(sizeof(*block) + (size > BLOCK_SIZE ? size : BLOCK_SIZE));
	block->size = size > BLOCK_SIZE ? size : BLOCK_SIZE;
	block->used = 0;
	if (first && size > BLOCK_SIZE / 4) {
		block->next = first->next;
		first->next = block;
	} else {
		block->next = first;
		arena->blocks = block;
	}
	return block;
}

void *arena_get(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	size_t whole = (size + align - 1) / align * align;
	struct arena_block *block = arena_block(arena, whole);
	void *piece = block->bytes + block->used;

	block->used += whole;
	return memset(piece, 0, whole);
}

/* Get `size` bytes for a string, as they are: from the other end of a block, where nothing is aligned. */
static char *get_string(struct arena *arena, size_t size)
{
	struct arena_block *block = arena_block(arena, size);

	block->size -= size;
	return block->bytes + block->size;
}

char *arena_bytes(struct arena *arena, const char *text, size_t length)
{
	char *copy = get_string(arena, length + 1);

	if (length > 0)
		memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *arena_string(struct arena *arena, const char *text)
{
	return text ? arena_bytes(arena, text, strlen(text)) : NULL;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	char *text;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	assert(length >= 0);
	text = get_string(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	va_end(args);
	return text;
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
{
	void *larger;

	if (count < *room)
		return items;
	*room = *room ? *room * 2 : 4;
	larger = arena_get(arena, *room * size);
	if (count > 0)
		memcpy(larger, items, count * size);
	return larger;
}

/* The link to the block that holds a piece alone; NULL: there is none such. */
static struct arena_block **find_own_block(struct arena *arena, const void *piece)
{
	struct arena_block **link = &arena->blocks;

	while (*link && (*link)->bytes != (const char *)piece)
		link = &(*link)->next;
	return *link && (*link)->size > BLOCK_SIZE ? link : NULL;
}

void *arena_move(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
{
	struct arena_block **link;
	size_t before = *room * size;

	if (count < *room)
		return items;
	link = before > BLOCK_SIZE ? find_own_block(arena, items) : NULL;
	if (!link)
		return arena_grow(arena, items, count, room, size);
	*room *= 2;
	*link = memory_resize(*link, sizeof(**link) + *room * size);
	(*link)->used = (*link)->size = *room * size;
	return (*link)->bytes;
}

void arena_drop(struct arena *arena, const void *piece)
{
	struct arena_block **link = piece ? find_own_block(arena, piece) : NULL, *block;

	if (!link)
		return;
	block = *link;
	*link = block->next;
	free(block);
}
