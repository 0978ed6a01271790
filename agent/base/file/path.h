/*
 * Opening a path without following a link that somebody else could have put there.
 *
 * A link is followed only where nobody but root and this process's user can have made it: its folder
 * belongs to one of them, and nobody else may write to it. In a folder with the sticky bit
 * (/tmp) the link itself must belong to one of them. Links of /proc, such as
 * /dev/stdout, lead to this process's own descriptors and are followed.
 */
#ifndef BASE_FILE_PATH_H
#define BASE_FILE_PATH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/text/strbuf.h"

/*
 * Open `path` as open(2) does, component by component. O_CLOEXEC and O_NOCTTY are added. `mode` counts with
 * O_CREAT. Return the descriptor, or -1 with errno: ELOOP where a link stands that is not
 * followed, and what open(2) sets. With O_NOFOLLOW a link at the end is never followed.
 */
int path_open(const char *path, int flags, mode_t mode);

/* Called with a folder on the way to a file, opened with O_PATH. Return false, with errno, to stop. */
typedef bool path_visit(void *context, int folder);

/*
 * Open as path_open() does, for a caller that judges itself who may write the folders on the way: `visit` gets each one in which
 * a component is looked up, those of links' targets too, and, for a relative path, those above the current folder.
 * Folders of /proc are left out. Root follows links as path_open() does. All others follow a link unless everybody, or,
 * in a folder with the sticky bit, another user than root and themselves can have made it.
 */
int path_open_visiting(const char *path, int flags, path_visit *visit, void *context);

/*
 * Open the folder that holds `path`, and add the name that the path has in it to `name`. A link at the end of
 * the path that may be followed is, unless `keeps_link`: then folder and name are those of its target, which
 * need not exist. Return the descriptor, or -1 with errno.
 */
int path_open_folder(const char *path, bool keeps_link, struct strbuf *name);

/* Add to `out` the folder above `path`: up to its last slash, "/" or ".". */
void path_add_folder(struct strbuf *out, const char *path);

#endif
