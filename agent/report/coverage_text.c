/*
 * Coverage on a terminal: a row a list, a character a day, the weeks side by side as far as they
 * fit, and below it the gaps in words, in the order in which they come.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/finding.h"
#include "base/language.h"
#include "decide/coverage.h"
#include "decide/mapping.h"
#include "decide/person.h"
#include "report/coverage.h"
#include "report/text.h"
#include "report/words.h"
#include "report/writer.h"

#define WIDTH            80
#define LABEL_WIDTH_MOST 44 /* four weeks beside it */
#define DAYS_A_WEEK      7
#define WEEK_WIDTH       (DAYS_A_WEEK + 1)

/* What is being told. */
struct telling_coverage {
	struct report *report;
	const struct coverage *coverage;
	struct arena *arena;
	size_t first_weekday; /* of the first day, from Monday */
	size_t label_width;
};

/* Days and times. */

/* Whether a stretch begins with a day, or with the question, and ends with a day. */
static bool is_of_days(const struct coverage *coverage, moment from, moment until)
{
	return (from == coverage->days[0] || moment_is_midnight(from)) && moment_is_midnight(until);
}

/* "4" of "2026-12-04". */
static const char *day_of_month(const char *iso)
{
	const char *day = iso + strlen("2026-12-");

	return *day == '0' ? day + 1 : day;
}

static void add_days(struct strbuf *out, moment first, moment last)
{
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT, day = STRBUF_INIT;

	moment_add_iso_day(&a, first);
	moment_add_iso_day(&b, last);
	moment_add_human_day(&day, last);
	if (strcmp(a.text, b.text) == 0) {
		strbuf_adds(out, day.text);
	} else if (strncmp(a.text, b.text, strlen("2026-12")) == 0) {
		strbuf_addf(out, _("%.2s to %s"), day_of_month(a.text), day.text);
	} else {
		strbuf_reset(&a);
		moment_add_human_day(&a, first);
		strbuf_addf(out, _("%s to %s"), a.text, day.text);
	}
	strbuf_release(&a);
	strbuf_release(&b);
	strbuf_release(&day);
}

static bool is_of_one_day(moment from, moment until)
{
	return moment_day(from, 0) == moment_day(until - 1, 0);
}

/* "24 December 2026 12:00 to 16:00" */
static void add_hours(struct strbuf *out, moment from, moment until)
{
	struct strbuf start = STRBUF_INIT, iso = STRBUF_INIT, end = STRBUF_INIT;

	moment_add_human(&start, from);
	moment_add_iso(&iso, until);
	if (moment_is_midnight(until))
		strbuf_adds(&end, "24:00");
	else
		strbuf_add(&end, iso.text + strlen("2026-12-24T"), strlen("16:00"));
	strbuf_addf(out, _("%s to %s"), start.text, end.text);
	strbuf_release(&start);
	strbuf_release(&iso);
	strbuf_release(&end);
}

static void add_span(struct strbuf *out, const struct coverage *coverage, moment from, moment until)
{
	if (is_of_days(coverage, from, until))
		add_days(out, from, moment_day(until, -1));
	else if (is_of_one_day(from, until))
		add_hours(out, from, until);
	else
		words_interval(out, from, until);
}

/* The calendar. */

static const char *label_of(struct telling_coverage *telling, const struct coverage_line *line)
{
	struct strbuf label = STRBUF_INIT;
	const char *text;

	words_block(&label, line->block);
	text = arena_string(telling->arena, label.text);
	strbuf_release(&label);
	return text;
}

static void pad(struct strbuf *out, size_t used, size_t width)
{
	for (; used < width; used++)
		strbuf_addc(out, ' ');
}

/* The widest label, of those that are not too wide. */
static size_t find_label_width(struct telling_coverage *telling)
{
	size_t widest = 0;

	for (size_t i = 0; i < telling->coverage->line_count; i++) {
		size_t width = text_width(label_of(telling, &telling->coverage->lines[i]));

		if (width > widest && width <= LABEL_WIDTH_MOST)
			widest = width;
	}
	return widest;
}

static moment monday(const struct telling_coverage *telling, size_t week)
{
	return moment_day(telling->coverage->days[0],
		(int)(week * DAYS_A_WEEK) - (int)telling->first_weekday);
}

/* One line above the days; `add` writes what stands above a week. */
static void add_heading(struct telling_coverage *telling, size_t first, size_t end,
	void (*add)(struct strbuf *out, moment monday))
{
	struct strbuf *out = telling->report->out, text = STRBUF_INIT;

	pad(out, 0, telling->label_width + 2);
	for (size_t week = first; week < end; week++) {
		strbuf_reset(&text);
		add(&text, monday(telling, week));
		strbuf_addc(out, ' ');
		strbuf_adds(out, text.text);
		if (week + 1 < end)
			pad(out, text_width(text.text), DAYS_A_WEEK);
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

static void add_mark(struct telling_coverage *telling, const struct coverage_line *line, size_t day)
{
	const struct stretch *worst = coverage_worst(telling->coverage, line, day);
	struct strbuf *out = telling->report->out;
	bool colour = telling->report->colour;

	if (worst->gap_count > 0)
		text_add_painted(out, colour, TEXT_RED, "!");
	else if (coverage_is_thin(line, worst))
		text_add_painted(out, colour, TEXT_YELLOW, "-");
	else
		text_add_painted(out, colour, TEXT_GREEN, ".");
}

static void add_label(struct telling_coverage *telling, const struct coverage_line *line)
{
	const char *label = label_of(telling, line);
	struct strbuf *out = telling->report->out;
	size_t width = text_width(label);

	strbuf_adds(out, "  ");
	strbuf_adds(out, label);
	if (width > telling->label_width) {
		strbuf_adds(out, "\n  ");
		width = 0;
	}
	pad(out, width, telling->label_width);
}

/* The days of some weeks; those before today are blank. */
static void add_row(struct telling_coverage *telling, const struct coverage_line *line,
	size_t first, size_t end)
{
	struct strbuf *out = telling->report->out;
	size_t before = telling->first_weekday;

	add_label(telling, line);
	for (size_t place = first * DAYS_A_WEEK; place < end * DAYS_A_WEEK; place++) {
		if (place >= before + telling->coverage->day_count)
			break;
		if (place % DAYS_A_WEEK == 0)
			strbuf_addc(out, ' ');
		if (place < before)
			strbuf_addc(out, ' ');
		else
			add_mark(telling, line, place - before);
	}
	strbuf_addc(out, '\n');
}

static void add_calendar(struct telling_coverage *telling)
{
	const struct coverage *coverage = telling->coverage;
	size_t places = telling->first_weekday + coverage->day_count;
	size_t weeks = (places + DAYS_A_WEEK - 1) / DAYS_A_WEEK;
	size_t fit = (WIDTH - 2 - telling->label_width) / WEEK_WIDTH;

	for (size_t first = 0; first < weeks; first += fit) {
		size_t end = first + fit < weeks ? first + fit : weeks;

		strbuf_addc(telling->report->out, '\n');
		add_heading(telling, first, end, add_week);
		add_heading(telling, first, end, moment_add_short_day);
		add_heading(telling, first, end, add_weekdays);
		for (size_t i = 0; i < coverage->line_count; i++)
			add_row(telling, &coverage->lines[i], first, end);
	}
}

static void add_legend(struct telling_coverage *telling)
{
	strbuf_adds(telling->report->out,
		_("\n  . enough   - just as many as at_least asks for   ! gap\n"));
}

/* The gaps, in words. */

static void add_name(struct strbuf *out, const struct person *person)
{
	struct strbuf name = STRBUF_INIT;

	words_name(&name, person, person->dn);
	strbuf_add_item(out, ", ", name.text);
	strbuf_release(&name);
}

/* People, each once, in the order in which they came. */
struct crowd {
	const struct person **items;
	size_t count, room;
};

static bool is_among(const struct crowd *crowd, const struct person *person)
{
	for (size_t i = 0; i < crowd->count; i++) {
		if (crowd->items[i] == person)
			return true;
	}
	return false;
}

static void add_to_crowd(struct telling_coverage *telling, struct crowd *crowd,
	const struct person *person)
{
	if (is_among(crowd, person))
		return;
	crowd->items = arena_grow(telling->arena, crowd->items, crowd->count, &crowd->room,
		sizeof(const struct person *));
	crowd->items[crowd->count++] = person;
}

static void add_crowd(struct strbuf *out, const struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count; i++)
		add_name(out, crowd->items[i]);
}

static void add_unreachable(struct strbuf *out, const struct person *person, moment at)
{
	struct strbuf name = STRBUF_INIT, why = STRBUF_INIT;

	add_name(&name, person);
	person_add_trouble(&why, person, at);
	strbuf_add_item(out, "; ", "");
	strbuf_addf(out, _("%s cannot be reached (%s)"), name.text, why.text);
	strbuf_release(&name);
	strbuf_release(&why);
}

/* Who is missed. */
static void add_missed(struct strbuf *out, const struct crowd *missed, moment at)
{
	struct strbuf names = STRBUF_INIT;
	size_t away = 0;

	for (size_t i = 0; i < missed->count; i++) {
		if (person_is_absent(missed->items[i], at, NULL)) {
			add_name(&names, missed->items[i]);
			away++;
		}
	}
	if (away > 0)
		strbuf_addf(out, away == 1 ? _("%s is away") : _("%s are away"), names.text);
	for (size_t i = 0; i < missed->count; i++) {
		if (!person_is_absent(missed->items[i], at, NULL))
			add_unreachable(out, missed->items[i], at);
	}
	strbuf_release(&names);
}

/* All for whom nobody stands in, and then all whom the searches looked at, together. */
static void add_no_stand_ins(struct telling_coverage *telling, struct strbuf *out,
	const struct stretch *stretch)
{
	struct crowd missed = {0}, others = {0};
	struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < stretch->gap_count; i++) {
		if (stretch->gaps[i].gap.kind == GAP_NO_STAND_IN)
			add_to_crowd(telling, &missed, stretch->gaps[i].gap.whom);
	}
	for (size_t i = 0; i < stretch->gap_count; i++) {
		for (size_t j = 0; j < stretch->gaps[i].looked_at_count; j++) {
			if (!is_among(&missed, stretch->gaps[i].looked_at[j]))
				add_to_crowd(telling, &others, stretch->gaps[i].looked_at[j]);
		}
	}
	if (missed.count == 0)
		return;
	add_missed(out, &missed, stretch->from);
	add_crowd(&names, &others);
	if (others.count == 0)
		strbuf_adds(out, _(", and nobody else is named who could stand in"));
	else
		strbuf_addf(out, _(", and nobody who could stand in is available: %s"), names.text);
	strbuf_release(&names);
}

/* What another gap of the stretch says better is left out. */
static void add_why(struct telling_coverage *telling, struct strbuf *out,
	const struct stretch *stretch)
{
	struct strbuf why = STRBUF_INIT;

	add_no_stand_ins(telling, out, stretch);
	for (size_t i = 0; i < stretch->gap_count; i++) {
		const struct gap *gap = &stretch->gaps[i].gap;

		strbuf_reset(&why);
		if (gap->kind == GAP_NOBODY && i == 0)
			strbuf_adds(&why, _("no role, group or name yields anybody"));
		else if (gap->kind == GAP_TOO_FEW && gap->available > 0)
			words_gap(&why, gap, stretch->from);
		if (why.length > 0)
			strbuf_add_item(out, "; ", why.text);
	}
	strbuf_release(&why);
}

static const char *warning_of(struct telling_coverage *telling, const struct coverage_line *line,
	const struct stretch *stretch)
{
	struct strbuf out = STRBUF_INIT, why = STRBUF_INIT;
	const char *label = label_of(telling, line), *text;

	add_why(telling, &why, stretch);
	if (stretch->available_count == 0)
		strbuf_addf(&out, _("nobody for %s: %s"), label, why.text);
	else if (stretch->available_count < (size_t)line->block->at_least)
		strbuf_addf(&out, _("too few for %s: %s"), label, why.text);
	else
		strbuf_addf(&out, _("a stand-in is missing for %s: %s"), label, why.text);
	text = arena_string(telling->arena, out.text);
	strbuf_release(&out);
	strbuf_release(&why);
	return text;
}

struct warning {
	moment from, until;
	size_t line;
	const char *text;
};

struct warnings {
	struct warning *items;
	size_t count, room;
};

/* One that says the same as the one right before it makes that longer. */
static void add_warning(struct telling_coverage *telling, struct warnings *warnings, size_t line,
	const struct stretch *stretch)
{
	struct warning warning = {stretch->from, stretch->until, line,
		warning_of(telling, &telling->coverage->lines[line], stretch)};
	struct warning *last = warnings->count > 0 ? &warnings->items[warnings->count - 1] : NULL;

	if (last && last->until == warning.from && strcmp(last->text, warning.text) == 0) {
		last->until = warning.until;
		return;
	}
	warnings->items = arena_grow(telling->arena, warnings->items, warnings->count,
		&warnings->room, sizeof(*warnings->items));
	warnings->items[warnings->count++] = warning;
}

static int by_time(const void *left, const void *right)
{
	const struct warning *a = left, *b = right;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

static struct warnings find_warnings(struct telling_coverage *telling)
{
	struct warnings warnings = {0};

	for (size_t i = 0; i < telling->coverage->line_count; i++) {
		const struct coverage_line *line = &telling->coverage->lines[i];

		for (size_t j = 0; j < line->count; j++) {
			if (line->stretches[j].gap_count > 0)
				add_warning(telling, &warnings, i, &line->stretches[j]);
		}
	}
	if (warnings.count > 1)
		qsort(warnings.items, warnings.count, sizeof(*warnings.items), by_time);
	return warnings;
}

static void add_warnings(struct telling_coverage *telling)
{
	struct warnings warnings = find_warnings(telling);
	struct strbuf *out = telling->report->out, when = STRBUF_INIT;

	for (size_t i = 0; i < warnings.count; i++) {
		const struct warning *warning = &warnings.items[i];

		strbuf_reset(&when);
		add_span(&when, telling->coverage, warning->from, warning->until);
		strbuf_adds(out, "  ");
		text_add_painted(out, telling->report->colour, TEXT_RED, "!");
		strbuf_addf(out, " %s: %s\n", when.text, warning->text);
	}
	strbuf_release(&when);
}

/* Who answers, and for whom. */

static void add_answering(struct strbuf *out, const struct stretch *stretch,
	const struct person *person)
{
	struct strbuf whom = STRBUF_INIT;

	add_name(out, person);
	for (size_t i = 0; i < stretch->stand_in_count; i++) {
		if (stretch->stand_ins[i].stand_in == person)
			add_name(&whom, stretch->stand_ins[i].whom);
	}
	if (whom.length > 0)
		strbuf_addf(out, _(" (for %s)"), whom.text);
	strbuf_release(&whom);
}

static void add_stretch(struct telling_coverage *telling, const struct stretch *stretch)
{
	struct strbuf *out = telling->report->out, names = STRBUF_INIT;

	strbuf_adds(out, "    ");
	add_span(out, telling->coverage, stretch->from, stretch->until);
	for (size_t i = 0; i < stretch->available_count; i++)
		add_answering(&names, stretch, stretch->available[i]);
	strbuf_addf(out, ": %s\n", names.length > 0 ? names.text : _("nobody"));
	strbuf_release(&names);
}

static void add_people(struct telling_coverage *telling)
{
	struct strbuf *out = telling->report->out;

	for (size_t i = 0; i < telling->coverage->line_count; i++) {
		const struct coverage_line *line = &telling->coverage->lines[i];

		strbuf_addc(out, '\n');
		text_add_painted(out, telling->report->colour, TEXT_BOLD, label_of(telling, line));
		strbuf_addc(out, '\n');
		for (size_t j = 0; j < line->count; j++)
			add_stretch(telling, &line->stretches[j]);
	}
}

static void add_title(struct telling_coverage *telling)
{
	const struct coverage *coverage = telling->coverage;
	struct strbuf at = STRBUF_INIT, last = STRBUF_INIT;

	moment_add_human(&at, coverage->days[0]);
	moment_add_human_day(&last, moment_day(coverage->days[coverage->day_count], -1));
	strbuf_addf(telling->report->out, _("From %s through %s, read from %s\n"), at.text,
		last.text, telling->report->run->server);
	strbuf_release(&at);
	strbuf_release(&last);
}

static void add_held(struct telling_coverage *telling, const char *held)
{
	struct strbuf why = STRBUF_INIT;

	strbuf_add_safe(&why, held);
	strbuf_addf(telling->report->out,
		_("Absences are missing, so there may be more gaps: %s\n"), why.text);
	strbuf_release(&why);
}

static void add_findings(struct report *report)
{
	for (size_t i = 0; i < report->findings->count; i++)
		text_writer.finding(report, &report->findings->items[i]);
}

void coverage_add_text(struct report *report, const struct coverage *coverage, const char *held,
	enum coverage_detail detail)
{
	struct telling_coverage telling = {.report = report,
		.coverage = coverage,
		.arena = arena_new(),
		.first_weekday = (size_t)moment_weekday(coverage->days[0])};

	telling.label_width = find_label_width(&telling);
	if (detail != COVERAGE_GAPS) {
		add_title(&telling);
		add_calendar(&telling);
		add_legend(&telling);
	}
	if (coverage_has_gap(coverage) && detail != COVERAGE_GAPS)
		strbuf_adds(report->out, _("\nGaps\n"));
	add_warnings(&telling);
	if (!coverage_has_gap(coverage) && detail != COVERAGE_GAPS)
		strbuf_adds(report->out, _("\nNo gaps.\n"));
	if (held)
		add_held(&telling, held);
	if (detail == COVERAGE_PEOPLE)
		add_people(&telling);
	if (detail != COVERAGE_GAPS)
		add_findings(report);
	arena_free(telling.arena);
}
