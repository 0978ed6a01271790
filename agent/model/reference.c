#include "model/reference.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/text.h"

struct reference reference_make(struct arena *arena, const char *text)
{
	const char *dn = dn_is_entry(text) ? dn_key(arena, text) : NULL;
	struct reference reference = {.text = arena_string(arena, text)};

	if (dn)
		reference.key = arena_format(arena, "dn:%s", dn);
	else
		reference.key = arena_format(arena, "id:%s", text_fold(arena, text, strlen(text)));
	return reference;
}

bool reference_is_dn(const struct reference *reference)
{
	return strncmp(reference->key, "dn:", 3) == 0;
}

const char *reference_dn_key(const struct reference *reference)
{
	return reference->key + strlen("dn:");
}

void references_add(struct references *references, struct arena *arena, size_t *room,
	const char *text)
{
	references->items = arena_grow(arena, references->items, references->count, room,
		sizeof(*references->items));
	references->items[references->count++] = reference_make(arena, text);
}
