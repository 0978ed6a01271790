/*
 * What `init` proposes, from what a survey found. Pure. Nothing is made up: what was not found is NULL, and the file
 * that is written says so.
 */
#ifndef INIT_PROPOSAL_H
#define INIT_PROPOSAL_H

#include <stdbool.h>
#include <stddef.h>

#include "init/survey.h"

struct arena;
struct mapping;
struct role;
struct tag;

/* An attribute, and in how many entries of the sample it says what it should. */
struct proposed_attribute {
	const char *name; /* NULL: none was found */
	size_t entries;
	bool more;
};

/* The lists of one tag; each may be NULL. */
struct proposed_route {
	const struct tag *tag;
	const struct surveyed_group *ordinary, *critical, *inform;
};

/* One role of the gallery, and who was found to hold it. */
struct proposed_role {
	const struct role *role;
	size_t entries;
};

struct proposal {
	const char *people_base; /* the survey's, or the lowest entry above all of a whole sample */
	struct proposed_attribute attributes[SURVEYED_COUNT];
	struct proposed_role *roles; /* as the gallery has them */
	size_t role_count;
	const struct role
		*answers; /* the role that routes ask for, to begin with; NULL: nobody holds one */
	struct proposed_route *routes; /* one a tag that is not retired, in the catalogue's order */
	size_t route_count, found_count;
	const struct surveyed_group *mailbox_list; /* NULL: none */
	const char *mailbox_address;               /* NULL: none */
	const char *lists_base;                    /* above all lists found; NULL: none was */
	bool is_unique;                /* the lists keep their members in uniqueMember */
	struct surveyed_group *others; /* with a mail address, and like no tag */
	size_t other_count;
};

/* Make it, in `arena`; borrows from the survey and the mapping. */
struct proposal *proposal_make(struct arena *arena, const struct survey *survey,
	const struct mapping *mapping);

/* The entry above that of `dn`: the rest of it behind the first comma that parts; "" at the top. */
const char *proposal_above(const char *dn);

#endif
