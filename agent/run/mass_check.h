/*
 * Whether new readings that are trusted make many absent at once (CONTRACT section 4, the last point
 * of rule 8): what is found are findings of the run, and `watch` mails it.
 */
#ifndef RUN_MASS_CHECK_H
#define RUN_MASS_CHECK_H

#include "base/message/error.h"

struct session;
struct work;

/*
 * Compare what the feeds make of the people in the session's snapshot with what the readings made
 * of them that new ones replaced; nothing where none did. What is found is in session->work.mass, and
 * among the findings. It also reads who may stand in on days to come, into a snapshot of its own: the
 * plan is not to know them. When the round came to its end, feeds_forget_replaced(): one that fails
 * says nothing, and the next one compares again. ERROR_LOST and others of gather().
 */
enum error_kind mass_check(struct session *session, struct error *err);

/* Forget what was found. */
void mass_release(struct work *work);

#endif
