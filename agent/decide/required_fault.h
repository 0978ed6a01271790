/*
 * What is wrong with the groups and names that lists ask for (rule 1), gathered over all lists, so
 * that each cause is one finding: it says on which list, under which key and where in the file the
 * name stands, and what to do.
 */
#ifndef DECIDE_REQUIRED_FAULT_H
#define DECIDE_REQUIRED_FAULT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct block;
struct findings;
struct member_value;
struct resolved_ref;
struct required_faults;

/* One that is wrong. The texts are borrowed until required_faults_report(). */
struct required_fault {
	const struct block *block;
	const char *key; /* of the route: "groups", "people", "keep" */
	const char
		*name; /* as it is written there; of a group inside, as the directory writes it */
	const char *problem; /* what was found, in the language in force */
	const char *advice;  /* what to do, where `protects` */
	bool protects; /* an error, and nobody is removed; else a warning: the name is passed over */
};

/* Start a collection in `arena`. */
struct required_faults *required_faults_new(struct arena *arena);

/* Note one. Of the same fault of several lists, the one of the first list by DN is shown. */
void required_faults_add(struct required_faults *faults, const struct required_fault *fault);

/* Note a member of the group `dn` that is passed over, once for each group and cause. */
void required_faults_pass_over(struct required_faults *faults, const char *dn,
	const struct member_value *value, const struct resolved_ref *ref);

/* Make the findings of all that was noted. */
void required_faults_report(const struct required_faults *faults, struct findings *findings);

/* What is wrong with a reference that names nobody: of several people that bear the name, all of them. In `arena`. */
const char *ref_trouble(struct arena *arena, const struct resolved_ref *ref);

#endif
