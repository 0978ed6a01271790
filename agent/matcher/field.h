/* Header fields held against the rows of vocabulary.h. Part of matcher.h. */
#ifndef MATCHER_FIELD_H
#define MATCHER_FIELD_H

#include <stdbool.h>

struct field_row;
struct mail_field;

/* The row that a field fits, of rows that end with one without a name; NULL: none. */
const struct field_row *field_row_of(const struct field_row *rows, const struct mail_field *field);

/* Whether a body is a text, or begins with it where no letter or digit follows; upper and lower case alike. */
bool field_begins(const char *body, const char *text);

/*
 * Whether a Content-Type (RFC 2045 section 5.1) has a parameter with that value; both are compared without regard to case.
 * A quoted value is read as one, so that nothing in it counts as a parameter.
 */
bool field_has_parameter(const char *body, const char *name, const char *value);

#endif
