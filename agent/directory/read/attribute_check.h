/*
 * The names of attributes, held against the server's schema: one that is misspelt would be read as empty, and everybody
 * be present for ever. Done once on each connection, by whatever reads people.
 */
#ifndef DIRECTORY_READ_ATTRIBUTE_CHECK_H
#define DIRECTORY_READ_ATTRIBUTE_CHECK_H

#include "base/message/error.h"

struct arena;
struct connection;
struct findings;

/*
 * Read the schema, unless that was done on this connection, and fill connection->schema. ERROR_USAGE, with the place of
 * each, where the settings name attributes that the schema does not have. A schema that cannot be read is a warning, each time.
 */
enum error_kind attribute_check(struct connection *connection, struct findings *findings,
	struct error *err);

/* Add a warning for each key of people.attributes that has its default, where the schema has no such attribute. */
void attribute_check_defaults(const struct connection *connection, struct findings *findings);

#endif
