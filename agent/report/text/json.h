/*
 * Parts of the JSON that several commands print. Each returns a new reference,
 * which json_add_text() or a container takes over.
 */
#ifndef REPORT_TEXT_JSON_H
#define REPORT_TEXT_JSON_H

#include <jansson.h>

#include "base/text/moment.h"

struct finding;
struct list_plan;
struct strbuf;

json_t *json_of_list(const struct list_plan *list, moment at);
json_t *json_of_finding(const struct finding *finding);
json_t *json_of_moment(moment at);

/* A text as it is; only bytes that are not UTF-8, which JSON cannot carry, become "\\xx". */
json_t *json_of_text(const char *text);

/* The same of a string buffer, which is released. */
json_t *json_of_strbuf(struct strbuf *text);

/*
 * Add the value as text, indented, with a newline; drops the reference. Hidden characters (hidden.h)
 * are written as \\u escapes (RFC 8259 section 7): a terminal shows them, a parser gets them.
 */
void json_add_text(struct strbuf *out, json_t *value);

/* The same, each object's keys sorted: of what was read from the chain. */
void json_add_sorted(struct strbuf *out, json_t *value);

#endif
