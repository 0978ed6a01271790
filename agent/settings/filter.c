#include "settings/filter.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define DEPTH_MAX 100 /* filters in filters */

static const char *skip_filter(const char *at, int depth);

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " ");
}

/* Each of these returns the place behind what it is named for, or NULL where that is not there. */
static const char *skip_filters(const char *at, int depth)
{
	at = skip_blanks(at);
	while (at && *at == '(') {
		at = skip_filter(at, depth);
		if (at)
			at = skip_blanks(at);
	}
	return at;
}

/* "attribute=", "attribute>=", "attribute:dn:rule:=" and the like. */
static const char *skip_attribute(const char *at)
{
	const char *end = at + strcspn(at, "=()\\*&|! ");
	size_t length = (size_t)(end - at);

	if (*end != '=' || length == 0)
		return NULL;
	if (strchr("~<>:", at[length - 1]))
		length--;
	return length > 0 && !memchr(at, '~', length) && !memchr(at, '<', length) ? end + 1 : NULL;
}

static const char *skip_value(const char *at)
{
	for (; *at && *at != '(' && *at != ')'; at++) {
		if (*at != '\\')
			continue;
		if (!isxdigit((unsigned char)at[1]) || !isxdigit((unsigned char)at[2]))
			return NULL;
		at += 2;
	}
	return at;
}

static const char *skip_item(const char *at)
{
	at = skip_attribute(at);
	return at ? skip_value(at) : NULL;
}

static const char *skip_filter(const char *at, int depth)
{
	if (*at != '(' || depth > DEPTH_MAX)
		return NULL;
	at++;
	if (*at == '&' || *at == '|')
		at = skip_filters(at + 1, depth + 1);
	else if (*at == '!')
		at = skip_filter(skip_blanks(at + 1), depth + 1);
	else
		at = skip_item(at);
	if (!at)
		return NULL;
	at = skip_blanks(at);
	return *at == ')' ? at + 1 : NULL;
}

bool filter_is_valid(const char *text)
{
	const char *end = skip_filter(text, 0);

	return end && *end == '\0';
}
