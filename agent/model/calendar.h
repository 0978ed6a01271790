/*
 * A person's absences, ordered for questions about a moment: each is answered in time that grows
 * with the logarithm of their number. Here the gaps that absence.bridge closes are closed, once for
 * a person, and nowhere else: a calendar holds the union after bridging. Pure.
 */
#ifndef MODEL_CALENDAR_H
#define MODEL_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct absence;
struct arena;
struct time_scope;

/* [start, end) */
struct span {
	moment start, end;
};

/* An absence for which a feed names deputies. */
struct named_deputies {
	const struct absence *absence; /* borrowed */
	moment end; /* until when they count: its end, or that of the bridged gap behind it */
	moment latest_end; /* of those up to this one */
};

struct calendar {
	struct span *away; /* the union of the absences after bridging, by start; none touch */
	size_t away_count;
	moment *edges; /* all starts and ends, a bridged gap being part of what is before it; ascending */
	size_t edge_count;
	struct named_deputies *naming; /* by start */
	size_t naming_count;
};

/*
 * Order `count` absences, which are borrowed; the rest is in `arena`. Those without length are left
 * out. Gaps of up to `bridge` seconds between two stretches of the union belong to it; in such a gap
 * those absences are still on that end where it begins.
 */
void calendar_make(struct calendar *calendar, struct arena *arena, const struct absence *absences,
	size_t count, int bridge);

/* The span that has any moment from `from` to `to`, both included; the first of several. NULL: none. */
const struct span *calendar_span(const struct calendar *calendar, moment from, moment to);

/* The first edge after `t`; MOMENT_LATEST: none. */
moment calendar_next_change(const struct calendar *calendar, moment t);

/*
 * The absences that name deputies and are on at any moment from `from` to `to`, by their order, in
 * `arena`. In a bridged gap those before it are on. Returns how many.
 */
size_t calendar_naming(const struct calendar *calendar, moment from, moment to, struct arena *arena,
	const struct absence ***absences);

#endif
