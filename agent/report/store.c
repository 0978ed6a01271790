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

static enum error_kind store_one(const char *stem, const char *ending, const struct strbuf *text,
	struct strbuf *path, struct error *err)
{
	strbuf_reset(path);
	strbuf_addf(path, "%s%s", stem, ending);
	return store_file(path->text, text, err);
}

enum error_kind store_texts(const char *folder, const struct run *run, const struct strbuf *report,
	const struct strbuf *undo, struct strbuf *path, struct error *err)
{
	struct strbuf stem = STRBUF_INIT;
	enum error_kind result = folder_make(folder, FOLDER_MODE, err);

	strbuf_addf(&stem, "%s/", folder);
	moment_add_basic_utc(&stem, run->started);
	strbuf_addf(&stem, "-%s", run->id);
	if (!result)
		result = store_one(stem.text, ".undo.ldif", undo, path, err);
	if (!result)
		result = store_one(stem.text, ".ldif", report, path, err);
	strbuf_release(&stem);
	return result;
}

static void write_by(const struct writer *writer, struct report *report, struct strbuf *text)
{
	report->writer = writer;
	report->out = text;
	report_write(report);
}

enum error_kind store_report(const char *folder, struct report *report, struct strbuf *path,
	struct error *err)
{
	struct strbuf text = STRBUF_INIT, undo = STRBUF_INIT;
	enum error_kind result;

	write_by(&undo_writer, report, &undo);
	write_by(&ldif_writer, report, &text);
	result = store_texts(folder, report->run, &text, &undo, path, err);
	strbuf_release(&text);
	strbuf_release(&undo);
	return result;
}
