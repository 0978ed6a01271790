#include "feed/format/json/json_text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"

/* Digits that a double keeps whatever they are (DBL_DIG), and powers of ten that are far within its range. */
#define NUMBER_DIGITS_MAX   15
#define NUMBER_EXPONENT_MAX 100

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The byte at hand; 0 at the end of the text. */
static char current_char(const struct json_walk *walk)
{
	if (walk->at >= walk->length)
		return '\0';
	return walk->text[walk->at];
}

static bool fail_walk(struct json_walk *walk, size_t at, const char *why)
{
	walk->at = at;
	walk->why = why;
	return false;
}

static bool fail_here(struct json_walk *walk, const char *why)
{
	return fail_walk(walk, walk->at,
		walk->at < walk->length ? why
					: _("the text ends too early; it may have been cut off"));
}

void json_walk_blanks(struct json_walk *walk)
{
	while (walk->at < walk->length && is_blank(walk->text[walk->at]))
		walk->at++;
}

static bool walk_string(struct json_walk *walk)
{
	size_t start = walk->at++;

	for (; walk->at < walk->length; walk->at++) {
		unsigned char c = (unsigned char)walk->text[walk->at];

		if (c == '"') {
			walk->at++;
			return true;
		}
		if (c < ' ')
			break;
		if (c == '\\')
			walk->at++;
	}
	return fail_walk(walk, start, _("the string that begins here is not closed on its line"));
}

static bool walk_scalar(struct json_walk *walk)
{
	size_t start = walk->at;

	while (walk->at < walk->length && !is_blank(current_char(walk)) &&
		!strchr(",:[]{}\"", current_char(walk)))
		walk->at++;
	return walk->at > start || fail_here(walk, _("expected a value"));
}

/* A bracket that is open. */
struct open_bracket {
	char closer;
	size_t at;
};

static void note_large(struct json_walk *walk, size_t start)
{
	if (walk->large_from == 0 || walk->at - start <= walk->large_from)
		return;
	walk->large = memory_grow(walk->large, walk->large_count, &walk->large_room,
		sizeof(*walk->large));
	walk->large[walk->large_count++] = start;
}

/* Past an opening or closing bracket. */
static bool walk_bracket(struct json_walk *walk, struct open_bracket open[], size_t *depth)
{
	char c = current_char(walk);

	if (c == '{' || c == '[') {
		if (*depth == JSON_DEPTH_MAX)
			return fail_here(walk, _("nested too deep for a list of absences"));
		open[(*depth)++] =
			(struct open_bracket){.closer = c == '{' ? '}' : ']', .at = walk->at};
		if (*depth > walk->deepest)
			walk->deepest = *depth;
	} else if (*depth == 0 || open[*depth - 1].closer != c) {
		return fail_here(walk, _("this bracket closes none that is open"));
	} else {
		note_large(walk, open[--*depth].at);
	}
	walk->at++;
	return true;
}

static bool is_bracket(char c)
{
	return c == '{' || c == '[' || c == '}' || c == ']';
}

bool json_walk_value(struct json_walk *walk)
{
	struct open_bracket open[JSON_DEPTH_MAX];
	size_t depth = 0;

	do {
		char c = current_char(walk);
		bool passed = true;

		if (walk->at >= walk->length)
			return fail_here(walk, NULL);
		if (c == '"')
			passed = walk_string(walk);
		else if (is_bracket(c))
			passed = walk_bracket(walk, open, &depth);
		else if (depth == 0)
			passed = walk_scalar(walk);
		else
			walk->at++;
		if (!passed)
			return false;
	} while (depth > 0);
	return true;
}

bool json_walk_separator(struct json_walk *walk, char close, bool *last)
{
	json_walk_blanks(walk);
	*last = current_char(walk) == close;
	if (*last)
		return true;
	if (current_char(walk) != ',')
		return fail_here(walk, _("expected a comma or the closing bracket"));
	walk->at++;
	json_walk_blanks(walk);
	return true;
}

bool json_pointer_next(const char **pointer, struct strbuf *token)
{
	const char *at = *pointer;

	if (*at != '/')
		return false;
	strbuf_reset(token);
	for (at++; *at && *at != '/'; at++) {
		if (at[0] == '~' && (at[1] == '0' || at[1] == '1'))
			strbuf_adds(token, *++at == '0' ? "~" : "/");
		else
			strbuf_addc(token, *at);
	}
	*pointer = at;
	return true;
}

/* Whether a string as it stands in the text, quotes and all, is `name`. */
static bool is_name(const char *string, size_t length, const char *name)
{
	json_t *decoded;
	bool same;

	if (!memchr(string, '\\', length))
		return length - 2 == strlen(name) && memcmp(string + 1, name, length - 2) == 0;
	decoded = json_loadb(string, length, JSON_DECODE_ANY, NULL);
	same = decoded && strcmp(json_string_value(decoded), name) == 0;
	json_decref(decoded);
	return same;
}

bool json_walk_name(struct json_walk *walk, size_t *start, size_t *length)
{
	json_walk_blanks(walk);
	*start = walk->at;
	if (current_char(walk) != '"')
		return fail_here(walk, _("expected a name in quotes"));
	if (!walk_string(walk))
		return false;
	*length = walk->at - *start;
	json_walk_blanks(walk);
	if (current_char(walk) != ':')
		return fail_here(walk, _("expected a colon"));
	walk->at++;
	json_walk_blanks(walk);
	return true;
}

static bool walk_to_member(struct json_walk *walk, const char *name)
{
	size_t start, length;
	bool last;

	walk->at++;
	json_walk_blanks(walk);
	last = current_char(walk) == '}';
	while (!last) {
		if (!json_walk_name(walk, &start, &length))
			return false;
		if (is_name(walk->text + start, length, name))
			return true;
		if (!json_walk_value(walk) || !json_walk_separator(walk, '}', &last))
			return false;
	}
	return false;
}

static bool walk_to_item(struct json_walk *walk, const char *token)
{
	size_t length = strspn(token, "0123456789"), index = 0;
	bool last;

	if (length == 0 || token[length] != '\0' || length > 9 || (length > 1 && *token == '0'))
		return false;
	walk->at++;
	json_walk_blanks(walk);
	last = current_char(walk) == ']';
	for (; !last; index++) {
		if (index == strtoul(token, NULL, 10))
			return true;
		if (!json_walk_value(walk) || !json_walk_separator(walk, ']', &last))
			return false;
	}
	return false;
}

bool json_walk_to(struct json_walk *walk, const char *pointer)
{
	struct strbuf token = STRBUF_INIT;
	bool found = true;

	json_walk_blanks(walk);
	while (found && json_pointer_next(&pointer, &token)) {
		found = (current_char(walk) == '{' && walk_to_member(walk, token.text)) ||
			(current_char(walk) == '[' && !walk->why && walk_to_item(walk, token.text));
	}
	strbuf_release(&token);
	return found;
}

static size_t count_digits(const char *text, size_t length)
{
	size_t count = 0;

	while (count < length && is_digit(text[count]))
		count++;
	return count;
}

/* The length of the number that the text begins with (RFC 8259 section 6); 0: it is none. */
static size_t number_length(const char *text, size_t length)
{
	size_t at = length > 0 && *text == '-', whole = count_digits(text + at, length - at), part;

	if (whole == 0 || (whole > 1 && text[at] == '0'))
		return 0;
	at += whole;
	if (at < length && text[at] == '.') {
		part = count_digits(text + at + 1, length - at - 1);
		if (part == 0)
			return 0;
		at += 1 + part;
	}
	if (at < length && (text[at] == 'e' || text[at] == 'E')) {
		at += 1 + (at + 1 < length && (text[at + 1] == '+' || text[at + 1] == '-'));
		part = count_digits(text + at, length - at);
		if (part == 0)
			return 0;
		at += part;
	}
	return at;
}

/* A number where only a value may stand: a name must not become valid by being put in quotes. */
static size_t value_number_length(const char *text, size_t length)
{
	size_t count = number_length(text, length), after = count;

	while (after < length && is_blank(text[after]))
		after++;
	if (after == length || text[after] == ',' || text[after] == ']' || text[after] == '}')
		return count;
	return 0;
}

static size_t string_length(const char *text, size_t length)
{
	size_t at = 1;

	while (at < length && text[at] != '"')
		at += text[at] == '\\' ? 2 : 1;
	return at < length ? at + 1 : length;
}

/* How much may be copied as it is: all before the next string or number. */
static size_t plain_length(const char *text, size_t length)
{
	size_t at = 0;

	while (at < length && text[at] != '"' && text[at] != '-' && !is_digit(text[at]))
		at++;
	return at;
}

size_t json_text_quote(struct strbuf *out, const char *text, size_t length, size_t most)
{
	size_t at = 0;

	while (at < length && out->length < most) {
		size_t plain = plain_length(text + at, length - at), number = 0;

		if (plain == 0)
			number = value_number_length(text + at, length - at);
		if (number > 0) {
			strbuf_addc(out, '"');
			strbuf_add(out, text + at, number);
			strbuf_addc(out, '"');
			at += number;
			continue;
		}
		if (plain == 0 && text[at] == '"')
			plain = string_length(text + at, length - at);
		else if (plain == 0)
			plain = 1 + strcspn(text + at + 1, ",:]}\" \t\r\n");
		if (plain > length - at)
			plain = length - at;
		if (plain > most - out->length)
			plain = most - out->length;
		strbuf_add(out, text + at, plain);
		at += plain;
	}
	return at;
}

/*
 * Whether a number, which number_length() found, may not be kept by a double: more than 15 digits (zeros before
 * the first other one do not count), or far from 1.
 */
static bool is_long(const char *text, size_t length)
{
	size_t digits = 0, at = 0;
	unsigned long exponent = 0;

	for (; at < length && text[at] != 'e' && text[at] != 'E'; at++) {
		if (is_digit(text[at]) && (digits > 0 || text[at] != '0'))
			digits++;
	}
	for (; at < length; at++) {
		if (is_digit(text[at]) && exponent < NUMBER_EXPONENT_MAX)
			exponent = exponent * 10 + (unsigned long)(text[at] - '0');
	}
	return digits > NUMBER_DIGITS_MAX || exponent >= NUMBER_EXPONENT_MAX;
}

void json_text_quote_long(struct strbuf *out, const char *text, size_t length)
{
	size_t at = 0;

	while (at < length) {
		size_t plain = plain_length(text + at, length - at);
		bool is_quoted = false;

		if (plain == 0 && text[at] == '"') {
			plain = string_length(text + at, length - at);
		} else if (plain == 0) {
			plain = number_length(text + at, length - at);
			plain = plain > 0 ? plain : 1;
			is_quoted = is_long(text + at, plain);
		}
		if (is_quoted)
			strbuf_addc(out, '"');
		strbuf_add(out, text + at, plain);
		if (is_quoted)
			strbuf_addc(out, '"');
		at += plain;
	}
}
