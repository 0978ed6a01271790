#include "ledger/recovery.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/print.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "ledger/added_reports.h"
#include "ledger/chain.h"
#include "ledger/chain_log.h"
#include "ledger/report_repair.h"
#include "ledger/run_line.h"
#include "ledger/store.h"
#include "report/ldif/reader.h"
#include "report/writer.h"

#define UNPROVED_MAX 10000 /* values of a run that is not proved, which are looked up */

#define UNREADABLE "-" /* for the SHA-256 of what is not a file that can be read */

struct recovery_ctx {
	const struct recovery *recovery;
	struct chain *chain;
	json_t *line; /* chain->open */
	struct arena *arena;
	const char *report, *undo; /* the paths */
	struct error *err;
};

/* The path of one of the run's own files; NULL where the line names another. */
static const char *path_of(const struct recovery_ctx *r, const char *key, const char *ending)
{
	const char *name = run_line_text(r->line, key, "name");

	if (!run_line_is_file_name(name, run_line_text(r->line, "run", NULL), ending))
		return NULL;
	return arena_format(r->arena, "%s/%s", r->chain->folder, name);
}

/* The SHA-256 of a file, "" where it is not there. */
static const char *found_hash(const struct recovery_ctx *r, const char *path)
{
	const struct file_rules rules = {.max = READER_FILE_MAX, .no_link = true};
	struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	const char *hash = "";

	switch (file_read(&text, path, &rules, &err)) {
	case FILE_READ:
		hash = hash_hex(r->arena, text.text, text.length);
		break;
	case FILE_REFUSED:
		hash = UNREADABLE;
		break;
	case FILE_MISSING:
		break;
	}
	error_release(&err);
	strbuf_release(&text);
	return hash;
}

static bool is_one_of(const struct recovery_ctx *r, const char *hash, const char *key)
{
	return strcmp(hash, run_line_text(r->line, key, "sha256")) == 0 ||
		run_line_is_draft(r->line, hash);
}

static void say_interrupted(const struct recovery_ctx *r)
{
	const char *run = run_line_text(r->line, "run", NULL);

	if (!*run_line_text(r->line, "report", "name"))
		print_format(stderr,
			_("postvagt: run %s was interrupted before it changed anything\n"), run);
	else
		print_format(stderr,
			_("postvagt: run %s was interrupted; its report is completed: %s\n"), run,
			r->report);
}

static enum error_kind append_line(const struct recovery_ctx *r)
{
	run_line_set_text(r->line, "settled_by", r->recovery->run);
	json_object_set_new(r->line, ADDED_LINE_KEY, json_null());
	return chain_append(r->chain, r->line, r->recovery->key, r->err);
}

/*
 * What is in the folder, though it is neither what was intended nor what came of it. The line goes on
 * naming what the run wrote, so that nobody takes the altered files for the run's.
 */
static enum error_kind keep_altered(const struct recovery_ctx *r, const char *report,
	const char *undo)
{
	json_t *altered = json_object();

	run_line_set_text(altered, "report", report);
	run_line_set_text(altered, "undo", undo);
	json_object_set_new(r->line, "altered", altered);
	run_line_set_totals(r->line, &(struct totals){0});
	run_line_set_outcome(r->line, RUN_INTERRUPTED, -1,
		_("its report or undo file was altered before the run was settled"));
	print_format(stderr,
		_("postvagt: run %s was interrupted, and its report or undo file was altered since; "
		  "postvagt audit verify names the file\n"),
		run_line_text(r->line, "run", NULL));
	return append_line(r);
}

/* Before the report was in its place, nothing was written to the directory. */
static enum error_kind note_nothing(const struct recovery_ctx *r, const char *undo)
{
	if (*undo && is_one_of(r, undo, "undo"))
		unlink(r->undo);
	json_object_set_new(r->line, "report", json_null());
	json_object_set_new(r->line, "undo", json_null());
	run_line_set_totals(r->line, &(struct totals){0});
	run_line_set_outcome(r->line, RUN_INTERRUPTED, -1,
		_("its report is not there: it ended before anything was written, or the report was "
		  "removed"));
	say_interrupted(r);
	return append_line(r);
}

static const char *note_of(const struct recovery_ctx *r)
{
	struct strbuf now = STRBUF_INIT;
	const char *note;

	moment_add_iso(&now, r->recovery->now);
	note = arena_format(r->arena,
		_("interrupted; completed at %s by run %s with what was then found in the directory"),
		now.text, r->recovery->run);
	strbuf_release(&now);
	return note;
}

/* Hashes of the new texts go to runs.open before these go to their places: so the next run recovers from a crash here too. */
static enum error_kind replace_report(const struct recovery_ctx *r, const struct strbuf *text,
	const struct strbuf *undo)
{
	struct file_stage stage = FILE_STAGE_INIT;
	char hash[SHA256_HEX];

	run_line_note_draft(r->line);
	run_line_set_file(r->line, "report", run_line_text(r->line, "report", "name"), text->text,
		text->length);
	run_line_set_file(r->line, "undo", run_line_text(r->line, "undo", "name"), undo->text,
		undo->length);
	if (!chain_stage(r->chain, r->line, r->recovery->key, hash, &stage, r->err) &&
		!store_replace(r->report, text, r->undo, undo, &stage, r->err) &&
		!file_stage_sync(&stage, r->err) && !file_stage_place(&stage, r->err))
		chain_log(r->line, "under way", hash);
	file_stage_release(&stage);
	return r->err->kind;
}

static void count_kept(const struct recovery_ctx *r, struct totals *totals)
{
	const json_t *before = json_object_get(r->line, "totals");

	totals->kept = (size_t)json_integer_value(json_object_get(before, "kept"));
	totals->held = (size_t)json_integer_value(json_object_get(before, "held"));
}

static bool is_member(const struct recovery_ctx *r, const struct intended_value *value)
{
	return value->type && strcasecmp(value->type, r->recovery->member_attribute) == 0;
}

/* Whether the directory is asked about a record: one that makes a list of the mapping, or changes its members. */
static bool can_look(const struct recovery_ctx *r, const struct read_record *record)
{
	const char *key = dn_key(r->arena, record->dn);

	if (!key || !table_find(r->recovery->lists, key) || record->kind == READ_REMOVE)
		return false;
	for (size_t i = 0; i < record->count && record->kind == READ_MODIFY; i++) {
		if (strcasecmp(record->values[i].type, r->recovery->member_attribute) != 0)
			return false;
	}
	return true;
}

static bool can_look_up_all(const struct recovery_ctx *r, const struct read_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		if (!report->records[i].commented_out && !can_look(r, &report->records[i]))
			return false;
	}
	return true;
}

/* Other attributes of a list that is made are there if the list is. */
static enum error_kind look_up_values(const struct recovery_ctx *r, struct intended_value *values,
	size_t count)
{
	struct intended_value *asked = arena_get(r->arena, count * sizeof(*asked));
	enum error_kind failed;

	for (size_t i = 0; i < count; i++) {
		asked[i] = values[i];
		if (!is_member(r, &values[i]))
			asked[i].type = asked[i].value = NULL;
	}
	failed = r->recovery->look(r->recovery->context, asked, count, r->err);
	for (size_t i = 0; i < count; i++)
		values[i].is_there = asked[i].is_there;
	return failed;
}

/* The run's report stays as it was before the directory was touched: its files are named, and proved, as they are. */
static enum error_kind keep_unknown(const struct recovery_ctx *r, const char *report,
	const char *undo)
{
	run_line_set_text(json_object_get(r->line, "report"), "sha256", report);
	run_line_set_text(json_object_get(r->line, "undo"), "sha256", undo);
	run_line_set_totals(r->line, &(struct totals){0});
	run_line_set_outcome(r->line, RUN_INTERRUPTED, -1,
		_("its report names other entries than lists of the mapping: what was done to them "
		  "was not looked up"));
	print_format(stderr,
		_("postvagt: run %s was interrupted; its report names other entries than lists of the "
		  "mapping, so what was done was not looked up: %s\n"),
		run_line_text(r->line, "run", NULL), r->report);
	return append_line(r);
}

static bool read_report(const struct recovery_ctx *r, const char *path, struct read_report *report,
	struct strbuf *text)
{
	const struct file_rules rules = {.max = READER_FILE_MAX, .no_link = true, .is_text = true};
	struct error err = ERROR_INIT;
	bool good = file_read(text, path, &rules, &err) == FILE_READ &&
		!reader_parse(report, path, text->text, text->length, r->arena, &err);

	error_release(&err);
	return good;
}

/* False also where a newer version wrote it, which only that one can complete: then r->err says so. */
static bool read_own_report(const struct recovery_ctx *r, struct read_report *report,
	struct strbuf *text)
{
	if (read_report(r, r->report, report, text))
		return true;
	if (machine_form(text->text, text->length) > MACHINE_FORM)
		error_set(r->err, ERROR_OURS,
			_("%s: run %s was interrupted, and a newer version of postvagt wrote its report: let "
			  "that version complete it"),
			r->report, run_line_text(r->line, "run", NULL));
	return false;
}

static enum error_kind complete_report(const struct recovery_ctx *r,
	const struct read_report *report, const struct strbuf *text)
{
	struct strbuf out = STRBUF_INIT, undo = STRBUF_INIT;
	struct totals totals = {0};
	size_t count;
	struct intended_value *values =
		report_repair_values(report, r->recovery->member_attribute, r->arena, &count);

	if (look_up_values(r, values, count))
		return r->err->kind;
	count_kept(r, &totals);
	report_repair_write(&(struct report_repair){.report = report,
				    .text = text->text,
				    .values = values,
				    .note = note_of(r),
				    .run = r->recovery->run,
				    .arena = r->arena},
		&out, &undo, &totals);
	run_line_set_totals(r->line, &totals);
	run_line_set_outcome(r->line, RUN_INTERRUPTED, -1,
		_("the run ended before its report was; completed with what was found in the "
		  "directory"));
	if (!replace_report(r, &out, &undo)) {
		say_interrupted(r);
		append_line(r);
	}
	strbuf_release(&out);
	strbuf_release(&undo);
	return r->err->kind;
}

/* What came of a run, or of its recovery, is noted when its first report is there: then that is noted as a draft. */
static bool was_in_place(const struct recovery_ctx *r)
{
	return run_line_draft_count(r->line) > 2;
}

static enum error_kind recover_files(const struct recovery_ctx *r)
{
	const char *report = found_hash(r, r->report), *undo = found_hash(r, r->undo);
	bool is_final = !run_line_is_outcome(r->line, RUN_INTENDED);
	struct strbuf text = STRBUF_INIT;
	struct read_report read;

	if (is_final && strcmp(report, run_line_text(r->line, "report", "sha256")) == 0 &&
		strcmp(undo, run_line_text(r->line, "undo", "sha256")) == 0) {
		say_interrupted(r);
		append_line(r);
	} else if (!*report && !was_in_place(r)) {
		note_nothing(r, undo);
	} else if (!is_one_of(r, report, "report") || !is_one_of(r, undo, "undo")) {
		keep_altered(r, report, undo);
	} else if (!read_own_report(r, &read, &text)) {
		if (!r->err->kind)
			keep_altered(r, report, undo);
	} else if (!can_look_up_all(r, &read)) {
		keep_unknown(r, report, undo);
	} else {
		complete_report(r, &read, &text);
	}
	strbuf_release(&text);
	return r->err->kind;
}

/* It has no files, and what came of it nobody here knows. */
static enum error_kind close_unknown(const struct recovery_ctx *r, const char *said)
{
	run_line_set_outcome(r->line, RUN_INTERRUPTED, -1, said);
	print_format(stderr, _("postvagt: run %s was interrupted: %s\n"),
		run_line_text(r->line, "run", NULL), run_line_text(r->line, "said", NULL));
	return append_line(r);
}

/* How many of the values that a report claims are in the directory. */
struct recovery_tally {
	size_t there, missing, other;
};

static enum error_kind tally_report(const struct recovery_ctx *r, const struct read_report *report,
	struct recovery_tally *tally)
{
	size_t count, asked = 0;
	struct intended_value *values =
		report_repair_values(report, r->recovery->member_attribute, r->arena, &count);
	const struct intended_value *value = values;

	for (size_t i = 0; i < report->count; i++) {
		const struct read_record *record = &report->records[i];
		size_t size = report_repair_count(record);
		bool can = size > 0 && can_look(r, record);

		for (size_t j = 0; j < size; j++, value++) {
			if (can && is_member(r, value) && asked < UNPROVED_MAX)
				values[asked++] = *value;
			else
				tally->other++;
		}
	}
	if (asked > 0 && r->recovery->look(r->recovery->context, values, asked, r->err))
		return r->err->kind;
	for (size_t i = 0; i < asked; i++)
		tally->there += values[i].is_there;
	tally->missing = asked - tally->there;
	return ERROR_NONE;
}

/* The report that a run claims to have written, which anybody may have written. */
static enum error_kind tally_claims(const struct recovery_ctx *r, struct recovery_tally *tally)
{
	const char *path = path_of(r, "report", ".ldif");
	struct strbuf text = STRBUF_INIT;
	struct read_report report;

	if (path && read_report(r, path, &report, &text))
		tally_report(r, &report, tally);
	strbuf_release(&text);
	return r->err->kind;
}

static void add_tally(json_t *line, const char *hash, const struct recovery_tally *tally)
{
	json_t *unproved = json_object();

	run_line_set_text(unproved, "sha256", hash);
	json_object_set_new(unproved, "there", json_integer((json_int_t)tally->there));
	json_object_set_new(unproved, "missing", json_integer((json_int_t)tally->missing));
	json_object_set_new(unproved, "other", json_integer((json_int_t)tally->other));
	json_object_set_new(line, "unproved", unproved);
}

static enum error_kind close_unproved(const struct recovery_ctx *r, const char *why)
{
	json_t *line = r->recovery->closing;
	struct recovery_tally tally = {0};

	if (tally_claims(r, &tally))
		return r->err->kind;
	add_tally(line, r->chain->open_hash, &tally);
	run_line_set_outcome(line, RUN_UNPROVED, -1, why);
	run_line_set_text(line, "settled_by", r->recovery->run);
	print_format(stderr,
		_("postvagt: runs.open is unproved: %s. Of the members that its report names, %zu are on "
		  "the lists, %zu are not, %zu were not looked up. A line of its own closes it (SHA-256 %s); "
		  "see who wrote to %s\n"),
		why, tally.there, tally.missing, tally.other, r->chain->open_hash,
		r->chain->folder);
	return chain_append(r->chain, line, r->recovery->key, r->err);
}

static bool is_run_of(const struct recovery_ctx *r, const char *command)
{
	return strcmp(run_line_text(r->line, "command", NULL), command) == 0 &&
		run_line_is_run_id(run_line_text(r->line, "run", NULL));
}

static enum error_kind recover_open_run(struct recovery_ctx *r)
{
	switch (chain_judge_open(r->chain, r->recovery->accepted)) {
	case OPEN_NONE:
		return ERROR_NONE;
	case OPEN_ENDED:
		return chain_forget_open(r->chain, r->err);
	case OPEN_NO_LINE:
		return close_unproved(r, _("it is not the line of a run under way"));
	case OPEN_UNSIGNED:
		return close_unproved(r, _("no accepted key signed it"));
	case OPEN_MISPLACED:
		return close_unproved(r, _("it does not follow the last line of runs.jsonl"));
	case OPEN_PROVED:
		break;
	}
	if (is_run_of(r, "register"))
		return close_unknown(r,
			_("it ended while the mail was sent: ask KOMBIT whether it came, or send it again"));
	if (is_run_of(r, "feeds accept"))
		return close_unknown(r,
			_("it ended while the reading was accepted: postvagt feeds tells whether it is trusted"));
	r->report = path_of(r, "report", ".ldif");
	r->undo = path_of(r, "undo", ".undo.ldif");
	if (!r->report || !r->undo)
		return close_unproved(r, _("it names other files than its run's"));
	return recover_files(r);
}

enum error_kind recovery_run(const struct recovery *recovery, struct error *err)
{
	struct recovery_ctx r = {.recovery = recovery,
		.chain = recovery->chain,
		.line = recovery->chain->open,
		.arena = arena_new(),
		.err = err};

	recover_open_run(&r);
	arena_free(r.arena);
	return err->kind;
}
