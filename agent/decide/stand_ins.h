/*
 * Stand-ins of many people at one time: the search of stand_in.h with its results kept, so that lists and people that
 * share deputies share the work. Pure. One is made for a snapshot, a policy and a scope; the snapshot may be filled between
 * questions, which stand_ins_renew() has to be called for.
 */
#ifndef DECIDE_STAND_INS_H
#define DECIDE_STAND_INS_H

#include <stdbool.h>
#include <stddef.h>

struct block;
struct candidate;
struct person;
struct policy;
struct snapshot;
struct stand_ins;
struct time_scope;

/* What the search for one person on one block comes to. */
struct stand_in {
	const struct person *person; /* as stand_in_find() returns it; NULL: nobody */
	const char *feed;            /* that names them as a deputy; NULL: none does */
	bool is_cut;  /* more are to be looked at than STAND_IN_LOOKS_MAX, so it is nobody */
	bool waits;   /* it looked at a reference that nobody has read yet */
	bool is_dead; /* it looked at one that was read, and that names nobody */
};

/* Borrows from all that it is given, less the scope. stand_ins_free() takes NULL too. */
struct stand_ins *stand_ins_new(const struct snapshot *snapshot, const struct policy *policy,
	const struct time_scope *scope);
void stand_ins_free(struct stand_ins *stand_ins);

/* Ask about another time from now on. */
void stand_ins_move(struct stand_ins *stand_ins, const struct time_scope *scope);

/*
 * Forget what waited, as references were read that nobody had read before. Where a person's absences or deputies, or what a
 * reference is, changed since, make another stand_ins or call stand_ins_move().
 */
void stand_ins_renew(struct stand_ins *stand_ins);

/* The stand-in for `person` on `block`. */
struct stand_in stand_ins_find(struct stand_ins *stand_ins, const struct person *person,
	const struct block *block);

/*
 * Look at all candidates of several searches: `look` is called with each that the search for the person on the
 * block looks at, in its order, less those that were looked at since stand_ins_walk_begin() under any name. One whom no
 * reference names stands for itself: it comes once for each reference key.
 */
typedef void stand_ins_look(void *ctx, const struct candidate *candidate);
void stand_ins_walk_begin(struct stand_ins *stand_ins);
void stand_ins_walk(struct stand_ins *stand_ins, const struct person *person,
	const struct block *block, stand_ins_look *look, void *ctx);

#endif
