/*
 * Coverage: who answers each tag on each of the coming days, and where nobody does. Pure: decide()
 * is asked of each list at the moments at which its answer may change, and at no other; what it
 * says is kept as the stretches of time during which it says the same.
 */
#ifndef DECIDE_FORECAST_H
#define DECIDE_FORECAST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/finding.h"
#include "base/text/moment.h"
#include "model/plan.h"

struct arena;
struct block;
struct mapping;
struct person;
struct policy;
struct snapshot;

/* Who stands in for whom. */
struct coverage_stand_in {
	const struct person *stand_in, *whom;
};

/* A gap, and whom the search for a stand-in looked at: none of them is available. */
struct coverage_gap {
	struct gap gap;
	const struct person **looked_at; /* in the order of rule 3; GAP_NO_STAND_IN only */
	size_t looked_at_count;
};

/* What decide() says of one list at every moment of [from, until). */
struct stretch {
	moment from, until;
	const struct person **available; /* by steps 1 to 5, by DN as bytes */
	size_t available_count;
	struct coverage_stand_in *stand_ins; /* by the DN of whom they stand in for */
	size_t stand_in_count;
	struct coverage_gap *gaps;
	size_t gap_count;
};

/* One list that is answered: a route's ordinary or critical mail. */
struct coverage_line {
	const struct block *block;
	struct stretch *
		stretches; /* in order, without holes, from coverage.days[0] to the last day's end */
	size_t count, room;
};

struct coverage {
	struct arena *arena; /* owned: all of it; borrows from the mapping and the snapshot */
	moment *days;        /* day_count + 1: where each begins, and where the last one ends */
	size_t day_count;
	struct coverage_line *lines; /* in the order of the routes, a tag's ordinary mail first */
	size_t line_count;
	size_t decisions;         /* how often a list was asked about */
	struct findings findings; /* of all these decisions, each once */
};

/* How many days can be asked for. */
#define COVERAGE_DAYS_MAX 3660

/*
 * Look at `days` local days: what is left, from `from` on, of the day that it lies in, and those after it.
 * The snapshot must be complete
 * for a scope from `from` to coverage_end().
 */
struct coverage *coverage_find(const struct mapping *mapping, const struct policy *policy,
	const struct snapshot *snapshot, moment from, int days);
void coverage_free(struct coverage *coverage);

/* The last moment of `days` days from that of `from` on. */
moment coverage_end(moment from, int days);

/* The stretch that a moment lies in. */
const struct stretch *coverage_at(const struct coverage_line *line, moment t);

/*
 * The worst that happens on a day: a gap before none, then the fewest available, then the
 * earliest.
 */
const struct stretch *coverage_worst(const struct coverage *coverage,
	const struct coverage_line *line, size_t day);

/* Whether there is no gap, and nobody available beyond those whom at_least asks for. */
bool coverage_is_thin(const struct coverage_line *line, const struct stretch *stretch);

/* Whether there is a gap anywhere. */
bool coverage_has_gap(const struct coverage *coverage);

#endif
