/*
 * Rules as text: whether a text is postvagt's, and what differs in it from the one that would be made now.
 */
#ifndef RULES_MODEL_RULES_TEXT_H
#define RULES_MODEL_RULES_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* With this, one of the first lines of all rules that are made as text begins. */
#define RULES_TEXT_MARK "# postvagt rules"

#define RULES_TEXT_MAX ((size_t)2 << 20) /* bytes of a text that is compared */

/* Whether one of the first lines of a text is RULES_TEXT_MARK's. */
bool rules_text_is_ours(const char *text);

/*
 * Compare two texts line by line; comments, which are lines that begin with "#", empty lines and carriage returns do not
 * count. Returns NULL where they are the same, else what differs, a few lines of either with \n
 * between ("line 12: ...", "expected: ..."), in the arena and the language in force. Linear.
 */
const char *rules_text_difference(struct arena *arena, const char *expected, const char *found);

#endif
