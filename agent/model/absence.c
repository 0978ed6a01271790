#include "model/absence.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <unictype.h>

#include "base/text/hidden.h"
#include "base/text/language.h"
#include "base/text/moment_format.h"
#include "base/text/moment_read.h"
#include "base/text/strbuf.h"
#include "base/text/zone.h"

/* A date that systems write for one that is not filled in, or for one that never comes. */
static const struct {
	int year, month, day;
	enum end_kind {
		END_AT,      /* at a date or moment */
		END_MISSING, /* empty, or not filled in */
		END_NEVER,
	} means;
} marks[] = {
	{1, 1, 1, END_MISSING},
	{1601, 1, 1, END_MISSING},
	{1800, 1, 1, END_MISSING},
	{1900, 1, 1, END_MISSING},
	{9999, 12, 31, END_NEVER},
};

/* More slashes than two dates that have two each, and the one between them. */
#define SLASHES_MAX 5

/* One end of an absence, as written. */
struct written_end {
	enum end_kind kind;
	struct moment_text text; /* where END_AT */
};

static bool is_nothing(const char *text)
{
	struct strbuf tight = STRBUF_INIT;
	bool is_so;

	if (moment_is_plain(text))
		return *text == '\0' || strcasecmp(text, "NULL") == 0;
	moment_add_tight(&tight, text);
	is_so = tight.length == 0 || strcasecmp(tight.text, "NULL") == 0;
	strbuf_release(&tight);
	return is_so;
}

static bool parse_end(const char *text, const char *format, struct moment_text *parsed)
{
	if (!format)
		return moment_parse(text, MOMENT_DAY_FIRST_TOO, parsed);
	return moment_parse_format(text, format, parsed) ||
		moment_parse(text, MOMENT_YEAR_FIRST_ONLY, parsed);
}

/* Whether the date stands for an end that is missing or never comes. */
static enum end_kind kind_of(const struct moment_text *text)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (text->year == marks[i].year && text->month == marks[i].month &&
			text->day == marks[i].day)
			return marks[i].means;
	}
	return END_AT;
}

/* NULL is missing. ABSENCE_READ, ABSENCE_UNREADABLE or ABSENCE_YEAR. */
static enum absence_reading read_end(const char *text, const char *format, struct written_end *end)
{
	struct moment_text *parsed = &end->text;

	*end = (struct written_end){.kind = END_MISSING};
	if (!text || is_nothing(text))
		return ABSENCE_READ;
	if (!parse_end(text, format, parsed))
		return ABSENCE_UNREADABLE;
	if (parsed->form == MOMENT_ZEROS)
		return ABSENCE_READ;
	end->kind = parsed->form == MOMENT_NEVER ? END_NEVER : kind_of(parsed);
	return end->kind != END_AT ||
			(parsed->year >= ABSENCE_YEAR_MIN && parsed->year <= ABSENCE_YEAR_MAX)
		? ABSENCE_READ
		: ABSENCE_YEAR;
}

/* The moment of a text, whose zone is that of the rules where it has none; a date alone is a day here. */
static moment resolve(const struct moment_text *text, const struct absence_rules *rules,
	enum moment_edge edge)
{
	if (text->form == MOMENT_LOCAL && rules->zone)
		return zone_moment(rules->zone, text->midnight + text->seconds, edge);
	return moment_resolve(text, edge);
}

/* The day that is written, where it is so by until_is: its time is midnight, at its beginning or end. */
static bool is_written_day(const struct moment_text *text, enum until_is until_is, bool or_24)
{
	return until_is == UNTIL_DAY &&
		(text->seconds == 0 || (or_24 && text->seconds == MOMENT_DAY));
}

static struct moment_text date_of(const struct moment_text *text)
{
	struct moment_text date = *text;

	date.form = MOMENT_DATE;
	return date;
}

static moment start_of(const struct moment_text *text, const struct absence_rules *rules)
{
	struct moment_text date = date_of(text);

	return resolve(is_written_day(text, rules->until_is, false) ? &date : text, rules,
		MOMENT_START);
}

/* Exclusive. `*is_day`: it is the end of a day that counts as a whole. */
static moment end_of(const struct moment_text *text, const struct absence_rules *rules,
	bool *is_day)
{
	struct moment_text date = date_of(text);
	moment t = resolve(text, rules, MOMENT_END);

	*is_day = text->form == MOMENT_DATE || is_written_day(text, rules->until_is, true);
	if (*is_day)
		return moment_resolve(&date, MOMENT_END);
	*is_day = rules->until_is == UNTIL_DAY && moment_is_midnight(t);
	return *is_day ? moment_day(t, 1) : t;
}

/* Read an absence of which both ends are dates or moments. */
static enum absence_reading read_between(const struct moment_text *from,
	const struct moment_text *until, const struct absence_rules *rules, moment *start,
	moment *end)
{
	bool is_day;

	*start = start_of(from, rules);
	*end = end_of(until, rules, &is_day);
	if (!is_day && *start == resolve(until, rules, MOMENT_START) && moment_is_midnight(*start))
		*end = moment_day(*start, 1);
	if (*end > *start)
		return ABSENCE_READ;
	return *end < *start || is_day ? ABSENCE_ENDS_FIRST : ABSENCE_NO_LENGTH;
}

enum absence_reading absence_read_pair(const char *from, const char *until,
	const struct absence_rules *rules, moment *start, moment *end)
{
	const struct absence_rules none = {0};
	enum absence_reading reading;
	struct written_end first, last;
	bool is_day;

	rules = rules ? rules : &none;
	reading = read_end(from, rules->date_format, &first);
	if (reading == ABSENCE_READ)
		reading = read_end(until, rules->date_format, &last);
	if (reading != ABSENCE_READ)
		return reading;
	if (first.kind == END_MISSING && last.kind == END_MISSING)
		return ABSENCE_NO_ENDS;
	if (first.kind == END_AT && last.kind == END_AT)
		return read_between(&first.text, &last.text, rules, start, end);
	*start = first.kind == END_MISSING ? MOMENT_EARLIEST : MOMENT_LATEST;
	*end = MOMENT_LATEST;
	if (first.kind == END_AT)
		*start = start_of(&first.text, rules);
	if (last.kind == END_AT)
		*end = end_of(&last.text, rules, &is_day);
	return ABSENCE_READ;
}

/* One date: that day. A moment alone has no length. */
static enum absence_reading read_day(const char *text, moment *start, moment *end)
{
	struct written_end day;
	enum absence_reading reading = read_end(text, NULL, &day);

	if (reading != ABSENCE_READ)
		return reading;
	if (day.kind != END_AT)
		return ABSENCE_NO_ENDS;
	if (day.text.form != MOMENT_DATE)
		return ABSENCE_ONE_MOMENT;
	*start = moment_resolve(&day.text, MOMENT_START);
	*end = moment_resolve(&day.text, MOMENT_END);
	return ABSENCE_READ;
}

static bool is_end(const char *text)
{
	struct written_end end;

	return read_end(text, NULL, &end) != ABSENCE_UNREADABLE;
}

/* Whether both sides of a slash, which is `at` bytes into the text, are ends. */
static bool is_between(const char *text, size_t at)
{
	struct strbuf from = STRBUF_INIT;
	bool is_so;

	strbuf_add(&from, text, at);
	is_so = is_end(from.text) && is_end(text + at + 1);
	strbuf_release(&from);
	return is_so;
}

size_t absence_slash_between(const char *text)
{
	size_t length = strlen(text), slashes = 0, last = length, found = length, ways = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '/') {
			slashes++;
			last = i;
		}
	}
	if (slashes <= 1)
		return last;
	if (slashes > SLASHES_MAX || is_end(text))
		return length;
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '/' && is_between(text, i)) {
			found = i;
			ways++;
		}
	}
	return ways == 1 ? found : length;
}

enum absence_reading absence_read_interval(const char *text, moment *start, moment *end)
{
	size_t slash = absence_slash_between(text);
	struct strbuf from = STRBUF_INIT;
	enum absence_reading reading;

	if (text[slash] == '\0')
		return read_day(text, start, end);
	strbuf_add(&from, text, slash);
	reading = absence_read_pair(from.text, text + slash + 1, NULL, start, end);
	strbuf_release(&from);
	return reading;
}

size_t absence_drop_blank(const char **parts, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		struct strbuf tight = STRBUF_INIT;

		moment_add_tight(&tight, parts[i]);
		if (tight.length > 0)
			parts[kept++] = parts[i];
		strbuf_release(&tight);
	}
	return kept;
}

/* Letters and their accents, and pictures, which may say as much as a word. */
static bool is_telling(uint32_t c)
{
	return c != 'T' && c != 'Z' &&
		uc_is_general_category_withtable(c,
			UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_So);
}

bool absence_may_show(const char *value)
{
	size_t left = strlen(value), bytes;
	uint32_t c;

	for (; left > 0; value += bytes, left -= bytes) {
		bytes = strlen("NULL");
		if (strncasecmp(value, "NULL", bytes) == 0)
			continue;
		bytes = hidden_next(&c, value, left);
		if (bytes == 0 || is_telling(c))
			return false;
	}
	return true;
}

int absence_compare(const void *left, const void *right)
{
	const struct absence *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

const char *absence_problem(enum absence_reading reading)
{
	switch (reading) {
	case ABSENCE_READ:
		return "";
	case ABSENCE_NO_ENDS:
		return _("both ends are missing; give a start, an end, or both");
	case ABSENCE_ENDS_FIRST:
		return _("the end lies before the start");
	case ABSENCE_NO_LENGTH:
		return _("start and end are the same moment");
	case ABSENCE_ONE_MOMENT:
		return _("a moment without an end; write FROM/UNTIL");
	case ABSENCE_YEAR:
		return _("a year before 1990 or after 2100");
	case ABSENCE_SEVERAL:
		return _("several values, where one is expected");
	case ABSENCE_UNREADABLE:
		break;
	}
	return _("not a time that can be read; write 2026-12-24, 24-12-2026, 2026-12-24T08:00 or "
		 "20261224070000Z");
}
