#include "directory/entry/range.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define OPTION "range="

/* Nine digits, a thousand million values, fit everywhere. */
#define DIGITS_MAX 9

static bool read_number(const char **text, size_t *number)
{
	const char *digit = *text;

	*number = 0;
	for (; isdigit((unsigned char)*digit) && digit - *text < DIGITS_MAX; digit++)
		*number = *number * 10 + (size_t)(*digit - '0');
	if (digit == *text)
		return false;
	*text = digit;
	return true;
}

static bool read_bounds(const char *text, struct range *range)
{
	*range = (struct range){.is_end = false};
	if (!read_number(&text, &range->first) || *text++ != '-')
		return false;
	if (strcmp(text, "*") == 0) {
		range->is_end = true;
		return true;
	}
	return read_number(&text, &range->last) && !*text && range->last >= range->first;
}

/* Whether any of the options, "a;b", is a range. */
static bool has_range(const char *options)
{
	for (; options; options = strchr(options, ';')) {
		options += *options == ';';
		if (strncasecmp(options, OPTION, strlen(OPTION)) == 0)
			return true;
	}
	return false;
}

enum range_reading range_read(const char *description, const char *attribute, struct range *range)
{
	size_t length = strlen(attribute);
	const char *options = description + length + 1;

	if (strncasecmp(description, attribute, length) != 0 || description[length] != ';' ||
		!has_range(options))
		return RANGE_NONE;
	if (strncasecmp(options, OPTION, strlen(OPTION)) != 0 ||
		!read_bounds(options + strlen(OPTION), range))
		return RANGE_ODD;
	return RANGE_READ;
}
