#include "report/verify.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/language.h"
#include "base/strbuf.h"
#include "base/table.h"
#include "report/chain.h"
#include "report/line.h"
#include "report/reader.h"
#include "report/seal.h"
#include "report/sign.h"
#include "report/store.h"

#define JSONL_MAX        ((size_t)1024 * 1024 * 1024)
#define LOOKS_MAX        5  /* at a folder that is written to meanwhile */
#define UNFINISHED_LOOKS 25 /* at files that are being written, 20 ms apart */

struct walk {
	struct verify *verify;
	struct arena *arena;
	struct table *files;         /* names that some line has */
	bool is_expected_found;      /* the hash of a line, or of runs.open, is the expected one */
	size_t behind;               /* lines that follow it */
	int looks;                   /* at unfinished files, of all of them */
	const char *last;            /* hash of the line before */
	json_t *line;                /* owned: the last good one */
	json_int_t number;           /* its */
	const char *junk, *junk_end; /* what is no line, and no line has told of yet; NULL: none */
	size_t at;                   /* the line looked at, from 1 */
	bool was_signed;
	struct strbuf where;
};

/* By which another look is asked for: what a run writes first, and what last. */
static void add_stamps(struct strbuf *out, const char *folder)
{
	static const char *const names[] = {"runs.jsonl", "runs.head", "runs.open"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct strbuf path = STRBUF_INIT;
		struct stat st;

		strbuf_addf(&path, "%s/%s", folder, names[i]);
		if (lstat(path.text, &st) == 0)
			strbuf_addf(out, "%ju.%jd.%ld ", (uintmax_t)st.st_ino, (intmax_t)st.st_size,
				st.st_mtim.tv_nsec);
		else
			strbuf_adds(out, "- ");
		strbuf_release(&path);
	}
}

static const char *place(struct walk *w, size_t line)
{
	strbuf_reset(&w->where);
	strbuf_addf(&w->where, "%s/runs.jsonl:%zu", w->verify->folder, line);
	return w->where.text;
}

static const char *file_place(struct walk *w, const char *name)
{
	strbuf_reset(&w->where);
	strbuf_addf(&w->where, "%s/%s", w->verify->folder, name);
	return w->where.text;
}

#define BAD(w, where, ...)  tell(w, FINDING_ERROR, where, __VA_ARGS__)
#define NOTE(w, where, ...) tell(w, FINDING_WARNING, where, __VA_ARGS__)

static void tell(struct walk *w, enum severity severity, const char *where, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* What is quoted may be of anybody's making: no control character comes through. */
static void tell(struct walk *w, enum severity severity, const char *where, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT, safe = STRBUF_INIT;
	va_list arguments;

	va_start(arguments, format);
	strbuf_vaddf(&text, format, arguments);
	va_end(arguments);
	strbuf_add_safe(&safe, text.text);
	findings_add(w->verify->findings, severity, where, "%s", safe.text);
	strbuf_release(&text);
	strbuf_release(&safe);
}

/* What stands before this line and is none: a crash, where this line tells of it. */
static void check_torn(struct walk *w, const json_t *line)
{
	const char *torn = line_text(line, "torn", NULL);
	const char *hash =
		w->junk ? hash_hex(w->arena, w->junk, (size_t)(w->junk_end - w->junk)) : "";

	if (strcmp(torn, hash) == 0) {
		if (w->junk)
			NOTE(w, place(w, w->at - 1),
				_("half a line, of a run that broke off there; the next line "
				  "tells of it"));
	} else if (w->junk) {
		BAD(w, place(w, w->at - 1),
			_("is no line as postvagt writes it (SHA-256 %s): it was altered or put "
			  "there"),
			hash);
	} else {
		BAD(w, place(w, w->at),
			_("half a line stood before it, with SHA-256 %s, and is not there"), torn);
	}
	w->junk = NULL;
}

static void check_previous(struct walk *w, const json_t *line)
{
	const char *previous = line_text(line, "previous", NULL);
	json_int_t number = json_integer_value(json_object_get(line, "number"));

	if (strcmp(previous, w->last) == 0 && number == w->number + 1)
		return;
	if (number == w->number + 1 && w->number > 0)
		BAD(w, place(w, w->at - 1),
			_("its SHA-256 is %s, and the next line expects %s: it was altered or put "
			  "there"),
			w->last, previous);
	else if (number > w->number + 1)
		BAD(w, place(w, w->at),
			_("has number %lld, expected %lld: lines before it were removed or moved"),
			(long long)number, (long long)w->number + 1);
	else
		BAD(w, place(w, w->at),
			_("has number %lld, expected %lld: it was put there, moved or altered"),
			(long long)number, (long long)w->number + 1);
}

static void check_signature(struct walk *w, const json_t *line, const char *where)
{
	const struct sign_public *keys = w->verify->keys;
	const char *signature = line_text(line, "signature", NULL);

	if (!keys)
		return;
	if (!*signature) {
		if (w->was_signed)
			BAD(w, where, _("is not signed, though lines before it are"));
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
static const char *hash_file(struct walk *w, const char *name)
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

static void check_file(struct walk *w, const json_t *line, const char *key, const char *ending)
{
	const char *name = arena_string(w->arena, line_text(line, key, "name"));
	const char *expected = line_text(line, key, "sha256"), *found;

	if (!*name)
		return;
	if (!store_is_name(name, ending)) {
		BAD(w, place(w, w->at), _("names the file %s, expected YYYYMMDDThhmmssZ-RUNID%s"),
			name, ending);
		return;
	}
	if (table_find(w->files, name)) {
		BAD(w, place(w, w->at), _("names the file %s, which is another line's"), name);
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

/* What a run itself had to tell of the folder. */
static void check_told(struct walk *w, const json_t *line)
{
	const char *head = line_text(line, "head", NULL);

	if (*head)
		BAD(w, place(w, w->at),
			_("when it was added, runs.head said %s: lines before it had been removed or "
			  "altered"),
			head);
	if (json_object_get(line, "unproved"))
		NOTE(w, place(w, w->at),
			_("a run that was not ended stood in runs.open (SHA-256 %s), and nothing proved "
			  "it; what it left in the folder proves nothing"),
			line_text(line, "unproved", "sha256"));
	if (json_object_get(line, "drafts"))
		BAD(w, place(w, w->at),
			_("is the line of a run that was not ended: it was moved here from runs.open"));
	if (json_object_get(line, "expected"))
		BAD(w, place(w, w->at),
			_("report or undo file of the run had been altered before it was settled: "
			  "SHA-256 %s expected"),
			line_text(line, "expected", "report"));
}

/* Whether the line that was just read is the expected one. Only a hash that was computed here can be. */
static void note_expected(struct walk *w)
{
	if (w->is_expected_found)
		w->behind++;
	else if (w->verify->expect && strcmp(w->verify->expect, w->last) == 0)
		w->is_expected_found = true;
}

static void take_line(struct walk *w, json_t *line, const char *text, size_t length)
{
	check_torn(w, line);
	check_previous(w, line);
	check_told(w, line);
	check_signature(w, line, place(w, w->at));
	check_file(w, line, "report", ".ldif");
	check_file(w, line, "undo", ".undo.ldif");
	w->last = hash_hex(w->arena, text, length);
	note_expected(w);
	w->number = json_integer_value(json_object_get(line, "number"));
	json_decref(w->line);
	w->line = line;
	w->verify->lines++;
}

static void walk_lines(struct walk *w, const struct strbuf *text)
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
			BAD(w, place(w, w->at),
				_("the file ends in the middle of this line: a run broke off there, "
				  "which the next one settles, or it was cut off"));
	}
	if (w->junk)
		BAD(w, place(w, w->at),
			_("is no line as postvagt writes it (SHA-256 %s): it was altered or put "
			  "there"),
			hash_hex(w->arena, w->junk, (size_t)(w->junk_end - w->junk)));
}

/* A run that is under way, or broke off. Its files may be at any stage that it has noted. */
static void check_open_file(struct walk *w, const json_t *open, const char *key, const char *ending)
{
	const char *name = arena_string(w->arena, line_text(open, key, "name")), *found;

	if (!store_is_name(name, ending) || table_find(w->files, name))
		return;
	table_put(w->files, name, w);
	if (access(file_place(w, name), F_OK) != 0)
		return;
	found = hash_file(w, name);
	if (found && strcmp(found, line_text(open, key, "sha256")) != 0 &&
		!line_is_draft(open, found))
		BAD(w, file_place(w, name),
			_("its SHA-256 is %s, and runs.open expects %s: it was altered"), found,
			line_text(open, key, "sha256"));
}

static bool follows_last(const struct walk *w, const json_t *open)
{
	return strcmp(line_text(open, "previous", NULL), w->last) == 0 &&
		json_integer_value(json_object_get(open, "number")) == w->number + 1;
}

/* The line of the last run of the chain: that run ended, and broke off before it removed runs.open. */
static bool is_of_last(const struct walk *w, const json_t *open)
{
	return *line_text(open, "run", NULL) &&
		strcmp(line_text(open, "run", NULL), line_text(w->line, "run", NULL)) == 0;
}

static void check_open(struct walk *w, const struct strbuf *text, json_t **open)
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
	check_signature(w, *open, where);
	if (!json_is_array(json_object_get(*open, "drafts")))
		BAD(w, where, _("is a line of the chain: it was taken from the end of runs.jsonl"));
	else if (!follows_last(w, *open) && !is_of_last(w, *open))
		BAD(w, where, _("stands behind a line that is not there: %s"),
			line_text(*open, "previous", NULL));
	check_open_file(w, *open, "report", ".ldif");
	check_open_file(w, *open, "undo", ".undo.ldif");
	hash = hash_hex(w->arena, text->text, length - 1);
	if (w->verify->expect && strcmp(w->verify->expect, hash) == 0)
		w->is_expected_found = true;
	NOTE(w, where, _("run %s is under way, or was interrupted; the next apply settles it"),
		line_text(*open, "run", NULL));
}

/* Read a file that may be missing. */
static bool slurp(struct walk *w, const char *name, struct strbuf *text)
{
	struct error err = ERROR_INIT;
	enum file_state state = file_read(text, file_place(w, name),
		&(struct file_rules){.max = JSONL_MAX, .no_link = true}, &err);

	if (state == FILE_REFUSED)
		BAD(w, w->where.text, "%s", err.text.text);
	error_release(&err);
	return state == FILE_READ;
}

/* A run that broke off between its line and the head has left runs.open. */
static bool is_one_behind(const struct walk *w, const json_t *open, const char *head)
{
	const char *before = w->line ? line_text(w->line, "previous", NULL) : "";

	return open && w->line && strcmp(head, before) == 0 && is_of_last(w, open);
}

static void check_head(struct walk *w, const json_t *open)
{
	struct strbuf head = STRBUF_INIT;
	bool is_there = slurp(w, "runs.head", &head), is_ended;

	is_ended = head.length > 0 && head.text[head.length - 1] == '\n';
	if (is_ended)
		head.text[--head.length] = '\0';
	if (!is_there && w->line && !is_one_behind(w, open, CHAIN_NOTHING))
		BAD(w, file_place(w, "runs.head"), _("is not there; it must say %s"), w->last);
	else if (is_there && is_ended && is_one_behind(w, open, head.text))
		NOTE(w, file_place(w, "runs.head"),
			_("is one line behind, as a run broke off; the next one settles it"));
	else if (is_there &&
		(!is_ended || head.length != strlen(w->last) || strcmp(head.text, w->last) != 0))
		BAD(w, file_place(w, "runs.head"),
			_("says %.64s, and the last line of runs.jsonl is %s: lines at the end were removed, "
			  "altered or put there, or a run broke off, which the next one settles"),
			head.text, w->last);
	strbuf_release(&head);
}

/* A plan that somebody keeps in the folder. It proves itself, or is none. */
static bool is_saved_plan(struct walk *w, const char *name)
{
	const struct file_rules rules = {.max = READER_FILE_MAX, .no_link = true, .is_text = true};
	struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct kept_plan plan = {.seal = NULL};
	bool is_one = file_read(&text, file_place(w, name), &rules, &err) == FILE_READ &&
		seal_read(&plan, text.text, text.length, w->arena) == KEPT_WHOLE &&
		(!w->verify->keys || seal_is_signed(&plan, w->verify->keys));

	error_release(&err);
	strbuf_release(&text);
	return is_one;
}

/* A writer's file is renamed within moments; one that is still there was left behind. */
static bool is_left_behind(struct walk *w, int folder, const char *name)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	struct stat st;

	while (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (w->looks++ >= UNFINISHED_LOOKS)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static bool is_known_name(const char *name)
{
	static const char *const names[] = {
		".", "..", "runs.jsonl", "runs.head", "runs.open", "runs.lock"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* What a file of the folder is, other than those that lines name; NULL: it may be there. */
static const char *judge_other(struct walk *w, int folder, const char *name)
{
	struct stat st;
	bool is_there = fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0;

	if (!is_there)
		return NULL; /* it went while we looked */
	if (S_ISLNK(st.st_mode))
		return _("is a link; postvagt makes none");
	if (strcmp(name, "state") == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return S_ISDIR(st.st_mode) ? NULL : _("is not a folder");
	if (!S_ISREG(st.st_mode))
		return _("is not a regular file");
	if (is_known_name(name) || table_find(w->files, name))
		return NULL;
	if (store_is_name(name, ".ldif") || store_is_name(name, ".undo.ldif"))
		return _("no line knows this file: it was put there, or its line removed");
	if (file_is_unfinished(name))
		return is_left_behind(w, folder, name)
			? _("a file that was being written when its run broke off, or that was put "
			    "there; the next apply removes its own")
			: NULL;
	return is_saved_plan(w, name)
		? NULL
		: _("is not one of postvagt's files: it was put there, or is a saved plan that is not "
		    "whole or not signed");
}

static enum error_kind check_others(struct walk *w, struct error *err)
{
	DIR *folder = opendir(w->verify->folder);
	const struct dirent *entry;

	if (!folder)
		return error_set(err, ERROR_OURS, _("%s: cannot be read: %s"), w->verify->folder,
			strerror(errno));
	while ((entry = readdir(folder))) {
		const char *what = judge_other(w, dirfd(folder), entry->d_name);

		if (what)
			BAD(w, file_place(w, entry->d_name), "%s", what);
	}
	closedir(folder);
	return ERROR_NONE;
}

static void check_end(struct walk *w)
{
	const char *expect = w->verify->expect;

	if (w->verify->keys && !w->was_signed)
		BAD(w, file_place(w, "runs.jsonl"), _("no line is signed"));
	if (!expect || strcmp(expect, w->last) == 0)
		return;
	if (w->is_expected_found)
		NOTE(w, file_place(w, "runs.jsonl"),
			_("is proved up to the expected line; %zu lines follow, the last is %s, which "
			  "syslog must have, too"),
			w->behind, w->last);
	else
		BAD(w, file_place(w, "runs.jsonl"),
			_("has no line %s, which is expected: it was cut off or altered"), expect);
}

/* One look at the folder. `*moved` tells that a run wrote to it meanwhile. */
static enum error_kind look_once(struct verify *verify, bool *moved, struct error *err)
{
	struct walk w = {.verify = verify,
		.arena = arena_new(),
		.last = CHAIN_NOTHING,
		.where = STRBUF_INIT};
	struct strbuf text = STRBUF_INIT, open_text = STRBUF_INIT;
	struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
	json_t *open = NULL;

	add_stamps(&before, verify->folder);
	w.files = table_new(w.arena);
	if (slurp(&w, "runs.jsonl", &text))
		walk_lines(&w, &text);
	else if (access(verify->folder, F_OK) == 0)
		BAD(&w, file_place(&w, "runs.jsonl"), _("is not there"));
	if (slurp(&w, "runs.open", &open_text))
		check_open(&w, &open_text, &open);
	check_head(&w, open);
	check_others(&w, err);
	check_end(&w);
	findings_sort(verify->findings);
	memcpy(verify->last, w.last, SHA256_HEX);
	add_stamps(&after, verify->folder);
	*moved = strcmp(before.text, after.text) != 0;
	json_decref(open);
	json_decref(w.line);
	strbuf_release(&text);
	strbuf_release(&open_text);
	strbuf_release(&before);
	strbuf_release(&after);
	strbuf_release(&w.where);
	arena_free(w.arena);
	return err->kind;
}

enum error_kind verify_folder(struct verify *verify, struct error *err)
{
	bool moved = true;

	for (int looks = 0; looks < LOOKS_MAX && moved && !err->kind; looks++) {
		findings_init(verify->findings, verify->findings->arena);
		verify->lines = verify->files = verify->signatures = 0;
		look_once(verify, &moved, err);
		moved = moved && verify->findings->errors > 0;
	}
	return err->kind;
}
