/*
 * Write the member operations of one list: in chunks that a server takes (PLAN_VALUES_PER_MODIFY, and a size in bytes),
 * each tried again where another writer was first, where the server is busy and where the connection is lost, all
 * within bounds. A chunk that is refused because of one value is halved until that value stands alone. write.c makes the
 * operations from a plan and records their outcome; request.c sends one chunk.
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
	struct error lost;             /* owned: the connection is gone for good */
};

/* One list being written. */
struct list_writer {
	struct write_ctx *run;
	const struct list_plan *list;
	struct list_outcome *outcome; /* gets the requests made */
	bool exists;                  /* else the first chunk of additions makes it */
	struct error failure;         /* owned: the first */
	char *diagnostic; /* owned, libldap's: the server's words to the last request; NULL: none */
};

/*
 * Carry them out. An error is one that leaves no hope for the rest: they stay
 * MEMBER_OP_WAITING. Values refused each for its own sake are no error here, but
 * the first of them is in writer->failure as well.
 */
enum error_kind member_ops_write(struct list_writer *writer, const struct member_ops *changes);

/* Whether every one is made. */
bool member_ops_are_made(const struct member_ops *changes);

#endif
