/*
 * Stand-ins: who takes over for somebody who is not available (rule 3), and
 * who ever could (rule 9).
 */
#ifndef DECIDE_STAND_IN_H
#define DECIDE_STAND_IN_H

#include <stdbool.h>

#include "base/moment.h"

struct block;
struct person;
struct policy;
struct snapshot;
struct want_scope;

/*
 * Called for each candidate in the order of rule 3, once each, `person` NULL
 * where the reference names nobody. Returns true to take the candidate and end.
 */
struct reference;
typedef bool (*stand_in_visit)(void *context, const struct reference *reference,
	const struct person *person);

/*
 * Walk the candidates for `required` on `block`: deputies, the route's deputies,
 * manager, fallback, each who is not available (or, with `everyone`, anybody)
 * followed depth first by own deputies. Returns the one taken, or NULL.
 */
const struct person *stand_in_walk(const struct person *required, const struct block *block,
	const struct policy *policy, const struct snapshot *snapshot, const struct want_scope *scope,
	stand_in_visit visit, void *context);

/* The stand-in for `required` at `t`: the first available candidate, or NULL. */
const struct person *stand_in_find(const struct person *required, const struct block *block,
	const struct policy *policy, const struct snapshot *snapshot, moment t);

#endif
