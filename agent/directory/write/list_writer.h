/*
 * One list being written: its chunks, each of which a server takes as one request (PLAN_VALUES_PER_MODIFY, and a size
 * in bytes), and what each answer asks for. A request adds and deletes together, and a list that takes several gets all
 * its additions first. A chunk is tried again where another writer was first, where the server is busy and where the
 * connection is lost, all within bounds. One that is refused is sent again as additions, then removals; each that is
 * refused because of one value is halved until that value stands alone.
 *
 *	while (list_writer_next(&writer)) {		// takes a chunk
 *		result = list_writer_send(&writer);	// its answer will be to writer.id
 *		// ... wait for the answer, maybe to another list's request
 *		list_writer_settle(&writer, result);	// done; or tried again until it is done or has failed
 *	}
 *	list_writer_release(&writer);
 *
 * pipeline.c drives many; write.c makes the operations from a plan and records their outcome; request.c sends one.
 */
#ifndef DIRECTORY_WRITE_LIST_WRITER_H
#define DIRECTORY_WRITE_LIST_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "directory/write/member_op.h"

struct arena;
struct connection;
struct list_outcome;
struct list_plan;

/* What the lists of one run share. */
struct write_ctx {
	struct connection *connection; /* borrowed */
	struct arena *arena;           /* the plan's */
	int reopens, waits;            /* how often so far: both within bounds */
	int opened;                    /* how many times the connection was opened again */
	struct error lost;             /* owned: the connection is gone for good */
};

struct list_writer {
	/* Set by the caller, and borrowed. */
	struct write_ctx *run;
	const struct list_plan *list;
	struct list_outcome *outcome; /* gets the requests made */
	struct member_ops additions,
		removals; /* all of the list's; their states say what came of it */
	bool exists;      /* else the first chunk of additions makes it */
	void *context;    /* the caller's */

	struct error failure; /* owned: the first */

	/* Its own. */
	size_t added, removed;     /* operations that were in a chunk so far */
	bool is_stopped;           /* nothing more is sent */
	bool has_refused_addition; /* no removal is sent */
	struct member_chunk chunk; /* the last one taken */
	int id;                    /* of the request that was sent last */
	int opened, waited;        /* run->opened and run->waits at that time */
	bool may_be_made;          /* that request reached a server, as far as is known */
	bool was_lost; /* one of the chunk's requests did: a server may carry it out as late as it likes */
	char *diagnostic; /* owned, libldap's: the server's words to the last request; NULL: none */
};

/* Take the next chunk. False: there is none, or what failed keeps the rest from being tried. */
bool list_writer_next(struct list_writer *writer);

/* Send the chunk. Returns a result code of libldap; on LDAP_SUCCESS the answer will be to writer->id. */
int list_writer_send(struct list_writer *writer);

/* Keep the server's words to the request; right after its answer came. */
void list_writer_hear(struct list_writer *writer);

/*
 * Note that the connection was lost while the chunk was in flight: its outcome is unknown until list_writer_settle()
 * has read the list again.
 */
void list_writer_lose(struct list_writer *writer);

/*
 * Judge the result code of the chunk's request, and go on until each of the chunk's values is made or refused, or there
 * is no hope. It waits for answers: but for LDAP_SUCCESS no other request may be in flight.
 */
void list_writer_settle(struct list_writer *writer, int result);

/* Release what it owns; the operations are the caller's. */
void list_writer_release(struct list_writer *writer);

/* Whether every one is made. */
bool member_ops_are_made(const struct member_ops *changes);

#endif
