/*
 * The notices of what is ahead (ahead.h), for `apply` and `watch`: found after a run's changes, written down, and released to be
 * sent like any other (lifecycle.h).
 *
 * A crash loses none and repeats none: drafts are written first, then it is noted what they say, in one write, and then they are
 * released. Drafts that a process left behind are released where that was noted, and dropped, to be found again, where not. All
 * of it is done under the lock of the history, so that one process at a time looks.
 */
#ifndef NOTICES_LOOK_AHEAD_H
#define NOTICES_LOOK_AHEAD_H

#include <stdbool.h>

#include "base/text/moment.h"

struct notice_run;

/* When `watch` announces the next day: an hour of the local day, at which people read mail. */
#define LOOK_AHEAD_HOUR 7

/*
 * Look from the run's plan on, whose snapshot is complete for AHEAD_DAYS. With `by_clock`, the next day is announced from
 * LOOK_AHEAD_HOUR on; without, at once, as another run may not come that day. Nothing is announced or taken back while a feed's
 * absences are not known, or the plan is refused. Returns whether there are notices to be sent.
 */
bool notices_look_ahead(const struct notice_run *run, bool by_clock);

/* The first moment after `t` at which a look by the clock sees another day. */
moment notices_look_ahead_next(moment t);

#endif
