/*
 * Change reports on disk: whole or not there (base/whole_file.h).
 */
#ifndef REPORT_STORE_H
#define REPORT_STORE_H

#include "base/error.h"

struct report;
struct run;

/* Write `text` to `path`, mode 0640. */
enum error_kind store_file(const char *path, const struct strbuf *text, struct error *err);

/*
 * Write the change report and its undo file into `folder`, as
 * YYYYMMDDThhmmssZ-RUNID.ldif and .undo.ldif, in place of what an earlier stage
 * of the same run wrote; the folder is made, mode 0750. `path` gets the report's.
 */
enum error_kind store_report(const char *folder, struct report *report, struct strbuf *path,
	struct error *err);

/* The same, of texts that are there already. */
enum error_kind store_texts(const char *folder, const struct run *run, const struct strbuf *report,
	const struct strbuf *undo, struct strbuf *path, struct error *err);

#endif
