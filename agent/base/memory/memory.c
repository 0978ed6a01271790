#include "base/memory/memory.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FREED 0xa5 /* what is written over */

static void out_of_memory(void)
{
	fputs("postvagt: out of memory\n", stderr);
	exit(1);
}

void *memory_resize(void *old, size_t size)
{
	void *new = realloc(old, size ? size : 1);

	if (!new)
		out_of_memory();
	return new;
}

void *memory_get(size_t size)
{
	return memory_resize(NULL, size);
}

void *memory_grow(void *items, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return items;
	*room = *room ? *room * 2 : 8;
	if (*room > SIZE_MAX / size)
		out_of_memory();
	return memory_resize(items, *room * size);
}

/* glibc's M_PERTURB is of the process, as is the count of those who want it. */
static unsigned int secrets;

void memory_secret_begin(void)
{
	if (secrets++ == 0)
		mallopt(M_PERTURB, FREED);
}

void memory_secret_end(void)
{
	if (--secrets == 0)
		mallopt(M_PERTURB, 0);
}

/* All of the piece, which is at least as large as what was asked for. */
void memory_wipe_free(void *piece)
{
	if (piece && secrets > 0)
		explicit_bzero(piece, malloc_usable_size(piece));
	free(piece);
}

void *memory_wipe_resize(void *piece, size_t size)
{
	size_t old = piece ? malloc_usable_size(piece) : 0;
	void *new;

	if (!piece || secrets == 0)
		return realloc(piece, size);
	new = malloc(size);
	if (!new)
		return NULL;
	memcpy(new, piece, old < size ? old : size);
	memory_wipe_free(piece);
	return new;
}

#define STACK_REACH ((size_t)64 * 1024) /* bytes: libcurl and OpenSSL need a third of it */

__attribute__((noinline)) void memory_wipe_stack(void)
{
	char below[STACK_REACH];

	explicit_bzero(below, sizeof(below));
}
