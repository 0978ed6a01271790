/*
 * The front of one search for a stand-in: the references that it came to and that nobody has read yet, in its order. What is
 * read of them carries it on from there, so that a chain of deputies, each of whom has to be read before the next is known, is
 * not gone through again at each step. Pure.
 *
 * It leads to all that the search looks at. Whom the search finds in the end, stand_in.h says.
 */
#ifndef DECIDE_SEARCH_FRONT_H
#define DECIDE_SEARCH_FRONT_H

#include <stdbool.h>

struct arena;
struct block;
struct person;
struct policy;
struct reference;
struct search_front;
struct snapshot;
struct time_scope;

/* Called with each reference that came to the front. */
typedef void search_front_want(void *context, const struct reference *reference);

/* What all fronts of one question share; all borrowed. */
struct search_fronts {
	const struct snapshot *snapshot;
	const struct policy *policy;
	const struct time_scope *scope; /* of one moment, or with everyone counted as away */
	struct arena *arena;            /* of the fronts */
	search_front_want *want;
	void *context;
};

/* The front of the search for `person` on `block`, as far as is known; NULL where it is cut off. */
struct search_front *search_front_find(const struct search_fronts *fronts,
	const struct person *person, const struct block *block);

/*
 * Carry it on by what was read since. False: nothing more is wanted, or it came to as many candidates as a search looks
 * at; what it is then, a search has to say.
 */
bool search_front_go_on(const struct search_fronts *fronts, struct search_front *front);

#endif
