/*
 * Matching: whose the absences are that feeds report. People are found by the
 * attribute that each feed's `match` names, all in one pipelined batch, and their
 * absences go into the snapshot before anything else is read.
 */
#ifndef DIRECTORY_MATCH_H
#define DIRECTORY_MATCH_H

#include <stddef.h>

#include "base/error.h"
#include "base/moment.h"

struct connection;
struct reported;
struct snapshot;

/*
 * Give each reported absence to the person under people.base whose attribute is
 * `person` as text (case and Unicode form not counting, zeros do), with order
 * from 1 on: feeds as in the array, then records. Whom nobody or several bear is a finding that
 * names feed and record. A deputy is looked for by the same attribute first; one
 * whom it does not find is left as a reference, and several are a finding and
 * passed over.
 *
 * `snapshot` must be new; `now` as of gather(). `feeds` is borrowed for the call.
 */
enum error_kind match_reported(struct connection *connection, struct snapshot *snapshot,
	const struct reported *const *feeds, size_t feed_count, moment now, struct error *err);

#endif
