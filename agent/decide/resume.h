/*
 * A saved plan, held up against the directory: report/ldif/saved_plan_read.c reads it, and
 * what is left of it to do, or what moved since, is told here.
 *
 * A list may be applied from the state that it was kept in (its basis), from the
 * one that the plan wants (its goal), and from any between: part of the plan done, and
 * nothing else. So a run that broke off can be finished, and one who was there before keeps
 * nobody back.
 *
 * An undo is a saved plan without a basis: whoever came or went besides does not matter, but each value
 * must be as the run left it, or all of them as before the run.
 */
#ifndef DECIDE_RESUME_H
#define DECIDE_RESUME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/finding.h"
#include "base/text/moment.h"
#include "model/plan.h"
#include "model/snapshot.h"

struct arena;
struct mapping;
struct policy;

/* A value that the plan adds or deletes. */
struct saved_value {
	const char *dn, *key;
	const struct reason *reasons; /* of one who joins */
	size_t reason_count;
	const struct removal
		*leaves; /* of one who leaves: kind, then, stand_in, told; NULL: it does not say */
};

struct saved_values {
	struct saved_value *items;
	size_t count, room;
};

struct saved_list {
	const char *dn, *key;
	bool exists;              /* when it was kept; else the plan makes it */
	const char *identity;     /* NULL: could not be read */
	struct member_values had; /* its basis */
	struct saved_values joins, leaves;
	struct attribute *entry; /* of a list to be made */
	size_t entry_count, entry_room;
	size_t available;
	size_t unexplained[CHANGE_KINDS]; /* changes that count for the limits */
	const struct gap *gaps;
	size_t gap_count;
	bool is_made;   /* of an undo: the run made the list, which is not taken back */
	bool was_empty; /* of an undo: before the run, and so it may be again */
};

/* What a file is. */
enum saved_plan_state {
	SAVED_PLAN_WHOLE,
	SAVED_PLAN_CUT,      /* it does not end as a saved plan does */
	SAVED_PLAN_ALTERED,  /* not as it was written */
	SAVED_PLAN_STALE,    /* of a form that is not carried out any more; it is whole */
	SAVED_PLAN_UNSIGNED, /* not signed by the key of the settings; what is read is whole */
};

/* All of it in the arena of whoever reads it. */
struct saved_plan {
	enum saved_plan_state state;
	const char *file, *sha256;    /* of the file */
	const char *seal, *signature; /* report/ldif/seal.h; signature NULL: none */
	const char *run, *case_text;  /* of `plan -o`; case_text NULL: none was given */
	moment saved_at, at;          /* when it was made, and as of when */
	struct {
		const char *settings, *tags, *roles, *routes;
	} sha256_of;
	const char *held; /* why removals were held back; NULL: they were not */
	size_t held_count;
	struct saved_list **lists; /* the file's order: by DN, as bytes */
	size_t list_count, list_room;
	struct findings findings;
	bool is_undo; /* audit/undo_plan.h; the lists have no basis, the changes themselves must hold */
	bool is_begun; /* of an undo: it broke off before, so some of it may be done */
};

/*
 * Make a plan of what is left to do, with the changes and reasons of the file. The
 * snapshot has its lists, and knows whatever is, was or is to be on them. plan->moved tells
 * what is not as it was: the plan must not be applied then. Borrows from all that it is
 * given; limits_check() is for the caller.
 */
struct plan *saved_plan_resume(const struct saved_plan *saved, const struct mapping *mapping,
	const struct policy *policy, const struct snapshot *snapshot);

#endif
