/*
 * Coverage on a terminal: a row a list, a character a day, the weeks side by side as far as they
 * fit, and below it the gaps in words, in the order in which they come.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "decide/forecast.h"
#include "model/mapping.h"
#include "report/coverage_phrases.h"
#include "report/phrases.h"
#include "report/text/coverage.h"
#include "report/text/text.h"
#include "report/writer.h"

#define WIDTH           80
#define LABEL_WIDTH_MAX 44 /* four weeks beside it */
#define WEEK_WIDTH      (DAYS_A_WEEK + 1)

/* What is being told. */
struct coverage_text_ctx {
	struct report *report;
	const struct coverage *coverage;
	struct coverage_phrases words;
	size_t first_weekday; /* of the first day, from Monday */
	size_t label_width;
};

/* The calendar. */

/* "driftsforstyrrelse and 3 more, ordinary": the label of a list, with so many of its tags. */
static const char *short_label(const struct coverage_text_ctx *ctx, const struct block *block,
	size_t shown)
{
	const struct block kind = {.kind = block->kind};
	const struct tag_ids tags = {block->tags.items, shown};
	struct strbuf label = STRBUF_INIT;

	phrase_tags(&label, &tags);
	strbuf_addf(&label, _(" and %zu more"), block->tags.count - shown);
	strbuf_adds(&label, ", ");
	phrase_block(&label, &kind);
	return strbuf_to_arena(&label, ctx->words.arena);
}

/* The label of a row: where all tags that share a list are too wide, as many as there is room for. */
static const char *row_label(const struct coverage_text_ctx *ctx, const struct coverage_line *line)
{
	const struct block *block = line->block;
	const char *label = coverage_label(&ctx->words, line), *next;

	if (block->tags.count < 2 || text_width(label) <= LABEL_WIDTH_MAX)
		return label;
	label = short_label(ctx, block, 1);
	for (size_t shown = 2; shown < block->tags.count; shown++) {
		next = short_label(ctx, block, shown);
		if (text_width(next) > LABEL_WIDTH_MAX)
			break;
		label = next;
	}
	return label;
}

/* The widest label, of those that are not too wide. */
static size_t find_label_width(struct coverage_text_ctx *ctx)
{
	size_t widest = 0;

	for (size_t i = 0; i < ctx->coverage->line_count; i++) {
		size_t width = text_width(row_label(ctx, &ctx->coverage->lines[i]));

		if (width > widest && width <= LABEL_WIDTH_MAX)
			widest = width;
	}
	return widest;
}

static moment monday_of(const struct coverage_text_ctx *ctx, size_t week)
{
	return moment_day(ctx->coverage->days[0],
		(int)(week * DAYS_A_WEEK) - (int)ctx->first_weekday);
}

/* One line above the days; `add` writes what stands above a week. */
static void add_heading(struct coverage_text_ctx *ctx, size_t first, size_t end,
	void (*add)(struct strbuf *out, moment monday))
{
	struct strbuf *out = ctx->report->out, text = STRBUF_INIT;

	strbuf_pad(out, 0, ctx->label_width + 2);
	for (size_t week = first; week < end; week++) {
		strbuf_reset(&text);
		add(&text, monday_of(ctx, week));
		strbuf_addc(out, ' ');
		strbuf_adds(out, text.text);
		if (week + 1 < end)
			strbuf_pad(out, text_width(text.text), DAYS_A_WEEK);
	}
	strbuf_addc(out, '\n');
	strbuf_release(&text);
}

static void add_week(struct strbuf *out, moment t)
{
	strbuf_addf(out, _("week %d"), moment_week(t));
}

static void add_weekdays(struct strbuf *out, moment t)
{
	(void)t;
	strbuf_adds(out, _("MTWTFSS"));
}

static void add_mark(struct coverage_text_ctx *ctx, const struct coverage_line *line, size_t day)
{
	const struct stretch *worst = coverage_worst(ctx->coverage, line, day);
	struct strbuf *out = ctx->report->out;
	bool colour = ctx->report->colour;

	if (worst->gap_count > 0)
		text_add_painted(out, colour, TEXT_RED, "!");
	else if (coverage_is_thin(line, worst))
		text_add_painted(out, colour, TEXT_YELLOW, "-");
	else
		text_add_painted(out, colour, TEXT_GREEN, ".");
}

static void add_label(struct coverage_text_ctx *ctx, const struct coverage_line *line)
{
	const char *label = row_label(ctx, line);
	struct strbuf *out = ctx->report->out;
	size_t width = text_width(label);

	strbuf_adds(out, "  ");
	strbuf_adds(out, label);
	if (width > ctx->label_width) {
		strbuf_adds(out, "\n  ");
		width = 0;
	}
	strbuf_pad(out, width, ctx->label_width);
}

/* The days of some weeks; those before today are blank. */
static void add_row(struct coverage_text_ctx *ctx, const struct coverage_line *line, size_t first,
	size_t end)
{
	struct strbuf *out = ctx->report->out;
	size_t before = ctx->first_weekday;

	add_label(ctx, line);
	for (size_t place = first * DAYS_A_WEEK; place < end * DAYS_A_WEEK; place++) {
		if (place >= before + ctx->coverage->day_count)
			break;
		if (place % DAYS_A_WEEK == 0)
			strbuf_addc(out, ' ');
		if (place < before)
			strbuf_addc(out, ' ');
		else
			add_mark(ctx, line, place - before);
	}
	strbuf_addc(out, '\n');
}

static void add_calendar(struct coverage_text_ctx *ctx)
{
	const struct coverage *coverage = ctx->coverage;
	size_t places = ctx->first_weekday + coverage->day_count;
	size_t weeks = (places + DAYS_A_WEEK - 1) / DAYS_A_WEEK;
	size_t fit = (WIDTH - 2 - ctx->label_width) / WEEK_WIDTH;

	for (size_t first = 0; first < weeks; first += fit) {
		size_t end = first + fit < weeks ? first + fit : weeks;

		strbuf_addc(ctx->report->out, '\n');
		add_heading(ctx, first, end, add_week);
		add_heading(ctx, first, end, moment_add_short_day);
		add_heading(ctx, first, end, add_weekdays);
		for (size_t i = 0; i < coverage->line_count; i++)
			add_row(ctx, &coverage->lines[i], first, end);
	}
}

static void add_legend(struct coverage_text_ctx *ctx)
{
	strbuf_adds(ctx->report->out,
		_("\n  . enough   - just as many as at_least asks for   ! gap\n"));
}

static void add_warnings(struct coverage_text_ctx *ctx)
{
	struct coverage_warnings warnings = coverage_find_warnings(&ctx->words);
	struct strbuf *out = ctx->report->out, when = STRBUF_INIT;

	for (size_t i = 0; i < warnings.count; i++) {
		const struct coverage_warning *warning = &warnings.items[i];

		strbuf_reset(&when);
		coverage_add_span(&when, ctx->coverage, warning->from, warning->until);
		strbuf_adds(out, "  ");
		text_add_painted(out, ctx->report->colour, TEXT_RED, "!");
		strbuf_addf(out, " %s: %s\n", when.text, warning->text);
	}
	strbuf_release(&when);
}

/* Who answers, and for whom. */

static void add_stretch(struct coverage_text_ctx *ctx, const struct stretch *stretch)
{
	struct strbuf *out = ctx->report->out, names = STRBUF_INIT;

	strbuf_adds(out, "    ");
	coverage_add_span(out, ctx->coverage, stretch->from, stretch->until);
	for (size_t i = 0; i < stretch->available_count; i++)
		coverage_add_answering(&ctx->words, &names, stretch, stretch->available[i]);
	strbuf_addf(out, ": %s\n", names.length > 0 ? names.text : _("nobody"));
	strbuf_release(&names);
}

static void add_people(struct coverage_text_ctx *ctx)
{
	struct strbuf *out = ctx->report->out;

	for (size_t i = 0; i < ctx->coverage->line_count; i++) {
		const struct coverage_line *line = &ctx->coverage->lines[i];

		strbuf_addc(out, '\n');
		text_add_painted(out, ctx->report->colour, TEXT_BOLD,
			coverage_label(&ctx->words, line));
		strbuf_addc(out, '\n');
		for (size_t j = 0; j < line->count; j++)
			add_stretch(ctx, &line->stretches[j]);
	}
}

static void add_title(struct coverage_text_ctx *ctx)
{
	const struct coverage *coverage = ctx->coverage;
	struct strbuf at = STRBUF_INIT, last = STRBUF_INIT;

	moment_add_human(&at, coverage->days[0]);
	moment_add_human_day(&last, moment_day(coverage->days[coverage->day_count], -1));
	strbuf_addf(ctx->report->out, _("From %s through %s, read from %s\n"), at.text, last.text,
		ctx->report->run->server);
	strbuf_release(&at);
	strbuf_release(&last);
}

static void add_held(struct coverage_text_ctx *ctx, const char *held)
{
	struct strbuf why = STRBUF_INIT;

	strbuf_add_safe(&why, held);
	strbuf_addf(ctx->report->out, _("Absences are missing, so there may be more gaps: %s\n"),
		why.text);
	strbuf_release(&why);
}

void coverage_add_text(struct report *report, const struct coverage *coverage, const char *held,
	enum coverage_detail detail)
{
	struct coverage_text_ctx ctx = {.report = report,
		.coverage = coverage,
		.words = {.coverage = coverage, .arena = arena_new()},
		.first_weekday = (size_t)moment_weekday(coverage->days[0])};

	ctx.label_width = find_label_width(&ctx);
	if (detail != COVERAGE_GAPS) {
		add_title(&ctx);
		add_calendar(&ctx);
		add_legend(&ctx);
	}
	if (coverage_has_gap(coverage) && detail != COVERAGE_GAPS)
		strbuf_adds(report->out, _("\nGaps\n"));
	add_warnings(&ctx);
	if (!coverage_has_gap(coverage) && detail != COVERAGE_GAPS)
		strbuf_adds(report->out, _("\nNo gaps.\n"));
	if (held)
		add_held(&ctx, held);
	if (detail == COVERAGE_PEOPLE)
		add_people(&ctx);
	if (detail != COVERAGE_GAPS)
		text_writer.findings(report);
	arena_free(ctx.words.arena);
}
