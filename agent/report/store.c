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

void store_name(struct strbuf *name, const struct run *run, const char *ending)
{
	moment_add_basic_utc(name, run->started);
	strbuf_addf(name, "-%s%s", run->id, ending);
}

static enum error_kind store_one(const char *folder, const struct run *run, const char *ending,
	const struct strbuf *text, struct strbuf *path, struct error *err)
{
	strbuf_reset(path);
	strbuf_addf(path, "%s/", folder);
	store_name(path, run, ending);
	return store_file(path->text, text, err);
}

enum error_kind store_texts(const char *folder, const struct run *run, const struct strbuf *report,
	const struct strbuf *undo, struct strbuf *path, struct error *err)
{
	enum error_kind result = folder_make(folder, FOLDER_MODE, err);

	if (!result)
		result = store_one(folder, run, ".undo.ldif", undo, path, err);
	if (!result)
		result = store_one(folder, run, ".ldif", report, path, err);
	return result;
}

static void write_by(const struct writer *writer, struct report *report, struct strbuf *text)
{
	report->writer = writer;
	report->out = text;
	report_write(report);
}

void store_make(struct report *report, struct strbuf *text, struct strbuf *undo)
{
	write_by(&undo_writer, report, undo);
	write_by(&ldif_writer, report, text);
}
