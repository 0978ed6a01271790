/*
 * The catalogue against the routes, as `check` prints it: the lines that routes.yaml needs.
 */
#ifndef READINESS_CATALOGUE_H
#define READINESS_CATALOGUE_H

#include <jansson.h>
#include <stdbool.h>

struct mapping;
struct strbuf;
struct tag_changes;

/*
 * Add what to change in the file of the routes, under a heading of its own; nothing where nothing is to change. New tags are
 * only counted where they are more than a few, unless `all`: a municipality may leave them to "*".
 */
void catalogue_add_text(struct strbuf *out, const struct tag_changes *changes,
	const struct mapping *mapping, const char *routes_file, bool all);

/*
 * The same for programs: an array of {"change", "tag", "route", "line", "lines"}; tag is null where it is unknown, route
 * and line where it is new.
 */
json_t *catalogue_json(const struct tag_changes *changes, const struct mapping *mapping);

#endif
