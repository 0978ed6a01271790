/*
 * Telling each thing once: what goes on for hours is said when it begins, and
 * again only after it had ended.
 *
 *	telling_begin(&telling);
 *	telling_add(&telling, "...");	once for each that is so now
 *	telling_end(&telling);
 */
#ifndef BASE_LOG_ONCE_H
#define BASE_LOG_ONCE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct findings;
struct table;

struct telling {
	struct arena *before_arena, *now_arena; /* owned */
	struct table *before, *now;             /* lines told */
};

#define TELLING_INIT                  \
	{                             \
		.before_arena = NULL, \
	}

void telling_begin(struct telling *telling);

/* Say a line on standard error, behind "postvagt: ", unless it was so before. */
void telling_add(struct telling *telling, const char *line);
/* The same of something that is not always said with the same words: it is known by `key`. */
void telling_add_as(struct telling *telling, const char *key, const char *line);
void telling_add_findings(struct telling *telling, const struct findings *findings);

void telling_end(struct telling *telling);

/* Forget what was told, so that all of it is told again. */
void telling_release(struct telling *telling);

#endif
