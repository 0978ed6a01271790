/*
 * jq's own process: this program, started once more under another name (jq_process.h), which runs a
 * jq program over pages and does nothing else.
 *
 * Why it may run a library that others' data may break: it is a new image, so nothing of the parent's
 * memory (no secret, no directory, no thread of a resolver) is in it; its environment is empty; and before it
 * reads the first byte it is confined (jq_confinement.h). What it gives is read as data that others wrote.
 */
#ifndef BASE_JQ_JQ_CHILD_H
#define BASE_JQ_JQ_CHILD_H

#include <stdbool.h>

/*
 * Whether this process was started to be jq's. To be asked by main() before anything else: only a program that asks
 * can start such processes, as it is started again for them.
 */
bool jq_child_is(int argc, char *const argv[]);
bool jq_child_is_asked_for(void);

/*
 * Be it, as jq_protocol.h says, until the pages end. jq's `env`, `$ENV` and `get_search_list` are empty, `import`
 * and `include` find nothing, `input` has none, and `debug` and `stderr` print nowhere; local time is UTC.
 */
_Noreturn void jq_child_run(void);

#endif
