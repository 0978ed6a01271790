/*
 * References: how a person is named in files and directory values, and the key
 * by which one reference is the same as another.
 */
#ifndef MODEL_REFERENCE_H
#define MODEL_REFERENCE_H

#include <stdbool.h>

#include "model/mapping.h"

struct arena;

/*
 * Make a reference of a DN, a login or a mail address. Its key is "dn:" and
 * the DN's comparison key, or "id:" and the folded text. `text` is copied.
 */
struct reference reference_make(struct arena *arena, const char *text);

/* The key alone. */
const char *reference_key(struct arena *arena, const char *text);

/* Whether it names its entry by DN. */
bool reference_is_dn(const struct reference *reference);

/* Of one that does: the DN's comparison key. */
const char *reference_dn_key(const struct reference *reference);

/* Add one to a list kept in `arena`. `*room` as of arena_grow(). */
void references_add(struct references *references, struct arena *arena, size_t *room,
	const char *text);

#endif
