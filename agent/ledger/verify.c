#include "ledger/verify.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "base/text/strbuf.h"
#include "decide/resume.h"
#include "ledger/chain.h"
#include "ledger/lock.h"
#include "ledger/plan_signature.h"
#include "ledger/run_files.h"
#include "ledger/run_line.h"
#include "ledger/runs.h"
#include "ledger/sign.h"
#include "report/ldif/reader.h"
#include "report/ldif/seal.h"

#define READ_MSEC   10000 /* for how long a folder is read again to which runs write meanwhile */
#define LOCK_MSEC   5000  /* for how long a run may be between two of its files */
#define PAUSE_MSEC  50
#define LINGER_MSEC 500 /* longer than a writer leaves an unfinished file behind */

struct verify_ctx {
	struct verify *verify;
	struct findings *findings; /* of this try */
	struct arena *arena;
	struct table *files;            /* names that some line has */
	char last[SHA256_HEX];          /* hash of the line before */
	json_t *line;                   /* owned: the last good one */
	json_int_t number;              /* its */
	const char *first_file;         /* in which the first is; NULL: there was none */
	const char *name;               /* of the file that is walked */
	const char *before;             /* of the file before; NULL: it is the first */
	size_t before_lines;            /* in that */
	size_t at;                      /* the line looked at in it, from 1 */
	bool has_line;                  /* a line of it was met */
	struct hash junk;               /* of what is no line, and no line has noted yet */
	const char *junk_place;         /* of the last of it; NULL: there is none */
	size_t unsigned_lines;          /* before the first signed one */
	char last_unsigned[SHA256_HEX]; /* hash of the last of them */
	const char *last_unsigned_file; /* and its place */
	size_t last_unsigned_at;
	bool was_signed;
	size_t expected_at;        /* verify->lines at the line that is expected; 0: not met */
	const char *expected_file; /* and its place */
	size_t expected_line;
	bool is_before_expected; /* the line before the first is: of a year that was deleted or left out */
	bool is_open_expected; /* it is runs.open's */
	bool is_open_signed;
	struct strbuf where;
};

static const char *place_of(struct verify_ctx *w, const char *name, size_t line)
{
	strbuf_reset(&w->where);
	strbuf_addf(&w->where, "%s/%s:%zu", w->verify->folder, name, line);
	return w->where.text;
}

/* The place of the line that is looked at. */
static const char *line_place(struct verify_ctx *w)
{
	return place_of(w, w->name, w->at);
}

/* The place of what stands before it. */
static const char *place_before(struct verify_ctx *w)
{
	return w->at > 1 || !w->before ? place_of(w, w->name, w->at - 1)
				       : place_of(w, w->before, w->before_lines);
}

static const char *file_place(struct verify_ctx *w, const char *name)
{
	strbuf_reset(&w->where);
	strbuf_addf(&w->where, "%s/%s", w->verify->folder, name);
	return w->where.text;
}

#define BAD(w, where, ...)  add_finding(w, FINDING_ERROR, where, __VA_ARGS__)
#define NOTE(w, where, ...) add_finding(w, FINDING_WARNING, where, __VA_ARGS__)

static void add_finding(struct verify_ctx *w, enum severity severity, const char *where,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What is quoted may be of anybody's making: no control character comes through. */
static void add_finding(struct verify_ctx *w, enum severity severity, const char *where,
	const char *format, ...)
{
	struct strbuf text = STRBUF_INIT, safe = STRBUF_INIT, at = STRBUF_INIT;
	va_list arguments;

	va_start(arguments, format);
	strbuf_vaddf(&text, format, arguments);
	va_end(arguments);
	strbuf_add_safe(&safe, text.text);
	strbuf_add_safe(&at, where);
	findings_add(w->findings, severity, at.text, "%s", safe.text);
	strbuf_release(&at);
	strbuf_release(&text);
	strbuf_release(&safe);
}

/* What is no line stands there; several such lines are hashed with the newlines between them. */
static void note_junk(struct verify_ctx *w, const char *text, size_t length)
{
	if (w->junk_place)
		hash_add(&w->junk, "\n", 1);
	else
		hash_init(&w->junk);
	hash_add(&w->junk, text, length);
	w->junk_place = arena_string(w->arena, line_place(w));
}

static void say_junk(struct verify_ctx *w, const char *hash)
{
	BAD(w, w->junk_place,
		_("is no line as postvagt writes it (SHA-256 %s): it was altered or put "
		  "there"),
		hash);
}

/* What stands before this line and is none: a crash, where this line tells of it. */
static void check_torn(struct verify_ctx *w, const json_t *line)
{
	const char *torn = run_line_text(line, "torn", NULL);
	char hash[SHA256_HEX] = "";

	if (w->junk_place)
		hash_end(&w->junk, hash);
	if (strcmp(torn, hash) == 0) {
		if (w->junk_place)
			NOTE(w, w->junk_place,
				_("half a line, of a run that broke off there; the next line "
				  "tells of it"));
	} else if (w->junk_place) {
		say_junk(w, hash);
	} else {
		BAD(w, line_place(w),
			_("half a line stood before it, with SHA-256 %s, and is not there"), torn);
	}
	w->junk_place = NULL;
}

/* The first line that is there begins a file, so that whole years before it were deleted, or are left out. */
static bool is_begin_of_years(const struct verify_ctx *w, const json_t *line)
{
	int since = w->verify->since;

	return run_files_year(run_line_text(line, "closes", NULL)) > 0 ||
		(since > 0 && run_files_year_of(runs_started(line)) == since);
}

/* Begin the proof with the first line that is there. */
static void begin_proof(struct verify_ctx *w, const json_t *line, json_int_t number)
{
	const char *previous = run_line_text(line, "previous", NULL);
	int closed = run_files_year(run_line_text(line, "closes", NULL));

	w->first_file = w->name;
	w->verify->first = number;
	w->verify->from = runs_started(line);
	if (number == 1 || !chain_is_hash(previous) || !is_begin_of_years(w, line))
		return;
	w->number = number - 1;
	memcpy(w->last, previous, SHA256_HEX);
	w->is_before_expected = w->verify->expect && strcmp(w->verify->expect, previous) == 0;
	if (w->verify->since > 0 && closed >= w->verify->since)
		BAD(w, line_place(w),
			_("follows the lines of %d, which are not there: they were removed, and --since %d "
			  "asks for them"),
			closed, w->verify->since);
	else
		NOTE(w, line_place(w),
			w->verify->since > 0
				? _("is number %lld: nothing before it is proved, as --since asks")
				: _("is number %lld: nothing before it is proved, as the years before were "
				    "deleted"),
			(long long)number);
}

/* A file's first line names the file before, and no other line does. */
static void check_closed(struct verify_ctx *w, const json_t *line)
{
	const char *closes = run_line_text(line, "closes", NULL);

	if (!*closes || (!w->has_line && (!w->before || strcmp(closes, w->before) == 0)))
		return;
	BAD(w, line_place(w),
		_("was the first line of a file, after the end of %s: the files were renamed or put "
		  "together"),
		closes);
}

static void check_previous(struct verify_ctx *w, const json_t *line)
{
	const char *previous = run_line_text(line, "previous", NULL);
	json_int_t number = json_integer_value(json_object_get(line, "number"));

	if (w->verify->lines == 0)
		begin_proof(w, line, number);
	if (strcmp(previous, w->last) == 0 && number == w->number + 1)
		check_closed(w, line);
	else if (number == w->number + 1 && w->number > 0)
		BAD(w, place_before(w),
			_("its SHA-256 is %s, and the next line expects %s: it was altered or put "
			  "there"),
			w->last, previous);
	else if (number > w->number + 1)
		BAD(w, line_place(w),
			_("has number %lld, expected %lld: lines before it were removed or moved"),
			(long long)number, (long long)w->number + 1);
	else
		BAD(w, line_place(w),
			_("has number %lld, expected %lld: it was put there, moved or altered"),
			(long long)number, (long long)w->number + 1);
}

static void check_signature(struct verify_ctx *w, const json_t *line, const char *where)
{
	const struct sign_public *keys = w->verify->keys;

	if (!keys)
		return;
	if (!*run_line_text(line, "signature", NULL)) {
		if (w->was_signed)
			BAD(w, where, _("is not signed, though lines before it are"));
		else
			w->unsigned_lines++;
		return;
	}
	w->was_signed = true;
	if (chain_is_signed(line, keys))
		w->verify->signatures++;
	else
		BAD(w, where,
			_("its signature is not of this key: the line was altered, or another key "
			  "made it"));
}

/* The hash of a file of the folder, in the arena; NULL after saying what is wrong. */
static const char *hash_file(struct verify_ctx *w, const char *name)
{
	struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	const char *hash = NULL;

	switch (file_read(&text, file_place(w, name),
		&(struct file_rules){.max = READER_FILE_MAX, .no_link = true}, &err)) {
	case FILE_MISSING:
		BAD(w, w->where.text, _("is not there: it was removed"));
		break;
	case FILE_REFUSED:
		BAD(w, w->where.text, "%s", err.text.text);
		break;
	case FILE_READ:
		hash = hash_hex(w->arena, text.text, text.length);
		break;
	}
	error_release(&err);
	strbuf_release(&text);
	return hash;
}

static void check_file(struct verify_ctx *w, const json_t *line, const char *key)
{
	const char *name = arena_string(w->arena, run_line_text(line, key, "name"));
	const char *expected = run_line_text(line, key, "sha256"), *found;

	if (!*name)
		return;
	if (table_find(w->files, name)) {
		BAD(w, line_place(w), _("names the file %s, which is another line's"), name);
		return;
	}
	if (!run_line_is_file_name(name, NULL, strcmp(key, "undo") == 0 ? ".undo.ldif" : ".ldif")) {
		BAD(w, line_place(w), _("names the file %s, which is not the name of a report"),
			name);
		return;
	}
	table_put(w->files, name, w);
	found = hash_file(w, name);
	if (found && strcmp(found, expected) != 0)
		BAD(w, file_place(w, name),
			_("its SHA-256 is %s, and line %zu expects %s: it was altered"), found,
			w->at, expected);
	w->verify->files += found ? 1 : 0;
}

/* Check what a run itself noted about the folder. */
static void check_notes(struct verify_ctx *w, const json_t *line)
{
	const char *head = run_line_text(line, "head", NULL);

	/* The key signed it, but for runs.open: moved here, it would hide that its run was interrupted. */
	if (json_object_get(line, "drafts"))
		BAD(w, line_place(w),
			_("is the line of a run under way: it was moved here from runs.open"));
	if (*head)
		BAD(w, line_place(w),
			_("when it was added, runs.head said %s: lines before it had been removed or "
			  "altered"),
			head);
	if (json_object_get(line, "expected"))
		BAD(w, line_place(w),
			_("report or undo file of the run had been altered before it was settled: "
			  "SHA-256 %s expected"),
			run_line_text(line, "expected", "report"));
	if (json_object_get(line, "altered"))
		BAD(w, line_place(w),
			_("report or undo file of the run had been altered before it was settled: "
			  "SHA-256 %s found"),
			run_line_text(line, "altered", "report"));
	if (json_object_get(line, "unproved"))
		BAD(w, line_place(w),
			_("closes a run that was unproved: somebody else than postvagt wrote runs.open, with "
			  "SHA-256 %s, or its key is not accepted any more"),
			run_line_text(line, "unproved", "sha256"));
}

/* What is remembered of a line that was checked. */
static void note_line(struct verify_ctx *w, json_t *line, const char *text, size_t length)
{
	struct hash hash;

	hash_init(&hash);
	hash_add(&hash, text, length);
	hash_end(&hash, w->last);
	w->verify->lines++;
	w->has_line = true;
	if (w->verify->expect && strcmp(w->last, w->verify->expect) == 0) {
		w->expected_at = w->verify->lines;
		w->expected_line = w->at;
		w->expected_file = w->name;
	}
	if (w->unsigned_lines == w->verify->lines) {
		memcpy(w->last_unsigned, w->last, SHA256_HEX);
		w->last_unsigned_at = w->at;
		w->last_unsigned_file = w->name;
	}
	w->number = json_integer_value(json_object_get(line, "number"));
	json_decref(w->line);
	w->line = line;
}

static void take_line(struct verify_ctx *w, json_t *line, const char *text, size_t length)
{
	check_torn(w, line);
	check_previous(w, line);
	check_notes(w, line);
	check_signature(w, line, line_place(w));
	check_file(w, line, "report");
	check_file(w, line, "undo");
	note_line(w, line, text, length);
}

static void walk_lines(struct verify_ctx *w, const struct strbuf *text)
{
	const char *end = text->text + text->length, *next;

	w->at = 0;
	w->has_line = false;
	for (const char *at = text->text; at < end; at = next) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		json_t *line = chain_read_exact(at, (size_t)(stop - at));

		next = stop + 1;
		w->at++;
		if (line)
			take_line(w, line, at, (size_t)(stop - at));
		else
			note_junk(w, at, (size_t)(stop - at));
		if (!newline)
			BAD(w, line_place(w),
				_("the file ends in the middle of this line: a run broke off there, "
				  "which the next one settles, or it was cut off"));
	}
	w->before = w->name;
	w->before_lines = w->at;
}

/* A run that is under way, or broke off. Its files may be at any stage that it has noted. */
static void check_open_file(struct verify_ctx *w, const json_t *open, const char *key,
	const char *ending)
{
	const char *name = arena_string(w->arena, run_line_text(open, key, "name")), *found;

	if (!*name || table_find(w->files, name))
		return;
	if (!run_line_is_file_name(name, run_line_text(open, "run", NULL), ending)) {
		BAD(w, file_place(w, "runs.open"),
			_("names the file %s, which is not the name of its report"), name);
		return;
	}
	table_put(w->files, name, w);
	if (access(file_place(w, name), F_OK) != 0)
		return;
	found = hash_file(w, name);
	if (found && strcmp(found, run_line_text(open, key, "sha256")) != 0 &&
		!run_line_is_draft(open, found))
		BAD(w, file_place(w, name),
			_("its SHA-256 is %s, and runs.open expects %s: it was altered"), found,
			run_line_text(open, key, "sha256"));
}

/* Whether it is the line of a run that ended, or of the next one. */
static bool is_in_place(const struct verify_ctx *w, const json_t *open)
{
	json_int_t number = json_integer_value(json_object_get(open, "number"));
	const char *previous = run_line_text(open, "previous", NULL);

	if (number == w->number + 1)
		return strcmp(previous, w->last) == 0;
	return number == w->number && w->line &&
		strcmp(previous, run_line_text(w->line, "previous", NULL)) == 0 &&
		strcmp(run_line_text(open, "run", NULL), run_line_text(w->line, "run", NULL)) == 0;
}

static void check_open(struct verify_ctx *w, const struct strbuf *text, json_t **open)
{
	size_t length = text->length;
	const char *where = arena_string(w->arena, file_place(w, "runs.open")), *hash;

	*open = length > 0 && text->text[length - 1] == '\n'
		? chain_read_exact(text->text, length - 1)
		: NULL;
	if (!*open) {
		BAD(w, where, _("is no line as postvagt writes it"));
		return;
	}
	hash = hash_hex(w->arena, text->text, length - 1);
	w->is_open_expected = w->verify->expect && strcmp(hash, w->verify->expect) == 0;
	if (!json_is_array(json_object_get(*open, "drafts")))
		BAD(w, where, _("is the line of a run that ended: it was moved here"));
	w->is_open_signed = w->verify->keys && chain_is_signed(*open, w->verify->keys);
	if (w->verify->keys && !w->is_open_signed)
		BAD(w, where, _("no key that was given signed it"));
	if (!is_in_place(w, *open))
		BAD(w, where,
			_("does not follow the last line of runs.jsonl: it expects %s before it"),
			run_line_text(*open, "previous", NULL));
	check_open_file(w, *open, "report", ".ldif");
	check_open_file(w, *open, "undo", ".undo.ldif");
	NOTE(w, where, _("run %s is under way, or was interrupted; the next apply settles it"),
		run_line_text(*open, "run", NULL));
}

/* Read a file that may be missing. */
static bool read_whole(struct verify_ctx *w, const char *name, struct strbuf *text)
{
	struct error err = ERROR_INIT;
	enum file_state state = file_read(text, file_place(w, name),
		&(struct file_rules){.max = RUNS_FILE_MAX, .no_link = true}, &err);

	if (state == FILE_REFUSED)
		BAD(w, w->where.text, "%s", err.text.text);
	error_release(&err);
	return state == FILE_READ;
}

static void check_head(struct verify_ctx *w, const json_t *open)
{
	struct strbuf head = STRBUF_INIT, expected = STRBUF_INIT, before = STRBUF_INIT;
	const char *previous = w->line ? run_line_text(w->line, "previous", NULL) : "";
	bool is_under_way = w->line && open &&
		strcmp(run_line_text(open, "run", NULL), run_line_text(w->line, "run", NULL)) == 0;
	bool is_there = read_whole(w, "runs.head", &head);

	strbuf_addf(&expected, "%s\n", w->last);
	strbuf_addf(&before, "%s\n", previous);
	if (!is_there && !w->line)
		; /* the first run is under way, or check_lines() says what is wrong */
	else if (is_under_way &&
		(is_there ? head.length == before.length && strcmp(head.text, before.text) == 0
			  : strcmp(previous, CHAIN_NOTHING) == 0))
		NOTE(w, file_place(w, "runs.head"),
			_("is one line behind, as a run broke off; the next one settles it"));
	else if (!is_there)
		BAD(w, file_place(w, "runs.head"), _("is not there; it must say %s"), w->last);
	else if (head.length != expected.length ||
		memcmp(head.text, expected.text, head.length) != 0)
		BAD(w, file_place(w, "runs.head"),
			_("says %.64s, and the last line of runs.jsonl is %s: lines at the end were removed, "
			  "altered or put there, or a run broke off, which the next one settles"),
			head.text, w->line ? w->last : "-");
	strbuf_release(&head);
	strbuf_release(&expected);
	strbuf_release(&before);
}

/* Whether it is a plan that `plan -o` kept here: it must prove so itself. */
static bool is_saved_plan(struct verify_ctx *w, const char *name)
{
	const struct file_rules rules = {.max = READER_FILE_MAX, .no_link = true, .is_text = true};
	struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct saved_plan saved = {.seal = NULL};
	enum saved_plan_state state = SAVED_PLAN_CUT;
	bool good;

	if (file_read(&text, file_place(w, name), &rules, &err) == FILE_READ)
		state = seal_read(&saved, text.text, text.length, w->arena);
	good = (state == SAVED_PLAN_WHOLE || state == SAVED_PLAN_STALE) &&
		(!w->verify->keys || plan_is_signed(&saved, w->verify->keys));
	error_release(&err);
	strbuf_release(&text);
	return good;
}

static bool is_own(const char *name)
{
	static const char *const names[] = {"runs.jsonl", "runs.head", "runs.open", "runs.lock"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return run_files_year(name) > 0;
}

/* Whether a report's name is of a year before the first that is looked at. */
static bool is_of_year_before(const char *name, int year)
{
	char digits[] = {name[0], name[1], name[2], name[3], '\0'};

	return strtol(digits, NULL, 10) < year;
}

/* A report, or an undo file, that no line names. */
static void check_unknown_report(struct verify_ctx *w, const char *name)
{
	if (w->verify->since > 0 && is_of_year_before(name, w->verify->since))
		return;
	if (w->verify->first > 1 && is_of_year_before(name, run_files_year_of(w->verify->from)))
		BAD(w, file_place(w, name),
			_("is of a year whose lines were deleted, so nothing proves it: delete it too, or "
			  "see who put it there"));
	else
		BAD(w, file_place(w, name),
			_("no line knows this file: it was put there, or its line removed"));
}

/* A writer's file is renamed or removed at once: one that is still there was left, or put, there. */
static void check_unfinished(struct verify_ctx *w, int folder, const char *name)
{
	struct stat status;

	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		BAD(w, file_place(w, name),
			_("an unfinished file: a run broke off, and the next one completes or removes it, "
			  "or it was put there"));
}

static void check_other(struct verify_ctx *w, int folder, const char *name)
{
	struct stat status;

	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return; /* gone meanwhile */
	if (strcmp(name, "state") == 0 && S_ISDIR(status.st_mode))
		return;
	if (!S_ISREG(status.st_mode))
		BAD(w, file_place(w, name), _("is not a file: it was put there"));
	else if (is_own(name) || table_find(w->files, name))
		return;
	else if (run_line_is_file_name(name, NULL, ".ldif") ||
		run_line_is_file_name(name, NULL, ".undo.ldif"))
		check_unknown_report(w, name);
	else if (!is_saved_plan(w, name))
		BAD(w, file_place(w, name),
			w->verify->keys
				? _("is no file of postvagt's, nor a kept plan that is whole and signed")
				: _("is no file of postvagt's, nor a kept plan that is whole"));
}

static enum error_kind check_others(struct verify_ctx *w, struct error *err)
{
	DIR *folder = opendir(w->verify->folder);
	const char **unfinished = NULL;
	size_t count = 0, room = 0;
	const struct dirent *entry;

	if (!folder)
		return error_set(err, ERROR_OURS, _("%s: cannot be read: %s"), w->verify->folder,
			strerror(errno));
	while ((entry = readdir(folder))) {
		const char *name = entry->d_name;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		if (!file_is_unfinished(name)) {
			check_other(w, dirfd(folder), name);
			continue;
		}
		unfinished = arena_grow(w->arena, unfinished, count, &room, sizeof(*unfinished));
		unfinished[count++] = arena_string(w->arena, name);
	}
	if (count > 0)
		moment_sleep(LINGER_MSEC);
	for (size_t i = 0; i < count; i++)
		check_unfinished(w, dirfd(folder), unfinished[i]);
	closedir(folder);
	return ERROR_NONE;
}

/* The key proves nothing of what came before it, but a hash that is known from elsewhere does. */
static void check_unsigned(struct verify_ctx *w)
{
	const char *expect = w->verify->expect;

	if (!w->verify->keys || (w->is_open_signed && w->verify->lines == 0))
		return;
	if (!w->was_signed)
		BAD(w, file_place(w, "runs.jsonl"), _("no line is signed"));
	else if (w->unsigned_lines > 0 && expect && strcmp(expect, w->last_unsigned) == 0)
		return;
	else if (w->unsigned_lines > 0)
		BAD(w, place_of(w, w->last_unsigned_file, w->last_unsigned_at),
			_("is not signed, nor is any line before it: the key proves nothing of them; "
			  "if the key is newer, prove them by --expect with the hash that syslog has of "
			  "this line: %s"),
			w->last_unsigned);
}

static void check_expected(struct verify_ctx *w)
{
	const char *expect = w->verify->expect;

	if (!expect || (w->expected_at > 0 && w->expected_at == w->verify->lines))
		return;
	if (w->expected_at > 0)
		NOTE(w, file_place(w, w->expected_file),
			_("is proved up to line %zu, which is expected; lines that follow: %zu"),
			w->expected_line, w->verify->lines - w->expected_at);
	else if (w->is_before_expected)
		NOTE(w, place_of(w, w->first_file, 1),
			_("follows the line that is expected, the last of the years before; lines from here "
			  "on: %zu"),
			w->verify->lines);
	else if (w->is_open_expected)
		NOTE(w, file_place(w, "runs.open"), _("is the line that is expected"));
	else
		BAD(w, file_place(w, "runs.jsonl"),
			_("has no line %s, which is expected: it was cut off or altered"), expect);
}

/* Note which files the lines of a year name that is left out: nothing is proved of these, but they belong there. */
static void note_files(struct verify_ctx *w, const struct strbuf *text)
{
	const char *end = text->text + text->length, *newline;

	for (const char *at = text->text; (newline = memchr(at, '\n', (size_t)(end - at)));
		at = newline + 1) {
		json_t *line = chain_read_line(at, (size_t)(newline - at));
		const char *report = run_line_text(line, "report", "name"),
			   *undo = run_line_text(line, "undo", "name");

		if (*report)
			table_put(w->files, arena_string(w->arena, report), w);
		if (*undo)
			table_put(w->files, arena_string(w->arena, undo), w);
		json_decref(line);
	}
}

/* Walk the years that were closed, from verify->since on. */
static void check_years(struct verify_ctx *w)
{
	struct strbuf text = STRBUF_INIT;
	struct run_files years;
	size_t first = 0;

	run_files_find(&years, w->verify->folder, w->arena);
	for (; first < years.count && run_files_year(years.names[first]) < w->verify->since;
		first++) {
		strbuf_reset(&text);
		if (read_whole(w, years.names[first], &text))
			note_files(w, &text);
	}
	for (size_t i = first; i < years.count; i++) {
		strbuf_reset(&text);
		w->name = years.names[i];
		if (!read_whole(w, w->name, &text))
			continue;
		walk_lines(w, &text);
		if (!w->has_line)
			BAD(w, file_place(w, w->name), _("has no line: they were removed"));
	}
	strbuf_release(&text);
}

/* Walk runs.jsonl. Behind a closed year it may be missing: a run broke off before it wrote the first line. */
static void check_lines(struct verify_ctx *w, const json_t *open)
{
	struct strbuf text = STRBUF_INIT;
	bool is_first = open && json_integer_value(json_object_get(open, "number")) == 1;
	bool is_there = read_whole(w, RUN_FILES_CURRENT, &text);

	w->name = RUN_FILES_CURRENT;
	if (is_there)
		walk_lines(w, &text);
	if (text.length == 0 && w->line)
		NOTE(w, file_place(w, w->name),
			_("has no line yet: a run broke off when the year was closed, and the next one "
			  "begins the file"));
	else if (!is_there && !is_first && access(w->verify->folder, F_OK) == 0)
		BAD(w, file_place(w, w->name), _("is not there"));
	else if (is_there && !w->line && !w->junk_place && !is_first)
		BAD(w, file_place(w, w->name), _("has no line: they were removed"));
	if (w->junk_place) {
		char hash[SHA256_HEX];

		hash_end(&w->junk, hash);
		say_junk(w, hash);
	}
	if (w->line && run_files_year_of(runs_started(w->line)) < w->verify->since)
		BAD(w, file_place(w, w->name), _("has no line of %d or later, as --since asks for"),
			w->verify->since);
	strbuf_release(&text);
}

static enum error_kind walk_folder(struct verify_ctx *w, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	json_t *open = NULL;
	bool is_open = read_whole(w, "runs.open", &text);

	if (is_open && text.length > 0)
		open = chain_read_exact(text.text, text.length - 1);
	check_years(w);
	check_lines(w, open);
	json_decref(open);
	open = NULL;
	if (is_open)
		check_open(w, &text, &open);
	check_head(w, open);
	check_others(w, err);
	check_unsigned(w);
	check_expected(w);
	json_decref(open);
	strbuf_release(&text);
	return err->kind;
}

/* What changes whenever a run writes its line. */
struct shape {
	struct {
		ino_t inode;
		off_t size;
		struct timespec changed;
	} files[3];
};

static struct shape take_shape(const char *folder)
{
	static const char *const names[] = {"runs.jsonl", "runs.head", "runs.open"};
	struct strbuf path = STRBUF_INIT;
	struct shape shape;
	struct stat status;

	memset(&shape, 0, sizeof(shape));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		strbuf_reset(&path);
		strbuf_addf(&path, "%s/%s", folder, names[i]);
		if (lstat(path.text, &status) != 0)
			continue;
		shape.files[i].inode = status.st_ino;
		shape.files[i].size = status.st_size;
		shape.files[i].changed = status.st_ctim;
	}
	strbuf_release(&path);
	return shape;
}

static bool is_same_shape(const struct shape *a, const struct shape *b)
{
	for (size_t i = 0; i < sizeof(a->files) / sizeof(*a->files); i++) {
		if (a->files[i].inode != b->files[i].inode ||
			a->files[i].size != b->files[i].size ||
			a->files[i].changed.tv_sec != b->files[i].changed.tv_sec ||
			a->files[i].changed.tv_nsec != b->files[i].changed.tv_nsec)
			return false;
	}
	return true;
}

/* One reading of the folder. Return whether it found faults that a run which wrote meanwhile may have made. */
static bool try_folder(struct verify *verify, struct arena *arena, struct findings *findings,
	struct error *err)
{
	struct verify_ctx w = {.verify = verify,
		.findings = findings,
		.arena = arena,
		.files = table_new(arena),
		.last = CHAIN_NOTHING,
		.name = RUN_FILES_CURRENT,
		.where = STRBUF_INIT};
	struct shape before = take_shape(verify->folder), after;

	verify->lines = verify->files = verify->signatures = 0;
	verify->first = 0;
	verify->from = MOMENT_EARLIEST;
	findings_init(findings, arena);
	walk_folder(&w, err);
	memcpy(verify->last, w.last, SHA256_HEX);
	json_decref(w.line);
	strbuf_release(&w.where);
	if (err->kind || findings->errors == 0)
		return false;
	/* A run that is between two of its files leaves a fault to see, and goes on. First the lock: it may end here. */
	for (int waited = 0;; waited += PAUSE_MSEC) {
		bool is_held = lock_is_held(verify->folder);

		after = take_shape(verify->folder);
		if (!is_held || !is_same_shape(&before, &after) || waited >= LOCK_MSEC)
			break;
		moment_sleep(PAUSE_MSEC);
	}
	return !is_same_shape(&before, &after);
}

enum error_kind verify_folder(struct verify *verify, struct error *err)
{
	const int64_t end = moment_uptime() + READ_MSEC;
	struct findings findings;
	struct arena *arena = arena_new();

	while (try_folder(verify, arena, &findings, err) && moment_uptime() < end) {
		arena_free(arena);
		arena = arena_new();
	}
	findings_copy_all(verify->findings, &findings);
	findings_sort(verify->findings);
	arena_free(arena);
	return err->kind;
}
