/*
 * What could not be written: a list whose changes failed is left out of the
 * plans that follow, as long as it wants the same, until it is time to try
 * again. So a change elsewhere neither tries it nor tells of it once more.
 */
#ifndef RUN_RETRY_LIST_H
#define RUN_RETRY_LIST_H

#include <stdbool.h>

struct arena;
struct list_outcome;
struct plan;
struct strbuf;
struct table;

struct retry_list {
	struct arena *arena; /* owned; NULL: nothing is stuck */
	struct table *lists; /* DN -> what was to be done, as text */
};

#define RETRY_LIST_INIT        \
	{                      \
		.arena = NULL, \
	}

/* Of each list that would change, whether the same failed before. */
bool retry_list_knows_all(const struct retry_list *retries, const struct plan *plan);

/* Leave the changes that failed before out of the plan. True where there were any. */
bool retry_list_leave_out(const struct retry_list *retries, struct plan *plan);

/*
 * Remember what failed, and nothing else, or besides what is known: `outcomes` as
 * plan->lists, or NULL where nothing was begun.
 */
void retry_list_note(struct retry_list *retries, const struct plan *plan,
	const struct list_outcome *outcomes);
void retry_list_note_also(struct retry_list *retries, const struct plan *plan,
	const struct list_outcome *outcomes);

/* What is to be done by the whole plan, as text: so that the same is known again. */
void retry_list_describe(struct strbuf *out, const struct plan *plan);

void retry_list_release(struct retry_list *retries);

#endif
