#include "base/text/moment_read.h"

#include <string.h>
#include <time.h>
#include <unictype.h>

#include "base/text/hidden.h"
#include "base/text/strbuf.h"

/* Blanks */

static bool is_blank(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x200b && c <= 0x200d) ||
		c == 0x2060 || c == 0xfeff ||
		(c >= 0x80 && uc_is_general_category(c, UC_SPACE_SEPARATOR));
}

bool moment_is_plain(const char *text)
{
	while (*text > ' ' && (unsigned char)*text < 0x80)
		text++;
	return *text == '\0';
}

static bool is_separator(char c)
{
	return c != '\0' && strchr("-./:T+", c) != NULL;
}

void moment_add_spaced(struct strbuf *out, const char *text)
{
	size_t left = strlen(text), bytes, begin = out->length;
	bool has_gap = false;
	uint32_t c;

	for (; left > 0; text += bytes, left -= bytes) {
		bytes = hidden_next(&c, text, left);
		if (bytes > 0 && is_blank(c)) {
			has_gap = out->length > begin;
			continue;
		}
		if (has_gap)
			strbuf_addc(out, ' ');
		has_gap = false;
		bytes = bytes > 0 ? bytes : 1; /* not UTF-8, so nothing that is read */
		strbuf_add(out, text, bytes);
	}
}

void moment_add_tight(struct strbuf *out, const char *text)
{
	struct strbuf spaced = STRBUF_INIT;

	if (moment_is_plain(text)) {
		strbuf_adds(out, text);
		return;
	}
	moment_add_spaced(&spaced, text);
	for (size_t i = 0; i < spaced.length; i++) {
		const char *at = spaced.text + i;

		if (*at != ' ' || !(is_separator(at[-1]) || is_separator(at[1]) || at[1] == 'Z'))
			strbuf_addc(out, *at);
	}
	strbuf_release(&spaced);
}

/* Parts of a text */

/* What remains to be read of it. */
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

/* Read a number of one digit or two, which no third follows. */
static bool scan_short_number(struct scan *scan, int *number)
{
	size_t count = digits_ahead(scan);

	return count >= 1 && count <= 2 && scan_number(scan, count, number);
}

static bool scan_char(struct scan *scan, char c)
{
	if (*scan->at != c)
		return false;
	scan->at++;
	return true;
}

/* Read the separator of a date. */
static bool scan_separator(struct scan *scan, char *separator)
{
	*separator = *scan->at;
	return *separator != '\0' && strchr("-./", *separator) && scan_char(scan, *separator);
}

/* "24-12-2026", "1.2.2026" */
static bool scan_day_first(struct scan *scan, struct moment_text *parsed)
{
	char separator;

	return scan_short_number(scan, &parsed->day) && scan_separator(scan, &separator) &&
		scan_short_number(scan, &parsed->month) && scan_char(scan, separator) &&
		digits_ahead(scan) == 4 && scan_number(scan, 4, &parsed->year);
}

/* "2026-12-24", "20261224". Of zeros also "0000/00/00": a format of the settings may have it so. */
static bool scan_year_first(struct scan *scan, struct moment_text *parsed)
{
	char separator;

	if (!scan_number(scan, 4, &parsed->year))
		return false;
	if (is_digit(*scan->at))
		return scan_number(scan, 2, &parsed->month) && scan_number(scan, 2, &parsed->day);
	return scan_separator(scan, &separator) && (separator == '-' || parsed->year == 0) &&
		digits_ahead(scan) == 2 && scan_number(scan, 2, &parsed->month) &&
		scan_char(scan, separator) && digits_ahead(scan) == 2 &&
		scan_number(scan, 2, &parsed->day);
}

static bool is_zeros(const struct moment_text *parsed)
{
	return parsed->year == 0 && parsed->month == 0 && parsed->day == 0;
}

/* A decimal fraction of `unit` seconds, down to whole seconds; digits past the sixth are ignored. */
static bool scan_fraction(struct scan *scan, int unit, int64_t *seconds)
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
	*seconds += parts * unit / whole;
	return true;
}

/* 24:00 ends the day; 60 is a leap second. */
static bool is_time(int hour, int minute, int second, int64_t seconds)
{
	return minute <= 59 && second <= 60 && (hour < 24 || (hour == 24 && seconds == MOMENT_DAY));
}

/* "08", "08:00", "0800", "08:00:00,5": what is left out is 0 (ISO 8601, GeneralizedTime). */
static bool scan_iso_time(struct scan *scan, int64_t *seconds)
{
	int hour, minute = 0, second = 0, unit = 3600;
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
	*seconds = hour * 3600 + minute * 60 + second;
	return scan_fraction(scan, unit, seconds) && is_time(hour, minute, second, *seconds);
}

/* "8:00", "08.30", "08:00:30.5": as people write it. Seconds alone have a fraction. */
static bool scan_clock(struct scan *scan, int64_t *seconds)
{
	int hour, minute, second = 0;
	char mark;

	if (!scan_short_number(scan, &hour))
		return false;
	mark = *scan->at;
	if ((mark != ':' && mark != '.') || !scan_char(scan, mark) ||
		!scan_number(scan, 2, &minute))
		return false;
	*seconds = hour * 3600 + minute * 60;
	if (scan_char(scan, mark)) {
		if (!scan_number(scan, 2, &second))
			return false;
		*seconds += second;
		if (!scan_fraction(scan, 1, seconds))
			return false;
	}
	return is_time(hour, minute, second, *seconds);
}

/* Read a time behind a date, and what marks where it begins: "T", a blank, or in GeneralizedTime nothing. */
static bool scan_time(struct scan *scan, bool is_day_first, bool is_basic, int64_t *seconds)
{
	bool is_spaced = scan_char(scan, ' ');
	size_t digits;

	if (!is_spaced && !scan_char(scan, 'T') && !(is_basic && is_digit(*scan->at)))
		return false;
	digits = digits_ahead(scan);
	if ((is_spaced || is_day_first) && digits <= 2 && scan->at[digits] != '\0' &&
		strchr(":.", scan->at[digits]) && (digits == 2 || is_day_first))
		return scan_clock(scan, seconds);
	return scan_iso_time(scan, seconds);
}

/* "Z", "+01", "+0100", "+01:00" */
static bool scan_zone(struct scan *scan, int64_t *offset)
{
	int hours, minutes = 0, sign = *scan->at == '-' ? -1 : 1;

	if (scan_char(scan, 'Z'))
		return true;
	if (!scan_char(scan, '+') && !scan_char(scan, '-'))
		return false;
	if (!scan_number(scan, 2, &hours))
		return false;
	if ((scan_char(scan, ':') || is_digit(*scan->at)) && !scan_number(scan, 2, &minutes))
		return false;
	*offset = (int64_t)sign * (hours * 3600 + minutes * 60);
	return hours < 24 && minutes < 60;
}

/* Whole texts */

/* AD's 100 ns since 1601. */
static bool parse_ticks(const char *text, struct moment_text *parsed)
{
	int64_t ticks = 0;
	struct tm tm = {0};
	time_t seconds;

	for (; *text; text++) {
		int digit = *text - '0';

		if (ticks > (INT64_MAX - digit) / 10)
			return false;
		ticks = ticks * 10 + digit;
	}
	if (ticks == INT64_MAX) {
		parsed->form = MOMENT_NEVER;
		return true;
	}
	seconds = ticks / MOMENT_AD_TICKS - MOMENT_AD_EPOCH;
	gmtime_r(&seconds, &tm);
	parsed->form = MOMENT_ZONED;
	parsed->year = tm.tm_year + 1900;
	parsed->month = tm.tm_mon + 1;
	parsed->day = tm.tm_mday;
	parsed->seconds = tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
	parsed->midnight = seconds - parsed->seconds;
	return true;
}

/* Digits alone that are no date: AD's count, which is longer than any of GeneralizedTime, and zeros. */
static bool is_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && text[digits] == '\0' && (digits > 14 || strspn(text, "0") == digits);
}

static bool parse_number(const char *text, struct moment_text *parsed)
{
	if (strspn(text, "0") < strlen(text))
		return parse_ticks(text, parsed);
	parsed->form = strlen(text) == 1 ? MOMENT_NEVER : MOMENT_ZEROS;
	return true;
}

static bool parse_date_and_time(const char *text, enum moment_order order,
	struct moment_text *parsed)
{
	struct scan scan = {text};
	bool is_day_first = digits_ahead(&scan) <= 2, is_basic;

	if (is_day_first ? !scan_day_first(&scan, parsed) : !scan_year_first(&scan, parsed))
		return false;
	if (!is_zeros(parsed) &&
		((is_day_first && order == MOMENT_YEAR_FIRST_ONLY) ||
			!moment_from_calendar(parsed->year, parsed->month, parsed->day,
				&parsed->midnight)))
		return false;
	is_basic = scan.at == text + strlen("20261224") && !is_day_first;
	if (*scan.at != '\0') {
		parsed->form = MOMENT_LOCAL;
		if (!scan_time(&scan, is_day_first, is_basic, &parsed->seconds))
			return false;
	}
	if (*scan.at != '\0') {
		parsed->form = MOMENT_ZONED;
		if (!scan_zone(&scan, &parsed->offset))
			return false;
	}
	if (is_zeros(parsed))
		parsed->form = MOMENT_ZEROS;
	return *scan.at == '\0';
}

/* As moment_parse(), of a text without blanks. */
static bool parse_tight(const char *text, enum moment_order order, struct moment_text *parsed)
{
	*parsed = (struct moment_text){.form = MOMENT_DATE};
	return is_number(text) ? parse_number(text, parsed)
			       : parse_date_and_time(text, order, parsed);
}

bool moment_parse(const char *text, enum moment_order order, struct moment_text *parsed)
{
	struct strbuf tight = STRBUF_INIT;
	bool is_read;

	if (moment_is_plain(text))
		return parse_tight(text, order, parsed);
	moment_add_tight(&tight, text);
	is_read = parse_tight(tight.text, order, parsed);
	strbuf_release(&tight);
	return is_read;
}

moment moment_resolve(const struct moment_text *parsed, enum moment_edge edge)
{
	switch (parsed->form) {
	case MOMENT_DATE:
		return moment_from_local(edge == MOMENT_START ? parsed->midnight
							      : parsed->midnight + MOMENT_DAY,
			MOMENT_START);
	case MOMENT_LOCAL:
		return moment_from_local(parsed->midnight + parsed->seconds, edge);
	case MOMENT_ZONED:
		return parsed->midnight + parsed->seconds - parsed->offset;
	case MOMENT_NEVER:
	case MOMENT_ZEROS:
		break;
	}
	return MOMENT_LATEST;
}

bool moment_read(const char *text, enum moment_edge edge, moment *result, bool *is_date)
{
	struct moment_text parsed;
	bool is_read =
		moment_parse(text, MOMENT_DAY_FIRST_TOO, &parsed) && parsed.form != MOMENT_ZEROS;

	if (is_date)
		*is_date = is_read && parsed.form == MOMENT_DATE;
	if (is_read)
		*result = moment_resolve(&parsed, edge);
	return is_read;
}
