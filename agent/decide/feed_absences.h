/*
 * Absences as a feed reports them: who, in the feed's own words, and when; and
 * whose they are. feed/ reads them, directory/read/resolve_people.h reads the people.
 */
#ifndef DECIDE_FEED_ABSENCES_H
#define DECIDE_FEED_ABSENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "model/feed_reading.h"

struct arena;
struct findings;
struct snapshot;

/*
 * The key of a value of an attribute, for person.known_as: "attribute=value", both
 * folded, so case and Unicode form do not count. `as_number`: a key of its own, in which
 * leading zeros and a fraction of zeros do not count either (text_number()). In `arena`.
 */
char *name_key(struct arena *arena, const char *attribute, const char *value, bool as_number);

/*
 * Give each absence to the one person of the snapshot who is known by its name, with order
 * from 1 on: feeds as in the array, then records. Whom nobody or several are known by
 * is a finding that names feed and record. A deputy is looked for by the same attribute
 * first; one whom it does not find is left as a reference, and several are a finding
 * and passed over. The snapshot's people must have no absence of a feed yet, and `feeds` is
 * borrowed for the call.
 */
void feed_absences_attach(struct snapshot *snapshot, const struct feed_absences *const *feeds,
	size_t feed_count, struct findings *findings);

#endif
