/* postvagt audit show: one run, for somebody who reads no LDIF. */
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
#include "report/html/page.h"
#include "report/ldif/legacy.h"

static void add_field(struct strbuf *out, const char *label, const char *text)
{
	if (!*text)
		return;
	strbuf_addf(out, "%s: ", label);
	strbuf_add_safe(out, text);
	strbuf_addc(out, '\n');
}

static void add_line(struct strbuf *out, const json_t *line)
{
	struct strbuf by = STRBUF_INIT, when = STRBUF_INIT;

	moment_add_human(&when, runs_started(line));
	strbuf_addf(&by, "%s@%s, postvagt %s %s", run_line_text(line, "user", NULL),
		run_line_text(line, "host", NULL), run_line_text(line, "version", NULL),
		run_line_text(line, "command", NULL));
	add_field(out, _("run"), run_line_text(line, "run", NULL));
	add_field(out, _("started"), when.text);
	add_field(out, _("by"), by.text);
	add_field(out, _("takes back run"), run_line_text(line, "undoes", NULL));
	add_field(out, _("case"), run_line_text(line, "case", NULL));
	add_field(out, _("directory"), run_line_text(line, "directory", "url"));
	add_field(out, _("mailbox"), run_line_text(line, "address", NULL));
	add_field(out, _("told to"), run_line_text(line, "to", NULL));
	add_field(out, _("outcome"), audit_outcome(line));
	add_field(out, _("why"), run_line_text(line, "said", NULL));
	strbuf_release(&by);
	strbuf_release(&when);
}

/* Its comments: they are sentences. An empty line where the file has records between. */
static void add_report(struct strbuf *out, const struct read_report *report)
{
	size_t line = 0;

	for (size_t i = report->head_count; i < report->comment_count; i++) {
		const struct read_comment *comment = &report->comments[i];

		if (strcmp(comment->text, "end") == 0)
			continue;
		if (comment->line != line + 1)
			strbuf_addc(out, '\n');
		strbuf_add_safe(out, comment->text);
		strbuf_addc(out, '\n');
		line = comment->line;
	}
}

/* What its head has beyond the line: the saved plan, why it was refused, what is held back. */
static void add_head(struct strbuf *out, const struct read_report *report)
{
	size_t first = report->head_count;

	if (report->is_legacy) {
		first = legacy_head_rest(report);
	} else if (report->head_line > 0) {
		while (first > 0 && report->comments[first - 1].line > report->head_line)
			first--;
	}
	for (size_t i = first; i < report->head_count; i++) {
		strbuf_add_safe(out, report->comments[i].text);
		strbuf_addc(out, '\n');
	}
}

static void show_reports(const char *folder, const json_t *line, struct error *err)
{
	struct arena *arena = arena_new();
	struct strbuf out = STRBUF_INIT;
	struct read_report report;

	add_line(&out, line);
	if (*run_line_text(line, "report", "name") &&
		runs_report(folder, line, &report, arena, err)) {
		add_head(&out, &report);
		add_report(&out, &report);
	}
	print_lines(stdout, out.text);
	strbuf_release(&out);
	arena_free(arena);
}

/* The runs of some days are shown as a list, and in full on the page alone; then there is no RUN. */
static bool is_of_days(const struct options *options)
{
	return options->html && (options->since || options->until || options->argument_count < 2);
}

static void show_run(const struct options *options, const char *folder, const json_t *lines,
	struct error *err)
{
	const json_t *line = audit_find(lines, options->arguments[1], err);

	if (line)
		show_reports(folder, line, err);
	if (!err->kind && options->html)
		audit_write_page(options, folder, lines, options->arguments[1], err);
}

int audit_show(const struct options *options)
{
	struct strbuf folder = STRBUF_INIT;
	struct error err = ERROR_INIT;
	json_t *lines = NULL;
	bool of_days = is_of_days(options);
	int status = of_days ? audit_list(options) : EXIT_DONE;

	if (status)
		return status;
	if (options->argument_count < 2 && !of_days)
		error_set(&err, ERROR_USAGE, _("usage: postvagt %s %s"), "audit", "show RUN");
	else if (!page_check_file("--html", options->html, &err) &&
		!audit_folder(options, of_days ? 1 : 2, &folder, &err))
		lines = of_days ? runs_load(folder.text, MOMENT_EARLIEST, &err)
				: runs_load_from(folder.text, options->arguments[1], &err);
	if (lines && of_days)
		audit_write_page(options, folder.text, lines, NULL, &err);
	else if (lines)
		show_run(options, folder.text, lines, &err);
	status = exit_status_of(err.kind);
	if (err.kind)
		error_print(&err);
	json_decref(lines);
	error_release(&err);
	strbuf_release(&folder);
	return status;
}
