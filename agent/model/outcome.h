/*
 * What came of a run, and of its plan list by list: filled by directory/write/write.h, reported by
 * report/ and by the chain of runs. Plain data.
 */
#ifndef MODEL_OUTCOME_H
#define MODEL_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

struct list_plan;

/* How a run ended. */
enum run_outcome {
	RUN_INTENDED,  /* it has not ended */
	RUN_UNCHANGED, /* it had nothing to change */
	RUN_DONE,
	RUN_PARTLY, /* it failed after it had changed something */
	RUN_FAILED, /* and changed nothing */
	RUN_REFUSED,
	RUN_INTERRUPTED,
	RUN_UNPROVED, /* nothing that can be believed says how, or whether there was a run */
	RUN_OUTCOMES  /* how many outcomes exist */
};

/* The outcome's word in JSON and in the chain of runs: "intended", "unchanged", and so on. */
const char *run_outcome_word(enum run_outcome outcome);

/* How a run ended that wrote: `failed` if not all was done, `changed` if anything was. */
enum run_outcome run_outcome_of(bool failed, bool changed);

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
