/*
 * Whether new readings that are trusted make many absent at once (CONTRACT section 4, the last point
 * of rule 8): what is found are findings of the run, and `watch` mails it.
 */
#ifndef RUN_MASS_CHECK_H
#define RUN_MASS_CHECK_H

#include <stddef.h>

#include "base/message/error.h"

struct feed_absences;
struct session;

/*
 * Compare what the feeds make of the people, in the session's snapshot, with `before`: one for each
 * feed, in the settings' order, of the last trusted reading of one that has a new one, and of what
 * serves for the others. `feeds` names those with a new reading, and is borrowed while the round
 * lasts. To be called when the feeds' absences are in the snapshot and nothing is decided yet: it
 * also reads who may stand in on days to come. A round that fails says nothing: the next one is to
 * compare again.
 */
enum error_kind mass_check(struct session *session, const struct feed_absences *const *before,
	size_t count, const char *feeds, struct error *err);

#endif
