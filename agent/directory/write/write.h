/*
 * Writing: the only place in the program that changes the directory.
 *
 * A list is changed by single values (RFC 4511 section 4.6): adds and deletes in
 * one request, which the server makes whole or not at all, so that nobody ever
 * reads the list empty, or without both the absent person and the stand-in. Where
 * that is more than a server takes, several requests make all adds first. Several
 * lists have a request in flight at a time (pipeline.h). Where another
 * writer was there first (the server says a value is there, or gone, already),
 * the list is read again and what is left to do is done: the list's state
 * decides, not the code. A value that the server refuses does not keep the
 * others from being added.
 */
#ifndef DIRECTORY_WRITE_WRITE_H
#define DIRECTORY_WRITE_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "model/outcome.h"
#include "model/settings.h"

struct arena;
struct connection;
struct list_plan;
struct plan;

/*
 * Carry out the changes of `plan`, the mailbox's list last. `outcomes`
 * has room for plan->list_count, and is filled for each. Lists that are to be
 * made must be described (directory/dialect/new_list.h). One list that fails does not
 * stop the next, but a lost connection that does not come back does (the rest
 * is then not done, with that failure); it is opened anew three times at most,
 * to the same server, and a busy server is asked again, a list five times at most. Returns ERROR_NONE if every list is done, ERROR_TARGET or ERROR_LOST
 * otherwise, with the first failure in `err`.
 */
enum error_kind write_plan(struct connection *connection, const struct plan *plan,
	struct list_outcome *outcomes, struct error *err);

/* What the bind may do to a list. */
struct list_rights {
	bool is_known;  /* else the server cannot be asked, or answers neither */
	bool may_write; /* its member attribute; where the list is to be made: may make it */
	/* What else it may write of the list, or make beside it. Nothing where the server does not tell. */
	struct strings more;
};

/*
 * Find out, changing nothing. OpenLDAP: by the request itself under the No-Op
 * control; Active Directory: by what the entry says of the rights. What `rights`
 * holds is in `arena`. On an error (the connection is gone, the list is not
 * there) it is not set.
 */
enum error_kind write_may(struct connection *connection, const struct list_plan *list,
	struct arena *arena, struct list_rights *rights, struct error *err);

#endif
