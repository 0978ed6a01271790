/*
 * A table from strings to pointers: open addressing, in an arena.
 *
 * Keys are compared byte by byte: fold them first (text.h, dn.h) where case
 * or spelling must not matter. Keys and values are borrowed; the table goes
 * with its arena.
 */
#ifndef BASE_MEMORY_TABLE_H
#define BASE_MEMORY_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct table;

/* A hash of `length` bytes, as tables use it. */
uint32_t table_hash(const char *key, size_t length);

/* Make an empty table in `arena`. */
struct table *table_new(struct arena *arena);

/* The value under `key`, or NULL. */
void *table_find(const struct table *table, const char *key);

/* Put `value` (not NULL) under `key`, in place of what was there. */
void table_put(struct table *table, const char *key, void *value);

/* The same of a key of `length` bytes, without a NUL behind them. A string is found by its bytes. */
void *table_find_bytes(const struct table *table, const char *key, size_t length);
void table_put_bytes(struct table *table, const char *key, size_t length, void *value);

#endif
