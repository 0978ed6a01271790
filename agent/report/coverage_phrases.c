#include "report/coverage_phrases.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/forecast.h"
#include "model/mapping.h"
#include "model/person.h"
#include "report/phrases.h"

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

void coverage_add_span(struct strbuf *out, const struct coverage *coverage, moment from,
	moment until)
{
	if (is_of_days(coverage, from, until))
		add_days(out, from, moment_day(until, -1));
	else if (is_of_one_day(from, until))
		add_hours(out, from, until);
	else
		phrase_interval(out, from, until);
}

/* Lists. */

const char *coverage_label(const struct coverage_phrases *words, const struct coverage_line *line)
{
	struct strbuf label = STRBUF_INIT;

	phrase_block(&label, line->block);
	return strbuf_to_arena(&label, words->arena);
}

/* The gaps, in words. */

static void add_name(const struct coverage_phrases *words, struct strbuf *out,
	const struct person *person)
{
	strbuf_add_item(out, ", ", "");
	if (words->mark_names)
		strbuf_addc(out, PHRASE_NAME);
	phrase_name(out, person, person->dn);
	if (words->mark_names)
		strbuf_addc(out, PHRASE_NAME_END);
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

static void add_to_crowd(const struct coverage_phrases *words, struct crowd *crowd,
	const struct person *person)
{
	if (is_among(crowd, person))
		return;
	crowd->items = arena_grow(words->arena, crowd->items, crowd->count, &crowd->room,
		sizeof(const struct person *));
	crowd->items[crowd->count++] = person;
}

static void add_crowd(const struct coverage_phrases *words, struct strbuf *out,
	const struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count; i++)
		add_name(words, out, crowd->items[i]);
}

static void add_unreachable(const struct coverage_phrases *words, struct strbuf *out,
	const struct person *person, moment at)
{
	struct strbuf name = STRBUF_INIT, why = STRBUF_INIT;

	add_name(words, &name, person);
	person_add_trouble(&why, person, at);
	strbuf_add_item(out, "; ", "");
	strbuf_addf(out, _("%s cannot be reached (%s)"), name.text, why.text);
	strbuf_release(&name);
	strbuf_release(&why);
}

/* Who is missed. */
static void add_missed(const struct coverage_phrases *words, struct strbuf *out,
	const struct crowd *missed, moment at)
{
	struct strbuf names = STRBUF_INIT;
	size_t away = 0;

	for (size_t i = 0; i < missed->count; i++) {
		if (person_is_absent(missed->items[i], at, NULL)) {
			add_name(words, &names, missed->items[i]);
			away++;
		}
	}
	if (away > 0)
		strbuf_addf(out, away == 1 ? _("%s is away") : _("%s are away"), names.text);
	for (size_t i = 0; i < missed->count; i++) {
		if (!person_is_absent(missed->items[i], at, NULL))
			add_unreachable(words, out, missed->items[i], at);
	}
	strbuf_release(&names);
}

/* All for whom nobody stands in, and then all whom the searches looked at, together. */
static void add_no_stand_ins(const struct coverage_phrases *words, struct strbuf *out,
	const struct stretch *stretch)
{
	struct crowd missed = {0}, others = {0};
	struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < stretch->gap_count; i++) {
		if (stretch->gaps[i].gap.kind == GAP_NO_STAND_IN)
			add_to_crowd(words, &missed, stretch->gaps[i].gap.whom);
	}
	for (size_t i = 0; i < stretch->gap_count; i++) {
		for (size_t j = 0; j < stretch->gaps[i].looked_at_count; j++) {
			if (!is_among(&missed, stretch->gaps[i].looked_at[j]))
				add_to_crowd(words, &others, stretch->gaps[i].looked_at[j]);
		}
	}
	if (missed.count == 0)
		return;
	add_missed(words, out, &missed, stretch->from);
	add_crowd(words, &names, &others);
	if (others.count == 0)
		strbuf_adds(out, _(", and nobody else is named who could stand in"));
	else
		strbuf_addf(out, _(", and nobody who could stand in is available: %s"), names.text);
	strbuf_release(&names);
}

/* What another gap of the stretch says better is left out. */
void coverage_add_why(const struct coverage_phrases *words, struct strbuf *out,
	const struct stretch *stretch)
{
	struct strbuf why = STRBUF_INIT;

	add_no_stand_ins(words, out, stretch);
	for (size_t i = 0; i < stretch->gap_count; i++) {
		const struct gap *gap = &stretch->gaps[i].gap;

		strbuf_reset(&why);
		if (gap->kind == GAP_NOBODY && i == 0)
			strbuf_adds(&why,
				_("no role, group or name yields anybody who can be reached"));
		else if (gap->kind == GAP_TOO_FEW && gap->available > 0)
			phrase_gap(&why, gap, stretch->from);
		if (why.length > 0)
			strbuf_add_item(out, "; ", why.text);
	}
	strbuf_release(&why);
}

static const char *warning_of(const struct coverage_phrases *words,
	const struct coverage_line *line, const struct stretch *stretch)
{
	struct strbuf out = STRBUF_INIT, why = STRBUF_INIT;
	const char *label = coverage_label(words, line), *text;

	coverage_add_why(words, &why, stretch);
	if (stretch->available_count == 0)
		strbuf_addf(&out, _("nobody for %s: %s"), label, why.text);
	else if (stretch->available_count < (size_t)line->block->at_least)
		strbuf_addf(&out, _("too few for %s: %s"), label, why.text);
	else
		strbuf_addf(&out, _("a stand-in is missing for %s: %s"), label, why.text);
	text = strbuf_to_arena(&out, words->arena);
	strbuf_release(&why);
	return text;
}

/* One that says the same as the one right before it makes that longer. */
static void add_warning(const struct coverage_phrases *words, struct coverage_warnings *warnings,
	size_t line, const struct stretch *stretch)
{
	struct coverage_warning warning = {stretch->from, stretch->until, line,
		warning_of(words, &words->coverage->lines[line], stretch)};
	struct coverage_warning *last =
		warnings->count > 0 ? &warnings->items[warnings->count - 1] : NULL;

	if (last && last->until == warning.from && strcmp(last->text, warning.text) == 0) {
		last->until = warning.until;
		return;
	}
	warnings->items = arena_grow(words->arena, warnings->items, warnings->count,
		&warnings->room, sizeof(*warnings->items));
	warnings->items[warnings->count++] = warning;
}

static int by_time(const void *left, const void *right)
{
	const struct coverage_warning *a = left, *b = right;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

struct coverage_warnings coverage_find_warnings(const struct coverage_phrases *words)
{
	struct coverage_warnings warnings = {0};

	for (size_t i = 0; i < words->coverage->line_count; i++) {
		const struct coverage_line *line = &words->coverage->lines[i];

		for (size_t j = 0; j < line->count; j++) {
			if (line->stretches[j].gap_count > 0)
				add_warning(words, &warnings, i, &line->stretches[j]);
		}
	}
	if (warnings.count > 1)
		qsort(warnings.items, warnings.count, sizeof(*warnings.items), by_time);
	return warnings;
}

/* Who answers. */

void coverage_add_answering(const struct coverage_phrases *words, struct strbuf *out,
	const struct stretch *stretch, const struct person *person)
{
	struct strbuf whom = STRBUF_INIT;

	add_name(words, out, person);
	for (size_t i = 0; i < stretch->stand_in_count; i++) {
		if (stretch->stand_ins[i].stand_in == person)
			add_name(words, &whom, stretch->stand_ins[i].whom);
	}
	if (whom.length > 0)
		strbuf_addf(out, _(" (for %s)"), whom.text);
	strbuf_release(&whom);
}
