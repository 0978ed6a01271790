/*
 * Requests of several lists in flight on one connection, never two of one list. Answers come in any order. Where one
 * is not a success, the others in flight are waited for, and that list goes on alone until its chunk is settled. Where
 * the connection is lost, what each list in flight has got is unknown until the list is read again.
 */
#ifndef DIRECTORY_WRITE_PIPELINE_H
#define DIRECTORY_WRITE_PIPELINE_H

#include <stdbool.h>

#include "directory/write/list_writer.h"

/* How many lists have a request in flight: enough that the server never waits for us. */
#define IN_FLIGHT_MAX 8

/* Where the lists come from and go to. */
struct list_source {
	/* Prepare the writer of the next list. False: there is none. */
	bool (*next)(void *context, struct list_writer *writer);
	/* A list is done, or failed: writer->failure says so. The writer is released after. */
	void (*done)(void *context, struct list_writer *writer);
	void *context;
};

/* Write all lists of the source. Once run->lost is set, the rest fails with that and is not sent. */
void pipeline_write(struct write_ctx *run, const struct list_source *source);

#endif
