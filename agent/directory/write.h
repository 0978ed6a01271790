/*
 * Writing: the only place in the program that changes the directory.
 *
 * A list is changed by single values (RFC 4511 section 4.6): adds first, then
 * deletes, each in chunks the server takes, so that nobody ever reads the list
 * empty and a stand-in is on it before the absent person leaves. Where another
 * writer was there first (the server says a value is there, or gone, already),
 * the list is read again and what is left to do is done: the list's state
 * decides, not the code. A value that the server refuses does not keep the
 * others from being added.
 */
#ifndef DIRECTORY_WRITE_H
#define DIRECTORY_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "decide/outcome.h"

struct connection;
struct list_plan;
struct plan;

/*
 * Carry out the changes of `plan`, list by list in the plan's order. `outcomes`
 * has room for plan->list_count, and is filled for each. Lists that are to be
 * made must be described (directory/new_list.h). One list that fails does not
 * stop the next, but a lost connection that does not come back does (the rest
 * is then not done, with that failure); it is opened anew once, to the same
 * server. Returns ERROR_NONE if every list is done, ERROR_TARGET or ERROR_LOST
 * otherwise, with the first failure in `err`.
 */
enum error_kind write_plan(struct connection *connection, const struct plan *plan,
	struct list_outcome *outcomes, struct error *err);

/*
 * Find out, changing nothing, whether the bind may write the member attribute
 * of a list or, where the list is to be made, may make it. OpenLDAP: by the
 * request itself under the No-Op control. Sets `*may_write`; `*known` is false
 * where the server cannot be asked, or answers neither. On an error (the
 * connection is gone, the list is not there) neither is set.
 */
enum error_kind write_may(struct connection *connection, const struct list_plan *list,
	bool *may_write, bool *known, struct error *err);

#endif
