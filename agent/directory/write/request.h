/*
 * The requests that change the directory: adding or deleting values of a list
 * (RFC 4511 section 4.6), making it (section 4.7), and changing values of a
 * person. Each is sent and its answer waited for. All return the result code,
 * as connection_answer() does.
 */
#ifndef DIRECTORY_WRITE_REQUEST_H
#define DIRECTORY_WRITE_REQUEST_H

#include <stdbool.h>

struct connection;
struct entry_change;
struct list_plan;
struct member_ops;

/*
 * Add or delete those values of the list's member attribute that are MEMBER_OP_WAITING. Where the list does not exist
 * (`exists` false), make it as list->entry describes it, with these members.
 */
int request_members(struct connection *connection, const struct list_plan *list, bool exists,
	const struct member_ops *ops);

/* Delete and add values of an entry, all of them or none: one modify. */
int request_change(struct connection *connection, const struct entry_change *change);

#endif
