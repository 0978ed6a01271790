/*
 * Files that are whole or not there: written beside their place, synced, and
 * moved into it.
 */
#ifndef REPORT_STORE_H
#define REPORT_STORE_H

#include "base/error.h"

struct report;

/*
 * Write `text` to `path`, mode 0640, by `path`.new, fsync and rename; the folder
 * is synced, too. A link's target is what is replaced; a device or a pipe is
 * written to as it is.
 */
enum error_kind store_file(const char *path, const struct strbuf *text, struct error *err);

/* Make the folder of reports, mode 0750, if it is not there. */
enum error_kind store_folder(const char *folder, struct error *err);

/*
 * Write the change report and its undo file into `folder`, as
 * YYYYMMDDThhmmssZ-RUNID.ldif and .undo.ldif, in place of what an earlier stage
 * of the same run wrote. `path` gets the report's.
 */
enum error_kind store_report(const char *folder, struct report *report, struct strbuf *path,
	struct error *err);

#endif
