/*
 * Find people by the name that others know them by, for a command line (explain): those called so, those whose name has
 * these words in it, and, where there are none, the one whose name or login is nearest. Upper and lower case are the
 * same, also of æøå. No file names people so.
 */
#ifndef DIRECTORY_READ_NAME_SEARCH_H
#define DIRECTORY_READ_NAME_SEARCH_H

#include <stddef.h>

#include "base/message/error.h"

struct arena;
struct connection;

/* How many of each kind are returned, by their names and DNs; `count` has all. */
#define NAME_MATCHES_MAX 10

/* How many people are compared to find the nearest; those beyond are not suggested. */
#define NAME_COMPARED_MAX 20000

struct name_match {
	const char *dn, *name;
	const char *login; /* NULL: none */
};

struct name_matches {
	struct name_match items[NAME_MATCHES_MAX];
	size_t count; /* may be more than there is room for */
};

struct name_search {
	struct name_matches called; /* exactly that */
	struct name_matches
		containing;        /* all of the words, in any order; not those who are called so */
	struct name_match nearest; /* where neither has any; `dn` NULL: nobody is near */
};

/* Search below people.base for `text`, which is not empty. Everything found is in `arena`. */
enum error_kind name_search(struct connection *connection, struct arena *arena, const char *text,
	struct name_search *found, struct error *err);

/* The name and, in parentheses, the login or else the DN: what to type instead. In `arena`. */
const char *name_match_text(struct arena *arena, const struct name_match *match);

#endif
