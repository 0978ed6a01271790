#include "mail/imap/imap_reader.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/language.h"

bool imap_fail(struct imap_reader *r, const char *expected)
{
	*r->expected = expected;
	return false;
}

bool imap_is_word(struct imap_text text, const char *word)
{
	return text.bytes && strlen(word) == text.length &&
		strncasecmp(text.bytes, word, text.length) == 0;
}

bool imap_take_char(struct imap_reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

bool imap_at_end(const struct imap_reader *r)
{
	return r->at == r->end || *r->at == '\r' || *r->at == '\n';
}

/* What ends an atom; "\" begins a flag and is let through. */
static bool ends_atom(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7F || c == '(' || c == ')' || c == '{' ||
		c == '"' || c == '[' || c == ']';
}

struct imap_text imap_take_atom(struct imap_reader *r)
{
	struct imap_text atom = {.bytes = r->at};

	while (r->at < r->end && !ends_atom(*r->at))
		r->at++;
	atom.length = (size_t)(r->at - atom.bytes);
	return atom;
}

bool imap_take_number64(struct imap_reader *r, uint64_t *number)
{
	uint64_t value = 0;
	const char *start = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9' && value <= INT64_MAX / 10)
		value = value * 10 + (uint64_t)(*r->at++ - '0');
	*number = value;
	return r->at > start && value <= INT64_MAX &&
		(r->at == r->end || *r->at < '0' || *r->at > '9');
}

bool imap_take_number(struct imap_reader *r, uint32_t *number)
{
	uint64_t value;
	bool is_good = imap_take_number64(r, &value) && value <= UINT32_MAX;

	*number = is_good ? (uint32_t)value : 0;
	return is_good;
}

/* How many bytes of a quoted string stand before its closing quote, or before the end of the line. */
static size_t quoted_length(const struct imap_reader *r)
{
	const char *at = r->at;

	while (at < r->end && *at != '"' && *at != '\r' && *at != '\n')
		at += *at == '\\' && r->end - at > 1 ? 2 : 1;
	return (size_t)(at - r->at);
}

/* A quoted string, whose escapes are undone in the arena. It takes no more memory than its own length. */
static bool take_quoted(struct imap_reader *r, struct imap_text *text)
{
	char *out = arena_get(r->arena, 1 + quoted_length(r));
	size_t length = 0;

	while (r->at < r->end && *r->at != '"') {
		if (*r->at == '\\' && r->end - r->at > 1)
			r->at++;
		if (*r->at == '\r' || *r->at == '\n')
			return imap_fail(r, N_("the end of a quoted string"));
		out[length++] = *r->at++;
	}
	*text = (struct imap_text){out, length};
	return imap_take_char(r, '"') || imap_fail(r, N_("the end of a quoted string"));
}

/* "{12}", and twelve bytes behind the line's end, which the framing saw to. */
static bool take_literal(struct imap_reader *r, struct imap_text *text)
{
	uint32_t length;

	if (!imap_take_number(r, &length))
		return imap_fail(r, N_("the length of a literal"));
	imap_take_char(r, '+');
	if (!imap_take_char(r, '}'))
		return imap_fail(r, N_("the length of a literal"));
	imap_take_char(r, '\r');
	if (!imap_take_char(r, '\n') || (size_t)(r->end - r->at) < length)
		return imap_fail(r, N_("as many bytes as a literal announces"));
	*text = (struct imap_text){r->at, length};
	r->at += length;
	return true;
}

bool imap_take_string(struct imap_reader *r, struct imap_text *text)
{
	if (imap_take_char(r, '"'))
		return take_quoted(r, text);
	if (imap_take_char(r, '{'))
		return take_literal(r, text);
	*text = (struct imap_text){.bytes = r->at};
	while (r->at < r->end && (!ends_atom(*r->at) || *r->at == '[' || *r->at == ']'))
		r->at++;
	text->length = (size_t)(r->at - text->bytes);
	if (text->length == 0)
		return imap_fail(r, N_("a string"));
	if (imap_is_word(*text, "NIL"))
		*text = (struct imap_text){NULL, 0};
	return true;
}

bool imap_skip_value(struct imap_reader *r)
{
	struct imap_text text;
	int depth = 0;

	do {
		while (imap_take_char(r, ' '))
			;
		if (imap_take_char(r, '(')) {
			if (++depth > IMAP_DEPTH_MAX)
				return imap_fail(r, N_("no lists in lists in lists"));
		} else if (imap_take_char(r, ')')) {
			depth--;
		} else if (!imap_take_string(r, &text)) {
			return false;
		}
	} while (depth > 0);
	return depth == 0 || imap_fail(r, N_("a list that begins before it ends"));
}

bool imap_take_atoms(struct imap_reader *r, unsigned int (*bit_of)(struct imap_text),
	unsigned int *bits)
{
	*bits = 0;
	if (!imap_take_char(r, '('))
		return imap_fail(r, N_("a list in parentheses"));
	while (!imap_take_char(r, ')')) {
		struct imap_text atom = imap_take_atom(r);

		if (atom.length == 0)
			return imap_fail(r, N_("the end of a list"));
		*bits |= bit_of(atom);
		imap_take_char(r, ' ');
	}
	return true;
}
