/*
 * What the server's schema says of attributes: whether it has them, how many
 * values they take, and in which syntax. Active Directory tells by the entries
 * of its schema (MS-ADTS section 3.1.1.2.3), others by the subschema's
 * attributeTypes (RFC 4512 section 4.2).
 */
#ifndef DIRECTORY_READ_ATTRIBUTE_SCHEMA_H
#define DIRECTORY_READ_ATTRIBUTE_SCHEMA_H

#include <stddef.h>

#include "base/message/error.h"

struct connection;
struct person_attribute;

/*
 * Fill is_known, is_single and form of `count` attributes by their types. Where
 * the schema may not be read, all are taken for known texts of several values:
 * the server has the last word anyway.
 */
enum error_kind attribute_schema_read(struct connection *connection,
	struct person_attribute *const *attributes, size_t count, struct error *err);

#endif
