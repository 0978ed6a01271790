/*
 * Readiness: KOMBIT's task card as a checklist. Is the mailbox there, does every mail reach
 * somebody who can act, today and in the holidays, and does KOMBIT know the address? Pure: what
 * is known goes in (struct readiness_facts), and out comes each point of the card as done, missing
 * or unknown, with what shows it, and what mends it.
 *
 *	readiness_find(&readiness, arena, &facts);
 *
 * Nothing is done without evidence: what the settings give no way to know is unknown, and the
 * mend says what to set. All of it lives in the arena, and borrows from the facts.
 */
#ifndef READINESS_READINESS_H
#define READINESS_READINESS_H

#include <stdbool.h>

#include "readiness/checklist.h"

struct arena;

/* Judge every point. */
void readiness_find(struct readiness *readiness, struct arena *arena,
	const struct readiness_facts *facts);

/* Whether the task can be ticked off: every point is done. */
bool readiness_is_done(const struct readiness *readiness);

/* Whether nothing but feeds that cannot be read stands in the way. */
bool readiness_waits_for_feed(const struct readiness *readiness);

/* A step as the card says it; "done", "missing", "unknown" for programs. */
const char *readiness_step_title(enum readiness_step step);
const char *point_state_name(enum point_state state);

#endif
