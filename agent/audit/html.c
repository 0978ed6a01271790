#include "audit/html.h"

#include <string.h>

#include "audit/timeline.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "ledger/run_line.h"
#include "ledger/runs.h"
#include "report/html/page.h"
#include "report/phrases.h"

#define BAR_WIDTH 1000
#define TICKS_MAX 45 /* days; beyond that a line a month */

/* Runs. */

static void add_cell(struct strbuf *out, const char *text)
{
	page_add_element(out, "td", NULL, text);
}

static void add_moment_cell(struct strbuf *out, moment t)
{
	struct strbuf text = STRBUF_INIT;

	if (t != MOMENT_EARLIEST)
		moment_add_human(&text, t);
	add_cell(out, text.text);
	strbuf_release(&text);
}

static void add_by(struct strbuf *out, const json_t *line)
{
	strbuf_addf(out, "%s@%s, postvagt %s %s", run_line_text(line, "user", NULL),
		run_line_text(line, "host", NULL), run_line_text(line, "version", NULL),
		run_line_text(line, "command", NULL));
}

static void add_totals(struct strbuf *out, const json_t *line)
{
	const json_t *totals = json_object_get(line, "totals");

	strbuf_addf(out, "+%" JSON_INTEGER_FORMAT " \xe2\x88\x92%" JSON_INTEGER_FORMAT,
		json_integer_value(json_object_get(totals, "added")),
		json_integer_value(json_object_get(totals, "removed")));
}

static void add_run_row(struct strbuf *out, const struct audit_page *page, const json_t *line)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(out, "<tr>");
	add_moment_cell(out, runs_started(line));
	strbuf_adds(out, "<th scope=\"row\">");
	page_add_text(out, run_line_text(line, "run", NULL));
	strbuf_adds(out, "</th>");
	add_by(&text, line);
	add_cell(out, text.text);
	add_cell(out, run_line_text(line, "case", NULL));
	add_cell(out, page->outcome(line));
	strbuf_reset(&text);
	add_totals(&text, line);
	add_cell(out, text.text);
	strbuf_adds(out, "</tr>\n");
	strbuf_release(&text);
}

static void add_quiet(struct strbuf *out, size_t quiet)
{
	struct strbuf text = STRBUF_INIT;

	if (quiet == 0)
		return;
	strbuf_addf(&text, _("Runs that found nothing to change, and are not shown: %zu"), quiet);
	page_add_element(out, "p", "meta", text.text);
	strbuf_release(&text);
}

static void add_runs(struct strbuf *out, const void *about)
{
	const struct audit_page *page = about;
	const char *const heads[] = {
		_("Started"), _("Run"), _("By"), _("Case"), _("Outcome"), _("Members"), NULL};

	if (json_array_size(page->lines) == 0) {
		page_add_element(out, "p", NULL, _("No run changed or refused anything then."));
	} else {
		page_begin_table(out, _("Runs"), heads);
		for (size_t i = 0; i < json_array_size(page->lines); i++)
			add_run_row(out, page, json_array_get(page->lines, i));
		page_end_table(out);
	}
	add_quiet(out, page->quiet);
}

static void add_one_run(struct strbuf *out, const void *about)
{
	const struct audit_page *page = about;
	struct strbuf when = STRBUF_INIT, by = STRBUF_INIT, totals = STRBUF_INIT;

	moment_add_human(&when, page->since);
	add_by(&by, page->run);
	add_totals(&totals, page->run);
	strbuf_adds(out, "<dl>\n");
	page_add_fact(out, _("Run"), run_line_text(page->run, "run", NULL));
	page_add_fact(out, _("Started"), when.text);
	page_add_fact(out, _("By"), by.text);
	page_add_fact(out, _("Case"), run_line_text(page->run, "case", NULL));
	page_add_fact(out, _("Directory"), run_line_text(page->run, "directory", "url"));
	page_add_fact(out, _("Outcome"), page->outcome(page->run));
	page_add_fact(out, _("Members"), totals.text);
	page_add_fact(out, _("Report"), run_line_text(page->run, "report", "name"));
	page_add_fact(out, "SHA-256", run_line_text(page->run, "report", "sha256"));
	strbuf_adds(out, "</dl>\n");
	strbuf_release(&when);
	strbuf_release(&by);
	strbuf_release(&totals);
}

/* The bars. */

static int bar_position(const struct audit_page *page, moment t)
{
	if (t <= page->since)
		return 0;
	if (t >= page->until)
		return BAR_WIDTH;
	return (int)((double)(t - page->since) * BAR_WIDTH / (double)(page->until - page->since));
}

static bool is_first_of_month(moment t)
{
	struct strbuf day = STRBUF_INIT;
	bool is = false;

	moment_add_iso_day(&day, t);
	is = day.length > 2 && strcmp(day.text + day.length - 2, "01") == 0;
	strbuf_release(&day);
	return is;
}

/* A line at each day's beginning, or at each month's; drawn once, used by every bar. */
static void add_ticks(struct strbuf *out, const struct audit_page *page)
{
	bool by_day = moment_day(page->since, TICKS_MAX) >= page->until;

	strbuf_adds(out, "<svg class=\"v\" aria-hidden=\"true\"><defs><path id=\"ticks\" d=\"M0 0");
	for (moment t = moment_day(page->since, 1); t < page->until; t = moment_day(t, 1)) {
		if (by_day || is_first_of_month(t))
			strbuf_addf(out, "M%d 0v20h1v-20z", bar_position(page, t));
	}
	strbuf_adds(out, "\"/></defs></svg>\n");
}

static void add_bar(struct strbuf *out, const struct audit_page *page,
	const struct timeline_span *span)
{
	int from = bar_position(page, span->from), until = bar_position(page, span->until);

	strbuf_addf(out,
		"<td><svg class=\"bar\" viewBox=\"0 0 %d 20\" preserveAspectRatio=\"none\" "
		"aria-hidden=\"true\"><rect class=\"ground\" width=\"%d\" height=\"20\"/>"
		"<use class=\"tick\" href=\"#ticks\"/>"
		"<rect x=\"%d\" y=\"4\" width=\"%d\" height=\"12\"/></svg></td>",
		BAR_WIDTH, BAR_WIDTH, from, until - from > 3 ? until - from : 3);
}

/* Lists. */

static void add_person(struct strbuf *out, const struct timeline_span *span)
{
	strbuf_adds(out, "<th scope=\"row\"><bdi>");
	page_add_text(out, *span->name ? span->name : span->dn);
	strbuf_adds(out, "</bdi>");
	if (*span->name) {
		strbuf_adds(out, " <span class=\"meta\"><bdi>");
		page_add_text(out, span->dn);
		strbuf_adds(out, "</bdi></span> ");
	}
	strbuf_adds(out, "</th>");
}

/* "moment, run 7fe4f256: why" of one end of a span. */
static void add_end(struct strbuf *out, moment t, const char *run, const char *why)
{
	struct strbuf text = STRBUF_INIT;

	moment_add_human(&text, t);
	strbuf_addf(&text, _(", run %s"), run);
	strbuf_adds(out, "<td>");
	page_add_text(out, text.text);
	if (why) {
		strbuf_addc(out, ' ');
		page_add_element(out, "span", "why", why);
	}
	strbuf_adds(out, "</td>");
	strbuf_release(&text);
}

static void add_from(struct strbuf *out, const struct timeline_span *span)
{
	if (span->from == MOMENT_EARLIEST)
		add_cell(out, _("before the first of these reports"));
	else
		add_end(out, span->from, span->from_run,
			span->found ? _("found there: others had put them on since the run before")
				    : span->joined);
}

static void add_until(struct strbuf *out, const struct timeline_span *span)
{
	if (span->until == MOMENT_LATEST)
		add_cell(out, _("still there, by the last report"));
	else
		add_end(out, span->until, span->until_run,
			span->missed
				? _("not found: others had taken them off since the run before")
				: span->left);
}

static bool is_shown(const struct audit_page *page, const struct timeline_span *span)
{
	return span->from < page->until && span->until >= page->since;
}

static void add_span(struct strbuf *out, const struct audit_page *page,
	const struct timeline_span *span)
{
	strbuf_adds(out, "<tr data-p>");
	add_person(out, span);
	add_bar(out, page, span);
	add_from(out, span);
	add_until(out, span);
	strbuf_adds(out, "</tr>\n");
}

static bool is_change(const struct timeline_span *span)
{
	return span->from != MOMENT_EARLIEST || span->until != MOMENT_LATEST;
}

/* Of one run: who joined, who left, and then who stayed. */
static void add_step(struct strbuf *out, const struct timeline_span *span)
{
	bool joins = span->from != MOMENT_EARLIEST, leaves = span->until != MOMENT_LATEST;
	const char *why = joins ? span->joined : span->left;

	strbuf_adds(out, "<tr data-p>");
	add_person(out, span);
	if (joins)
		strbuf_addf(out, "<td class=\"join\">+ %s</td>", _("joins"));
	else if (leaves)
		strbuf_addf(out, "<td class=\"leave\">\xe2\x88\x92 %s</td>", _("leaves"));
	else
		strbuf_addf(out, "<td>%s</td>", _("stays"));
	add_cell(out, why ? why : "");
	strbuf_adds(out, "</tr>\n");
}

static const char *kind_words(const char *kind)
{
	if (strcmp(kind, "critical") == 0)
		return _("critical");
	if (strcmp(kind, "inform") == 0)
		return _("inform");
	if (strcmp(kind, "mailbox") == 0)
		return _("the mailbox's own list");
	return _("ordinary");
}

static void add_list_heading(struct strbuf *out, const struct timeline_list *list, size_t i)
{
	strbuf_addf(out, "<section data-f=\"%zu\" aria-labelledby=\"l%zu\">\n<h3 id=\"l%zu\">", i,
		i, i);
	if (list->tags.count > 0) {
		struct strbuf tags = STRBUF_INIT;

		phrase_tags(&tags, &list->tags);
		page_add_text(out, tags.text);
		strbuf_adds(out, ", ");
		strbuf_release(&tags);
	}
	page_add_text(out, kind_words(list->kind));
	strbuf_adds(out, "</h3>\n");
	page_add_element(out, "p", "meta", list->dn);
}

static void add_list(struct strbuf *out, const struct audit_page *page,
	const struct timeline_list *list, size_t number)
{
	const char *const times[] = {_("Person"), _("On the list"), _("From"), _("Until"), NULL};
	const char *const steps[] = {_("Person"), _("Change"), _("Why"), NULL};

	add_list_heading(out, list, number);
	page_begin_table(out, list->dn, page->run ? steps : times);
	for (size_t i = 0; i < list->count; i++) {
		if (page->run && is_change(list->spans[i]))
			add_step(out, list->spans[i]);
		else if (!page->run && is_shown(page, list->spans[i]))
			add_span(out, page, list->spans[i]);
	}
	for (size_t i = 0; page->run && i < list->count; i++) {
		if (!is_change(list->spans[i]))
			add_step(out, list->spans[i]);
	}
	page_end_table(out);
	strbuf_adds(out, "</section>\n");
}

static void add_unread(struct strbuf *out, const struct findings *unread)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < unread->count; i++) {
		strbuf_reset(&text);
		strbuf_addf(&text, "%s: %s", unread->items[i].where, unread->items[i].what);
		page_add_element(out, "p", "warn", text.text);
	}
	strbuf_release(&text);
}

static void add_lists(struct strbuf *out, const void *about)
{
	const struct audit_page *page = about;

	add_unread(out, page->unread);
	if (page->timeline->count == 0) {
		page_add_element(out, "p", NULL,
			_("The reports do not tell who was on any list: no run has changed one."));
		return;
	}
	page_add_filter(out, NULL);
	if (!page->run) {
		page_add_element(out, "p", "meta",
			_("Each bar reaches over the whole time, with a line where a day, or a month, "
			  "begins. What others changed between two reports, only the later one tells."));
		add_ticks(out, page);
	}
	for (size_t i = 0; i < page->timeline->count; i++)
		add_list(out, page, page->timeline->lists[i], i);
}

/* All of it. */

static void add_title(struct strbuf *title, struct strbuf *lead, const struct audit_page *page)
{
	struct strbuf from = STRBUF_INIT, until = STRBUF_INIT;

	moment_add_human(&from, page->since);
	moment_add_human(&until, page->until);
	if (page->run) {
		strbuf_addf(title, _("Run %s"), run_line_text(page->run, "run", NULL));
		strbuf_addf(lead, _("What it changed, and why, by its report in %s. Started %s."),
			page->folder, from.text);
	} else {
		strbuf_adds(title, _("Who was on which list"));
		strbuf_addf(lead, _("From %s until %s, by the reports in %s alone."), from.text,
			until.text, page->folder);
	}
	strbuf_release(&from);
	strbuf_release(&until);
}

void audit_add_page(struct strbuf *out, const struct audit_page *page)
{
	const struct page_section sections[] = {
		{"runs", page->run ? _("The run") : _("Runs"), page->run ? add_one_run : add_runs,
			page},
		{"lists", _("Lists"), add_lists, page},
	};
	struct strbuf title = STRBUF_INIT, lead = STRBUF_INIT;

	add_title(&title, &lead, page);
	page_add(out,
		&(struct page){title.text, lead.text, "lists", page->made, page->version, sections,
			sizeof(sections) / sizeof(*sections)});
	strbuf_release(&title);
	strbuf_release(&lead);
}
