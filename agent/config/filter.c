#include "config/filter.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

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

/* "cn", or "2.5.4.3" (RFC 4512 section 1.4). */
static bool is_oid(const char *text, size_t length)
{
	bool is_name = length > 0 && isalpha((unsigned char)text[0]);

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		bool is_dot = c == '.' && i > 0 && i + 1 < length && text[i - 1] != '.';

		if (is_name ? !isalnum(c) && c != '-' : !isdigit(c) && !is_dot)
			return false;
	}
	return length > 0;
}

static bool is_option(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)text[i]) && text[i] != '-')
			return false;
	}
	return length > 0;
}

/* How long the part of a text is that ends at `c`, or with it. */
static size_t part_length(const char *text, size_t length, char c)
{
	const char *end = memchr(text, c, length);

	return end ? (size_t)(end - text) : length;
}

/* "cn;lang-da" (RFC 4512 section 2.5) */
static bool is_description(const char *text, size_t length)
{
	size_t part = part_length(text, length, ';');

	if (!is_oid(text, part))
		return false;
	while (part < length) {
		text += part + 1;
		length -= part + 1;
		part = part_length(text, length, ';');
		if (!is_option(text, part))
			return false;
	}
	return true;
}

/* "cn:dn:rule", less the first, the second, or one of the others (RFC 4515 section 3). */
static bool is_extensible(const char *text, size_t length)
{
	size_t part = part_length(text, length, ':');
	bool has_attribute = part > 0;

	if (has_attribute && !is_description(text, part))
		return false;
	text += part;
	length -= part;
	if (length >= 3 && strncasecmp(text, ":dn", 3) == 0 && (length == 3 || text[3] == ':')) {
		text += 3;
		length -= 3;
	}
	return length > 0 ? is_oid(text + 1, length - 1) : has_attribute;
}

/* A value; stars are for "=" alone, one at a time. */
static const char *skip_value(const char *at, bool may_have_stars)
{
	for (; *at && *at != '(' && *at != ')'; at++) {
		if (*at == '*' && (!may_have_stars || at[1] == '*'))
			return NULL;
		if (*at != '\\')
			continue;
		if (!isxdigit((unsigned char)at[1]) || !isxdigit((unsigned char)at[2]))
			return NULL;
		at += 2;
	}
	return at;
}

/* "attribute=value", "attribute>=value", "attribute:dn:rule:=value" and the like. */
static const char *skip_item(const char *at)
{
	const char *end = at + strcspn(at, "=()\\*&|! ");
	size_t length = (size_t)(end - at);
	int kind = length > 0 ? at[length - 1] : '\0';
	bool is_equal = !kind || !strchr("~<>:", kind), is_good;

	if (*end != '=' || length == 0)
		return NULL;
	if (kind == ':')
		is_good = is_extensible(at, length - 1);
	else
		is_good = is_description(at, is_equal ? length : length - 1);
	return is_good ? skip_value(end + 1, is_equal) : NULL;
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

/* A parenthesis opens a filter wherever it stands: in values it is escaped. */
const char *filter_next_attribute(const char **at, size_t *length)
{
	const char *open;

	while ((open = strchr(*at, '('))) {
		*at = open + 1;
		*length = strcspn(*at, "&|!()=:<>~");
		if (*length > 0) {
			*at += *length;
			return open + 1;
		}
	}
	return NULL;
}
