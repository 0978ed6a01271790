#include "command/settle.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/dn.h"
#include "base/file.h"
#include "base/language.h"
#include "base/print.h"
#include "command/session.h"
#include "decide/mapping.h"
#include "directory/connect.h"
#include "directory/person_entry.h"
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
	bool is_closed;             /* by a line of its own: there is nothing more to append */
	struct error *err;
};

/* The path of one of its files; a name that could lead elsewhere is none. */
static bool add_path(const struct settling *s, const char *key, const char *ending,
	struct strbuf *path)
{
	const char *name = line_text(s->line, key, "name");

	if (!store_is_name(name, ending))
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

static bool is_list_of_mapping(const struct session *session, const char *key)
{
	const char *mailbox = session->settings->policy.mailbox_list_key;

	for (size_t i = 0; i < session->mapping->block_count; i++) {
		if (strcmp(session->mapping->blocks[i].list_key, key) == 0)
			return true;
	}
	return mailbox && strcmp(mailbox, key) == 0;
}

/* What absent and back write: the absences and deputies of somebody below people.base. */
static bool is_absence(struct settling *s, const char *key, const char *type)
{
	const struct people_settings *people = &s->session->settings->people;
	const struct people_attributes names = person_attribute_names(&s->session->connection);
	const char *const types[] = {
		names.absent_from, names.absent_until, names.absence, names.deputy};
	bool is_one = false;

	for (size_t i = 0; type && i < sizeof(types) / sizeof(*types); i++)
		is_one = is_one || (types[i] && strcasecmp(types[i], type) == 0);
	for (size_t i = 0; is_one && i < people->bases.count; i++) {
		const char *base = dn_key(s->arena, people->bases.items[i]);

		if (base && dn_is_under(key, base))
			return true;
	}
	return false;
}

/* A report may name any entry; only what postvagt itself would write is asked for. */
static bool may_ask(struct settling *s, const struct intended_value *value)
{
	const char *key = dn_key(s->arena, value->dn);

	return key && (is_list_of_mapping(s->session, key) || is_absence(s, key, value->type));
}

static enum error_kind connect(struct settling *s)
{
	struct session *session = s->session;

	if (!session->mapping)
		return error_set(s->err, ERROR_USAGE,
			_("a run was interrupted, and what came of it can be looked up only with a "
			  "mapping that can be read"));
	if (session->connection.ld)
		return ERROR_NONE;
	return connection_open(&session->connection, session->settings, s->err);
}

/* Fill in which values are there. `*passed_over` are those that are not asked for, and count as not there. */
static enum error_kind look(struct settling *s, struct intended_value *values, size_t count,
	size_t *passed_over)
{
	struct presence *items = arena_get(s->arena, count * sizeof(*items));
	size_t *of = arena_get(s->arena, count * sizeof(*of)), asked = 0;

	*passed_over = 0;
	if (connect(s))
		return s->err->kind;
	for (size_t i = 0; i < count; i++) {
		values[i].is_there = false;
		if (!may_ask(s, &values[i])) {
			++*passed_over;
			continue;
		}
		of[asked] = i;
		items[asked++] =
			(struct presence){values[i].dn, values[i].type, values[i].value, false};
	}
	if (presence_look(&s->session->connection, items, asked, s->err))
		return s->err->kind;
	for (size_t i = 0; i < asked; i++)
		values[of[i]].is_there = items[i].is_there;
	return ERROR_NONE;
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

/* Read the run's report. False: it cannot be read, or is none of postvagt's. */
static bool read_report(struct settling *s, struct strbuf *text, struct read_report *report)
{
	const struct file_rules rules = {.max = READER_FILE_MAX, .no_link = true, .is_text = true};
	struct error why = ERROR_INIT;
	bool is_read = file_read(text, s->report.text, &rules, &why) == FILE_READ &&
		!reader_parse(report, s->report.text, text->text, text->length, s->arena, &why);

	error_release(&why);
	return is_read;
}

/*
 * Count what the report of an unproved run names, and how much of it the directory has. Nothing else of
 * what the run says of itself is used.
 */
static enum error_kind count_unproved(struct settling *s, size_t *named, size_t *found)
{
	struct strbuf text = STRBUF_INIT;
	struct read_report report;
	struct intended_value *values;
	size_t passed_over;

	*named = *found = 0;
	strbuf_reset(&s->report);
	if (s->line && add_path(s, "report", ".ldif", &s->report) &&
		read_report(s, &text, &report)) {
		values = completion_values(&report, s->session->settings->member_attribute,
			s->arena, named);
		if (look(s, values, *named, &passed_over) == ERROR_TARGET)
			error_release(s->err); /* the server knows no such attribute or value */
		for (size_t i = 0; i < *named; i++)
			*found += values[i].is_there ? 1 : 0;
	}
	strbuf_release(&text);
	return s->err->kind;
}

static json_t *new_unproved_line(const struct settling *s, size_t named, size_t found)
{
	const struct session *session = s->session;
	struct run run = session->run;
	json_t *line;

	run.id = arena_format(s->arena, "%08" PRIx32, randombytes_random());
	line = line_new(&run, "recover", &(struct line_directory){.url = session->connection.url},
		&(struct line_files){.settings = session->settings->sha256});
	json_object_set_new(line, "unproved",
		json_pack("{s:s, s:I, s:I}", "sha256", s->chain->open_sha256, "named",
			(json_int_t)named, "found", (json_int_t)found));
	line_set_outcome(line, "unproved", -1,
		_("runs.open is not proved: the chain and the keys do not vouch for it; its report, if "
		  "any, stays as it is, and no line names it"));
	return line;
}

/*
 * Close a run that nothing proves, by a line of this run's own. What runs.open says is not taken over: whoever can
 * write to the folder could have written it.
 */
static enum error_kind close_unproved(struct settling *s)
{
	size_t named, found;
	json_t *line;

	if (count_unproved(s, &named, &found))
		return s->err->kind;
	fprintf(stderr,
		_("postvagt: %s/runs.open (SHA-256 %s) is not proved: it may be forged; of %zu values "
		  "that its report names the directory has %zu; postvagt audit verify tells what to "
		  "look at\n"),
		s->chain->folder, s->chain->open_sha256, named, found);
	line = new_unproved_line(s, named, found);
	chain_append(s->chain, line, s->key, s->err);
	json_decref(line);
	s->is_closed = true;
	return s->err->kind;
}

static const char *said_of(size_t passed_over)
{
	return passed_over == 0
		? _("the run ended before its report was; completed with what was found in the "
		    "directory")
		: _("the run ended before its report was; completed with what was found in the "
		    "directory of the lists that the mapping names now");
}

static enum error_kind complete(struct settling *s)
{
	struct strbuf text = STRBUF_INIT, out = STRBUF_INIT, undo = STRBUF_INIT;
	struct intended_value *values;
	struct read_report report;
	struct totals totals = {0};
	size_t count, passed_over;

	if (!read_report(s, &text, &report)) {
		close_unproved(s);
		goto out;
	}
	values = completion_values(&report, s->session->settings->member_attribute, s->arena,
		&count);
	if (look(s, values, count, &passed_over))
		goto out;
	count_kept(s, &totals);
	completion_write(&report, text.text, values, note_of(s), &out, &undo, &totals);
	line_set_totals(s->line, &totals);
	line_set_outcome(s->line, "interrupted", -1, said_of(passed_over));
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
	if (strcmp(line_text(s->line, "command", NULL), "register") == 0)
		return settle_registration(s);
	if (!add_path(s, "report", ".ldif", &s->report) ||
		!add_path(s, "undo", ".undo.ldif", &s->undo))
		return close_unproved(s);
	if (settle_files(s) || s->is_closed)
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

	if (chain->state == CHAIN_LINE_ADDED)
		chain_forget_open(chain, err);
	else if (chain->state == CHAIN_UNPROVED)
		close_unproved(&s);
	else
		settle_run(&s);
	strbuf_release(&s.report);
	strbuf_release(&s.undo);
	arena_free(s.arena);
	return err->kind;
}
