/*
 * Change reports on disk, complete or absent (base/file/file.h), mode 0640.
 */
#ifndef LEDGER_STORE_H
#define LEDGER_STORE_H

#include "base/message/error.h"

struct file_stage;
struct report;
struct run;

/* The texts of a change report and of its undo file. */
void store_make(struct report *report, struct strbuf *text, struct strbuf *undo);

/* Add the name of a run's file: YYYYMMDDThhmmssZ-RUNID, and ".ldif" or ".undo.ldif". */
void store_name(struct strbuf *name, const struct run *run, const char *ending);

/*
 * Let the two join the files of `stage`, which will be in `folder`, in place of what an earlier stage of the same run
 * wrote, the undo file first; the folder is made, mode 0750. `path` gets the report's.
 */
enum error_kind store_texts(const char *folder, const struct run *run, const struct strbuf *report,
	const struct strbuf *undo, struct file_stage *stage, struct strbuf *path,
	struct error *err);

/* The same, in the place of what the paths hold. */
enum error_kind store_replace(const char *report_path, const struct strbuf *report,
	const char *undo_path, const struct strbuf *undo, struct file_stage *stage,
	struct error *err);

#endif
