#include "ledger/added_reports.h"

#include <string.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "decide/added_members.h"
#include "ledger/chain.h"
#include "ledger/run_files.h"
#include "ledger/run_line.h"
#include "ledger/run_tail.h"
#include "ledger/runs.h"

#define FIRST_TAIL ((size_t)8 * 1024 * 1024) /* bytes of runs.jsonl that are read at first */

/* Those of one DN, on whatever list. */
struct same_key {
	struct added_member *member;
	struct same_key *next;
};

struct reports_ctx {
	struct added_members *added;
	const struct added_source *source;
	struct table *lists;     /* dn_key() of a list -> what tells it from others */
	struct table *by_key;    /* struct same_key, by dn_key() of the member */
	size_t keyed;            /* of added->items, so many */
	bool has_run;            /* the line of source->run came */
	char before[SHA256_HEX]; /* the hash of the line before; "": there is none */
	struct error *err;
};

static void forget(struct added_member *member)
{
	member->gone = true;
	member->removed_by = NULL;
}

/* Whether what a report says of `list` is about the member: a list that a run made is known by its DN to that report. */
static bool may_be_of(const struct added_member *member, const char *list)
{
	return strcmp(member->list, list) == 0 || strchr(member->list, '=');
}

/* NULL: all lists. */
static void forget_list(const struct reports_ctx *r, const char *list)
{
	for (size_t i = 0; i < r->added->count; i++) {
		if (!list || may_be_of(r->added->items[i], list))
			forget(r->added->items[i]);
	}
}

/* Whether it is the link after the line before; the first that is read may be any. */
static bool follows(const struct reports_ctx *r, const json_t *line)
{
	return !*r->before || strcmp(run_line_text(line, "previous", NULL), r->before) == 0;
}

static bool is_stand_in(const struct machine_value *value)
{
	for (size_t i = 0; i < value->reason_count; i++) {
		enum reason_kind kind = value->reasons[i].kind;

		if (kind != REASON_STAND_IN && kind != REASON_FILLS_UP && kind != REASON_FALLBACK)
			return false;
	}
	return value->reason_count > 0;
}

/* What a run did to one value of a list. */
static void note_value(const struct reports_ctx *r, const json_t *line, const char *list,
	const struct machine_value *value)
{
	const char *undoes = run_line_text(line, "undoes", NULL);
	const char *run = run_line_text(line, "run", NULL);
	const char *key = dn_key(r->added->arena, value->dn);
	struct added_member *known;

	if (!key || value->state != MACHINE_DONE)
		return;
	known = added_members_find_any(r->added, list, key, NULL);
	if (value->verb == MACHINE_LEAVES && known) {
		known->gone = true;
		known->removed_by = arena_string(r->added->arena, run);
	} else if (value->verb == MACHINE_JOINS && *undoes) {
		if (known && known->removed_by && strcmp(known->removed_by, undoes) == 0)
			known->gone = false;
	} else if (value->verb == MACHINE_JOINS && value->name) {
		added_members_put(r->added,
			&(struct added_member){.list = list,
				.dn = value->dn,
				.key = key,
				.when = runs_started(line),
				.stand_in = is_stand_in(value)});
	}
}

static void note_list(const struct reports_ctx *r, const json_t *line,
	const struct machine_list *list)
{
	const char *key = list->is_person ? NULL : dn_key(r->added->arena, list->dn);
	const char *name = list->identity ? list->identity : key;

	if (!key || list->kind == BLOCK_MAILBOX)
		return;
	table_put(r->lists, key, arena_string(r->added->arena, name));
	for (size_t i = 0; i < list->count; i++)
		note_value(r, line, name, &list->values[i]);
}

/* Nobody knows whom a run removed whose report is gone. */
static void forget_lists(const struct reports_ctx *r, const json_t *line)
{
	const json_t *lists = json_object_get(line, "lists");

	for (size_t i = 0; i < json_array_size(lists); i++) {
		const json_t *list = json_array_get(lists, i);
		const char *key = dn_key(r->added->arena, run_line_text(list, "dn", NULL));
		const char *name = key ? table_find(r->lists, key) : NULL;

		if (name && json_integer_value(json_object_get(list, "remove")) > 0)
			forget_list(r, name);
	}
}

static void note_report(const struct reports_ctx *r, const json_t *line)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct read_report report;

	if (!runs_report(r->source->folder, line, &report, arena, &err)) {
		forget_lists(r, line);
	} else {
		for (size_t i = 0; i < report.machine.count && !report.is_legacy; i++)
			note_list(r, line, &report.machine.lists[i]);
	}
	error_release(&err);
	arena_free(arena);
}

/* All of that DN, which were put since the last time, too. */
static const struct same_key *find_key(struct reports_ctx *r, const char *key)
{
	for (; r->keyed < r->added->count; r->keyed++) {
		struct same_key *one = arena_get(r->added->arena, sizeof(*one));

		one->member = r->added->items[r->keyed];
		one->next = table_find(r->by_key, one->member->key);
		table_put(r->by_key, one->member->key, one);
	}
	return table_find(r->by_key, key);
}

static void note_found_member(struct reports_ctx *r, const char *list, const char *key,
	bool is_gone)
{
	for (const struct same_key *one = find_key(r, key); one; one = one->next) {
		if (!may_be_of(one->member, list))
			continue;
		if (is_gone)
			forget(one->member);
		else
			one->member->stand_in = false;
	}
}

/* What a run found on one list: who was gone, or there in their own right. */
static void note_found(struct reports_ctx *r, const json_t *found)
{
	const char *list = json_string_value(json_object_get(found, "list"));
	static const char *const keys[] = {"gone", "own"};

	if (list && json_is_true(json_object_get(found, "all")))
		forget_list(r, list);
	for (size_t i = 0; list && i < 2; i++) {
		const json_t *names = json_object_get(found, keys[i]);

		for (size_t j = 0; j < json_array_size(names); j++) {
			const char *dn = json_string_value(json_array_get(names, j));
			const char *key = dn ? dn_key(r->added->arena, dn) : NULL;

			if (key)
				note_found_member(r, list, key, i == 0);
		}
	}
}

static bool counts(const struct reports_ctx *r, const json_t *line)
{
	return run_line_is_text(run_line_text(line, "host", NULL), r->source->host) &&
		(!r->source->accepted || chain_is_signed(line, r->source->accepted));
}

/* A signature is looked at last: most lines say nothing here. */
static void note_line(struct reports_ctx *r, const json_t *line, const char *hash)
{
	const json_t *found = json_object_get(line, ADDED_FOUND_KEY);
	bool has_report = *run_line_text(line, "report", "name") &&
		(run_line_is_outcome(line, RUN_DONE) || run_line_is_outcome(line, RUN_PARTLY) ||
			run_line_is_outcome(line, RUN_INTERRUPTED));

	if (!follows(r, line))
		forget_list(r, NULL);
	memcpy(r->before, hash, SHA256_HEX);
	if (r->source->run && strcmp(run_line_text(line, "run", NULL), r->source->run) == 0)
		r->has_run |= counts(r, line);
	if ((!found && !has_report) || runs_started(line) < r->source->now - ADDED_MEMBERS_TIME ||
		!counts(r, line))
		return;
	for (size_t i = 0; i < json_array_size(found); i++)
		note_found(r, json_array_get(found, i));
	if (has_report)
		note_report(r, line);
}

static void note_lines(struct reports_ctx *r, const struct strbuf *text, bool is_whole)
{
	const char *at = text->text, *end = text->text + text->length, *newline;

	if (!is_whole && (newline = memchr(at, '\n', text->length)))
		at = newline + 1;
	for (; (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1) {
		json_t *line = chain_read_line(at, (size_t)(newline - at));
		char hex[SHA256_HEX];
		struct hash hash;

		hash_init(&hash);
		hash_add(&hash, at, (size_t)(newline - at));
		hash_end(&hash, hex);
		if (line)
			note_line(r, line, hex);
		json_decref(line);
	}
}

/* Whether the first line of what was read is old enough that nothing before it counts. */
static bool reaches_back(const struct strbuf *text, moment since)
{
	const char *start = memchr(text->text, '\n', text->length);
	const char *end = start ? strchr(start + 1, '\n') : NULL;
	json_t *line = end ? chain_read_line(start + 1, (size_t)(end - start - 1)) : NULL;
	bool does = line && runs_started(line) < since;

	json_decref(line);
	return does;
}

/* Read a file's lines, from its end back to what counts. */
static void note_file(struct reports_ctx *r, const char *name)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	bool is_whole = false, is_enough = false;
	size_t most = FIRST_TAIL;

	strbuf_addf(&path, "%s/%s", r->source->folder, name);
	while (!is_enough) {
		const struct file_rules rules = {.max = most, .no_link = true, .tail = true};

		strbuf_reset(&text);
		if (file_read(&text, path.text, &rules, r->err) != FILE_READ)
			break;
		is_whole = text.length < most;
		is_enough = is_whole || most >= RUNS_FILE_MAX ||
			reaches_back(&text, r->source->now - ADDED_MEMBERS_TIME);
		most *= 8;
	}
	if (is_enough)
		note_lines(r, &text, is_whole);
	strbuf_release(&path);
	strbuf_release(&text);
}

enum error_kind added_reports_read(struct added_members *added, const struct added_source *source,
	bool *is_cut, struct error *err)
{
	struct reports_ctx r = {.added = added,
		.source = source,
		.lists = table_new(added->arena),
		.by_key = table_new(added->arena),
		.err = err};
	int since = run_files_year_of(source->now - ADDED_MEMBERS_TIME);
	struct run_files files;

	run_files_find(&files, source->folder, added->arena);
	for (size_t i = 0; i < files.count && !err->kind; i++) {
		if (run_files_year(files.names[i]) >= since)
			note_file(&r, files.names[i]);
	}
	if (!err->kind)
		note_file(&r, RUN_FILES_CURRENT);
	*is_cut = source->run && !r.has_run;
	if (*is_cut)
		forget_list(&r, NULL);
	return err->kind;
}

json_t *added_reports_last(const char *folder, struct error *err)
{
	struct run_end end;
	json_t *line = NULL;

	if (!run_end_find(&end, folder, err))
		line = json_incref(end.line);
	run_end_release(&end);
	return line;
}
