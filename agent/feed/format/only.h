/*
 * Which records of a feed count: those that have, in each field of `only` (model/settings.h), a value
 * that agrees with one of those asked for.
 *
 * Values are compared folded (base/text/text.h), and forgotten: what is compared may be the kind
 * of an absence.
 */
#ifndef FEED_FORMAT_ONLY_H
#define FEED_FORMAT_ONLY_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct only;
struct only_field;
struct strings;

/* Make the fields ready to be compared with, in `arena`; `fields` is borrowed for the call. */
struct only *only_new(const struct only_field *fields, size_t count, struct arena *arena);

/*
 * Whether a record agrees: `values` has, for each field, the values that it has there. No values: the
 * field is missing, and agrees with an empty text alone. A value that is NULL is not a text, and
 * agrees with "*" alone. `values` NULL: all fields are missing.
 */
bool only_agrees(const struct only *only, const struct strings *values);

#endif
