/*
 * JSON as text (RFC 8259): one value indented for people, or in one line. A json_t that a function here
 * returns is a new reference; one that it is given as a value to add, it drops.
 */
#ifndef REPORT_JSON_TEXT_H
#define REPORT_JSON_TEXT_H

#include <jansson.h>

#include "base/text/moment.h"

struct arena;
struct strbuf;
struct tag_ids;

/* A text as it is; only bytes that are not UTF-8, which JSON cannot carry, become "\\xx". */
json_t *json_of_text(const char *text);

/* The same of a string buffer, which is released. */
json_t *json_of_strbuf(struct strbuf *text);

/*
 * "tag": the first of the tags of a list, or null where it has none. "tags": the array of all, where several
 * share the list; else NULL, which o* of json_pack() leaves out.
 */
json_t *json_of_first_tag(const struct tag_ids *tags);
json_t *json_of_tags(const struct tag_ids *tags);

/* The same text, as it comes back from JSON, in `arena`. */
const char *json_valid_text(struct arena *arena, const char *text);

/* A moment as RFC 3339 writes it, local. */
json_t *json_of_moment(moment at);

/*
 * Add the value as text, indented, with a newline; drops the reference. Hidden characters (hidden.h)
 * are written as \\u escapes (RFC 8259 section 7): a terminal shows them, a parser gets them.
 */
void json_add_text(struct strbuf *out, json_t *value);

/* The same, each object's keys sorted: of what was read from the chain. */
void json_add_sorted(struct strbuf *out, json_t *value);

/* The same in one line, however long, the keys in their own order. */
void json_add_safe_line(struct strbuf *out, json_t *value);

#endif
