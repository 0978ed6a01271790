/*
 * The next change: the next moment at which the answer may differ though nothing in the directory or a feed changed,
 * as an absence, a role or a deputy's time of a feed begins or ends, or an account expires.
 */
#ifndef DECIDE_NEXT_CHANGE_H
#define DECIDE_NEXT_CHANGE_H

#include "base/text/moment.h"

struct person;
struct snapshot;

/*
 * The first moment after `t` at which the person, or somebody of the snapshot, goes away, comes
 * back, gets or loses a role or a deputy by a date, or has an account that expires; MOMENT_LATEST where there is none.
 */
moment person_next_change(const struct person *person, moment t);
moment snapshot_next_change(const struct snapshot *snapshot, moment t);

#endif
