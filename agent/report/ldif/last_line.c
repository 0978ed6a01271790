#include "report/ldif/last_line.h"

#include <string.h>

#define END LAST_LINE "\n"

const char *last_line_before(const char *text, const char *end)
{
	const char *at = end > text ? end - 1 : text;

	while (at > text && at[-1] != '\n')
		at--;
	return at;
}

const char *last_line_find_end(const char *text, size_t length)
{
	size_t end = strlen(END);

	if (length <= end || memcmp(text + length - end, END, end) != 0 ||
		text[length - end - 1] != '\n')
		return NULL;
	return text + length - end;
}
