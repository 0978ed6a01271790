/*
 * Faults: what is wrong in a file, said with its place.
 *
 * Every reader of a file in this room reports here, so that all places look
 * the same (file:line:column) and no text of a file reaches a terminal raw.
 */
#ifndef CONFIG_SCHEMA_FAULT_H
#define CONFIG_SCHEMA_FAULT_H

#include "base/message/finding.h"

struct arena;
struct mark;
struct table;

/* Add a finding at `mark`. Texts that come from a file are given through fault_quote(). */
void fault_add(struct findings *findings, enum severity severity, const struct mark *mark,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* "file:line:column" of a mark, or the file alone where it has no line; in `arena`. */
const char *fault_where(struct arena *arena, const struct mark *mark);

/* A text of a file as messages show it: safe for a terminal, in quotes, cut off past 80 bytes. */
const char *fault_quote(struct arena *arena, const char *text);

/*
 * Let `owner` take `key` in `taken`: a fault at `mark` where another owner has
 * it already, which names `text` and the first place. All are borrowed.
 */
void fault_if_taken(struct findings *findings, struct table *taken, const char *key,
	const char *text, const struct mark *mark, const void *owner);

#endif
