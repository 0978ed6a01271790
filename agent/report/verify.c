#include "report/verify.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/language.h"
#include "base/strbuf.h"
#include "base/table.h"
#include "report/chain.h"
#include "report/line.h"
#include "report/reader.h"
#include "report/sign.h"

#define JSONL_MAX ((size_t)1024 * 1024 * 1024)

struct walk {
	struct verify *verify;
	struct arena *arena;
	struct table *files;         /* names that some line has */
	struct table *hashes;        /* of lines */
	const char *last;            /* hash of the line before */
	json_t *line;                /* owned: the last good one */
	json_int_t number;           /* its */
	const char *junk, *junk_end; /* what is no line, and no line has told of yet; NULL: none */
	size_t at;                   /* the line looked at, from 1 */
	bool was_signed;
	struct strbuf where;
};

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

/* A line is written in one way only. */
static json_t *read_line(const char *text, size_t length)
{
	json_t *line = chain_read_line(text, length);
	char *again;
	bool same;

	if (!line)
		return NULL;
	again = chain_text(line);
	same = strlen(again) == length && memcmp(again, text, length) == 0;
	free(again);
	if (!same) {
		json_decref(line);
		return NULL;
	}
	return line;
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
	json_t *bare;
	char *text;

	if (!keys)
		return;
	if (!*signature) {
		if (w->was_signed)
			BAD(w, where, _("is not signed, though lines before it are"));
		return;
	}
	w->was_signed = true;
	bare = json_copy((json_t *)line);
	json_object_del(bare, "signature");
	text = chain_text(bare);
	if (sign_is_good(keys, text, strlen(text), signature))
		w->verify->signatures++;
	else
		BAD(w, where,
			_("its signature is not of this key: the line was altered, or another key "
			  "made it"));
	free(text);
	json_decref(bare);
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

static void check_file(struct walk *w, const json_t *line, const char *key)
{
	const char *name = arena_string(w->arena, line_text(line, key, "name"));
	const char *expected = line_text(line, key, "sha256"), *found;

	if (!*name)
		return;
	if (strchr(name, '/') || table_find(w->files, name)) {
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
	if (json_object_get(line, "expected"))
		BAD(w, place(w, w->at),
			_("report or undo file of the run had been altered before it was settled: "
			  "SHA-256 %s expected"),
			line_text(line, "expected", "report"));
}

static void take_line(struct walk *w, json_t *line, const char *text, size_t length)
{
	check_torn(w, line);
	check_previous(w, line);
	check_told(w, line);
	check_signature(w, line, place(w, w->at));
	check_file(w, line, "report");
	check_file(w, line, "undo");
	w->last = hash_hex(w->arena, text, length);
	table_put(w->hashes, w->last, w);
	table_put(w->hashes, arena_string(w->arena, line_text(line, "intent", NULL)), w);
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
		json_t *line = read_line(at, (size_t)(stop - at));

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
static void check_open_file(struct walk *w, const json_t *open, const char *key)
{
	const char *name = arena_string(w->arena, line_text(open, key, "name")), *found;

	if (!*name || strchr(name, '/') || table_find(w->files, name))
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

static void check_open(struct walk *w, const struct strbuf *text, json_t **open)
{
	size_t length = text->length;
	const char *where;

	*open = length > 0 && text->text[length - 1] == '\n' ? read_line(text->text, length - 1)
							     : NULL;
	if (!*open) {
		BAD(w, file_place(w, "runs.open"), _("is no line as postvagt writes it"));
		return;
	}
	where = arena_string(w->arena, file_place(w, "runs.open"));
	check_signature(w, *open, where);
	if (strcmp(line_text(*open, "previous", NULL), CHAIN_NOTHING) != 0 &&
		!table_find(w->hashes, line_text(*open, "previous", NULL)))
		BAD(w, where, _("stands behind a line that is not there: %s"),
			line_text(*open, "previous", NULL));
	check_open_file(w, *open, "report");
	check_open_file(w, *open, "undo");
	table_put(w->hashes, hash_hex(w->arena, text->text, length - 1), w);
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

static void check_head(struct walk *w, const json_t *open)
{
	struct strbuf head = STRBUF_INIT, expected = STRBUF_INIT, before = STRBUF_INIT;

	strbuf_addf(&expected, "%s\n", w->last);
	strbuf_addf(&before, "%s\n", line_text(w->line, "previous", NULL));
	if (!slurp(w, "runs.head", &head))
		BAD(w, file_place(w, "runs.head"), _("is not there; it must say %s"), w->last);
	else if (head.length == before.length && strcmp(head.text, before.text) == 0 && open &&
		strcmp(line_text(open, "run", NULL), line_text(w->line, "run", NULL)) == 0)
		NOTE(w, file_place(w, "runs.head"),
			_("is one line behind, as a run broke off; the next one settles it"));
	else if (head.length != expected.length || strcmp(head.text, expected.text) != 0)
		BAD(w, file_place(w, "runs.head"),
			_("says %.64s, and the last line of runs.jsonl is %s: lines at the end were removed, "
			  "altered or put there, or a run broke off, which the next one settles"),
			head.text, w->last);
	strbuf_release(&head);
	strbuf_release(&expected);
	strbuf_release(&before);
}

static bool is_report_name(const char *name)
{
	static const char form[] = "00000000T000000Z-hhhhhhhh";
	size_t i;

	for (i = 0; form[i]; i++) {
		if (form[i] == '0' ? strchr("0123456789", name[i]) == NULL || !name[i]
				: form[i] == 'h'
				? strchr("0123456789abcdef", name[i]) == NULL || !name[i]
				: name[i] != form[i])
			return false;
	}
	return strcmp(name + i, ".ldif") == 0 || strcmp(name + i, ".undo.ldif") == 0;
}

static enum error_kind check_others(struct walk *w, struct error *err)
{
	DIR *folder = opendir(w->verify->folder);
	const struct dirent *entry;

	if (!folder)
		return error_set(err, ERROR_OURS, _("%s: cannot be read: %s"), w->verify->folder,
			strerror(errno));
	while ((entry = readdir(folder))) {
		if (is_report_name(entry->d_name) && !table_find(w->files, entry->d_name))
			BAD(w, file_place(w, entry->d_name),
				_("no line knows this file: it was put there, or its line removed"));
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
	if (table_find(w->hashes, expect))
		NOTE(w, file_place(w, "runs.jsonl"),
			_("has the expected line %s; the last one is %s, which syslog must have, too"),
			expect, w->last);
	else
		BAD(w, file_place(w, "runs.jsonl"),
			_("has no line %s, which is expected: it was cut off or altered"), expect);
}

enum error_kind verify_folder(struct verify *verify, struct error *err)
{
	struct walk w = {.verify = verify,
		.arena = arena_new(),
		.last = CHAIN_NOTHING,
		.where = STRBUF_INIT};
	struct strbuf text = STRBUF_INIT, open_text = STRBUF_INIT;
	json_t *open = NULL;

	w.files = table_new(w.arena);
	w.hashes = table_new(w.arena);
	if (slurp(&w, "runs.jsonl", &text)) {
		walk_lines(&w, &text);
	} else if (access(verify->folder, F_OK) == 0) {
		BAD(&w, file_place(&w, "runs.jsonl"), _("is not there"));
	}
	if (slurp(&w, "runs.open", &open_text))
		check_open(&w, &open_text, &open);
	if (w.line)
		check_head(&w, open);
	check_others(&w, err);
	check_end(&w);
	findings_sort(verify->findings);
	memcpy(verify->last, w.last, SHA256_HEX);
	json_decref(open);
	json_decref(w.line);
	strbuf_release(&text);
	strbuf_release(&open_text);
	strbuf_release(&w.where);
	arena_free(w.arena);
	return err->kind;
}
