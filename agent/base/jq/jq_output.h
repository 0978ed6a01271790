/*
 * What jq's process says (jq_protocol.h), taken line by line as it comes: the records, and how it ended. It is
 * taken as if others had written it: that process read what they wrote.
 */
#ifndef BASE_JQ_JQ_OUTPUT_H
#define BASE_JQ_JQ_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/strbuf.h"

/* Bytes, of all lines. */
#define JQ_OUTPUT_MAX ((size_t)64 << 20)

enum jq_end {
	JQ_DONE,
	JQ_NOT_STARTED,  /* this machine started no process: `number` is the errno */
	JQ_NOT_COMPILED, /* the program is wrong: `words` in one line; `number` is the line, or 0 */
	JQ_FAILED,       /* on a page: `words`, which quote nothing that was read, or none */
	JQ_NOTHING,      /* it gave null or false for a page */
	JQ_HALTED,       /* it ended by halt or halt_error */
	JQ_CPU,          /* more than JQ_SECONDS_MAX */
	JQ_MEMORY,       /* more than JQ_MEMORY_MAX */
	JQ_TIME,         /* more than `most`: on this machine much else goes on */
	JQ_OUTPUT,       /* more than JQ_OUTPUT_MAX */
	JQ_RECORDS,      /* more than records_max */
	JQ_KILLED,       /* by the signal `number` */
	JQ_BROKEN,       /* it ended in any other way than it should, with status `number` */
};

/* What came of a run. */
struct jq_result {
	enum jq_end end;
	size_t page; /* how many pages were done */
	int number;
	struct strbuf words; /* owned */
};

struct jq_output {
	struct jq_result *result; /* borrowed */
	struct strbuf
		*records;   /* borrowed: each record is added, after a comma but for the first */
	size_t records_max; /* 0: any number */
	/* Its own: what came, how many records, the beginning of a line, whether the last one came. */
	size_t count, record_count;
	struct strbuf rest; /* owned */
	bool is_ended;
};

/* Begin: `result`, and what is added to `records`, say nothing of how it ended until jq_output_is_whole(). */
void jq_output_init(struct jq_output *output, struct jq_result *result, struct strbuf *records,
	size_t records_max);
void jq_output_release(struct jq_output *output);

/* Take what came. False where it is too much, or nothing that is known: result->end says which. */
bool jq_output_add(struct jq_output *output, const char *bytes, size_t length);

/* Whether the last line came, and nothing after it. */
bool jq_output_is_whole(const struct jq_output *output);

#endif
