#include "base/text/moment.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"

#define ZONES "/usr/share/zoneinfo/"

bool moment_zone(const char *name)
{
	struct strbuf path = STRBUF_INIT, zone = STRBUF_INIT;
	struct stat st;
	bool known = *name && *name != '/' && !strstr(name, "..");

	strbuf_addf(&path, ZONES "%s", name);
	known = known && stat(path.text, &st) == 0 && S_ISREG(st.st_mode);
	if (known) {
		strbuf_addf(&zone, ":%s", name);
		setenv("TZ", zone.text, 1);
		tzset();
	}
	strbuf_release(&path);
	strbuf_release(&zone);
	return known;
}

moment moment_now(void)
{
	return time(NULL);
}

static int64_t clock_milliseconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t moment_uptime(void)
{
	return clock_milliseconds(CLOCK_MONOTONIC);
}

void moment_sleep(int milliseconds)
{
	nanosleep(&(struct timespec){.tv_sec = milliseconds / 1000,
			  .tv_nsec = milliseconds % 1000 * 1000000L},
		NULL);
}

int moment_until(moment t, int most)
{
	int64_t now = clock_milliseconds(CLOCK_REALTIME), left;

	if (t > now / 1000 + most / 1000 + 1)
		return most;
	left = t * 1000 - now;
	if (left < 0)
		return 0;
	return left < most ? (int)left : most;
}

static int64_t offset_at(moment t)
{
	time_t seconds = t;
	struct tm local;

	return localtime_r(&seconds, &local) ? local.tm_gmtoff : 0;
}

/*
 * The moment of a local time, given as the seconds it would be in UTC. Where the
 * clock goes back the time comes twice; where it goes forward, never.
 */
static moment from_local(int64_t clock, enum moment_edge edge)
{
	int64_t before = offset_at(clock - MOMENT_DAY), after = offset_at(clock + MOMENT_DAY);
	moment early = clock - before, late = clock - after;
	bool early_is = offset_at(early) == before, late_is = offset_at(late) == after;

	if (early_is && late_is)
		return edge == MOMENT_START ? early : late;
	return late_is ? late : early;
}

/* What remains to be read of a text. */
struct scan {
	const char *at;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits_ahead(const struct scan *scan)
{
	size_t count = 0;

	while (is_digit(scan->at[count]))
		count++;
	return count;
}

/* Read exactly `count` digits. */
static bool scan_number(struct scan *scan, size_t count, int *number)
{
	if (digits_ahead(scan) < count)
		return false;
	*number = 0;
	for (size_t i = 0; i < count; i++)
		*number = *number * 10 + (*scan->at++ - '0');
	return true;
}

static bool scan_char(struct scan *scan, char c)
{
	if (*scan->at != c)
		return false;
	scan->at++;
	return true;
}

/* Seconds at 00:00 UTC of a date; false where there is no such date. */
static bool from_calendar(int year, int month, int day, int64_t *clock)
{
	struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};

	*clock = timegm(&tm);
	return year >= 1 && tm.tm_year == year - 1900 && tm.tm_mon == month - 1 &&
		tm.tm_mday == day;
}

static bool from_ordinal(int year, int day, int64_t *clock)
{
	int64_t next;

	if (day < 1 || !from_calendar(year, 1, 1, clock) || !from_calendar(year + 1, 1, 1, &next))
		return false;
	*clock += (int64_t)(day - 1) * MOMENT_DAY;
	return *clock < next;
}

/* The Monday of week 1, the week that 4 January lies in (ISO 8601). */
static bool first_monday(int year, int64_t *clock)
{
	int64_t days;

	if (!from_calendar(year, 1, 4, clock))
		return false;
	days = *clock / MOMENT_DAY - (*clock % MOMENT_DAY < 0);
	*clock -= (((days + 3) % 7 + 7) % 7) * MOMENT_DAY; /* 1970-01-01 was a Thursday */
	return true;
}

static bool from_week(int year, int week, int day, int64_t *clock)
{
	int64_t next;

	if (week < 1 || day < 1 || day > 7 || !first_monday(year, clock) ||
		!first_monday(year + 1, &next))
		return false;
	*clock += ((int64_t)(week - 1) * 7 + day - 1) * MOMENT_DAY;
	return *clock < next;
}

/* "24-12-2026" */
static bool scan_danish_date(struct scan *scan, int64_t *clock)
{
	int day, month, year;

	return scan_number(scan, 2, &day) && scan_char(scan, '-') && scan_number(scan, 2, &month) &&
		scan_char(scan, '-') && digits_ahead(scan) == 4 && scan_number(scan, 4, &year) &&
		from_calendar(year, month, day, clock);
}

/* What follows the year: "-12-24", "1224", "-W52-4", "W524", "-358", "358". */
static bool scan_iso_date(struct scan *scan, int64_t *clock)
{
	int year, month, day, week;
	bool extended;

	if (!scan_number(scan, 4, &year))
		return false;
	extended = scan_char(scan, '-');
	if (scan_char(scan, 'W')) {
		return scan_number(scan, 2, &week) && (!extended || scan_char(scan, '-')) &&
			scan_number(scan, 1, &day) && from_week(year, week, day, clock);
	}
	if (digits_ahead(scan) == 3)
		return scan_number(scan, 3, &day) && from_ordinal(year, day, clock);
	return scan_number(scan, 2, &month) && (!extended || scan_char(scan, '-')) &&
		scan_number(scan, 2, &day) && from_calendar(year, month, day, clock);
}

static bool scan_date(struct scan *scan, int64_t *clock)
{
	if (digits_ahead(scan) == 2)
		return scan_danish_date(scan, clock);
	return scan_iso_date(scan, clock);
}

/* A decimal fraction of `unit` seconds, down to whole seconds; digits past the sixth tell nothing more. */
static bool scan_fraction(struct scan *scan, int unit, int64_t *clock)
{
	int64_t parts = 0, whole = 1;

	if (*scan->at != '.' && *scan->at != ',')
		return true;
	scan->at++;
	if (!is_digit(*scan->at))
		return false;
	for (; is_digit(*scan->at); scan->at++) {
		if (whole < 1000000) {
			parts = parts * 10 + (*scan->at - '0');
			whole *= 10;
		}
	}
	*clock += parts * unit / whole;
	return true;
}

/* "08", "08:00", "0800", "08:00:00,5": what is left out is 0. 24:00 ends the day; 60 is a leap second. */
static bool scan_time(struct scan *scan, int64_t *clock)
{
	int hour, minute = 0, second = 0, unit = 3600;
	int64_t seconds;
	bool extended;

	if (!scan_number(scan, 2, &hour))
		return false;
	extended = scan_char(scan, ':');
	if (extended || is_digit(*scan->at)) {
		unit = 60;
		if (!scan_number(scan, 2, &minute))
			return false;
	}
	if (unit == 60 && (extended ? scan_char(scan, ':') : is_digit(*scan->at))) {
		unit = 1;
		if (!scan_number(scan, 2, &second))
			return false;
	}
	seconds = hour * 3600 + minute * 60 + second;
	if (hour > 24 || minute > 59 || second > 60 || !scan_fraction(scan, unit, &seconds))
		return false;
	*clock += seconds;
	return hour < 24 || seconds == MOMENT_DAY;
}

/* Nothing: local time. "Z", "+01", "+0100", "+01:00". `clock` becomes the moment. */
static bool scan_zone(struct scan *scan, enum moment_edge edge, int64_t *clock)
{
	int hours, minutes = 0, sign = *scan->at == '-' ? -1 : 1;

	if (*scan->at == '\0') {
		*clock = from_local(*clock, edge);
		return true;
	}
	if (scan_char(scan, 'Z'))
		return true;
	if (!scan_char(scan, '+') && !scan_char(scan, '-'))
		return false;
	if (!scan_number(scan, 2, &hours))
		return false;
	if ((scan_char(scan, ':') || is_digit(*scan->at)) && !scan_number(scan, 2, &minutes))
		return false;
	*clock -= (int64_t)sign * (hours * 3600 + minutes * 60);
	return hours < 24 && minutes < 60;
}

static moment whole_day(int64_t clock, enum moment_edge edge)
{
	return from_local(edge == MOMENT_START ? clock : clock + MOMENT_DAY, MOMENT_START);
}

/* AD's 100 ns since 1601; shorter numbers than these are dates or nothing. */
static bool read_interval_number(const char *text, moment *result)
{
	int64_t ticks = 0;

	for (; *text; text++) {
		int digit = *text - '0';

		if (ticks > (INT64_MAX - digit) / 10)
			return false;
		ticks = ticks * 10 + digit;
	}
	if (ticks == 0 || ticks == INT64_MAX)
		*result = MOMENT_LATEST;
	else
		*result = ticks / MOMENT_AD_TICKS - MOMENT_AD_EPOCH;
	return true;
}

static bool is_interval_number(const char *text)
{
	struct scan scan = {text};
	size_t digits = digits_ahead(&scan);

	return text[digits] == '\0' && (strcmp(text, "0") == 0 || digits > 14);
}

static bool read_trimmed(const char *text, enum moment_edge edge, moment *result, bool *is_date)
{
	struct scan scan = {text};
	int64_t clock;

	if (is_interval_number(text))
		return read_interval_number(text, result);
	/* GeneralizedTime runs on from the date without a mark; ISO's basic date is the same eight digits. */
	if (!scan_date(&scan, &clock))
		return false;
	if (*scan.at == '\0') {
		*is_date = true;
		*result = whole_day(clock, edge);
		return true;
	}
	if (!scan_char(&scan, 'T') && !scan_char(&scan, ' ') &&
		!(scan.at == text + 8 && is_digit(*scan.at)))
		return false;
	if (!scan_time(&scan, &clock) || !scan_zone(&scan, edge, &clock) || *scan.at != '\0')
		return false;
	*result = clock;
	return true;
}

bool moment_read(const char *text, enum moment_edge edge, moment *result, bool *is_date)
{
	struct strbuf trimmed = STRBUF_INIT;
	size_t length = strlen(text);
	bool date = false, read;

	text_trim(&text, &length);
	strbuf_add(&trimmed, text, length);
	read = read_trimmed(trimmed.text, edge, result, &date);
	if (is_date)
		*is_date = date;
	strbuf_release(&trimmed);
	return read;
}

static struct tm local_time(moment t)
{
	time_t seconds = t;
	struct tm tm = {0};

	localtime_r(&seconds, &tm);
	return tm;
}

void moment_add_iso(struct strbuf *out, moment t)
{
	struct tm tm = local_time(t);
	long minutes = labs(tm.tm_gmtoff) / 60;

	strbuf_addf(out, "%04d-%02d-%02dT%02d:%02d:%02d%c%02ld:%02ld", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		tm.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void moment_add_basic_utc(struct strbuf *out, moment t)
{
	time_t seconds = t;
	struct tm tm = {0};

	gmtime_r(&seconds, &tm);
	strbuf_addf(out, "%04d%02d%02dT%02d%02d%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
		tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void moment_add_generalized(struct strbuf *out, moment t)
{
	time_t seconds = t;
	struct tm tm = {0};

	gmtime_r(&seconds, &tm);
	strbuf_addf(out, "%04d%02d%02d%02d%02d%02d.0Z", tm.tm_year + 1900, tm.tm_mon + 1,
		tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void moment_add_ticks(struct strbuf *out, moment t)
{
	strbuf_addf(out, "%" PRId64, (t + MOMENT_AD_EPOCH) * MOMENT_AD_TICKS);
}

void moment_add_iso_day(struct strbuf *out, moment t)
{
	struct tm tm = local_time(t);

	strbuf_addf(out, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static const char *month_name(int month)
{
	const char *const names[] = {_("January"), _("February"), _("March"), _("April"), _("May"),
		_("June"), _("July"), _("August"), _("September"), _("October"), _("November"),
		_("December")};

	return names[month];
}

void moment_add_human_day(struct strbuf *out, moment t)
{
	struct tm tm = local_time(t);

	strbuf_addf(out, _("%d %s %d"), tm.tm_mday, month_name(tm.tm_mon), tm.tm_year + 1900);
}

void moment_add_human(struct strbuf *out, moment t)
{
	struct tm tm = local_time(t);

	moment_add_human_day(out, t);
	strbuf_addf(out, _(" %02d:%02d"), tm.tm_hour, tm.tm_min);
	if (tm.tm_sec > 0)
		strbuf_addf(out, ":%02d", tm.tm_sec);
}

/* The months' first three letters tell them apart in both languages. */
void moment_add_short_day(struct strbuf *out, moment t)
{
	struct tm tm = local_time(t);

	strbuf_addf(out, _("%d %.3s"), tm.tm_mday, month_name(tm.tm_mon));
}

/* The week that the Thursday is in, counted from the year's first (ISO 8601 section 3.1.1.23). */
int moment_week(moment t)
{
	struct tm tm = local_time(moment_day(t, 3 - moment_weekday(t)));

	return tm.tm_yday / 7 + 1;
}

int moment_weekday(moment t)
{
	return (local_time(t).tm_wday + 6) % 7;
}

bool moment_is_midnight(moment t)
{
	return moment_day(t, 0) == t;
}

moment moment_day(moment t, int days)
{
	struct tm tm = local_time(t);
	int64_t clock = 0;

	from_calendar(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, &clock);
	return from_local(clock + (int64_t)days * MOMENT_DAY, MOMENT_START);
}

void moment_add_away(struct strbuf *out, moment until)
{
	struct strbuf when = STRBUF_INIT;

	if (until == MOMENT_LATEST) {
		strbuf_adds(out, _("away until further notice"));
	} else if (moment_is_midnight(until)) {
		moment_add_human_day(&when, moment_day(until, -1));
		strbuf_addf(out, _("away through %s"), when.text);
	} else {
		moment_add_human(&when, until);
		strbuf_addf(out, _("away until %s"), when.text);
	}
	strbuf_release(&when);
}
