/*
 * Who a list asks for (rule 1): the holders of its roles, the people in its
 * groups with the groups inside them, and those it names, each once.
 */
#ifndef DECIDE_REQUIRED_H
#define DECIDE_REQUIRED_H

#include <stddef.h>

#include "model/plan.h"

struct arena;
struct block;
struct findings;
struct holders;
struct references;
struct snapshot;

/* What is found while looking; both may be NULL. Group members nobody has read yet go to `unread`. */
struct required_notes {
	struct findings *findings;
	struct references *unread;
	size_t unread_room;
	struct protection protection; /* of the list, by what is not found */
};

/*
 * Everyone a block asks for, with the reasons, in `arena`; sorted by DN. The
 * array is of `*count` pointers.
 */
struct required **required_find(struct arena *arena, const struct block *block,
	const struct holders *holders, const struct snapshot *snapshot,
	struct required_notes *notes, size_t *count);

#endif
