/*
 * A run's notices, step by step: written down before the directory is touched, released when
 * it is known what was done, and sent when the run is over. What fails of it is told, and
 * fails no run.
 *
 *	notices_recover(&run);		// under the lock on the reports
 *	notices_intend(&run);
 *	// ... the directory
 *	notices_done(&run, outcomes);
 *	// ... without the lock
 *	notices_send(&run);
 */
#ifndef NOTICES_LIFECYCLE_H
#define NOTICES_LIFECYCLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct arena;
struct list_outcome;
struct mapping;
struct mass_absences;
struct plan;
struct settings;
struct snapshot;
struct log_once;

/* The run whose changes are notified. All borrowed. */
struct notice_run {
	const struct settings *settings;
	const struct mapping *mapping;   /* NULL: it could not be read; nothing is sent then */
	const struct snapshot *snapshot; /* NULL: nothing was read */
	const struct plan *plan;
	const char *id;
	moment started;
	bool tell_all;             /* also those who were on a list before (apply --tell) */
	struct log_once *troubles; /* where failures are reported once; NULL: each is printed */
	struct arena *arena;
};

/*
 * Drafts that a run left behind when it died, or was in doubt of what it had done: each is
 * released as far as the lists, as they were just read, bear it out.
 */
void notices_recover(const struct notice_run *run);

/* Write drafts of the plan's notices. */
void notices_intend(const struct notice_run *run);

/* Release what was really done, and drop the rest; `outcomes` NULL: nothing was to do. */
void notices_done(const struct notice_run *run, const struct list_outcome *outcomes);

/*
 * Warn each of mailbox.fallback who can be reached of what new readings of `feeds` (names) make of
 * many: one mail each, which is to be sent like any other. Nothing where nothing is found.
 */
void notices_warn(const struct notice_run *run, const struct mass_absences *found,
	const char *feeds);

/* Send what waits, for at most some seconds; the rest is left to the next run. */
void notices_send(const struct notice_run *run);

/*
 * The same in a process of its own, for one that must not wait (watch): its pid, 0 where nothing
 * waits, or -1, with errno, where no process could be started. That process ends by
 * itself, with 0 where nothing waits any more, or at SIGTERM.
 */
int notices_send_apart(const struct notice_run *run);

/* How many wait; 0 where the settings ask for none. */
size_t notices_waiting(const struct notice_run *run);

#endif
