/* How many records of a reading are used, of the people whom the directory has (CONTRACT section 4, rule 8). Pure. */
#ifndef DECIDE_FEED_COUNTS_H
#define DECIDE_FEED_COUNTS_H

#include "model/feed_reading.h"

struct arena;
struct asked_roles;
struct snapshot;
struct table;

/*
 * The people of the snapshot by the names they were looked up by: name_key() -> person_identity(), or, where several bear
 * the name, the name itself. All of it in `arena`.
 */
struct table *feed_people(const struct snapshot *snapshot, struct arena *arena);

/*
 * Count the records of a reading, each once, by feed_people() of the snapshot that their names were looked up in. Of a feed that
 * gives roles, `asked` says which of them are used; of another it is NULL.
 */
void feed_reading_count(struct feed_counts *counts, const struct feed_reading *reading,
	const struct table *people, const struct asked_roles *asked);

#endif
