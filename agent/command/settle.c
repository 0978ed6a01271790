#include "command/settle.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/language.h"
#include "base/print.h"
#include "command/session.h"
#include "directory/connect.h"
#include "directory/presence.h"
#include "report/chain.h"
#include "report/completion.h"
#include "report/line.h"
#include "report/reader.h"
#include "report/store.h"
#include "report/writer.h"
#include "settings/settings.h"

/* An unfinished run, being settled. */
struct settling {
	struct session *session;
	struct chain *chain;
	const struct sign_key *key;
	json_t *line; /* chain->open */
	struct arena *arena;
	struct strbuf report, undo; /* the paths */
	struct error *err;
};

/* The path of one of its files; a name that could lead elsewhere is none. */
static bool add_path(const struct settling *s, const char *key, const char *ending,
	struct strbuf *path)
{
	const char *name = line_text(s->line, key, "name");

	if (!*name)
		return false;
	if (strspn(name, "0123456789abcdefTZ-.ldifuno") != strlen(name) || *name == '.' ||
		strlen(name) < strlen(ending) ||
		strcmp(name + strlen(name) - strlen(ending), ending) != 0)
		return false;
	strbuf_addf(path, "%s/%s", s->chain->folder, name);
	return true;
}

/* The SHA-256 of a file, "" where it is not there. */
static const char *found_hash(struct settling *s, const char *path)
{
	struct strbuf text = STRBUF_INIT;
	const char *hash = "";

	if (file_read(&text, path, &(struct file_rules){.max = READER_FILE_MAX, .no_link = true},
		    s->err) == FILE_READ)
		hash = hash_hex(s->arena, text.text, text.length);
	strbuf_release(&text);
	return hash;
}

static bool is_one_of(const struct settling *s, const char *hash, const char *key)
{
	return strcmp(hash, line_text(s->line, key, "sha256")) == 0 || line_is_draft(s->line, hash);
}

/* What is in the folder, though it is neither what was intended nor what came of it. */
static enum error_kind keep_altered(struct settling *s, const char *report, const char *undo)
{
	json_t *expected = json_object();

	line_set_text(expected, "report", line_text(s->line, "report", "sha256"));
	line_set_text(expected, "undo", line_text(s->line, "undo", "sha256"));
	json_object_set_new(s->line, "expected", expected);
	line_set_text(json_object_get(s->line, "report"), "sha256", report);
	line_set_text(json_object_get(s->line, "undo"), "sha256", undo);
	line_set_outcome(s->line, "interrupted", -1,
		_("its report or undo file was altered before the run was settled"));
	return ERROR_NONE;
}

/* Before the report was in its place, nothing was written to the directory. */
static enum error_kind note_nothing(struct settling *s)
{
	unlink(s->undo.text);
	json_object_set_new(s->line, "report", json_null());
	json_object_set_new(s->line, "undo", json_null());
	line_set_totals(s->line, &(struct totals){0});
	line_set_outcome(s->line, "interrupted", -1,
		_("its report is not there: it ended before anything was written, or the report was "
		  "removed"));
	return ERROR_NONE;
}

static enum error_kind look(struct settling *s, struct intended_value *values, size_t count)
{
	struct session *session = s->session;
	struct presence *items = arena_get(s->arena, count * sizeof(*items));
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; i < count; i++)
		items[i] = (struct presence){values[i].dn, values[i].type, values[i].value, false};
	if (!session->connection.ld)
		failed = connection_open(&session->connection, session->settings, s->err);
	if (!failed)
		failed = presence_look(&session->connection, items, count, s->err);
	for (size_t i = 0; i < count; i++)
		values[i].is_there = items[i].is_there;
	return failed;
}

static const char *note_of(struct settling *s)
{
	struct strbuf now = STRBUF_INIT;
	const char *note;

	moment_add_iso(&now, s->session->now);
	note = arena_format(s->arena,
		_("interrupted; completed at %s by run %s with what was then found in the directory"),
		now.text, s->session->run.id);
	strbuf_release(&now);
	return note;
}

/* Hashes of the new texts go to runs.open before these go to their places: so a crash here is settled, too. */
static enum error_kind replace(struct settling *s, const struct strbuf *text,
	const struct strbuf *undo)
{
	line_note_draft(s->line);
	line_set_file(s->line, "report", line_text(s->line, "report", "name"), text->text,
		text->length);
	line_set_file(s->line, "undo", line_text(s->line, "undo", "name"), undo->text,
		undo->length);
	if (chain_intend(s->chain, s->line, s->key, NULL, s->err))
		return s->err->kind;
	return store_replace(s->report.text, text, s->undo.text, undo, s->err);
}

static void count_kept(const struct settling *s, struct totals *totals)
{
	const json_t *before = json_object_get(s->line, "totals");

	totals->kept = (size_t)json_integer_value(json_object_get(before, "kept"));
	totals->held = (size_t)json_integer_value(json_object_get(before, "held"));
}

static enum error_kind complete(struct settling *s)
{
	const struct file_rules rules = {.max = READER_FILE_MAX, .no_link = true, .is_text = true};
	struct strbuf text = STRBUF_INIT, out = STRBUF_INIT, undo = STRBUF_INIT;
	struct intended_value *values;
	struct read_report report;
	struct totals totals = {0};
	size_t count;

	if (file_read(&text, s->report.text, &rules, s->err) != FILE_READ ||
		reader_parse(&report, s->report.text, text.text, text.length, s->arena, s->err))
		goto out;
	values = completion_values(&report, s->session->settings->member_attribute, s->arena,
		&count);
	if (look(s, values, count))
		goto out;
	count_kept(s, &totals);
	completion_write(&report, text.text, values, note_of(s), &out, &undo, &totals);
	line_set_totals(s->line, &totals);
	line_set_outcome(s->line, "interrupted", -1,
		_("the run ended before its report was; completed with what was found in the "
		  "directory"));
	replace(s, &out, &undo);
out:
	strbuf_release(&text);
	strbuf_release(&out);
	strbuf_release(&undo);
	return s->err->kind;
}

/* What came of a run, or of its settling, is noted when its first report is there: then that is noted as a draft. */
static bool was_in_place(const struct settling *s)
{
	return line_draft_count(s->line) > 2;
}

static enum error_kind settle_files(struct settling *s)
{
	const char *report = found_hash(s, s->report.text), *undo = found_hash(s, s->undo.text);
	bool is_final = strcmp(line_text(s->line, "outcome", NULL), "intended") != 0;

	if (s->err->kind)
		return s->err->kind;
	if (is_final && strcmp(report, line_text(s->line, "report", "sha256")) == 0 &&
		strcmp(undo, line_text(s->line, "undo", "sha256")) == 0)
		return ERROR_NONE;
	if (!*report && !was_in_place(s))
		return note_nothing(s);
	if (!is_one_of(s, report, "report") || !is_one_of(s, undo, "undo"))
		return keep_altered(s, report, undo);
	return complete(s);
}

/* A crash after the line and before the end of runs.open. */
static bool is_in_chain(const struct settling *s)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT, run = STRBUF_INIT;
	struct error none = ERROR_INIT;
	bool found;

	strbuf_addf(&path, "%s/runs.jsonl", s->chain->folder);
	strbuf_addf(&run, "\"run\":\"%s\"", line_text(s->line, "run", NULL));
	file_read(&text, path.text, &(struct file_rules){.max = SIZE_MAX / 2, .no_link = true},
		&none);
	found = strstr(text.text, run.text) != NULL;
	error_release(&none);
	strbuf_release(&path);
	strbuf_release(&text);
	strbuf_release(&run);
	return found;
}

static void tell(const struct settling *s)
{
	struct strbuf run = STRBUF_INIT;

	strbuf_add_safe(&run, line_text(s->line, "run", NULL));
	if (!*line_text(s->line, "report", "name"))
		print_format(stderr,
			_("postvagt: run %s was interrupted before it changed anything\n"),
			run.text);
	else
		print_format(stderr,
			_("postvagt: run %s was interrupted; its report is completed: %s\n"),
			run.text, s->report.text);
	strbuf_release(&run);
}

/* It has no files; whether the mail went, nobody here knows. */
static enum error_kind settle_registration(struct settling *s)
{
	struct strbuf run = STRBUF_INIT;

	line_set_outcome(s->line, "interrupted", -1,
		_("it ended while the mail was sent: ask KOMBIT whether it came, or send it again"));
	line_set_text(s->line, "settled_by", s->session->run.id);
	strbuf_add_safe(&run, line_text(s->line, "run", NULL));
	print_format(stderr, _("postvagt: run %s was interrupted: %s\n"), run.text,
		line_text(s->line, "said", NULL));
	strbuf_release(&run);
	return chain_append(s->chain, s->line, s->key, s->err);
}

static enum error_kind settle_run(struct settling *s)
{
	if (is_in_chain(s))
		return chain_forget_open(s->chain, s->err);
	if (strcmp(line_text(s->line, "command", NULL), "register") == 0)
		return settle_registration(s);
	if (!add_path(s, "report", ".ldif", &s->report) ||
		!add_path(s, "undo", ".undo.ldif", &s->undo))
		return error_set(s->err, ERROR_OURS,
			_("%s/runs.open: names no report; see whether somebody changed it, and move "
			  "it away"),
			s->chain->folder);
	if (settle_files(s))
		return s->err->kind;
	line_set_text(s->line, "settled_by", s->session->run.id);
	tell(s);
	return chain_append(s->chain, s->line, s->key, s->err);
}

enum error_kind settle(struct session *session, struct chain *chain, const struct sign_key *key,
	struct error *err)
{
	struct settling s = {.session = session,
		.chain = chain,
		.key = key,
		.line = chain->open,
		.arena = arena_new(),
		.report = STRBUF_INIT,
		.undo = STRBUF_INIT,
		.err = err};

	settle_run(&s);
	strbuf_release(&s.report);
	strbuf_release(&s.undo);
	arena_free(s.arena);
	return err->kind;
}
