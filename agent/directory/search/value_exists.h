/*
 * Whether values are there: asked of the server one by one, by its own matching
 * rules, so that a DN is compared as a DN. For any entry and attribute.
 */
#ifndef DIRECTORY_SEARCH_VALUE_EXISTS_H
#define DIRECTORY_SEARCH_VALUE_EXISTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"

struct connection;

struct presence {
	const char *dn, *type, *value; /* borrowed; `type` NULL: whether the entry is there */
	bool is_there;
};

/* Ask for all of them. ERROR_TARGET where one is no attribute or DN, or the server refuses. */
enum error_kind presence_look(struct connection *connection, struct presence *items, size_t count,
	struct error *err);

#endif
