/*
 * Files that are whole or not there: written beside their place, synced, and
 * moved into it.
 */
#ifndef BASE_WHOLE_FILE_H
#define BASE_WHOLE_FILE_H

#include <sys/types.h>

#include "base/error.h"

/*
 * Write `text` to `path`, of `mode` less the umask (which does not count where all others may read it), by `path`.new, fsync and rename;
 * the folder is synced, too. A link's target is what is replaced; a device or a
 * pipe is written to as it is. ERROR_OURS.
 */
enum error_kind whole_file_write(const char *path, const struct strbuf *text, mode_t mode,
	struct error *err);

/* Make a folder of `mode`, if it is not there. ERROR_OURS. */
enum error_kind folder_make(const char *folder, mode_t mode, struct error *err);

#endif
