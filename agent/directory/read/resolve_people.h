/*
 * Matching: reads the people whom feeds name, found by the attribute that each
 * feed's `match` names, all in one pipelined batch, so that decide/feed_absences.h
 * can give them their absences.
 */
#ifndef DIRECTORY_READ_RESOLVE_PEOPLE_H
#define DIRECTORY_READ_RESOLVE_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"

#define NUMBER_ZEROS_MAX    12
#define SPELLED_NUMBERS_MAX 2000

struct connection;
struct snapshot;

/* Names to be found: values of one attribute, of which any may stand several times. All borrowed. */
struct name_query {
	const char *attribute;
	bool as_number; /* compare both as numbers (text_number()) */
	bool for_roles; /* the people get roles, which no shared mailbox does: look which of them are that */
	const char *const *items;
	size_t count;
};

/*
 * Read the people who are named and were not asked for before in this snapshot. Before gather(). A server
 * compares as text: a number is asked for as it is, with as many as NUMBER_ZEROS_MAX zeros in front of it, and with
 * ".0"; where there are more than SPELLED_NUMBERS_MAX, for everybody who has the attribute.
 */
enum error_kind resolve_people(struct connection *connection, struct snapshot *snapshot,
	const struct name_query *names, size_t count, struct error *err);

#endif
