/*
 * What a run leaves in the metrics file (run/prometheus.h), where the settings
 * name one: apply at its end, watch after each round.
 */
#ifndef RUN_RUN_METRICS_H
#define RUN_RUN_METRICS_H

#include "run/prometheus.h"

struct arena;
struct session;

/*
 * The metrics of a session that has come to its end, or, with `failed`, has not got to a plan; all but
 * last_success and what watch alone counts. It borrows from the session, and is in `arena`.
 */
struct metrics run_metrics_collect(const struct session *session, bool failed, struct arena *arena);

/* Write them after a run that ended with this status. A file that cannot be written is said, and changes nothing. */
void run_metrics_write(const struct session *session, int status);

#endif
