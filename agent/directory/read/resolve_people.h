/*
 * Matching: reads the people whom feeds name, found by the attribute that each
 * feed's `match` names, all in one pipelined batch, and gives them their
 * absences (decide/feed_absences.h).
 */
#ifndef DIRECTORY_READ_RESOLVE_PEOPLE_H
#define DIRECTORY_READ_RESOLVE_PEOPLE_H

#include <stddef.h>

#include "base/message/error.h"

struct connection;
struct findings;
struct feed_absences;
struct snapshot;

/*
 * Read whoever is named and was not asked for before in this snapshot, then attach. To be
 * called once for a snapshot, before gather(). Findings of the feeds go into `findings`.
 */
enum error_kind resolve_people(struct connection *connection, struct snapshot *snapshot,
	const struct feed_absences *const *feeds, size_t feed_count, struct findings *findings,
	struct error *err);

#endif
