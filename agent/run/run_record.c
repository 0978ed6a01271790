#include "run/run_record.h"

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/message/print.h"
#include "cli/options.h"
#include "directory/read/change_number.h"
#include "ledger/chain_log.h"
#include "ledger/run_line.h"
#include "ledger/store.h"
#include "model/mapping.h"
#include "model/settings.h"
#include "run/feed_summaries.h"
#include "run/recover.h"
#include "run/session.h"

static void add_feeds(json_t *line, const struct feeds *feeds, struct arena *arena)
{
	const struct feed_summary *lines = feed_summaries(feeds, arena);

	for (size_t i = 0; i < feeds->count; i++)
		run_line_add_feed(line, &lines[i]);
}

static json_t *new_line(struct session *session)
{
	const struct mapping *mapping = session->config.mapping;
	struct change_number change;
	json_t *line;

	change_number_look(&session->sources.connection, session->work.arena, &change);
	line = run_line_new(&session->work.run,
		session->work.run.undoes ? "audit undo" : session->config.options->command,
		&(struct run_line_directory){
			session->sources.connection.url, change.number, change.invocation},
		&(struct run_line_files){session->config.settings->sha256,
			mapping ? mapping->sha256.tags : NULL,
			mapping ? mapping->sha256.roles : NULL,
			mapping ? mapping->sha256.routes : NULL});
	if (session->sources.snapshot && !session->work.run.saved &&
		!session->work.run.undoes) /* else not asked */
		add_feeds(line, &session->sources.feeds, session->work.arena);
	if (session->work.plan)
		run_line_set_lists(line, session->work.plan);
	return line;
}

/* A disk that fails: what it means for the directory, and for the next run. */
static enum error_kind fail_record(const struct run_record *record, struct error *own,
	struct error *err)
{
	const char *then = record->is_stored
		? _("the report is not finished: the next apply looks in the directory what was "
		    "done, and finishes it")
		: _("nothing was changed in the directory");
	enum error_kind kind = error_set(err, own->kind, "%s; %s", own->text.text, then);

	error_release(own);
	return kind;
}

enum error_kind run_record_begin(struct run_record *record, struct session *session,
	struct error *err)
{
	struct error own = ERROR_INIT;

	record->session = session;
	if (sign_keys_load(&record->key, &record->accepted, session->config.settings, err))
		return err->kind;
	if (chain_open(&record->chain, session->config.settings->reports_directory,
		    session->work.run.host, &own))
		return fail_record(record, &own, err);
	if (record->chain.is_open &&
		recover_run(session, &record->chain, &record->key,
			record->key.is_there ? &record->accepted : NULL, err))
		return err->kind;
	record->line = new_line(session);
	return ERROR_NONE;
}

enum error_kind run_record_recover(struct session *session, struct error *err)
{
	struct run_record record = RUN_RECORD_INIT;

	run_record_begin(&record, session, err);
	run_record_release(&record);
	return err->kind;
}

void run_record_outcome(struct run_record *record, enum run_outcome outcome, int status,
	const char *said)
{
	run_line_set_outcome(record->line, outcome, status, said);
}

void run_record_totals(struct run_record *record, const struct totals *totals)
{
	run_line_set_totals(record->line, totals);
}

static void set_file(struct run_record *record, const char *key, const char *ending,
	const struct strbuf *text)
{
	struct strbuf name = STRBUF_INIT;

	store_name(&name, &record->session->work.run, ending);
	run_line_set_file(record->line, key, name.text, text->text, text->length);
	strbuf_release(&name);
}

enum error_kind run_record_store(struct run_record *record, const struct strbuf *text,
	const struct strbuf *undo, struct strbuf *path, struct error *err)
{
	struct file_stage stage = FILE_STAGE_INIT;
	struct error own = ERROR_INIT;
	char hash[SHA256_HEX];

	run_line_note_draft(record->line);
	set_file(record, "report", ".ldif", text);
	set_file(record, "undo", ".undo.ldif", undo);
	if (!chain_stage(&record->chain, record->line, &record->key, hash, &stage, &own) &&
		!store_texts(record->chain.folder, &record->session->work.run, text, undo, &stage,
			path, &own) &&
		!file_stage_sync(&stage, &own) && !file_stage_place(&stage, &own))
		chain_log(record->line, "under way", hash);
	file_stage_release(&stage);
	if (own.kind)
		return fail_record(record, &own, err);
	if (!record->is_stored)
		run_line_set_text(record->line, "intent", hash);
	record->is_stored = true;
	record->session->work.report_bytes = text->length + undo->length;
	return ERROR_NONE;
}

enum error_kind run_record_end(struct run_record *record, struct error *err)
{
	struct error own = ERROR_INIT;

	if (chain_append(&record->chain, record->line, &record->key, &own))
		return fail_record(record, &own, err);
	return ERROR_NONE;
}

void run_record_release(struct run_record *record)
{
	json_decref(record->line);
	sign_key_wipe(&record->key);
	chain_close(&record->chain);
	*record = (struct run_record)RUN_RECORD_INIT;
}

void run_record_failure(struct session *session, int status, const char *said)
{
	struct run_record record = RUN_RECORD_INIT;
	struct error err = ERROR_INIT;

	if (!run_record_begin(&record, session, &err)) {
		run_record_outcome(&record, RUN_FAILED, status, said);
		run_record_end(&record, &err);
	}
	if (err.kind)
		error_print(&err);
	run_record_release(&record);
	error_release(&err);
}
