/* postvagt audit list: which runs there were. */
#include <stdio.h>
#include <string.h>

#include "audit/audit.h"
#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "ledger/run_line.h"
#include "ledger/runs.h"
#include "report/ldif/legacy.h"
#include "report/text/json.h"

/* Which runs are asked for. */
struct selection {
	const struct options *options;
	const char *folder;
	moment since, until;
};

static bool has_tag(const json_t *line, const char *tag)
{
	const json_t *lists = json_object_get(line, "lists");

	for (size_t i = 0; i < json_array_size(lists); i++) {
		if (run_line_has_tag(json_array_get(lists, i), tag))
			return true;
	}
	return false;
}

static bool has_text(const char *in, const char *text)
{
	return in && strcasestr(in, text);
}

static bool names_whom(const struct person *person, const char *text)
{
	return person && (has_text(person->dn, text) || has_text(person->name, text));
}

/* As who joins, leaves or stays, or as somebody for whom, or through whom, that is so. */
static bool names_value(const struct machine_value *value, const char *text)
{
	if (has_text(value->dn, text) || has_text(value->name, text))
		return true;
	for (size_t i = 0; i < value->reason_count; i++) {
		if (names_whom(value->reasons[i].whom, text))
			return true;
	}
	return value->leaves && names_whom(value->leaves->stand_in, text);
}

static bool names_in_list(const struct machine_list *list, const char *text)
{
	if (has_text(list->dn, text) || has_text(list->name, text))
		return true;
	for (size_t i = 0; i < list->count; i++) {
		if (names_value(&list->values[i], text))
			return true;
	}
	for (size_t i = 0; i < list->gap_count; i++) {
		if (names_whom(list->gaps[i].whom, text))
			return true;
	}
	return false;
}

static bool names_person(const struct read_report *report, const char *text)
{
	const struct machine *machine = &report->machine;

	if (report->is_legacy)
		return legacy_names(report, text);
	for (size_t i = 0; i < machine->count; i++) {
		if (names_in_list(&machine->lists[i], text))
			return true;
	}
	for (size_t i = 0; i < machine->findings.count; i++) {
		if (has_text(machine->findings.items[i].where, text) ||
			has_text(machine->findings.items[i].what, text))
			return true;
	}
	return false;
}

static bool has_person(const struct selection *selection, const json_t *line, const char *text)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct read_report report;
	bool found = runs_report(selection->folder, line, &report, arena, &err) &&
		names_person(&report, text);

	if (err.kind)
		error_print(&err);
	error_release(&err);
	arena_free(arena);
	return found;
}

static bool is_selected(const struct selection *selection, const json_t *line)
{
	const struct options *options = selection->options;
	moment started = runs_started(line);

	return started >= selection->since && started < selection->until &&
		(!options->tag || has_tag(line, options->tag)) &&
		(!options->person || has_person(selection, line, options->person));
}

static void add_line(struct strbuf *out, const json_t *line)
{
	const json_t *totals = json_object_get(line, "totals");

	strbuf_addf(out, "%" JSON_INTEGER_FORMAT "  ",
		json_integer_value(json_object_get(line, "number")));
	strbuf_add_safe(out, run_line_text(line, "started", NULL));
	strbuf_adds(out, "  ");
	strbuf_add_safe(out, run_line_text(line, "run", NULL));
	strbuf_adds(out, "  ");
	strbuf_add_safe(out, run_line_text(line, "command", NULL));
	strbuf_adds(out, "  ");
	strbuf_adds(out, audit_outcome(line));
	strbuf_addf(out, "  +%" JSON_INTEGER_FORMAT " -%" JSON_INTEGER_FORMAT,
		json_integer_value(json_object_get(totals, "added")),
		json_integer_value(json_object_get(totals, "removed")));
	if (*run_line_text(line, "address", NULL)) {
		strbuf_adds(out, "  ");
		strbuf_add_safe(out, run_line_text(line, "address", NULL));
	}
	if (*run_line_text(line, "case", NULL)) {
		strbuf_adds(out, "  ");
		strbuf_add_safe(out, run_line_text(line, "case", NULL));
	}
	strbuf_addc(out, '\n');
}

static void print_runs(const struct selection *selection, json_t *lines)
{
	struct strbuf out = STRBUF_INIT;
	json_t *selected = json_array();

	for (size_t i = 0; i < json_array_size(lines); i++) {
		json_t *line = json_array_get(lines, i);

		if (!is_selected(selection, line))
			continue;
		json_array_append(selected, line);
		if (!selection->options->json)
			add_line(&out, line);
	}
	if (selection->options->json)
		json_add_sorted(&out, json_incref(selected));
	print_lines(stdout, out.text);
	json_decref(selected);
	strbuf_release(&out);
}

int audit_list(const struct options *options)
{
	struct strbuf folder = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct selection selection = {
		.options = options, .since = MOMENT_EARLIEST, .until = MOMENT_LATEST};
	json_t *lines = NULL;
	int status;

	if (!audit_folder(options, 1, &folder, &err) &&
		!audit_read_time("since", options->since, MOMENT_START, &selection.since, &err) &&
		!audit_read_time("until", options->until, MOMENT_END, &selection.until, &err))
		lines = runs_load(folder.text, selection.since, &err);
	selection.folder = folder.text;
	if (lines)
		print_runs(&selection, lines);
	status = exit_status_of(err.kind);
	if (err.kind)
		error_print(&err);
	json_decref(lines);
	error_release(&err);
	strbuf_release(&folder);
	return status;
}
