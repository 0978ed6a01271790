/*
 * Log each thing once: what goes on for hours is reported when it begins, and again only
 * after it had ended.
 *
 *	log_once_begin(&log);
 *	log_once_add(&log, "...");	// for each thing that is so now
 *	log_once_end(&log);
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
	struct table *before, *now;             /* lines that were logged */
};

#define LOG_ONCE_INIT                 \
	{                             \
		.before_arena = NULL, \
	}

void log_once_begin(struct log_once *log);

/* Print a line on standard error, behind "postvagt: ", unless it was so before. */
void log_once_add(struct log_once *log, const char *line);

/* The same for something that is not always reported in the same words: it is known by `key`. */
void log_once_add_as(struct log_once *log, const char *key, const char *line);

/* A line for each finding, with DNs; many alike are one line, which is logged again when they become more or fewer. */
void log_once_add_findings(struct log_once *log, const struct findings *findings);

void log_once_end(struct log_once *log);

/* Forget what was logged, so that all of it is logged again. */
void log_once_release(struct log_once *log);

#endif
