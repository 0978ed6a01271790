/*
 * Writing a person's own attributes, which only `absent` and `back` do: read them as
 * they stand, and change them in one modify that names each value that goes, so
 * that it is made whole or not at all.
 */
#ifndef PERSON_EDIT_PERSON_WRITE_H
#define PERSON_EDIT_PERSON_WRITE_H

#include <stdbool.h>

#include "base/message/error.h"

struct arena;
struct connection;
struct entry_change;
struct person_values;

/*
 * Read the attributes that hold absences and deputies, as people.attributes calls
 * them, with what the schema says of each. All of it is in `arena`.
 */
enum error_kind person_values_read(struct connection *connection, const char *dn,
	struct arena *arena, struct person_values *values, struct error *err);

/*
 * Make `change` of an entry that stood as `values` say. A connection that is lost
 * is opened anew once, and the entry tells what came of it. Where somebody else
 * changed the values meanwhile nothing is made, and that is said (ERROR_TARGET).
 * `*outcome_unknown` tells that it may have been made, and could not be learnt.
 */
enum error_kind person_write(struct connection *connection, const struct person_values *values,
	const struct entry_change *change, bool *outcome_unknown, struct error *err);

#endif
