/*
 * Running a jq program, in a process of its own (jq_child.h), once over any number of pages.
 *
 *	fill in struct jq_run, jq_run_pages(), jq_run_add_problem() where it did not end with JQ_DONE, jq_run_release()
 *
 * It takes JQ_WALL_MAX at most, whatever the program does. What the process says is taken as if others
 * had written it: it read what they wrote.
 */
#ifndef BASE_JQ_JQ_PROCESS_H
#define BASE_JQ_JQ_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/jq/jq_output.h"
#include "base/text/strbuf.h"

#define JQ_WALL_MAX 15000 /* milliseconds */

/* Add the next page's JSON to `out`; false, and nothing is added, where there is none. */
typedef bool jq_next_page(void *context, struct strbuf *out);

struct jq_run {
	const char *program;     /* borrowed */
	jq_next_page *next;      /* NULL: no pages, so that the program is compiled only */
	void *context;           /* borrowed */
	size_t records_max;      /* 0: any number */
	int most;                /* milliseconds; 0: JQ_WALL_MAX */
	struct jq_result result; /* what came of it */
};

/*
 * Run it, and add its results to `records`: the JSON of an array, of which each result is an item, and each
 * item of a result that is an array. Only where `run->result.end` is JQ_DONE do these mean anything.
 */
void jq_run_pages(struct jq_run *run, struct strbuf *records);
void jq_run_release(struct jq_run *run);

/* Add why it did not end well, in the language in force; with the page where there are `pages` of several. */
void jq_run_add_problem(struct strbuf *out, const struct jq_run *run, size_t pages);

#endif
