#include "feed/format/json_text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"

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

/* Past an opening or closing bracket; `closers` is what closes those that are open. */
static bool walk_bracket(struct json_walk *walk, char closers[], size_t *depth)
{
	char c = current_char(walk);

	if (c == '{' || c == '[') {
		if (*depth == JSON_DEPTH_MAX)
			return fail_here(walk, _("nested too deep for a list of absences"));
		closers[(*depth)++] = c == '{' ? '}' : ']';
	} else if (*depth == 0 || closers[*depth - 1] != c) {
		return fail_here(walk, _("this bracket closes none that is open"));
	} else {
		(*depth)--;
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
	char closers[JSON_DEPTH_MAX];
	size_t depth = 0;

	do {
		char c = current_char(walk);
		bool passed = true;

		if (walk->at >= walk->length)
			return fail_here(walk, NULL);
		if (c == '"')
			passed = walk_string(walk);
		else if (is_bracket(c))
			passed = walk_bracket(walk, closers, &depth);
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

/* Past a member's name and its colon; tells whether it is `name`. */
static bool walk_name(struct json_walk *walk, const char *name, bool *same)
{
	size_t start;

	json_walk_blanks(walk);
	start = walk->at;
	if (current_char(walk) != '"')
		return fail_here(walk, _("expected a name in quotes"));
	if (!walk_string(walk))
		return false;
	*same = is_name(walk->text + start, walk->at - start, name);
	json_walk_blanks(walk);
	if (current_char(walk) != ':')
		return fail_here(walk, _("expected a colon"));
	walk->at++;
	json_walk_blanks(walk);
	return true;
}

static bool walk_to_member(struct json_walk *walk, const char *name)
{
	bool same, last;

	walk->at++;
	json_walk_blanks(walk);
	last = current_char(walk) == '}';
	while (!last) {
		if (!walk_name(walk, name, &same))
			return false;
		if (same)
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

void json_text_place(const char *text, size_t at, size_t *line, size_t *column)
{
	*line = 1;
	*column = 1;
	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n') {
			(*line)++;
			*column = 1;
		} else if (((unsigned char)text[i] & 0xC0) != 0x80) {
			(*column)++;
		}
	}
}
