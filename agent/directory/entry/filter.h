/*
 * Filters: the one place where values meet them (RFC 4515 section 3). Nothing
 * that comes from a file, a command line or the directory gets into a filter
 * by any other way.
 */
#ifndef DIRECTORY_ENTRY_FILTER_H
#define DIRECTORY_ENTRY_FILTER_H

#include <stddef.h>

struct arena;
struct strbuf;

/* So many terms a server takes in one filter. */
#define FILTER_TERMS_MAX 100

/* Add a value, escaped: letters stay, all that a filter could take for its own becomes \xx. */
void filter_add_value(struct strbuf *filter, const char *value);

/*
 * Add "(attribute=value)", and "(attribute=*a*b*)" for the values that contain
 * `a` and after it `b` (NULL: just `a`). What is not ASCII counts for nothing
 * there: servers fold such letters each in their own way, and a search by this
 * may find too much, but never too little.
 */
void filter_add_equal(struct strbuf *filter, const char *attribute, const char *value);
void filter_add_containing(struct strbuf *filter, const char *attribute, const char *a,
	const char *b);

/* Make, in `arena`, the filter that is `with` and any of the terms. */
const char *filter_any_of(struct arena *arena, const char *with, const char *const *terms,
	size_t count);

#endif
