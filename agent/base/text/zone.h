/*
 * Time zones: their names on this machine, and the moments of their clocks.
 *
 * The rules are the C library's, from 1970 to 2110; outside these years the nearest rule holds. A zone is read once
 * and kept as long as the process, as the process's own is.
 */
#ifndef BASE_TEXT_ZONE_H
#define BASE_TEXT_ZONE_H

#include <stdint.h>

#include "base/text/moment.h"

/* NULL: the process's own zone (moment_zone()). */
struct zone;

/*
 * The rules of a zone, such as "Europe/Copenhagen"; NULL where the machine has no zone of exactly that name. The
 * process's zone changes while this runs, and is as before when it returns.
 */
const struct zone *zone_load(const char *name);

/*
 * The moment at which the zone's clock shows `clock`, the seconds that it would be in UTC. In the hour that
 * comes twice a start is the earlier and an end the later; the hour that never comes is counted from before the change.
 */
moment zone_moment(const struct zone *zone, int64_t clock, enum moment_edge edge);

/* What the zone's clock shows at `t`: the reverse of zone_moment(). */
int64_t zone_clock(const struct zone *zone, moment t);

/* The name of a zone as this machine spells it, whatever the case of `name`; NULL: it has none of that name. */
const char *zone_find_name(const char *name);

#endif
