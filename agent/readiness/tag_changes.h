/*
 * The catalogue held against the routes: what KOMBIT changed that routes.yaml does not know yet.
 *
 *	new      the catalogue has the tag, and no route names it: its mail goes where "*" goes
 *	renamed  a route names a tag that the catalogue lacks, and a tag without a route is
 *	         near it, by its id, a title or a spelling
 *	unknown  the same, and none is near
 *	retired  a route names a tag that the catalogue marks as retired
 *
 * Pure: the mapping in, and texts for a person, or for the file, out.
 */
#ifndef READINESS_TAG_CHANGES_H
#define READINESS_TAG_CHANGES_H

#include <stddef.h>

struct arena;
struct mapping;
struct route;
struct route_tag;
struct strbuf;
struct tag;

enum tag_change_kind {
	TAG_NEW,
	TAG_RENAMED,
	TAG_UNKNOWN,
	TAG_RETIRED,
};

struct tag_change {
	enum tag_change_kind kind;
	const struct tag *tag;         /* NULL: TAG_UNKNOWN */
	const struct route *route;     /* NULL: TAG_NEW */
	const struct route_tag *names; /* the tag of that route which the change is about */
};

struct tag_changes {
	struct tag_change *
		items; /* renamed, unknown and retired in the routes' order, new in the catalogue's */
	size_t count;
};

/* Find them; in `arena`, borrows the mapping. A route "*" is no tag's. */
struct tag_changes tag_changes_find(struct arena *arena, const struct mapping *mapping);

/* "new", "renamed", "unknown", "retired": for programs. */
const char *tag_change_name(enum tag_change_kind kind);

/*
 * Add what routes.yaml needs for it: YAML, indented as the file's first route is, ready to be
 * pasted at its end (TAG_NEW), or in place of the line that a comment tells (TAG_RENAMED); for the
 * others the comment alone, as only a person knows whether the route may go. The line of a route with
 * several tags names the others too, less one that is unknown or retired; one that has a line of its own
 * in the file has only that. Ends with a newline.
 *
 * A new route asks for the people whom "*" asks for, or else the first route, and has a list of its
 * own beside theirs, named as all are: cn=Infra-Serviceplatformen beside cn=Infra-Drift and
 * cn=Infra-Release. With no route at all there is nothing to go by: list and people are left open, and said.
 */
void tag_change_add_lines(struct strbuf *out, const struct tag_change *change,
	const struct mapping *mapping);

#endif
