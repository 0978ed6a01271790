/*
 * postvagt audit who: who was on a tag's lists at a moment, from the reports alone. A report
 * that changes a list names all that are on it, before and after: the last one up to the moment
 * tells, or else the first one behind it.
 */
#include <stdio.h>
#include <string.h>

#include "audit/audit.h"
#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/print.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "ledger/run_line.h"
#include "ledger/runs.h"

/* What the reports tell of one list. */
struct known_list {
	const char *dn, *key, *kind;
	const json_t *line; /* of the run that tells; NULL: none did */
	bool is_before;     /* as it was before that run; else after */
};

struct who_query {
	const char *folder, *tag;
	moment at;
	struct arena *arena;
	struct table *by_key;
	struct known_list **lists;
	size_t count, room;
};

static struct known_list *list_of(struct who_query *query, const json_t *item)
{
	const char *dn = run_line_text(item, "dn", NULL), *key = dn_key(query->arena, dn);
	struct known_list *list;

	key = key ? key : dn;
	list = table_find(query->by_key, key);
	if (list)
		return list;
	list = arena_get(query->arena, sizeof(*list));
	*list = (struct known_list){
		.dn = dn, .key = key, .kind = run_line_text(item, "kind", NULL)};
	table_put(query->by_key, key, list);
	query->lists =
		arena_grow(query->arena, query->lists, query->count, &query->room, sizeof(void *));
	query->lists[query->count++] = list;
	return list;
}

/* Lines come in the order of time. */
static void take_line(struct who_query *query, const json_t *line)
{
	const json_t *lists = json_object_get(line, "lists");
	bool is_later = runs_started(line) > query->at;

	if (!*run_line_text(line, "report", "name"))
		return;
	for (size_t i = 0; i < json_array_size(lists); i++) {
		const json_t *item = json_array_get(lists, i);
		struct known_list *list;

		if (!run_line_has_tag(item, query->tag))
			continue;
		list = list_of(query, item);
		if (is_later && list->line)
			continue;
		list->line = line;
		list->is_before = is_later;
	}
}

/* "dn (name): why" */
static void add_member(struct strbuf *out, const struct machine_value *value, moment at)
{
	struct strbuf why = STRBUF_INIT;

	strbuf_adds(out, "  ");
	strbuf_add_safe(out, value->dn);
	if (value->name) {
		strbuf_adds(out, " (");
		strbuf_add_safe(out, value->name);
		strbuf_addc(out, ')');
	}
	machine_add_why(&why, value, at);
	if (why.length > 0)
		strbuf_addf(out, ": %s", why.text);
	strbuf_addc(out, '\n');
	strbuf_release(&why);
}

/* Whether a value is on the list, before the run or after it. */
static bool is_on(const struct machine_value *value, bool is_before)
{
	if (value->verb == MACHINE_LEAVES)
		return is_before || machine_is_commented_out(value);
	if (value->verb == MACHINE_JOINS)
		return !is_before && !machine_is_commented_out(value);
	return value->verb == MACHINE_STAYS;
}

static void add_members(struct strbuf *out, const struct known_list *list,
	const struct read_report *report, struct arena *arena)
{
	for (size_t i = 0; i < report->machine.count; i++) {
		const struct machine_list *of = &report->machine.lists[i];
		const char *key = dn_key(arena, of->dn);

		if (!key || strcmp(key, list->key) != 0)
			continue;
		for (size_t j = 0; j < of->count; j++) {
			if (is_on(&of->values[j], list->is_before))
				add_member(out, &of->values[j], report->machine.head.at);
		}
	}
}

static enum error_kind add_list(struct who_query *query, struct strbuf *out,
	const struct known_list *list, struct error *err)
{
	struct strbuf when = STRBUF_INIT, run = STRBUF_INIT;
	struct read_report report;

	if (!runs_report(query->folder, list->line, &report, query->arena, err))
		return err->kind;
	moment_add_human(&when, runs_started(list->line));
	strbuf_add_safe(out, query->tag);
	strbuf_adds(out, " (");
	strbuf_add_safe(out, list->kind);
	strbuf_adds(out, "), ");
	strbuf_add_safe(out, list->dn);
	strbuf_addc(out, '\n');
	strbuf_add_safe(&run, run_line_text(list->line, "run", NULL));
	strbuf_addf(out,
		list->is_before
			? _("as it was before run %s, %s, the first that tells of it:\n")
			: _("as run %s left it, %s, the last that tells of it until then:\n"),
		run.text, when.text);
	strbuf_release(&run);
	add_members(out, list, &report, query->arena);
	strbuf_release(&when);
	return ERROR_NONE;
}

static enum error_kind print_answer(struct who_query *query, const json_t *lines, struct error *err)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < json_array_size(lines); i++)
		take_line(query, json_array_get(lines, i));
	if (query->count == 0)
		error_set(err, ERROR_OURS,
			_("the reports do not tell who was on the lists of %s: no run has changed them"),
			query->tag);
	for (size_t i = 0; i < query->count && !err->kind; i++)
		add_list(query, &out, query->lists[i], err);
	print_lines(stdout, out.text);
	strbuf_release(&out);
	return err->kind;
}

static enum error_kind read_question(struct who_query *query, const struct options *options,
	struct error *err)
{
	query->at = moment_now();
	if (options->argument_count < 2)
		return error_set(err, ERROR_USAGE, _("usage: postvagt %s %s"), "audit",
			"who TAG --at TIME");
	query->tag = options->arguments[1];
	if (options->at && !moment_read(options->at, MOMENT_START, &query->at, NULL))
		return error_set(err, ERROR_USAGE,
			_("--at: \"%s\" is no time; write 2026-12-24T08:00 or 2026-12-24"),
			options->at);
	return ERROR_NONE;
}

int audit_who(const struct options *options)
{
	struct strbuf folder = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct who_query query = {.tag = "", .arena = arena_new()};
	json_t *lines = NULL;
	int status;

	query.by_key = table_new(query.arena);
	if (!audit_folder(options, 2, &folder, &err) && !read_question(&query, options, &err))
		lines = runs_load(folder.text, MOMENT_EARLIEST, &err);
	query.folder = folder.text;
	if (lines)
		print_answer(&query, lines, &err);
	status = exit_status_of(err.kind);
	if (err.kind)
		error_print(&err);
	json_decref(lines);
	arena_free(query.arena);
	error_release(&err);
	strbuf_release(&folder);
	return status;
}
