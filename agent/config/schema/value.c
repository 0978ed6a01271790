#include "config/schema/value.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool value_bool(const char *text, bool *result)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {{"true", true}, {"yes", true}, {"false", false}, {"no", false}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(text, words[i].word) == 0) {
			*result = words[i].value;
			return true;
		}
	}
	return false;
}

/* Read digits up to `end`, which is where they must stop. */
static bool read_digits(const char *text, const char *end, long *number)
{
	char *stop;

	if (!isdigit((unsigned char)*text) || (*text == '0' && text + 1 != end))
		return false;
	errno = 0;
	*number = strtol(text, &stop, 10);
	return stop == end && errno == 0;
}

bool value_integer(const char *text, int *result)
{
	bool is_negative = *text == '-';
	const char *digits = is_negative ? text + 1 : text;
	long number;

	if (!read_digits(digits, digits + strlen(digits), &number) || number > INT_MAX)
		return false;
	*result = (int)(is_negative ? -number : number);
	return true;
}

static long seconds_of_unit(char unit)
{
	switch (unit) {
	case 's':
		return 1;
	case 'm':
		return 60L;
	case 'h':
		return 60L * 60;
	case 'd':
		return 24L * 60 * 60;
	default:
		return 0;
	}
}

bool value_duration(const char *text, int *seconds)
{
	size_t length = strlen(text);
	long unit = length > 0 ? seconds_of_unit(text[length - 1]) : 0, number;

	if (unit == 0 || !read_digits(text, text + length - 1, &number) || number > INT_MAX / unit)
		return false;
	*seconds = (int)(number * unit);
	return true;
}
