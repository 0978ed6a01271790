/*
 * What can be looked up only when lists are proposed: who of those that would be put on them is a member already, and
 * which other groups are in their OUs. Changes nothing in the directory.
 */
#ifndef INIT_PROPOSAL_LOOK_AT_LISTS_H
#define INIT_PROPOSAL_LOOK_AT_LISTS_H

#include "base/message/error.h"

struct arena;
struct connection;
struct proposal;

/* Fill in `joins` and `there` of the proposed lists, and the other groups of the units. */
enum error_kind look_at_lists(struct connection *connection, struct arena *arena,
	struct proposal *proposal, struct error *err);

#endif
