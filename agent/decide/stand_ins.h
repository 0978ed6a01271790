/*
 * Stand-ins of many people at one time: the searches of stand_in.h with their results kept, so that lists and people that
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

/* How many were looked at is not known, as several paths may lead to the same: count them by stand_in_find(). */
#define STAND_IN_LOOKS_UNKNOWN ((size_t)-1)

/* What the search for one person on one block comes to. */
struct stand_in {
	const struct person *person; /* as stand_in_find() returns it; NULL: nobody */
	const char *feed;            /* that names them as a deputy; NULL: none does */
	size_t looks; /* how many it looks at; or STAND_IN_LOOKS_UNKNOWN, and no more than STAND_IN_LOOKS_MAX */
	bool is_cut; /* more are to be looked at than STAND_IN_LOOKS_MAX, so it is nobody */
	bool waits;  /* it looks at a reference that nobody has read yet; if it is cut, it may */
	bool is_dead; /* it looks at one that was read, and that names nobody; if it is cut, it may */
};

/* Borrows from all that it is given, less the scope. stand_ins_free() takes NULL too. */
struct stand_ins *stand_ins_new(const struct snapshot *snapshot, const struct policy *policy,
	const struct time_scope *scope);
void stand_ins_free(struct stand_ins *stand_ins);

/* Ask about another time from now on, or about people and references that changed. */
void stand_ins_move(struct stand_ins *stand_ins, const struct time_scope *scope);

/* Forget what waited, as references were read that nobody had read before. */
void stand_ins_renew(struct stand_ins *stand_ins);

/* The stand-in for `person` on `block`, which lasts as long as they do. */
struct stand_in stand_ins_find(struct stand_ins *stand_ins, const struct person *person,
	const struct block *block);

/*
 * Look at all candidates of several searches: `look` is called with each that the search for the person on the
 * block looks at, in its order, less those that were looked at since stand_ins_walk_begin(); once more by each name that
 * several people bear. A reference that names nobody is looked at once, whoever names it. `candidate` lasts as long as
 * the call.
 */
typedef void stand_ins_look(void *ctx, const struct candidate *candidate);
void stand_ins_walk_begin(struct stand_ins *stand_ins);
void stand_ins_walk(struct stand_ins *stand_ins, const struct person *person,
	const struct block *block, stand_ins_look *look, void *ctx);

/*
 * The same, but of those candidates alone that were read and name nobody, and each time that another is the first in a
 * search to name one. Not to be mixed with the above in one walk.
 */
void stand_ins_walk_dead(struct stand_ins *stand_ins, const struct person *person,
	const struct block *block, stand_ins_look *look, void *ctx);

#endif
