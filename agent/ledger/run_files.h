/*
 * The files that hold the chain of runs: runs-YYYY.jsonl of each year that was closed (CONTRACT section 5), and
 * runs.jsonl, to which lines are appended.
 *
 * Their order is that of the chain, by the number of the first line in each. It is that of the years, unless a clock
 * was wrong.
 */
#ifndef LEDGER_RUN_FILES_H
#define LEDGER_RUN_FILES_H

#include <stddef.h>

#include "base/text/moment.h"

struct arena;

#define RUN_FILES_CURRENT  "runs.jsonl"
#define RUN_FILES_NAME_MAX sizeof("runs-YYYY.jsonl")

struct run_files {
	const char **names; /* of closed years, the oldest lines first */
	size_t count;
};

/* Find the closed years in `folder`, in `arena`. A folder that cannot be read has none. */
void run_files_find(struct run_files *files, const char *folder, struct arena *arena);

/* The year of a name runs-YYYY.jsonl; 0: it is another name. */
int run_files_year(const char *name);

/* The name of a year of four digits. */
void run_files_name(char name[RUN_FILES_NAME_MAX], int year);

/* The year of a moment in UTC; 0: not one of four digits. */
int run_files_year_of(moment t);

#endif
