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
#include "ledger/run_line.h"
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
	struct table *files;         /* names that some line has */
	const char *last;            /* hash of the line before */
	json_t *line;                /* owned: the last good one */
	json_int_t number;           /* its */
	const char *junk, *junk_end; /* what is no line, and no line has told of yet; NULL: none */
	size_t at;                   /* the line looked at, from 1 */
	size_t unsigned_lines;       /* before the first signed one */
	const char *last_unsigned;   /* hash of the last of them */
	bool was_signed;
	size_t expected_at;    /* verify->lines at the line that is expected; 0: not met */
	bool is_open_expected; /* it is runs.open's */
	bool is_open_signed;
	struct strbuf where;
};

static const char *format_place(struct verify_ctx *w, size_t line)
{
	strbuf_reset(&w->where);
	strbuf_addf(&w->where, "%s/runs.jsonl:%zu", w->verify->folder, line);
	return w->where.text;
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

/* What stands before this line and is none: a crash, where this line tells of it. */
static void check_torn(struct verify_ctx *w, const json_t *line)
{
	const char *torn = run_line_text(line, "torn", NULL);
	const char *hash =
		w->junk ? hash_hex(w->arena, w->junk, (size_t)(w->junk_end - w->junk)) : "";

	if (strcmp(torn, hash) == 0) {
		if (w->junk)
			NOTE(w, format_place(w, w->at - 1),
				_("half a line, of a run that broke off there; the next line "
				  "tells of it"));
	} else if (w->junk) {
		BAD(w, format_place(w, w->at - 1),
			_("is no line as postvagt writes it (SHA-256 %s): it was altered or put "
			  "there"),
			hash);
	} else {
		BAD(w, format_place(w, w->at),
			_("half a line stood before it, with SHA-256 %s, and is not there"), torn);
	}
	w->junk = NULL;
}

static void check_previous(struct verify_ctx *w, const json_t *line)
{
	const char *previous = run_line_text(line, "previous", NULL);
	json_int_t number = json_integer_value(json_object_get(line, "number"));

	if (strcmp(previous, w->last) == 0 && number == w->number + 1)
		return;
	if (number == w->number + 1 && w->number > 0)
		BAD(w, format_place(w, w->at - 1),
			_("its SHA-256 is %s, and the next line expects %s: it was altered or put "
			  "there"),
			w->last, previous);
	else if (number > w->number + 1)
		BAD(w, format_place(w, w->at),
			_("has number %lld, expected %lld: lines before it were removed or moved"),
			(long long)number, (long long)w->number + 1);
	else
		BAD(w, format_place(w, w->at),
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
		BAD(w, format_place(w, w->at), _("names the file %s, which is another line's"),
			name);
		return;
	}
	if (!run_line_is_file_name(name, NULL, strcmp(key, "undo") == 0 ? ".undo.ldif" : ".ldif")) {
		BAD(w, format_place(w, w->at),
			_("names the file %s, which is not the name of a report"), name);
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
		BAD(w, format_place(w, w->at),
			_("is the line of a run under way: it was moved here from runs.open"));
	if (*head)
		BAD(w, format_place(w, w->at),
			_("when it was added, runs.head said %s: lines before it had been removed or "
			  "altered"),
			head);
	if (json_object_get(line, "expected"))
		BAD(w, format_place(w, w->at),
			_("report or undo file of the run had been altered before it was settled: "
			  "SHA-256 %s expected"),
			run_line_text(line, "expected", "report"));
	if (json_object_get(line, "altered"))
		BAD(w, format_place(w, w->at),
			_("report or undo file of the run had been altered before it was settled: "
			  "SHA-256 %s found"),
			run_line_text(line, "altered", "report"));
	if (json_object_get(line, "unproved"))
		BAD(w, format_place(w, w->at),
			_("closes a run that was unproved: somebody else than postvagt wrote runs.open, with "
			  "SHA-256 %s, or its key is not accepted any more"),
			run_line_text(line, "unproved", "sha256"));
}

static void take_line(struct verify_ctx *w, json_t *line, const char *text, size_t length)
{
	check_torn(w, line);
	check_previous(w, line);
	check_notes(w, line);
	check_signature(w, line, format_place(w, w->at));
	check_file(w, line, "report");
	check_file(w, line, "undo");
	w->last = hash_hex(w->arena, text, length);
	w->verify->lines++;
	if (w->verify->expect && strcmp(w->last, w->verify->expect) == 0)
		w->expected_at = w->verify->lines;
	if (w->unsigned_lines == w->verify->lines)
		w->last_unsigned = w->last;
	w->number = json_integer_value(json_object_get(line, "number"));
	json_decref(w->line);
	w->line = line;
}

static void walk_lines(struct verify_ctx *w, const struct strbuf *text)
{
	const char *end = text->text + text->length, *next;

	for (const char *at = text->text; at < end; at = next) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		json_t *line = chain_read_exact(at, (size_t)(stop - at));

		next = stop + 1;
		w->at++;
		if (line) {
			take_line(w, line, at, (size_t)(stop - at));
		} else {
			w->junk = w->junk ? w->junk : at;
			w->junk_end = stop;
		}
		if (!newline)
			BAD(w, format_place(w, w->at),
				_("the file ends in the middle of this line: a run broke off there, "
				  "which the next one settles, or it was cut off"));
	}
	if (w->junk)
		BAD(w, format_place(w, w->at),
			_("is no line as postvagt writes it (SHA-256 %s): it was altered or put "
			  "there"),
			hash_hex(w->arena, w->junk, (size_t)(w->junk_end - w->junk)));
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

static bool is_year(const char *name)
{
	return strncmp(name, "runs-", 5) == 0 && strspn(name + 5, "0123456789") == 4 &&
		strcmp(name + 9, ".jsonl") == 0;
}

static bool is_own(const char *name)
{
	static const char *const names[] = {"runs.jsonl", "runs.head", "runs.open", "runs.lock"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* A writer's file is renamed or removed at once: one that is still there was left, or put, there. */
static void check_unfinished(struct verify_ctx *w, int folder, const char *name)
{
	struct stat status;

	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		BAD(w, file_place(w, name),
			_("an unfinished file: a run broke off, and the next one removes it, or it was put "
			  "there"));
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
	else if (is_year(name))
		NOTE(w, file_place(w, name), _("is not proved by this version"));
	else if (is_own(name) || table_find(w->files, name))
		return;
	else if (run_line_is_file_name(name, NULL, ".ldif") ||
		run_line_is_file_name(name, NULL, ".undo.ldif"))
		BAD(w, file_place(w, name),
			_("no line knows this file: it was put there, or its line removed"));
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
		BAD(w, format_place(w, w->unsigned_lines),
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
		NOTE(w, file_place(w, "runs.jsonl"),
			_("is proved up to line %zu, which is expected; lines that follow: %zu"),
			w->expected_at, w->verify->lines - w->expected_at);
	else if (w->is_open_expected)
		NOTE(w, file_place(w, "runs.open"), _("is the line that is expected"));
	else
		BAD(w, file_place(w, "runs.jsonl"),
			_("has no line %s, which is expected: it was cut off or altered"), expect);
}

static void check_lines(struct verify_ctx *w, const json_t *open)
{
	struct strbuf text = STRBUF_INIT;
	bool is_first = open && json_integer_value(json_object_get(open, "number")) == 1;

	if (!read_whole(w, "runs.jsonl", &text)) {
		if (!is_first && access(w->verify->folder, F_OK) == 0)
			BAD(w, file_place(w, "runs.jsonl"), _("is not there"));
	} else {
		walk_lines(w, &text);
		if (!w->line && !w->junk && !is_first)
			BAD(w, file_place(w, "runs.jsonl"), _("has no line: they were removed"));
	}
	strbuf_release(&text);
}

static enum error_kind walk_folder(struct verify_ctx *w, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	json_t *open = NULL;
	bool is_open = read_whole(w, "runs.open", &text);

	if (is_open && text.length > 0)
		open = chain_read_exact(text.text, text.length - 1);
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
		.where = STRBUF_INIT};
	struct shape before = take_shape(verify->folder), after;

	verify->lines = verify->files = verify->signatures = 0;
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
