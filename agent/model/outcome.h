/*
 * What came of a plan, list by list: filled by directory/write/write.h, told by
 * report/. Plain data.
 */
#ifndef MODEL_OUTCOME_H
#define MODEL_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

struct list_plan;

/* A value that was not added to, or deleted from, a list. */
struct failed_value {
	const char *dn, *key; /* borrowed from the plan's member or removal */
	bool is_removal;
	const char *why; /* the server's words, or why it was not tried; in the plan's arena */
};

/* A value that somebody else had added or deleted when the request came: done, and not by this run. */
struct already_done_value {
	const char *key; /* borrowed from the plan's member or removal */
	bool is_removal;
};

/* What became of the changes to one list. */
struct list_outcome {
	const struct list_plan *list;   /* borrowed */
	bool done;                      /* all of it; also when there was nothing to do */
	size_t modifies;                /* requests that changed something */
	bool outcome_unknown;           /* one was sent, and what came of it could not be learnt */
	bool created;                   /* the list was made by this run */
	struct failed_value *failures;  /* in the plan's arena; the plan's order, additions first */
	size_t failure_count;           /* 0 when done */
	struct already_done_value *met; /* in the plan's arena */
	size_t met_count;
	const char *said; /* the first of the server's words, in the plan's arena; NULL when done */
};

/* Whether a value's change failed. */
bool outcome_failed(const struct list_outcome *outcome, const char *key, bool is_removal);

/* Whether another writer was there first. */
bool outcome_was_already_done(const struct list_outcome *outcome, const char *key, bool is_removal);

#endif
