#include "base/text/moment_format.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text/moment_read.h"
#include "base/text/strbuf.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* What a format of strptime(3) asks for. */
struct format_shape {
	bool has_time, has_zone;
	bool runs_on;  /* two numbers of it have nothing between them */
	size_t blanks; /* between two numbers; strptime(3) takes nothing for them */
	size_t digits; /* where no leading zero is missing */
};

/* How many digits a directive has; 0: it is not a number. */
static size_t digits_of(char directive)
{
	switch (directive) {
	case 'F':
		return 8;
	case 'T':
	case 'X':
	case 'r':
		return 6;
	case 'Y':
	case 'R':
		return 4;
	default:
		return strchr("deHIklmMS", directive) ? 2 : 0;
	}
}

static struct format_shape shape_of(const char *format)
{
	struct format_shape shape = {0};
	bool was_number = false, was_blank = false;

	for (; *format; format++) {
		bool is_directive = *format == '%' && format[1] != '\0';
		const char c = format[is_directive];
		size_t digits = is_directive ? digits_of(c) : is_digit(c);

		format += is_directive;
		if (is_directive ? c == 'n' || c == 't' : is_space(c)) {
			was_blank = true;
			continue;
		}
		if (was_number && digits > 0) {
			shape.runs_on = shape.runs_on || !was_blank;
			shape.blanks += was_blank;
		}
		was_number = digits > 0;
		was_blank = false;
		shape.digits += digits;
		if (is_directive) {
			shape.has_time = shape.has_time || strchr("HIklMSTRrXp", c);
			shape.has_zone = shape.has_zone || c == 'z';
		}
	}
	return shape;
}

/* The part of a text before a zone in numbers at its end, "+0100". */
static size_t length_before_zone(const char *text)
{
	size_t length = strlen(text), digits = 0;

	while (digits < length &&
		(is_digit(text[length - digits - 1]) || text[length - digits - 1] == ':'))
		digits++;
	return digits < length && strchr("+-", text[length - digits - 1]) ? length - digits
									  : length;
}

/* Whether each number has the digits it must have, so that strptime(3) had nothing to guess. */
static bool is_apart(const char *text, const struct format_shape *shape)
{
	size_t length = shape->has_zone ? length_before_zone(text) : strlen(text);
	size_t digits = 0, blanks = 0;

	for (size_t i = 0; i < length; i++) {
		digits += is_digit(text[i]);
		blanks += text[i] == ' ';
	}
	return digits == shape->digits || (!shape->runs_on && blanks >= shape->blanks);
}

static bool match_format(const char *text, const char *format, struct moment_text *parsed)
{
	const struct format_shape shape = shape_of(format);
	struct tm tm = {0};
	const char *end = strptime(text, format, &tm);
	char year[16];

	if (!end || *end != '\0' || !is_apart(text, &shape))
		return false;
	snprintf(year, sizeof(year), "%04d", tm.tm_year + 1900);
	*parsed = (struct moment_text){.form = !shape.has_time ? MOMENT_DATE
			: shape.has_zone                       ? MOMENT_ZONED
							       : MOMENT_LOCAL,
		.year = tm.tm_year + 1900,
		.month = tm.tm_mon + 1,
		.day = tm.tm_mday,
		.seconds = tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec,
		.offset = tm.tm_gmtoff};
	return strstr(text, year) && tm.tm_sec <= 60 &&
		moment_from_calendar(parsed->year, parsed->month, parsed->day, &parsed->midnight);
}

bool moment_parse_format(const char *text, const char *format, struct moment_text *parsed)
{
	struct strbuf spaced = STRBUF_INIT, tight = STRBUF_INIT;
	bool is_read;

	moment_add_spaced(&spaced, text);
	moment_add_tight(&tight, text);
	is_read = match_format(spaced.text, format, parsed) ||
		match_format(tight.text, format, parsed);
	strbuf_release(&spaced);
	strbuf_release(&tight);
	return is_read;
}
