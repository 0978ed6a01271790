/* Sorting what mostly is in order already, as what a server keeps in order is. */
#ifndef BASE_MEMORY_SORT_H
#define BASE_MEMORY_SORT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * As qsort(), stable where nothing is out of order; items in order are seen in one look. `items` may be NULL where `count`
 * is 0. Returns whether any was moved.
 */
bool sort_items(void *items, size_t count, size_t size,
	int (*compare)(const void *left, const void *right));

#endif
