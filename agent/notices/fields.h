/* Lines of fields with tabs between, as notices are remembered in: control characters and backslashes stand as \xx. */
#ifndef NOTICES_FIELDS_H
#define NOTICES_FIELDS_H

#include <stddef.h>

struct strbuf;

/* Cut a line into its fields, in place; their number, or 0 where it is not of the form, or has more than `most`. */
size_t fields_cut(char *line, char **fields, size_t most);

/* Add a field's text. */
void fields_add(struct strbuf *out, const char *text);

#endif
