/*
 * Random dates in every spelling that is accepted, and the same with a slip in them, read by a
 * second reader: the contract's sentences again, by regular expressions and a calendar of its own
 * (Copenhagen's clock changes included), from nothing that agent/ has.
 *
 * PROPERTY_ROUNDS says how many pairs (60000), PROPERTY_SEED where to begin (1).
 */
#include "unit.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/absence.h"

#define DAY INT64_C(86400)
#define US  "%m/%d/%Y"

/* Chance */

/* The same everywhere (splitmix64). */
static uint64_t chance_state;

static unsigned below(unsigned n)
{
	uint64_t z = chance_state += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return (unsigned)((z ^ (z >> 31)) % n);
}

/* The calendar */

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 on, counted year by year from the Gregorian calendar's rule. */
static int64_t day_number(int64_t year, int month, int day)
{
	int64_t before = year - 1;
	int64_t days = before * 365 + before / 4 - before / 100 + before / 400 - 719162;

	for (int m = 1; m < month; m++)
		days += days_in(year, m);
	return days + day - 1;
}

/* 01:00 UTC of a month's last Sunday: when the clocks of the EU change. */
static int64_t last_sunday(int64_t year, int month)
{
	int64_t day = day_number(year, month, days_in(year, month));

	while ((day + 4) % 7 != 0) /* 1970-01-01 was a Thursday */
		day--;
	return day * DAY + 3600;
}

static bool is_summer(int64_t t)
{
	int64_t year = 1970 + t / DAY / 366;

	while (day_number(year + 1, 1, 1) * DAY <= t)
		year++;
	return t >= last_sunday(year, 3) && t < last_sunday(year, year < 1996 ? 9 : 10);
}

/* A clock in Copenhagen. In the hour that never comes, as the clock was before. */
static int64_t from_clock(int64_t clock, bool is_end)
{
	int64_t summer = clock - 7200, winter = clock - 3600;
	bool may_be_summer = is_summer(summer), may_be_winter = !is_summer(winter);

	if (may_be_summer && may_be_winter)
		return is_end ? winter : summer;
	return may_be_summer ? summer : winter;
}

static bool is_midnight_here(int64_t t)
{
	int64_t clock = t + (is_summer(t) ? 7200 : 3600);

	return clock % DAY == 0;
}

/* The second reader */

struct second_end {
	enum { SECOND_BAD, SECOND_MISSING, SECOND_NEVER, SECOND_AT } kind;
	bool has_time, has_zone;
	int64_t day, seconds, offset; /* the day's number from 1970 on */
};

/* Blanks of every kind as spaces, those around separators dropped. */
static void normalize(struct strbuf *out, const char *text)
{
	static const char *const blanks[] = {" ", "\t", "\r", "\n", "\xC2\xA0", "\xE2\x80\xAF",
		"\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D", "\xEF\xBB\xBF", "\xE2\x81\xA0"};
	struct strbuf spaced = STRBUF_INIT;

	while (*text) {
		size_t i = 0;

		while (i < ROWS(blanks) && strncmp(text, blanks[i], strlen(blanks[i])) != 0)
			i++;
		strbuf_addc(&spaced, i < ROWS(blanks) ? ' ' : *text);
		text += i < ROWS(blanks) ? strlen(blanks[i]) : 1;
	}
	for (const char *at = spaced.text; *at; at++) {
		const char *next = at + strspn(at, " ");

		if (*at == ' ' &&
			(out->length == 0 || out->text[out->length - 1] == ' ' ||
				strchr("-./:T+", out->text[out->length - 1]) ||
				strchr("-./:T+Z", *next)))
			continue;
		strbuf_addc(out, *at);
	}
	strbuf_release(&spaced);
}

/* Match at the beginning; the groups as numbers, -1 where one is not there. How much matched, or -1. */
static int match(const char *pattern, const char *text, int *numbers, size_t count)
{
	static struct {
		const char *pattern;
		regex_t compiled;
	} cache[40];
	regmatch_t groups[10];
	size_t i = 0;

	while (cache[i].pattern && cache[i].pattern != pattern)
		i++;
	if (!cache[i].pattern) {
		assert_true(i + 1 < ROWS(cache));
		assert_int_equal(regcomp(&cache[i].compiled, pattern, REG_EXTENDED), 0);
		cache[i].pattern = pattern;
	}
	if (regexec(&cache[i].compiled, text, ROWS(groups), groups, 0) != 0)
		return -1;
	for (size_t g = 0; g < count; g++) {
		numbers[g] = groups[g + 1].rm_so >= 0 ? 0 : -1;
		for (regoff_t c = groups[g + 1].rm_so; c >= 0 && c < groups[g + 1].rm_eo; c++)
			numbers[g] = numbers[g] * 10 + (text[c] - '0');
	}
	return (int)groups[0].rm_eo;
}

#define D2 "([0-9][0-9])"
#define D4 "([0-9][0-9][0-9][0-9])"
#define N2 "([0-9][0-9]?)"

/* The groups of a date by their meaning. */
struct date_form {
	const char *pattern;
	enum { YEAR_FIRST, BASIC, DAY_FIRST, MONTH_FIRST } order;
	bool zeros_only;
};

static const struct date_form date_forms[] = {
	{"^" D4 "-" D2 "-" D2, YEAR_FIRST, false},
	{"^" D4 D2 D2, BASIC, false},
	{"^(0000)\\.(00)\\.(00)", YEAR_FIRST, true},
	{"^(0000)/(00)/(00)", YEAR_FIRST, true},
	{"^" N2 "-" N2 "-" D4, DAY_FIRST, false},
	{"^" N2 "\\." N2 "\\." D4, DAY_FIRST, false},
	{"^" N2 "/" N2 "/" D4, DAY_FIRST, false},
};
static const struct date_form us_form = {"^" N2 "/" N2 "/" D4 "$", MONTH_FIRST, false};

/* Times as people and as ISO write them, with hour, minute and second as far as there are groups. */
struct time_form {
	const char *pattern;
	size_t groups;
};

static const struct time_form people_times[] = {{"^" N2 ":" D2 ":" D2, 3}, {"^" N2 ":" D2, 2},
	{"^" N2 "\\." D2 "\\." D2, 3}, {"^" N2 "\\." D2, 2}};
static const struct time_form iso_times[] = {{"^" D2 ":" D2 ":" D2, 3}, {"^" D2 ":" D2, 2},
	{"^" D2 D2 D2, 3}, {"^" D2 D2, 2}, {"^" D2, 1}};
static const char fraction[] = "^[.,][0-9]+";
static const char zone[] = "^[-+]" D2 ":?" D2 "?$";

static void set_at(struct second_end *end, int64_t t)
{
	end->kind = SECOND_AT;
	end->has_time = end->has_zone = true;
	end->day = t / DAY - (t % DAY < 0);
	end->seconds = t - end->day * DAY;
}

/* Digits alone. False: they are no number of AD's. */
static bool read_digits(const char *text, struct second_end *end)
{
	unsigned long long ticks = strtoull(text, NULL, 10);

	if (text[strspn(text, "0")] == '\0') {
		end->kind = strcmp(text, "0") == 0 ? SECOND_NEVER : SECOND_MISSING;
		return true;
	}
	if (strlen(text) < 15)
		return false;
	if (ticks == INT64_MAX)
		end->kind = SECOND_NEVER;
	else if (ticks < INT64_MAX)
		set_at(end, (int64_t)(ticks / 10000000) - INT64_C(11644473600));
	return true;
}

/* Add a fraction, to whole seconds. How long it is, or -1. */
static int read_fraction(const char *text, int64_t unit, int64_t *seconds)
{
	int64_t parts = 0, whole = 1;
	int length = match(fraction, text, NULL, 0);

	if (*text != '.' && *text != ',')
		return 0;
	for (int i = 1; i < length && i <= 6; i++) {
		parts = parts * 10 + (text[i] - '0');
		whole *= 10;
	}
	*seconds += parts * unit / whole;
	return length;
}

/* How long it is, or -1. */
static int read_time(const char *text, bool is_spaced, bool is_day_first, int64_t *seconds)
{
	static const int64_t units[] = {0, 3600, 60, 1};
	size_t digits = strspn(text, "0123456789"), i = 0, count = ROWS(iso_times);
	bool is_clock = (text[digits] == ':' || text[digits] == '.') &&
		((digits == 2 && (is_spaced || is_day_first)) || (digits == 1 && is_day_first));
	const struct time_form *forms = iso_times;
	int n[3] = {0}, length = -1, more;

	if (is_clock) {
		forms = people_times;
		count = ROWS(people_times);
	}
	while (i < count && (length = match(forms[i].pattern, text, n, forms[i].groups)) < 0)
		i++;
	if (i == count)
		return -1;
	for (size_t g = forms[i].groups; g < ROWS(n); g++)
		n[g] = 0;
	*seconds = n[0] * 3600 + n[1] * 60 + n[2];
	more = is_clock && forms[i].groups < 3
		? 0
		: read_fraction(text + length, units[forms[i].groups], seconds);
	if (more < 0 || n[1] > 59 || n[2] > 60 || n[0] > 24 || (n[0] == 24 && *seconds != DAY))
		return -1;
	return length + more;
}

/* Read what follows a date, to the end of the text. */
static bool read_rest(const char *text, bool is_basic, bool is_day_first, struct second_end *end)
{
	bool is_spaced = *text == ' ';
	int n[2], length;

	if (*text == '\0')
		return true;
	if (!is_spaced && *text != 'T' && !(is_basic && *text >= '0' && *text <= '9'))
		return false;
	text += is_spaced || *text == 'T';
	length = read_time(text, is_spaced, is_day_first, &end->seconds);
	if (length < 0)
		return false;
	text += length;
	end->has_time = true;
	end->has_zone = *text != '\0';
	if (!end->has_zone || strcmp(text, "Z") == 0)
		return true;
	if (match(zone, text, n, 2) < 0 || n[0] > 23 || n[1] > 59 ||
		(n[1] < 0 && text[strlen(text) - 1] == ':'))
		return false;
	end->offset = (n[0] * 60 + (n[1] < 0 ? 0 : n[1])) * (*text == '-' ? -60 : 60);
	return true;
}

static bool read_form(const struct date_form *form, bool day_first_too, const char *text,
	struct second_end *end)
{
	int n[3], length = match(form->pattern, text, n, 3);
	bool is_day_first = form->order == DAY_FIRST;
	int year, month, day;

	if (length < 0)
		return false;
	year = form->order <= BASIC ? n[0] : n[2];
	month = form->order == MONTH_FIRST ? n[0] : n[1];
	day = form->order <= BASIC ? n[2] : n[form->order == MONTH_FIRST];
	if (!read_rest(text + length, form->order == BASIC, is_day_first, end))
		return false;
	if (year == 0 && month == 0 && day == 0) {
		end->kind = SECOND_MISSING;
		return true;
	}
	if (form->zeros_only || (is_day_first && !day_first_too) || year < 1 || month < 1 ||
		month > 12 || day < 1 || day > days_in(year, month))
		return false;
	end->kind = SECOND_AT;
	end->day = day_number(year, month, day);
	return true;
}

/* What a date stands for, and which years are read. */
static void judge(struct second_end *end)
{
	const int64_t nothing[] = {day_number(1, 1, 1), day_number(1601, 1, 1),
		day_number(1800, 1, 1), day_number(1900, 1, 1)};

	for (size_t i = 0; i < ROWS(nothing); i++) {
		if (end->day == nothing[i])
			end->kind = SECOND_MISSING;
	}
	if (end->day == day_number(9999, 12, 31))
		end->kind = SECOND_NEVER;
	if (end->kind == SECOND_AT &&
		(end->day < day_number(1990, 1, 1) || end->day >= day_number(2101, 1, 1)))
		end->kind = SECOND_BAD;
}

static struct second_end read_second(const char *text, const char *format)
{
	struct second_end end = {.kind = SECOND_BAD};
	struct strbuf plain = STRBUF_INIT;
	bool is_read = false;

	normalize(&plain, text);
	if (plain.length == 0 || strcmp(plain.text, "NULL") == 0 ||
		strcmp(plain.text, "null") == 0) {
		end.kind = SECOND_MISSING;
		strbuf_release(&plain);
		return end;
	}
	if (format)
		is_read = read_form(&us_form, true, plain.text, &end);
	if (!is_read && plain.text[strspn(plain.text, "0123456789")] == '\0')
		is_read = read_digits(plain.text, &end);
	for (size_t i = 0; i < ROWS(date_forms) && !is_read; i++) {
		end = (struct second_end){.kind = SECOND_BAD};
		is_read = read_form(&date_forms[i], !format, plain.text, &end);
	}
	if (!is_read)
		end.kind = SECOND_BAD;
	if (end.kind == SECOND_AT)
		judge(&end);
	strbuf_release(&plain);
	return end;
}

static int64_t moment_of(const struct second_end *end, bool is_end)
{
	int64_t clock = end->day * DAY + end->seconds;

	if (!end->has_time)
		return from_clock(end->day * DAY + (is_end ? DAY : 0), false);
	return end->has_zone ? clock - end->offset : from_clock(clock, is_end);
}

/* Whether the pair is an absence; "how" tells the rest apart as the findings do. */
static enum absence_reading second_pair(const struct second_end *from,
	const struct second_end *until, bool by_day, int64_t *start, int64_t *end)
{
	bool is_whole_day = false;

	if (from->kind == SECOND_BAD || until->kind == SECOND_BAD)
		return ABSENCE_UNREADABLE;
	if (from->kind == SECOND_MISSING && until->kind == SECOND_MISSING)
		return ABSENCE_NO_ENDS;
	*start = from->kind == SECOND_MISSING ? MOMENT_EARLIEST : MOMENT_LATEST;
	*end = MOMENT_LATEST;
	if (from->kind == SECOND_AT)
		*start = by_day && from->seconds == 0 ? from_clock(from->day * DAY, false)
						      : moment_of(from, false);
	if (until->kind == SECOND_AT) {
		*end = moment_of(until, true);
		is_whole_day = !until->has_time || (by_day && until->seconds % DAY == 0);
		if (is_whole_day) {
			*end = from_clock((until->day + 1) * DAY, false);
		} else if (by_day && is_midnight_here(*end)) {
			is_whole_day = true;
			*end = from_clock(*end + (is_summer(*end) ? 7200 : 3600) + DAY, false);
		}
	}
	if (from->kind != SECOND_AT || until->kind != SECOND_AT)
		return ABSENCE_READ;
	if (!is_whole_day && *start == *end && is_midnight_here(*start))
		*end = from_clock(*start + (is_summer(*start) ? 7200 : 3600) + DAY, false);
	if (*end > *start)
		return ABSENCE_READ;
	return *end < *start || is_whole_day ? ABSENCE_ENDS_FIRST : ABSENCE_NO_LENGTH;
}

/* Texts */

struct civil {
	int year, month, day;
};

/* Mostly near each other, and on days when the clock changes; now and then any day that is. */
static struct civil some_date(void)
{
	static const struct civil marks[] = {{1, 1, 1}, {1601, 1, 1}, {1800, 1, 1}, {1900, 1, 1},
		{9999, 12, 31}, {0, 0, 0}, {1989, 12, 31}, {1990, 1, 1}, {2100, 12, 31},
		{2101, 1, 1}};
	static const struct civil changes[] = {{2026, 3, 29}, {2026, 10, 25}, {2027, 3, 28},
		{2027, 10, 31}, {1995, 9, 24}, {2099, 10, 25}};
	struct civil date = {2026, 3 + 7 * (int)below(2), 22 + (int)below(9)};

	switch (below(10)) {
	case 0:
		return marks[below(ROWS(marks))];
	case 1:
		return changes[below(ROWS(changes))];
	case 2:
		date.year = 1 + (int)below(9999);
		break;
	case 3:
	case 4:
		date.year = 1990 + (int)below(111);
		break;
	default:
		return date;
	}
	date.month = 1 + (int)below(12);
	date.day = 1 + (int)below((unsigned)days_in(date.year, date.month));
	return date;
}

static void add_blank(struct strbuf *out)
{
	static const char *const blanks[] = {"", "", "", "", "", " ", "  ", "\t", "\xC2\xA0",
		"\xE2\x80\xAF", "\xE2\x80\x8B", "\xEF\xBB\xBF", "\xE2\x81\xA0", "\xE2\x80\x8D"};

	strbuf_adds(out, blanks[below(ROWS(blanks))]);
}

static void add_date(struct strbuf *out, const struct civil *date)
{
	const char separator = "-./"[below(3)];
	int width = 1 + (int)below(2);
	int parts[] = {date->day, date->month, date->year};

	if (below(3) == 0) {
		strbuf_addf(out, below(2) ? "%04d-%02d-%02d" : "%04d%02d%02d", date->year,
			date->month, date->day);
		return;
	}
	if (below(3) == 0) { /* as in the United States */
		parts[0] = date->month;
		parts[1] = date->day;
	}
	for (int i = 0; i < 3; i++) {
		strbuf_addf(out, "%0*d", i == 2 ? 4 : width, parts[i]);
		if (i < 2 && below(12) == 0)
			add_blank(out);
		if (i < 2)
			strbuf_addc(out, separator);
		if (i < 2 && below(12) == 0)
			add_blank(out);
	}
}

static void add_time(struct strbuf *out)
{
	static const char *const zones[] = {
		"", "", "", "Z", "+01:00", "+02", "-0500", "+14:00", " +01:00", " Z", "-12:30"};
	static const char *const marks[] = {"T", " ", " ", "", "  ", "\xC2\xA0"};
	static const char *const separators[] = {":", ":", "", "."};
	const char *separator = separators[below(ROWS(separators))];
	int hour = (int)below(24), minute = (int)below(60), second = (int)below(60);
	unsigned parts = below(3);

	switch (below(6)) {
	case 0:
	case 1:
		hour = 24 * (int)below(2);
		minute = second = 0;
		break;
	case 2:
		hour = 1 + (int)below(3);
		second = 0;
		break;
	case 3:
		hour = 22 + (int)below(2);
		minute = second = 0;
		break;
	default:
		break;
	}
	strbuf_adds(out, marks[below(ROWS(marks))]);
	strbuf_addf(out, "%0*d", below(8) == 0 ? 1 : 2, hour);
	for (unsigned i = 0; i < parts; i++)
		strbuf_addf(out, "%s%02d", separator, i == 0 ? minute : second);
	if (below(5) == 0)
		strbuf_addf(out, "%c%0*u", ".,"[below(2)], 1 + (int)below(7), below(1000));
	strbuf_adds(out, zones[below(ROWS(zones))]);
}

/* A slip: a character too many, too few, or another. */
static void spoil(struct strbuf *text)
{
	static const char others[] = "0123456789-./:TZ+ ,W";
	size_t at = text->length > 0 ? below((unsigned)text->length) : 0;
	struct strbuf spoilt = STRBUF_INIT;
	unsigned how = below(3);

	strbuf_add(&spoilt, text->text, at);
	if (how > 0)
		strbuf_addc(&spoilt, others[below(sizeof(others) - 1)]);
	if (at < text->length)
		strbuf_adds(&spoilt, text->text + at + (how < 2));
	strbuf_release(text);
	*text = spoilt;
}

static void add_end(struct strbuf *out)
{
	static const char *const words[] = {"", "NULL", "null", "0", "00", "00000000",
		"9223372036854775807", "2650467743999999999", "94354848000000000", "-", "W52",
		"00000000000000Z"};
	const struct civil date = some_date();

	add_blank(out);
	if (below(12) == 0)
		strbuf_adds(out, words[below(ROWS(words))]);
	else if (below(12) == 0)
		strbuf_addf(out, "13%04u%04u0000000%03u", 4000 + below(900), below(10000),
			below(1000));
	else
		add_date(out, &date);
	if (below(2))
		add_time(out);
	add_blank(out);
	if (below(5) == 0)
		spoil(out);
}

/* The test */

static size_t from_environment(const char *name, size_t usual)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 10) : usual;
}

static void check_pair(const char *from, const char *until, const struct absence_rules *rules,
	size_t *counts)
{
	struct second_end first = read_second(from, rules->date_format);
	struct second_end last = read_second(until, rules->date_format);
	int64_t start = 0, end = 0;
	moment got_start = 0, got_end = 0;
	enum absence_reading expected =
		second_pair(&first, &last, rules->until_is == UNTIL_DAY, &start, &end);
	enum absence_reading got = absence_read_pair(from, until, rules, &got_start, &got_end);

	counts[expected]++;
	got = got == ABSENCE_YEAR ? ABSENCE_UNREADABLE : got;
	if (got != expected)
		fail_msg("reading %d, expected %d", got, expected);
	if (got == ABSENCE_READ && (got_start != start || got_end != end))
		fail_msg("[%lld, %lld), expected [%lld, %lld)", (long long)got_start,
			(long long)got_end, (long long)start, (long long)end);
}

static void test_pairs(void **state)
{
	size_t rounds = from_environment("PROPERTY_ROUNDS", 60000);
	size_t seed = from_environment("PROPERTY_SEED", 1), counts[ABSENCE_SEVERAL + 1] = {0};

	for (size_t i = 0; i < rounds; i++) {
		struct strbuf from = STRBUF_INIT, until = STRBUF_INIT;
		struct absence_rules rules = {0};

		chance_state = seed + i;
		rules.date_format = below(4) == 0 ? US : NULL;
		rules.until_is = below(2) ? UNTIL_DAY : UNTIL_MOMENT;
		add_end(&from);
		add_end(&until);
		if (below(8) == 0) {
			strbuf_reset(&until);
			strbuf_adds(&until, from.text);
		}
		row(seed + i, "%s and %s%s%s", from.text, until.text,
			rules.until_is == UNTIL_DAY ? ", by day" : "",
			rules.date_format ? ", " US : "");
		check_pair(from.text, until.text, &rules, counts);
		strbuf_release(&from);
		strbuf_release(&until);
	}
	/* What is made must be of every kind, or nothing is shown. */
	if (rounds >= 10000) {
		assert_in_range(counts[ABSENCE_READ], rounds / 8, rounds);
		assert_in_range(counts[ABSENCE_UNREADABLE], rounds / 8, rounds);
		assert_in_range(counts[ABSENCE_ENDS_FIRST], rounds / 100, rounds);
		assert_in_range(counts[ABSENCE_NO_ENDS], rounds / 1000, rounds);
		assert_in_range(counts[ABSENCE_NO_LENGTH], rounds / 1000, rounds);
	}
}

/* Any text with a slash in it is read as its two sides are, where one slash only can be between them. */
static void test_intervals(void **state)
{
	size_t rounds = from_environment("PROPERTY_ROUNDS", 60000) / 2;
	size_t seed = from_environment("PROPERTY_SEED", 1), split = 0;

	for (size_t i = 0; i < rounds; i++) {
		struct strbuf from = STRBUF_INIT, until = STRBUF_INIT, both = STRBUF_INIT;
		struct second_end first, last;
		moment start, end, got_start, got_end;

		chance_state = seed + i;
		add_end(&from);
		add_end(&until);
		strbuf_addf(&both, "%s/%s", from.text, until.text);
		row(seed + i, "%s", both.text);
		first = read_second(from.text, NULL);
		last = read_second(until.text, NULL);
		if (first.kind != SECOND_BAD && last.kind != SECOND_BAD) {
			enum absence_reading reading =
				absence_read_pair(from.text, until.text, NULL, &start, &end);

			split++;
			assert_int_equal(absence_slash_between(both.text), from.length);
			assert_int_equal(absence_read_interval(both.text, &got_start, &got_end),
				reading);
			if (reading == ABSENCE_READ)
				assert_true(got_start == start && got_end == end);
		}
		strbuf_release(&from);
		strbuf_release(&until);
		strbuf_release(&both);
	}
	assert_in_range(split, rounds / 20, rounds);
}

static int use_copenhagen(void **state)
{
	language_set(LANGUAGE_ENGLISH);
	return moment_zone("Europe/Copenhagen") ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_intervals),
	};

	return cmocka_run_group_tests(tests, use_copenhagen, NULL);
}
