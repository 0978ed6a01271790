/*
 * Applying a plan that has been judged: the report is on disk before the
 * directory is touched, and again, with what came of it, after.
 */
#ifndef RUN_APPLY_PLAN_H
#define RUN_APPLY_PLAN_H

struct reporting;
struct session;

/*
 * Apply the session's plan, or leave the report of its being refused; print either, or
 * that there is nothing to do, to standard output. Returns the exit status.
 */
int apply_plan(struct session *session, const struct reporting *reporting);

#endif
