#include "ledger/store.h"

#include "base/file/file.h"
#include "base/text/language.h"
#include "report/writer.h"

void store_name(struct strbuf *name, const struct run *run, const char *ending)
{
	moment_add_basic_utc(name, run->started);
	strbuf_addf(name, "-%s%s", run->id, ending);
}

static void add_path(struct strbuf *path, const char *folder, const struct run *run,
	const char *ending)
{
	strbuf_addf(path, "%s/", folder);
	store_name(path, run, ending);
}

enum error_kind store_replace(const char *report_path, const struct strbuf *report,
	const char *undo_path, const struct strbuf *undo, struct file_stage *stage,
	struct error *err)
{
	if (file_stage_add(stage, undo_path, undo, FILE_MODE_GROUP, err))
		return err->kind;
	return file_stage_add(stage, report_path, report, FILE_MODE_GROUP, err);
}

enum error_kind store_texts(const char *folder, const struct run *run, const struct strbuf *report,
	const struct strbuf *undo, struct file_stage *stage, struct strbuf *path, struct error *err)
{
	struct strbuf undo_path = STRBUF_INIT;

	add_path(&undo_path, folder, run, ".undo.ldif");
	strbuf_reset(path);
	add_path(path, folder, run, ".ldif");
	if (!file_make_folder(folder, FOLDER_MODE_GROUP, err))
		store_replace(path->text, report, undo_path.text, undo, stage, err);
	strbuf_release(&undo_path);
	return err->kind;
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
