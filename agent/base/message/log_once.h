/*
 * Telling each thing once: what goes on for hours is said when it begins, and
 * again only after it had ended.
 *
 *	log_once_begin(&telling);
 *	log_once_add(&telling, "...");	once for each that is so now
 *	log_once_end(&telling);
 */
#ifndef BASE_MESSAGE_LOG_ONCE_H
#define BASE_MESSAGE_LOG_ONCE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct findings;
struct table;

struct log_once {
	struct arena *before_arena, *now_arena; /* owned */
	struct table *before, *now;             /* lines told */
};

#define LOG_ONCE_INIT                 \
	{                             \
		.before_arena = NULL, \
	}

void log_once_begin(struct log_once *log);

/* Say a line on standard error, behind "postvagt: ", unless it was so before. */
void log_once_add(struct log_once *log, const char *line);
/* The same of something that is not always said with the same words: it is known by `key`. */
void log_once_add_as(struct log_once *log, const char *key, const char *line);
void log_once_add_findings(struct log_once *log, const struct findings *findings);

void log_once_end(struct log_once *log);

/* Forget what was told, so that all of it is told again. */
void log_once_release(struct log_once *log);

#endif
