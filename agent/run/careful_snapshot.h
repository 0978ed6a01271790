/*
 * The people as a forecast sees them while a feed is in trouble (CONTRACT section 4, rule 8): away is also who is so
 * by a doubted reading, or by one that is too old to serve.
 */
#ifndef RUN_CAREFUL_SNAPSHOT_H
#define RUN_CAREFUL_SNAPSHOT_H

#include "base/message/error.h"

struct findings;
struct session;
struct snapshot;

/*
 * Make `*careful` from the session's snapshot, with whoever it asks for on `days` days; NULL where each feed is trusted.
 * That it counts so is added to `findings`. Free it with snapshot_free(). ERROR_LOST and others of gather(); then it is
 * NULL, too.
 */
enum error_kind careful_snapshot(struct snapshot **careful, struct session *session, int days,
	struct findings *findings, struct error *err);

#endif
