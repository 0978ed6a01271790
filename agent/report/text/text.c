/*
 * A plan for the admin who reads it first thing in the morning: per list who
 * joins, who leaves and why; quiet where nothing changes; a summary at the end.
 */
#include "report/text/text.h"

#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <uniwidth.h>

#include "base/message/finding.h"
#include "base/text/language.h"
#include "model/outcome.h"
#include "model/plan.h"
#include "report/phrases.h"
#include "report/text/findings_text.h"
#include "report/writer.h"

#define NAME_WIDTH_MAX 32

/* How many who join a list, and how many who leave it, are shown a line each without -v. */
#define ROWS_MAX 20

bool text_wants_colour(void)
{
	const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && terminal &&
		strcmp(terminal, "dumb") != 0;
}

bool text_is_on_terminal(void)
{
	return isatty(STDOUT_FILENO);
}

/* The character set that the environment asks for, where this machine lacks that locale. */
static bool names_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]), *dot = value ? strchr(value, '.') : NULL;

		if (value && *value)
			return dot &&
				(strncasecmp(dot, ".utf-8", 6) == 0 ||
					strncasecmp(dot, ".utf8", 5) == 0);
	}
	return false;
}

bool text_has_lines(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool has;

	if (!locale)
		return names_utf8();
	has = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	freelocale(locale);
	return has;
}

static void colour_on(const struct report *report, const char *code)
{
	if (report->colour)
		strbuf_addf(report->out, "\033[%sm", code);
}

static void colour_off(const struct report *report)
{
	if (report->colour)
		strbuf_adds(report->out, "\033[0m");
}

void text_add_painted(struct strbuf *out, bool colour, const char *code, const char *text)
{
	if (colour)
		strbuf_addf(out, "\033[%sm%s\033[0m", code, text);
	else
		strbuf_adds(out, text);
}

size_t text_width(const char *text)
{
	int width = u8_strwidth((const uint8_t *)text, "UTF-8");

	return width > 0 ? (size_t)width : 0;
}

static void begin_report(struct report *report)
{
	struct strbuf at = STRBUF_INIT;

	if (!report->run->server)
		return;
	moment_add_human(&at, report->plan->at);
	strbuf_addf(report->out, _("As of %s, read from %s\n"), at.text, report->run->server);
	strbuf_release(&at);
}

static void add_heading(struct report *report, const struct list_plan *list)
{
	struct strbuf *out = report->out;

	strbuf_addc(out, '\n');
	colour_on(report, TEXT_BOLD);
	phrase_list(out, list);
	colour_off(report);
	strbuf_adds(out, "\n  ");
	phrase_entry(out, list->dn, report->verbose ? PHRASE_FULL : PHRASE_SHORT);
	if (list->added > 0 && !list->list->exists)
		strbuf_adds(out, _(" (to be made)"));
	strbuf_addc(out, '\n');
}

/* One line: a sign, a name padded to `width`, and why. */
static void add_row(struct report *report, const char *sign, const char *colour, size_t width,
	const struct strbuf *name, const struct strbuf *why)
{
	strbuf_adds(report->out, "  ");
	colour_on(report, colour);
	strbuf_adds(report->out, sign);
	strbuf_addc(report->out, ' ');
	strbuf_adds(report->out, name->text);
	colour_off(report);
	strbuf_pad(report->out, text_width(name->text), width + 1);
	strbuf_addc(report->out, ' ');
	strbuf_adds(report->out, why->text);
	strbuf_addc(report->out, '\n');
}

static void widen_column(size_t *width, const struct person *person, const char *dn)
{
	struct strbuf name = STRBUF_INIT;
	size_t used;

	phrase_name(&name, person, dn);
	used = text_width(name.text);
	if (used > *width && used <= NAME_WIDTH_MAX)
		*width = used;
	strbuf_release(&name);
}

static size_t name_width(const struct report *report, const struct list_plan *list)
{
	size_t width = 8;

	for (size_t i = 0; i < list->member_count; i++) {
		if (list->members[i]->is_new || report->verbose)
			widen_column(&width, list->members[i]->person, list->members[i]->dn);
	}
	for (size_t i = 0; i < list->removal_count; i++)
		widen_column(&width, list->removals[i].person, list->removals[i].dn);
	return width;
}

static bool is_failed(const struct report *report, const struct list_plan *list, const char *key,
	bool is_removal)
{
	const struct list_outcome *outcome = report_outcome(report, list);

	return outcome && outcome_failed(outcome, key, is_removal);
}

/* A list that is filled for the first time, or that a slip fills, would hide all others. */
static void add_left_out(struct report *report, const char *sign, size_t count)
{
	if (count > 0)
		strbuf_addf(report->out, _("  %s … and %zu more; -v shows all of them\n"), sign,
			count);
}

static void add_members(struct report *report, const struct list_plan *list, size_t width)
{
	struct strbuf name = STRBUF_INIT, why = STRBUF_INIT;
	size_t shown = 0, left_out = 0;

	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];
		bool joins = member->is_new && !list->list_missing;
		bool failed = is_failed(report, list, member->key, false);

		if (!joins && !report->verbose)
			continue;
		if (shown >= ROWS_MAX && !report->verbose && !failed) {
			left_out++;
			continue;
		}
		shown++;
		strbuf_reset(&name);
		strbuf_reset(&why);
		phrase_name(&name, member->person, member->dn);
		phrase_reasons(&why, member, report->plan->at,
			report->verbose ? PHRASE_FULL : PHRASE_SHORT);
		if (failed)
			add_row(report, "!", TEXT_RED, width, &name, &why);
		else
			add_row(report, joins ? "+" : "=", joins ? TEXT_GREEN : "0", width, &name,
				&why);
	}
	add_left_out(report, "+", left_out);
	strbuf_release(&name);
	strbuf_release(&why);
}

static void add_removals(struct report *report, const struct list_plan *list, size_t width)
{
	struct strbuf name = STRBUF_INIT, why = STRBUF_INIT;
	size_t shown = 0, left_out = 0;

	for (size_t i = 0; i < list->removal_count; i++) {
		const struct removal *removal = &list->removals[i];
		bool failed = is_failed(report, list, removal->key, true);

		if (shown >= ROWS_MAX && !report->verbose && !failed) {
			left_out++;
			continue;
		}
		shown++;
		strbuf_reset(&name);
		strbuf_reset(&why);
		phrase_name(&name, removal->person, removal->dn);
		phrase_removal(&why, removal, report->plan->at);
		add_row(report, failed ? "!" : "-", TEXT_RED, width, &name, &why);
	}
	add_left_out(report, "-", left_out);
	strbuf_release(&name);
	strbuf_release(&why);
}

static void add_warnings(struct report *report, const struct list_plan *list)
{
	const struct list_outcome *outcome = report_outcome(report, list);
	struct strbuf line = STRBUF_INIT;

	for (size_t i = 0; i < list->gap_count; i++) {
		strbuf_reset(&line);
		phrase_gap(&line, &list->gaps[i], report->plan->at);
		colour_on(report, TEXT_YELLOW);
		strbuf_addf(report->out, _("  ! gap: %s"), line.text);
		colour_off(report);
		strbuf_addc(report->out, '\n');
	}
	if (list->held > 0)
		strbuf_addf(report->out, _("  ! %zu who would leave are held back\n"), list->held);
	if (outcome && !outcome->done) {
		strbuf_reset(&line);
		strbuf_add_safe(&line, outcome->said);
		colour_on(report, TEXT_RED);
		strbuf_addf(report->out, _("  ! not done: %s"), line.text);
		colour_off(report);
		strbuf_addc(report->out, '\n');
	}
	strbuf_release(&line);
}

static void add_list(struct report *report, const struct list_plan *list)
{
	size_t width;

	if (!list_plan_has_changes(list) && list->gap_count == 0 && list->held == 0 &&
		!report->verbose)
		return;
	width = name_width(report, list);
	add_heading(report, list);
	add_members(report, list, width);
	add_removals(report, list, width);
	add_warnings(report, list);
}

static void add_findings(struct report *report)
{
	const struct findings_look look = {
		.margin = "  ", .colour = report->colour, .all = report->verbose};

	if (report->findings->count > 0)
		strbuf_adds(report->out, _("\nFindings\n"));
	findings_add_text(report->out, report->findings, &look);
}

/* Lists that would change or, once it is done, that did. */
static size_t changed_lists(const struct report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < report->plan->list_count; i++) {
		const struct list_plan *list = &report->plan->lists[i];
		const struct list_outcome *outcome = report_outcome(report, list);

		count += outcome ? outcome->modifies > 0 : list_plan_has_changes(list);
	}
	return count;
}

static void add_summary(struct report *report)
{
	struct totals totals = report_totals(report);
	size_t changed = changed_lists(report), lists = report->plan->list_count;
	struct strbuf *out = report->out;

	strbuf_addc(out, '\n');
	if (report->plan->moved.count > 0)
		return;
	if (report_has_unknown_outcome(report))
		strbuf_adds(out, _("Broken off; whether the last change was made is not known.\n"));
	else if (totals.failed > 0 && totals.added + totals.removed == 0)
		strbuf_adds(out, _("Failed; nothing was changed.\n"));
	else if (changed == 0 && report->plan->held_count > 0)
		strbuf_adds(out, _("Nothing to change now.\n"));
	else if (changed == 0 && report->findings->errors > 0)
		strbuf_adds(out, _("Nothing to change now; the errors above stand in the way.\n"));
	else if (changed == 0 && report->run->saved)
		strbuf_adds(out,
			_("Nothing to change: what the kept plan asks for is done already.\n"));
	else if (changed == 0 && report->run->undoes)
		strbuf_addf(out,
			_("Nothing to change: what would take run %s back is done already.\n"),
			report->run->undoes);
	else if (changed == 0)
		strbuf_addf(out, _("Nothing to change: all %zu lists are as they should be.\n"),
			lists);
	else if (report->stage == REPORT_DONE)
		strbuf_addf(out, _("Done: %zu added, %zu removed on %zu of %zu lists; %zu kept.\n"),
			totals.added, totals.removed, changed, lists, totals.kept);
	else
		strbuf_addf(out,
			_("To do: %zu to add, %zu to remove, on %zu of %zu lists; %zu stay.\n"),
			report->plan->added, report->plan->removed, changed, lists, totals.kept);
	if (totals.failed > 0)
		strbuf_addf(out,
			report->goes_on
				? _("Failed: %zu; tried again by itself, after growing pauses.\n")
				: report->run->undoes
				? _("Failed: %zu; run audit undo again to finish the work.\n")
				: _("Failed: %zu; run apply again to finish the work.\n"),
			totals.failed);
}

static void end_report(struct report *report)
{
	struct strbuf held = STRBUF_INIT;

	add_summary(report);
	if (report->plan->held) {
		strbuf_add_safe(&held, report->plan->held);
		strbuf_addf(report->out, _("Removals are held back (%zu now): %s\n"),
			report->plan->held_count, held.text);
	}
	if (report->plan->refused) {
		colour_on(report, TEXT_RED);
		strbuf_adds(report->out, _("Refused; nothing was changed:"));
		colour_off(report);
		strbuf_addc(report->out, '\n');
		phrase_refusals(report->out, report->plan, "  ");
		phrase_moved(report->out, report->plan, "  ");
	}
	strbuf_release(&held);
}

const struct writer text_writer = {
	.begin = begin_report,
	.list = add_list,
	.findings = add_findings,
	.end = end_report,
};
