#include "model/reference.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/text.h"

#define KIND_LENGTH 3 /* of "dn:" and "id:" */

/* "dn:" or "id:", and what follows. */
static const char *join_key(struct arena *arena, const char *kind, const char *rest)
{
	size_t length = strlen(rest);
	char *key = arena_get(arena, KIND_LENGTH + length + 1);

	memcpy(key, kind, KIND_LENGTH);
	memcpy(key + KIND_LENGTH, rest, length + 1);
	return key;
}

const char *reference_key(struct arena *arena, const char *text)
{
	struct arena *own = strchr(text, '=') ? arena_new() : NULL;
	const char *dn = own ? dn_key(own, text) : NULL;
	const char *key;

	if (dn && strchr(dn, ','))
		key = join_key(arena, "dn:", dn);
	else
		key = join_key(arena, "id:", text_fold(arena, text, strlen(text)));
	arena_free(own);
	return key;
}

struct reference reference_make(struct arena *arena, const char *text)
{
	return (struct reference){
		.text = arena_string(arena, text), .key = reference_key(arena, text)};
}

bool reference_is_dn(const struct reference *reference)
{
	return strncmp(reference->key, "dn:", KIND_LENGTH) == 0;
}

const char *reference_dn_key(const struct reference *reference)
{
	return reference->key + KIND_LENGTH;
}

void references_add(struct references *references, struct arena *arena, size_t *room,
	const char *text)
{
	references->items = arena_grow(arena, references->items, references->count, room,
		sizeof(*references->items));
	references->items[references->count++] = reference_make(arena, text);
}
