/*
 * What the process that runs jq gives up for good before it reads anything. libjq 1.6 has no limits of its
 * own, and what it reads comes from others.
 */
#ifndef BASE_JQ_JQ_CONFINEMENT_H
#define BASE_JQ_JQ_CONFINEMENT_H

#include <stdbool.h>

/* Seconds of processor time. The largest feed (64 MiB, net/fetch.h) takes some 2 to parse. */
#define JQ_SECONDS_MAX 5

/* Memory beside what the program's image has: libjq takes some 11 bytes for one of ordinary records. */
#define JQ_MEMORY_MAX (1UL << 30)

/*
 * Confine this process: it ends with the one that started it; it cannot be dumped or traced and gets no
 * privileges; descriptor 0 is the only one that is open, and no other can be opened; no files, no
 * processes; JQ_SECONDS_MAX and JQ_MEMORY_MAX; and of the system's calls only those that take memory,
 * read the clock, read, write and exit (seccomp(2)), where the kernel has such filters: calls that name a
 * path need no descriptor. False where a limit cannot be set.
 */
bool jq_confine(void);

#endif
