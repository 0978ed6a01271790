/* How many records of a reading are used, of the people whom the directory has (CONTRACT section 4, rule 8). Pure. */
#ifndef DECIDE_FEED_COUNTS_H
#define DECIDE_FEED_COUNTS_H

#include "model/feed_reading.h"

struct snapshot;

/* Count the records of a reading, each once, by the people of the snapshot that their names were looked up in. */
void feed_reading_count(struct feed_counts *counts, const struct feed_reading *reading,
	const struct snapshot *snapshot);

#endif
