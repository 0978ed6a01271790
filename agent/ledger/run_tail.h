/*
 * The chain of runs, read from its end, so that what is read does not grow with the lines before it.
 *
 *	run_end_find(&end, folder, &err);		// the last line
 *	run_end_release(&end);
 *
 *	run_tail_open(&tail, folder);			// the lines, the last one first
 *	while (run_tail_next(&tail, &line_text, &length))
 *		// ...
 *	run_tail_close(&tail);
 */
#ifndef LEDGER_RUN_TAIL_H
#define LEDGER_RUN_TAIL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/memory/hash.h"
#include "base/message/error.h"
#include "base/text/strbuf.h"
#include "ledger/run_files.h"

struct arena;

struct run_end {
	json_t *line;          /* owned: the last whole line; NULL: there is none */
	char hash[SHA256_HEX]; /* of its text; CHAIN_NOTHING: there is none */
	bool is_ended;         /* runs.jsonl ends with a newline, or has nothing */
	char torn[SHA256_HEX]; /* of what stands behind the last line; "": nothing */
	char closed
		[RUN_FILES_NAME_MAX]; /* the file of a closed year that has the line; "": runs.jsonl has it */
};

/* Find the last line: in runs.jsonl or, where that has none, in the last year that was closed. ERROR_OURS. */
enum error_kind run_end_find(struct run_end *end, const char *folder, struct error *err);
void run_end_release(struct run_end *end);

struct run_tail {
	const char *folder;  /* borrowed */
	struct arena *arena; /* owned */
	struct run_files files;
	bool is_listed;      /* `files` are known */
	size_t files_left;   /* of `files`, not begun */
	ino_t current;       /* of runs.jsonl, which another run may close meanwhile */
	int fd;              /* -1: no file is open */
	off_t start;         /* where `bytes` begins in it */
	struct strbuf bytes; /* not handed out yet */
	bool is_trimmed;     /* they end with a newline */
	size_t bytes_read;   /* of all files so far */
};

/* Begin at the end of runs.jsonl. */
void run_tail_open(struct run_tail *tail, const char *folder);
void run_tail_close(struct run_tail *tail);

/*
 * The text before the one handed out last that a newline ends, whether it is a line of a chain or not; without the
 * newline, valid until the next call. False: there is none, or what is there cannot be read.
 */
bool run_tail_next(struct run_tail *tail, const char **text, size_t *length);

#endif
