/*
 * One look at what is ahead: what ahead.c, of people, and ahead_gaps.h, of gaps, have in common. What was announced is found by
 * key, and what is new is noted and becomes a part of a notice.
 */
#ifndef NOTICES_AHEAD_CTX_H
#define NOTICES_AHEAD_CTX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "notices/notice.h"
#include "notices/promise.h"

struct ahead_source;
struct arena;
struct table;

struct ahead_ctx {
	const struct ahead_source *source;
	moment at;
	struct promises *promises;
	struct arena *kept, *arena;
	struct notices *people;
	struct notice *gaps;
	struct table *by_key;      /* indices of promises to people, by ahead_key() */
	struct table *gaps_by_key; /* struct gap_chain of promises that are gaps */
	struct table *notices;     /* indices of `people`, by identity */
	struct table *lines;       /* of the coverage, by list key */
	struct table *lists;       /* of the plan, by list key */
	struct table *by_identity; /* people of the snapshot; NULL: not needed yet */
	struct table *blocks;      /* of the mapping, by list key */
	const struct stretch
		*sorted_of; /* whose available people `sorted` are, by name; NULL: none yet */
	const struct person **sorted;
	bool is_matching; /* the forecast is compared with what was announced, and nothing is new */
};

/* Several gaps of one list and person, one after the other. */
struct gap_chain {
	size_t *items; /* of promises->items */
	size_t count, room;
};

/* Two promises of one key say the same, at one time or another; in the look's arena. */
const char *ahead_key(struct arena *arena, const struct promise *promise);

/* Let promises->items[index] be found by its key. */
void ahead_index_promise(struct ahead_ctx *ctx, size_t index);

/* Note what is announced by this look. */
struct promise *ahead_add_promise(struct ahead_ctx *ctx, const struct promise *promise);

/* The notice to the person that a promise is to; begun if there is none. */
struct notice *ahead_notice_to(struct ahead_ctx *ctx, const struct promise *promise);

/* Make a part that says what the promise does. A route that is gone is known by its first tag. */
struct notice_part ahead_part_of(const struct ahead_ctx *ctx, const struct promise *promise,
	enum notice_change change);

/*
 * Add a part, behind those of other changes and of lists that the plan has before its own, so that a duty's notices begin with the
 * same tag and are one thread; NULL where the notice has AHEAD_PARTS_MAX, and counts it only. Add somebody to its `behalf`.
 */
struct notice_part *ahead_add_part(struct ahead_ctx *ctx, struct notice *notice,
	const struct notice_part *part);
void ahead_add_behalf(struct ahead_ctx *ctx, struct notice_part *part, const char *name,
	moment until);

/* Whether the list is one that people get mail by. */
bool ahead_is_answered(const struct ahead_ctx *ctx, const char *list_key);

/* Whether what is not found there may be there all the same: something that the list asks for could not be read. */
bool ahead_is_uncertain(const struct ahead_ctx *ctx, const char *list_key);

#endif
