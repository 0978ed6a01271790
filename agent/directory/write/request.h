/*
 * The requests that change the directory: adding and deleting values of a list
 * (RFC 4511 section 4.6), making it (section 4.7), and changing values of a
 * person. All return a result code, as connection_answer() does.
 */
#ifndef DIRECTORY_WRITE_REQUEST_H
#define DIRECTORY_WRITE_REQUEST_H

#include <stdbool.h>

struct connection;
struct entry_change;
struct list_plan;
struct member_chunk;

/*
 * Send one request that adds and deletes those values of the list's member attribute that are MEMBER_OP_WAITING. Where
 * the list does not exist (`exists` false), make it as list->entry describes it, with the additions as its members. The
 * answer is that to request `*id`. connection->connected_once says whether the request can have reached the server.
 */
int request_members_send(struct connection *connection, const struct list_plan *list, bool exists,
	const struct member_chunk *chunk, int *id);

/* Delete and add values of an entry, all of them or none: one modify. The answer is waited for. */
int request_change(struct connection *connection, const struct entry_change *change);

#endif
