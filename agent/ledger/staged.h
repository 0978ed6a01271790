/*
 * Files of a run that a power failure left under their unfinished names.
 *
 * A run puts the contents of runs.open, undo file and report on disk by one system call, renames the three, and touches the
 * directory; the names are on disk after its next such call (base/file/file.h). Where the power failed before that, the
 * unfinished names may be back. Each file's hash is in runs.open, so what belongs where can be found. The same holds for
 * the final report and undo file, whose hashes are in the last line.
 */
#ifndef LEDGER_STAGED_H
#define LEDGER_STAGED_H

#include <stdbool.h>

struct chain;
struct error;

/*
 * Give unfinished files of the folder the names that they were written for, where they are all that a run wrote. What
 * does not fit is left, for file_sweep(). Whoever can write to the folder could have made the names, too: so what becomes
 * runs.open is judged by chain_judge_open(), as ever. True: runs.open must be read again. On an error `err` says why.
 */
bool staged_finish(const struct chain *chain, struct error *err);

#endif
