/*
 * Gathering: reads of the directory what the decision wants to know, and
 * nothing else, into a snapshot. All look-ups are pipelined on one connection;
 * a run costs what its recipients cost, not what the directory holds.
 */
#ifndef DIRECTORY_READ_GATHER_H
#define DIRECTORY_READ_GATHER_H

#include <stddef.h>

#include "base/message/error.h"

struct dir_change;
struct connection;
struct group_wanted;
struct mapping;
struct references;
struct snapshot;
struct time_scope;

/*
 * Read the holders of the mapping's roles (once, on the first call for a
 * snapshot; of the whole gallery's, where the scope counts everyone as away) and
 * then whatever missing_rounds_next() asks for with `scope`, round by
 * round, until it asks for nothing. What cannot be understood becomes a finding
 * of the snapshot. On an error the snapshot is not whole and must be dropped.
 */
enum error_kind gather(struct connection *connection, const struct mapping *mapping,
	struct snapshot *snapshot, const struct time_scope *scope, struct error *err);

/*
 * Read also the entries behind `references` (say, the PERSON of a command
 * line), unless they are read already, and resolve them in the snapshot.
 */
enum error_kind gather_references(struct connection *connection, struct snapshot *snapshot,
	const struct references *references, struct error *err);

/* Read these lists, which the snapshot does not have yet. */
enum error_kind gather_lists(struct connection *connection, struct snapshot *snapshot,
	const struct group_wanted *lists, size_t count, struct error *err);

/*
 * Read again, after snapshot_update(), the entries under people.base that changed: one may have
 * come to hold a role, or bear a name that some route or deputy uses. A shared mailbox may bear one
 * wherever it is. Groups and lists that changed are read by gather() if they are still wanted.
 */
enum error_kind gather_changed(struct connection *connection, struct snapshot *snapshot,
	const struct dir_change *const *changes, size_t count, struct error *err);

#endif
