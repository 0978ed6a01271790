/*
 * What the server's schema says of attributes: whether it has them, how many
 * values they take, and in which syntax. Active Directory tells by the entries
 * of its schema (MS-ADTS section 3.1.1.2.3), others by the subschema's
 * attributeTypes (RFC 4512 section 4.2).
 */
#ifndef DIRECTORY_READ_ATTRIBUTE_SCHEMA_H
#define DIRECTORY_READ_ATTRIBUTE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"

struct connection;
struct person_attribute;

/* An attribute of the schema, under one of its names. */
struct schema_attribute {
	const char *name, *oid;
	const char *canonical; /* the first of its names, by which servers answer */
	bool is_single;        /* takes one value */
	const char *syntax;    /* its OID; NULL: not given */
};

/* Whether it is the one that `description` (a name or an OID, with or without options) describes. */
bool schema_names(const struct schema_attribute *attribute, const char *description);

/* Take one; it is borrowed for the call. */
typedef void schema_take(void *context, const struct schema_attribute *attribute);

/*
 * Read the schema, in two searches: `take` gets each of `names` that it has, as AD's schema is read, and else every
 * attribute there is, once for each name. Nothing where the bind may not read it. `*entries_base` (may be NULL) is set,
 * in the settings' arena, to where AD's schema is.
 */
enum error_kind schema_read(struct connection *connection, const char *const *names, size_t count,
	schema_take *take, void *context, const char **entries_base, struct error *err);

/*
 * Fill is_known, is_single and form of `count` attributes by their types. Where
 * the schema may not be read, all are taken for known texts of several values:
 * the server has the last word anyway.
 */
enum error_kind attribute_schema_read(struct connection *connection,
	struct person_attribute *const *attributes, size_t count, struct error *err);

#endif
