/*
 * A run's notices, step by step: written down before the directory is touched, released when
 * it is known what was done, and sent when the run is over. What fails of it is told, and
 * fails no run.
 *
 *	notices_settle(session);		(with the lock on the reports)
 *	notices_intend(session);
 *	... the directory
 *	notices_done(session, outcomes);
 *	...					(without)
 *	notices_send(session);
 */
#ifndef NOTICES_LIFECYCLE_H
#define NOTICES_LIFECYCLE_H

#include <stdbool.h>
#include <stddef.h>

struct list_outcome;
struct session;

/*
 * Drafts that a run left behind when it died, or was in doubt of what it had done: each is
 * released as far as the lists, as they were just read, bear it out.
 */
void notices_settle(struct session *session);

/* Write drafts of the plan's notices. */
void notices_intend(struct session *session);

/* Release what was really done, and drop the rest; `outcomes` NULL: nothing was to do. */
void notices_done(struct session *session, const struct list_outcome *outcomes);

/* Send what waits, for at most some seconds; the rest is left to the next run. */
void notices_send(struct session *session);

/*
 * The same in a process of its own, for one that must not wait (watch): its pid, 0 where nothing
 * waits, or -1, with errno, where no process could be started. That process ends by
 * itself, with 0 where nothing waits any more, or at SIGTERM.
 */
int notices_send_apart(struct session *session);

/* How many wait; 0 where the settings ask for none. */
size_t notices_waiting(const struct session *session);

#endif
