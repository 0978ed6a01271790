#include "matcher/field.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/text/text.h"
#include "matcher/mail_header.h"
#include "matcher/vocabulary.h"

static bool is_letter_or_digit(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

bool field_begins(const char *body, const char *text)
{
	size_t length = strlen(text);

	return strncasecmp(body, text, length) == 0 && !is_letter_or_digit(body[length]);
}

const struct field_row *field_row_of(const struct field_row *rows, const struct mail_field *field)
{
	for (; rows->name; rows++) {
		if (!mail_field_is(field, rows->name))
			continue;
		if (rows->way == FIELD_EXISTS)
			return rows;
		for (const char *const *text = rows->texts; *text; text++) {
			if (field_begins(field->body, *text))
				return rows;
		}
	}
	return NULL;
}

/* Where the parameter at `at` ends: at a semicolon that is not quoted, or at the end. */
static const char *parameter_end(const char *at)
{
	bool is_quoted = false;

	for (; *at && (is_quoted || *at != ';'); at++) {
		if (*at == '"')
			is_quoted = !is_quoted;
		else if (*at == '\\' && is_quoted && at[1])
			at++;
	}
	return at;
}

static bool is_text(const char *at, size_t length, const char *text)
{
	text_trim(&at, &length);
	if (length >= 2 && *at == '"' && at[length - 1] == '"') {
		at++;
		length -= 2;
		text_trim(&at, &length);
	}
	return length == strlen(text) && strncasecmp(at, text, length) == 0;
}

bool field_has_parameter(const char *body, const char *name, const char *value)
{
	const char *at = parameter_end(body);

	while (*at) {
		const char *start = at + 1, *equals;

		at = parameter_end(start);
		equals = memchr(start, '=', (size_t)(at - start));
		if (equals && is_text(start, (size_t)(equals - start), name) &&
			is_text(equals + 1, (size_t)(at - equals - 1), value))
			return true;
	}
	return false;
}
