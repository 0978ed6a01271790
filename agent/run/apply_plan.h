/*
 * Apply a plan that has passed the limits: the report is on disk before the directory is
 * written, and again, with the outcome, after.
 */
#ifndef RUN_APPLY_PLAN_H
#define RUN_APPLY_PLAN_H

struct reporting;
struct session;

/*
 * Apply the session's plan, or write the report of its refusal; print either, or
 * that there is nothing to do, to standard output. Returns the exit status.
 */
int apply_plan(struct session *session, const struct reporting *reporting);

#endif
