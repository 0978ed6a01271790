#include "report/html/coverage_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/message/finding_fold.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/forecast.h"
#include "model/feed_summary.h"
#include "model/mapping.h"
#include "model/person.h"
#include "report/html/page.h"
#include "report/phrases.h"
#include "report/writer.h"

/* The gaps. */

static void add_verdict(struct strbuf *out, size_t gaps, size_t days)
{
	struct strbuf text = STRBUF_INIT;

	if (gaps == 0)
		strbuf_addf(&text, _("No gaps in the coming days: %zu"), days);
	else if (gaps == 1)
		strbuf_adds(&text, _("1 gap"));
	else
		strbuf_addf(&text, _("%zu gaps"), gaps);
	strbuf_addf(out, "<p class=\"verdict%s\"><b aria-hidden=\"true\">%s</b><span>",
		gaps > 0 ? " bad" : "", gaps > 0 ? "!" : "\xe2\x9c\x93");
	page_add_text(out, text.text);
	strbuf_adds(out, "</span></p>\n");
	strbuf_release(&text);
}

static void add_held(struct strbuf *out, const char *held)
{
	struct strbuf text = STRBUF_INIT;

	if (!held)
		return;
	strbuf_addf(&text, _("Absences are missing, so there may be more gaps: %s\n"), held);
	page_add_element(out, "p", "warn", text.text);
	strbuf_release(&text);
}

static void add_gap(struct strbuf *out, const struct coverage_page_ctx *ctx,
	const struct coverage_warning *warning)
{
	struct strbuf when = STRBUF_INIT;

	coverage_add_span(&when, ctx->page->coverage, warning->from, warning->until);
	strbuf_addf(out, "<li data-f=\"%zu\">", warning->line);
	page_add_element(out, "span", "when", when.text);
	strbuf_adds(out, "<span>");
	page_add_phrase(out, warning->text);
	strbuf_adds(out, "</span></li>\n");
	strbuf_release(&when);
}

static void add_gaps(struct strbuf *out, const void *about)
{
	const struct coverage_page_ctx *ctx = about;
	struct coverage_warnings warnings = coverage_find_warnings(&ctx->words);

	add_verdict(out, warnings.count, ctx->page->coverage->day_count);
	add_held(out, ctx->page->held);
	if (warnings.count == 0)
		return;
	strbuf_adds(out, "<ul class=\"told\">\n");
	for (size_t i = 0; i < warnings.count; i++)
		add_gap(out, ctx, &warnings.items[i]);
	strbuf_adds(out, "</ul>\n");
}

static void add_days(struct strbuf *out, const void *about)
{
	coverage_add_calendar(out, about);
}

/* Who stands in for whom. */

/* For one list; or, told together, for several. */
struct cover {
	const struct person *stand_in, *whom;
	moment from, until;
	size_t line;
};

struct covers {
	struct arena *arena;
	struct cover *items;
	size_t count, room;
};

/* What goes on from the stretch before is one; `first` is the list's own first. */
static void add_cover(struct covers *covers, size_t first, const struct cover *cover)
{
	for (size_t i = covers->count; i > first; i--) {
		struct cover *before = &covers->items[i - 1];

		if (before->until == cover->from && before->stand_in == cover->stand_in &&
			before->whom == cover->whom) {
			before->until = cover->until;
			return;
		}
	}
	covers->items = arena_grow(covers->arena, covers->items, covers->count, &covers->room,
		sizeof(*covers->items));
	covers->items[covers->count++] = *cover;
}

static void add_covers_of(struct covers *covers, const struct coverage *coverage, size_t line)
{
	size_t first = covers->count;

	for (size_t i = 0; i < coverage->lines[line].count; i++) {
		const struct stretch *stretch = &coverage->lines[line].stretches[i];

		for (size_t j = 0; j < stretch->stand_in_count; j++)
			add_cover(covers, first,
				&(struct cover){stretch->stand_ins[j].stand_in,
					stretch->stand_ins[j].whom, stretch->from, stretch->until,
					line});
	}
}

static int by_moment(moment a, moment b)
{
	return (a > b) - (a < b);
}

static int by_cover(const void *left, const void *right)
{
	const struct cover *a = left, *b = right;
	int order = by_moment(a->from, b->from);

	if (order == 0)
		order = strcmp(a->whom->dn, b->whom->dn);
	if (order == 0)
		order = strcmp(a->stand_in->dn, b->stand_in->dn);
	if (order == 0)
		order = by_moment(a->until, b->until);
	return order ? order : (a->line > b->line) - (a->line < b->line);
}

static bool is_same_cover(const struct cover *a, const struct cover *b)
{
	return a->from == b->from && a->until == b->until && a->whom == b->whom &&
		a->stand_in == b->stand_in;
}

static struct covers find_covers(const struct coverage_page_ctx *ctx)
{
	struct covers covers = {.arena = ctx->words.arena};

	for (size_t i = 0; i < ctx->page->coverage->line_count; i++)
		add_covers_of(&covers, ctx->page->coverage, i);
	if (covers.count > 1)
		qsort(covers.items, covers.count, sizeof(*covers.items), by_cover);
	return covers;
}

static void add_name(struct strbuf *out, const struct person *person)
{
	strbuf_adds(out, "<bdi>");
	page_add_text(out, person_called(person));
	strbuf_adds(out, "</bdi>");
}

/* One row: `count` covers that differ by the list alone. */
static void add_cover_row(struct strbuf *out, const struct coverage_page_ctx *ctx,
	const struct cover *covers, size_t count)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(out, "<tr data-p><th scope=\"row\">");
	add_name(out, covers->stand_in);
	strbuf_adds(out, "</th><td>");
	add_name(out, covers->whom);
	strbuf_adds(out, "</td><td>");
	coverage_add_span(&text, ctx->page->coverage, covers->from, covers->until);
	page_add_text(out, text.text);
	strbuf_reset(&text);
	for (size_t i = 0; i < count; i++)
		strbuf_add_item(&text, "; ",
			coverage_label(&ctx->words, &ctx->page->coverage->lines[covers[i].line]));
	strbuf_adds(out, "</td><td>");
	page_add_text(out, text.text);
	strbuf_adds(out, "</td></tr>\n");
	strbuf_release(&text);
}

static void add_stand_ins(struct strbuf *out, const void *about)
{
	const struct coverage_page_ctx *ctx = about;
	const char *const heads[] = {_("Stand-in"), _("For"), _("When"), _("Lists"), NULL};
	struct covers covers = find_covers(ctx);

	if (covers.count == 0) {
		page_add_element(out, "p", NULL, _("Nobody stands in for anybody in these days."));
		return;
	}
	page_begin_table(out, _("Who stands in for whom"), heads);
	for (size_t i = 0, count; i < covers.count; i += count) {
		for (count = 1; i + count < covers.count; count++) {
			if (!is_same_cover(&covers.items[i], &covers.items[i + count]))
				break;
		}
		add_cover_row(out, ctx, &covers.items[i], count);
	}
	page_end_table(out);
}

/* Who answers when. */

static void add_who(struct strbuf *out, const struct coverage_page_ctx *ctx,
	const struct stretch *stretch)
{
	struct strbuf names = STRBUF_INIT, why = STRBUF_INIT;

	for (size_t i = 0; i < stretch->available_count; i++)
		coverage_add_answering(&ctx->words, &names, stretch, stretch->available[i]);
	page_add_phrase(out, names.length > 0 ? names.text : _("nobody"));
	if (stretch->gap_count > 0) {
		coverage_add_why(&ctx->words, &why, stretch);
		strbuf_addc(out, ' ');
		strbuf_adds(out, "<span class=\"why\">");
		page_add_phrase(out, why.text);
		strbuf_adds(out, "</span>");
	}
	strbuf_release(&names);
	strbuf_release(&why);
}

static void add_stretch(struct strbuf *out, const struct coverage_page_ctx *ctx,
	const struct coverage_line *line, size_t number, const struct stretch *stretch)
{
	const char *class = coverage_class(line, stretch);
	struct strbuf when = STRBUF_INIT;

	coverage_add_span(&when, ctx->page->coverage, stretch->from, stretch->until);
	strbuf_addf(out, "<li data-p id=s%zu", number);
	if (*class)
		strbuf_addf(out, " class=%s", class);
	strbuf_addf(out, "><span class=when>%s</span> <span>", when.text);
	if (*class)
		strbuf_addf(out, "<span class=sign>%s</span> ",
			*class == 'g' ? _("Gap:") : _("Just enough:"));
	add_who(out, ctx, stretch);
	strbuf_adds(out, "</span></li>\n");
	strbuf_release(&when);
}

static void add_line(struct strbuf *out, const struct coverage_page_ctx *ctx, size_t i)
{
	const struct coverage_line *line = &ctx->page->coverage->lines[i];

	strbuf_addf(out, "<section data-f=\"%zu\" aria-labelledby=\"l%zu\">\n<h3 id=\"l%zu\">", i,
		i, i);
	page_add_text(out, coverage_label(&ctx->words, line));
	strbuf_adds(out, "</h3>\n");
	page_add_element(out, "p", "meta", line->block->list);
	strbuf_adds(out, "<ul class=\"who\">\n");
	for (size_t j = 0; j < line->count; j++)
		add_stretch(out, ctx, line, ctx->first_stretch[i] + j, &line->stretches[j]);
	strbuf_adds(out, "</ul>\n</section>\n");
}

static void add_lines(struct strbuf *out, const void *about)
{
	const struct coverage_page_ctx *ctx = about;

	for (size_t i = 0; i < ctx->page->coverage->line_count; i++)
		add_line(out, ctx, i);
}

/* Findings, and of what the page was made. */

/* Texts that are safe already; page_add_text() escapes them. */
static void add_finding_line(struct strbuf *out, const struct finding_line *line)
{
	const struct finding *finding = line->members[0];
	struct strbuf text = STRBUF_INIT;

	finding_add_where(&text, finding, false);
	strbuf_adds(&text, ": ");
	finding_add_what(&text, finding, false);
	if (line->count > 1)
		strbuf_adds(&text, "; ");
	finding_line_add_more(&text, line);
	strbuf_adds(out, "<li><span class=\"when\">");
	page_add_text(out, finding->severity == FINDING_ERROR ? _("error") : _("warning"));
	strbuf_adds(out, "</span><span>");
	page_add_text(out, text.text);
	strbuf_adds(out, "</span></li>\n");
	strbuf_release(&text);
}

static void add_findings(struct strbuf *out, const void *about)
{
	const struct coverage_page_ctx *ctx = about;
	const struct finding_lines lines = findings_fold(ctx->page->findings, ctx->words.arena);

	if (lines.count == 0) {
		page_add_element(out, "p", NULL, _("Nothing was found to be wrong."));
		return;
	}
	strbuf_adds(out, "<ul class=\"told\">\n");
	for (size_t i = 0; i < lines.count; i++)
		add_finding_line(out, lines.items[i]);
	strbuf_adds(out, "</ul>\n");
}

static void add_moment_fact(struct strbuf *out, const char *label, moment t)
{
	struct strbuf text = STRBUF_INIT;

	moment_add_human(&text, t);
	page_add_fact(out, label, text.text);
	strbuf_release(&text);
}

/* "name, version (SHA-256 …)" of a file; what is NULL is left out. */
static void add_file(struct strbuf *out, const char *label, const char *name, const char *version,
	const char *sha256)
{
	struct strbuf text = STRBUF_INIT;

	if (name)
		strbuf_adds(&text, name);
	if (version)
		strbuf_add_item(&text, ", ", version);
	strbuf_add_item(&text, ", ", "SHA-256 ");
	strbuf_adds(&text, sha256);
	page_add_fact(out, label, text.text);
	strbuf_release(&text);
}

static const char *feed_state(const struct feed_summary *feed)
{
	if (strcmp(feed->state, "fresh") == 0)
		return _("read");
	if (strcmp(feed->state, "kept") == 0)
		return _("cannot be read; its kept copy serves");
	if (strcmp(feed->state, "doubted") == 0)
		return _("doubted; its kept copy serves");
	return _("cannot be read");
}

static void add_feed(struct strbuf *out, const struct feed_summary *feed)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, feed->name);
	strbuf_addf(&text, ": %s", feed_state(feed));
	if (feed->read_at != MOMENT_EARLIEST) {
		strbuf_adds(&text, ", ");
		moment_add_human(&text, feed->read_at);
	}
	page_add_fact(out, _("Feed"), text.text);
	strbuf_release(&text);
}

static void add_origin(struct strbuf *out, const void *about)
{
	const struct coverage_page *page = ((const struct coverage_page_ctx *)about)->page;
	const struct mapping *mapping = page->mapping;
	struct strbuf by = STRBUF_INIT;

	strbuf_addf(&by, "%s@%s, postvagt %s", page->run->user, page->run->host,
		page->run->version);
	strbuf_adds(out, "<dl>\n");
	add_moment_fact(out, _("Made"), page->run->started);
	page_add_fact(out, _("By"), by.text);
	add_moment_fact(out, _("As of"), page->coverage->days[0]);
	page_add_fact(out, _("Directory"), page->run->server);
	for (size_t i = 0; i < page->feed_count; i++)
		add_feed(out, &page->feeds[i]);
	add_file(out, _("Settings"), page->run->settings_file, NULL, page->run->settings_sha256);
	add_file(out, _("Tags"), mapping->tag_source.name, mapping->tag_source.version,
		mapping->sha256.tags);
	add_file(out, _("Roles"), mapping->role_source.name, mapping->role_source.version,
		mapping->sha256.roles);
	add_file(out, _("Routes"), NULL, NULL, mapping->sha256.routes);
	strbuf_adds(out, "</dl>\n");
	strbuf_release(&by);
}

/* All of it. */

static void begin_ctx(struct coverage_page_ctx *ctx)
{
	const struct coverage *coverage = ctx->page->coverage;
	size_t number = 1;

	ctx->first_stretch =
		arena_get(ctx->words.arena, coverage->line_count * sizeof(*ctx->first_stretch));
	for (size_t i = 0; i < coverage->line_count; i++) {
		ctx->first_stretch[i] = number;
		number += coverage->lines[i].count;
	}
}

static void add_lead(struct strbuf *out, const struct coverage *coverage)
{
	struct strbuf from = STRBUF_INIT, last = STRBUF_INIT;

	moment_add_human(&from, coverage->days[0]);
	moment_add_human_day(&last, moment_day(coverage->days[coverage->day_count], -1));
	strbuf_addf(out,
		_("Who answers mail on each tag, and where nobody does, from %s through %s."),
		from.text, last.text);
	strbuf_release(&from);
	strbuf_release(&last);
}

static void add_page(struct strbuf *out, const struct coverage_page_ctx *ctx)
{
	struct page_section sections[8];
	struct strbuf title = STRBUF_INIT, lead = STRBUF_INIT;
	size_t count = 0;

	sections[count++] = (struct page_section){"gaps", _("Gaps"), add_gaps, ctx};
	sections[count++] = (struct page_section){"days", _("Calendar"), add_days, ctx};
	sections[count++] =
		(struct page_section){"standins", _("Who stands in for whom"), add_stand_ins, ctx};
	sections[count++] = (struct page_section){"who", _("Who answers when"), add_lines, ctx};
	if (ctx->page->also)
		sections[count++] = *ctx->page->also;
	sections[count++] = (struct page_section){"findings", _("Findings"), add_findings, ctx};
	sections[count++] =
		(struct page_section){"origin", _("What this page was made of"), add_origin, ctx};
	strbuf_addf(&title, _("Readiness: %s"), ctx->page->mailbox);
	add_lead(&lead, ctx->page->coverage);
	page_add(out,
		&(struct page){title.text, lead.text, "days", ctx->page->run->started,
			ctx->page->run->version, sections, count});
	strbuf_release(&title);
	strbuf_release(&lead);
}

void coverage_add_page(struct strbuf *out, const struct coverage_page *page)
{
	struct coverage_page_ctx ctx = {.page = page,
		.words = {.coverage = page->coverage, .arena = arena_new(), .mark_names = true}};

	begin_ctx(&ctx);
	add_page(out, &ctx);
	arena_free(ctx.words.arena);
}
