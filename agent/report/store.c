#include "report/store.h"

#include "base/language.h"
#include "base/whole_file.h"
#include "report/writer.h"

/* A report's readers are the group's: the auditors. */
#define FILE_MODE   0640
#define FOLDER_MODE 0750

enum error_kind store_file(const char *path, const struct strbuf *text, struct error *err)
{
	return whole_file_write(path, text, FILE_MODE, err);
}

static enum error_kind store_one(const char *stem, const char *ending, const struct writer *writer,
	struct report *report, struct strbuf *path, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	enum error_kind result;

	strbuf_reset(path);
	strbuf_addf(path, "%s%s", stem, ending);
	report->writer = writer;
	report->out = &text;
	report_write(report);
	result = store_file(path->text, &text, err);
	strbuf_release(&text);
	return result;
}

enum error_kind store_report(const char *folder, struct report *report, struct strbuf *path,
	struct error *err)
{
	struct strbuf stem = STRBUF_INIT;
	enum error_kind result = folder_make(folder, FOLDER_MODE, err);

	strbuf_addf(&stem, "%s/", folder);
	moment_add_basic_utc(&stem, report->run->started);
	strbuf_addf(&stem, "-%s", report->run->id);
	if (!result)
		result = store_one(stem.text, ".undo.ldif", &undo_writer, report, path, err);
	if (!result)
		result = store_one(stem.text, ".ldif", &ldif_writer, report, path, err);
	strbuf_release(&stem);
	return result;
}
