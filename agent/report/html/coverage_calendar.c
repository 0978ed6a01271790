/*
 * The calendar of the page: tables of up to five weeks, a row a list, a cell a day. A cell tells how many are
 * available at the day's worst moment, by a sign, a colour and a word, and leads to who they are.
 *
 * Every table starts on a Monday, with empty cells before the first day, so that the style knows a
 * weekend by its column.
 */
#include <string.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/forecast.h"
#include "model/mapping.h"
#include "report/html/coverage_page.h"
#include "report/html/page.h"
#include "report/writer.h"

#define WEEKS_A_TABLE 5

/* One table: the days from `first` to `end` of the coverage, `before` empty cells before them. */
struct sheet {
	size_t first, end, before;
};

const char *coverage_class(const struct coverage_line *line, const struct stretch *stretch)
{
	if (stretch->gap_count > 0)
		return "g";
	return coverage_is_thin(line, stretch) ? "t" : "";
}

/* Head. */

static const char *weekday_name(int weekday)
{
	static const char *const names[] = {N_("Monday"), N_("Tuesday"), N_("Wednesday"),
		N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday")};

	return _(names[weekday]);
}

static const char *weekday_short(int weekday)
{
	static const char *const names[] = {
		N_("Mo"), N_("Tu"), N_("We"), N_("Th"), N_("Fr"), N_("Sa"), N_("Su")};

	return _(names[weekday]);
}

/* The moment of a place in the sheet, counted from its first Monday. */
static moment day_at(const struct coverage_page_ctx *ctx, const struct sheet *sheet, size_t place)
{
	return moment_day(ctx->page->coverage->days[sheet->first], (int)place - (int)sheet->before);
}

static size_t count_places(const struct sheet *sheet)
{
	return sheet->before + sheet->end - sheet->first;
}

static void add_week(struct strbuf *out, const struct coverage_page_ctx *ctx,
	const struct sheet *sheet, size_t place)
{
	size_t span = count_places(sheet) - place;
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, _("week %d"), moment_week(day_at(ctx, sheet, place)));
	strbuf_addf(out, "<th scope=\"colgroup\" colspan=\"%zu\">",
		span < DAYS_A_WEEK ? span : (size_t)DAYS_A_WEEK);
	page_add_text(out, text.text);
	strbuf_adds(out, "</th>");
	strbuf_release(&text);
}

static void add_weeks(struct strbuf *out, const struct coverage_page_ctx *ctx,
	const struct sheet *sheet)
{
	strbuf_addf(out, "<tr><th class=\"corner\" scope=\"col\" rowspan=\"2\">%s</th>", _("List"));
	for (size_t place = 0; place < count_places(sheet); place += DAYS_A_WEEK)
		add_week(out, ctx, sheet, place);
	strbuf_adds(out, "</tr>\n");
}

/* "24" of "24 Dec": seen as a number, heard as a date. */
static void add_day_number(struct strbuf *out, moment day)
{
	struct strbuf text = STRBUF_INIT;

	moment_add_short_day(&text, day);
	strbuf_adds(out, "<b>");
	strbuf_add(out, text.text, strspn(text.text, "0123456789"));
	strbuf_adds(out, "</b><i>");
	strbuf_adds(out, text.text + strspn(text.text, "0123456789"));
	strbuf_adds(out, "</i>");
	strbuf_release(&text);
}

static void add_day(struct strbuf *out, const struct coverage_page_ctx *ctx, moment day)
{
	int weekday = moment_weekday(day);
	bool is_today = moment_day(day, 0) == moment_day(ctx->page->run->started, 0);

	strbuf_addf(out, "<th scope=\"col\"%s data-day=\"%s ",
		is_today               ? " class=\"today\""
			: weekday >= 5 ? " class=\"we\""
				       : "",
		weekday_name(weekday));
	moment_add_human_day(out, day);
	strbuf_addf(out, "\">%s ", weekday_short(weekday));
	add_day_number(out, day);
	if (is_today)
		strbuf_addf(out, "<em>%s</em>", _("today"));
	strbuf_adds(out, "</th>");
}

static void add_days(struct strbuf *out, const struct coverage_page_ctx *ctx,
	const struct sheet *sheet)
{
	strbuf_adds(out, "<tr>");
	for (size_t place = 0; place < sheet->before; place++)
		strbuf_adds(out, "<td></td>");
	for (size_t day = sheet->first; day < sheet->end; day++)
		add_day(out, ctx, ctx->page->coverage->days[day]);
	strbuf_adds(out, "</tr>\n");
}

/* Rows. */

/* Which answers there are on a day, where there are several. */
static void add_range(struct strbuf *out, const struct coverage_page_ctx *ctx, size_t line,
	size_t day)
{
	const struct coverage *coverage = ctx->page->coverage;
	const struct coverage_line *of = &coverage->lines[line];
	const struct stretch *first = coverage_at(of, coverage->days[day]),
			     *last = coverage_at(of, coverage->days[day + 1] - 1);
	size_t base = ctx->first_stretch[line];

	if (first != last)
		strbuf_addf(out, " data-d=\"%zu %zu\"", base + (size_t)(first - of->stretches),
			base + (size_t)(last - of->stretches));
}

static void add_mark(struct strbuf *out, const char *class, size_t available)
{
	if (*class == 'g')
		strbuf_addf(out, "<b>!</b>%zu<i> %s</i>", available, _("gap"));
	else if (*class == 't')
		strbuf_addf(out, "<b>=</b>%zu<i> %s</i>", available, _("just enough"));
	else
		strbuf_addf(out, "%zu", available);
}

static void add_cell(struct strbuf *out, const struct coverage_page_ctx *ctx, size_t line,
	size_t day)
{
	const struct coverage_line *of = &ctx->page->coverage->lines[line];
	const struct stretch *worst = coverage_worst(ctx->page->coverage, of, day);
	const char *class = coverage_class(of, worst);

	strbuf_adds(out, "<td");
	if (*class)
		strbuf_addf(out, " class=%s", class);
	add_range(out, ctx, line, day);
	strbuf_addf(out, "><a href=#s%zu>",
		ctx->first_stretch[line] + (size_t)(worst - of->stretches));
	add_mark(out, class, worst->available_count);
	strbuf_adds(out, "</a>");
}

static const char *kind_name(const struct block *block)
{
	return block->kind == BLOCK_CRITICAL ? _("critical") : _("ordinary");
}

static void add_heading(struct strbuf *out, const struct coverage_page_ctx *ctx, size_t line)
{
	const struct block *block = ctx->page->coverage->lines[line].block;

	strbuf_addf(out, "<th scope=\"row\"><a href=\"#l%zu\">", line);
	for (size_t i = 0; i < block->tags.count; i++) {
		const char *id = block->tags.items[i];

		strbuf_adds(out, i > 0 ? ", " : "");
		page_add_text(out, strcmp(id, "*") == 0 ? _("everything else") : id);
	}
	strbuf_addf(out, "</a> <small>%s", kind_name(block));
	if (block->at_least > 1)
		strbuf_addf(out, _(", at least %d"), block->at_least);
	strbuf_adds(out, "</small></th>");
}

static void add_row(struct strbuf *out, const struct coverage_page_ctx *ctx,
	const struct sheet *sheet, size_t line)
{
	strbuf_addf(out, "<tr data-f=\"%zu\">", line);
	add_heading(out, ctx, line);
	for (size_t place = 0; place < sheet->before; place++)
		strbuf_adds(out, "<td>");
	for (size_t day = sheet->first; day < sheet->end; day++)
		add_cell(out, ctx, line, day);
	strbuf_adds(out, "</tr>\n");
}

static void add_span(struct strbuf *out, const struct coverage_page_ctx *ctx,
	const struct sheet *sheet)
{
	const moment *days = ctx->page->coverage->days;
	struct strbuf text = STRBUF_INIT;

	coverage_add_span(&text, ctx->page->coverage,
		sheet->first == 0 ? days[0] : moment_day(days[sheet->first], 0), days[sheet->end]);
	page_add_text(out, text.text);
	strbuf_release(&text);
}

static void add_sheet(struct strbuf *out, const struct coverage_page_ctx *ctx,
	const struct sheet *sheet)
{
	strbuf_adds(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
	add_span(out, ctx, sheet);
	strbuf_adds(out, "\">\n<table class=\"days\"><caption>");
	add_span(out, ctx, sheet);
	strbuf_adds(out, "</caption>\n<thead>\n");
	add_weeks(out, ctx, sheet);
	add_days(out, ctx, sheet);
	strbuf_adds(out, "</thead>\n<tbody>\n");
	for (size_t line = 0; line < ctx->page->coverage->line_count; line++)
		add_row(out, ctx, sheet, line);
	strbuf_adds(out, "</tbody>\n</table>\n</div>\n");
}

/* What is above. */

static void add_key(struct strbuf *out)
{
	strbuf_addf(out,
		"<ul class=\"key\" aria-label=\"%s\">\n"
		"<li><span class=\"g\">! 0</span>%s</li>\n"
		"<li><span class=\"t\">= 1</span>%s</li>\n"
		"<li><span class=\"e\">2</span>%s</li>\n</ul>\n",
		_("Legend"), _("a gap: nobody, too few, or a stand-in is missing"),
		_("just as many as at_least asks for"), _("more are available"));
	page_add_element(out, "p", "meta",
		_("The number says how many are available at the worst moment of the day. "
		  "A cell leads to their names."));
}

void coverage_add_calendar(struct strbuf *out, const struct coverage_page_ctx *ctx)
{
	const struct coverage *coverage = ctx->page->coverage;
	struct sheet sheet = {.before = (size_t)moment_weekday(coverage->days[0])};

	page_add_filter(out, _("Only lists with a gap"));
	add_key(out);
	while (sheet.end < coverage->day_count) {
		size_t room = (size_t)WEEKS_A_TABLE * DAYS_A_WEEK - sheet.before;
		size_t left = coverage->day_count - sheet.first;

		sheet.end = sheet.first + (left < room ? left : room);
		add_sheet(out, ctx, &sheet);
		sheet.first = sheet.end;
		sheet.before = 0;
	}
}
