/*
 * Matching: reads the people whom feeds name, found by the attribute that each
 * feed's `match` names, all in one pipelined batch, so that decide/feed_absences.h
 * can give them their absences.
 */
#ifndef DIRECTORY_READ_RESOLVE_PEOPLE_H
#define DIRECTORY_READ_RESOLVE_PEOPLE_H

#include <stddef.h>

#include "base/message/error.h"

struct connection;
struct snapshot;

/* Names to be found: values of one attribute, of which any may stand several times. All borrowed. */
struct name_query {
	const char *attribute;
	const char *const *items;
	size_t count;
};

/* Read whoever is named and was not asked for before in this snapshot. Before gather(). */
enum error_kind resolve_people(struct connection *connection, struct snapshot *snapshot,
	const struct name_query *names, size_t count, struct error *err);

#endif
