/*
 * The rules of the contract, section 4, once more: slow, naive, and written from its text alone, so
 * that decide/ has somebody to be held up against. Uses nothing of decide/ but its structs.
 */
#ifndef REFERENCE_PLAN_H
#define REFERENCE_PLAN_H

#include <stdbool.h>
#include <stddef.h>

struct world;

/* What the rules come to. */
struct reference_plan {
	const char *shown;          /* as world_show() would say it; in the world's arena */
	size_t removals, additions; /* that count for the limits */
	bool refused;
};

struct reference_plan reference_plan(struct world *w);

#endif
