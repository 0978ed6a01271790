/*
 * Stand-ins: who takes over for somebody who is not available (rule 3), and
 * who ever could (rule 9).
 */
#ifndef DECIDE_STAND_IN_H
#define DECIDE_STAND_IN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

/*
 * One search looks at no more candidates than this. A chain of deputies that is longer was made by
 * mistake, or to keep the agent busy.
 */
#define STAND_IN_LOOKS_MAX 1000

struct arena;
struct block;
struct gap;
struct person;
struct policy;
struct reference;
struct snapshot;
struct time_scope;

/* How a candidate came into a search. */
enum candidate_origin {
	CANDIDATE_DEPUTY,   /* of `named_by` */
	CANDIDATE_ROUTE,    /* among the route's deputies */
	CANDIDATE_MANAGER,  /* of `named_by`, for whom the search is */
	CANDIDATE_FALLBACK, /* mailbox.fallback */
};

/* One candidate that a search looked at. */
struct candidate {
	enum candidate_origin origin;
	const struct reference *reference; /* as it was named */
	const struct person
		*named_by; /* whose deputy or manager; NULL: the route's, or the fallback */
	const struct person *person; /* NULL: the reference names nobody, or is not read yet */
	const char *feed; /* CANDIDATE_DEPUTY: the feed that names them; NULL: the directory does */
};

/* All that a search looked at, in order. */
struct candidates {
	struct candidate *items;
	size_t count, room;
	size_t most; /* a search ends when it has so many; 0: when it is through */
	bool is_cut; /* more were to be looked at than STAND_IN_LOOKS_MAX; they were not */
};

/*
 * The stand-in for `required` on `block`: its deputies, the route's deputies,
 * its manager, the fallback; each who is away in the scope is followed, depth
 * first, by own deputies; nobody is looked at twice. Returns the first who is
 * available throughout the scope, or NULL. `looked_at` (may be NULL) gets all
 * candidates up to there, in `arena`; where the scope counts everyone as away
 * that is all who ever could stand in. In a scope of several moments it is all whom
 * the search at any one of them looks at: where a feed names deputies for one absence and not for
 * another, nobody ends the search, and it returns NULL. It also returns NULL where it is cut off at
 * STAND_IN_LOOKS_MAX candidates: the caller reports that.
 */
const struct person *stand_in_find(const struct person *required, const struct block *block,
	const struct policy *policy, const struct snapshot *snapshot,
	const struct time_scope *scope, struct arena *arena, struct candidates *looked_at);

/*
 * Who was passed over for a gap that was found at `at`, none where gap->search is NULL: the candidates of the search for
 * a stand-in; or the route's deputies and the fallback, less those who are available. The first `most` (1 or more) are added
 * to `passed`, in `arena`. Returns how many there are.
 */
size_t gap_passed_over(const struct gap *gap, moment at, size_t most, struct arena *arena,
	struct candidates *passed);

#endif
