/*
 * Whose absences, standing deputies and roles those are that feeds state (model/feed_reading.h).
 * directory/read/resolve_people.h reads the people.
 */
#ifndef DECIDE_FEED_ABSENCES_H
#define DECIDE_FEED_ABSENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "model/feed_reading.h"

struct arena;
struct asked_roles;
struct findings;
struct snapshot;

/*
 * The key of a value of an attribute, for person.known_as: "attribute=value", both
 * folded, so case and Unicode form do not count. `as_number`: a key of its own, in which
 * leading zeros and a fraction of zeros do not count either (text_number()). In `arena`.
 */
char *name_key(struct arena *arena, const char *attribute, const char *value, bool as_number);

/*
 * Give each absence, each standing deputy, and each role that `asked` (decide/asked_roles.h) has some route ask for, to
 * everybody in the snapshot who is known by its name, absences with order from 1 on: readings as in the array, then
 * records. A shared mailbox gets no role. That several people are whom mail
 * reaches at `at` is a finding that names feed and record, once for each name; how many records name nobody
 * is one of each feed, and so is how many name a role that the gallery does not know. No finding names a person, as no
 * list may ask for them.
 *
 * A deputy is looked for by the same attribute first; of several the only one whom mail reaches
 * counts, else none does, which is a finding. One who is not found is left as a reference. The snapshot's
 * people must have nothing of a feed yet; `readings` is borrowed for the call.
 */
void feed_absences_attach(struct snapshot *snapshot, const struct kept_reading *const *readings,
	size_t count, const struct asked_roles *asked, moment at, struct findings *findings);

#endif
