#include "mail/imap/imap_response.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/memory/arena.h"
#include "base/text/language.h"

struct reader {
	const char *at, *end;
	struct arena *arena;
	const char **expected;
};

static bool fail_response(struct reader *r, const char *expected)
{
	*r->expected = expected;
	return false;
}

static bool is_word(struct imap_text text, const char *word)
{
	return text.bytes && strlen(word) == text.length &&
		strncasecmp(text.bytes, word, text.length) == 0;
}

/* Framing */

/* The length that "{123}" or "{123+}" at the end of a line announces; -1: none does; -2: too much. */
static int64_t announced_bytes(const char *line, const char *end)
{
	const char *at = end;
	int64_t length = 0;

	if (at > line && at[-1] == '\r')
		at--;
	if (at == line || at[-1] != '}')
		return -1;
	at--;
	if (at > line && at[-1] == '+')
		at--;
	end = at;
	while (at > line && at[-1] >= '0' && at[-1] <= '9')
		at--;
	if (at == end || at == line || at[-1] != '{')
		return -1;
	for (; at < end; at++) {
		length = length * 10 + (*at - '0');
		if (length > IMAP_LITERAL_MAX)
			return -2;
	}
	return length;
}

/* Words for a person may end in "{5}" and mean nothing by it: of these, only the line counts. */
static bool is_status(const char *line, const char *end)
{
	static const char *const words[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};
	const char *blank = memchr(line, ' ', (size_t)(end - line));
	size_t left = blank ? (size_t)(end - blank - 1) : 0;

	if (line < end && *line == '+')
		return true;
	for (size_t i = 0; blank && i < sizeof(words) / sizeof(words[0]); i++) {
		size_t word = strlen(words[i]);

		if (left >= word && strncasecmp(blank + 1, words[i], word) == 0 &&
			(left == word || blank[1 + word] == ' ' || blank[1 + word] == '\r'))
			return true;
	}
	return false;
}

enum imap_framing imap_frame(struct imap_frame *frame, const char *bytes, size_t length)
{
	while (frame->end < length && frame->end <= IMAP_RESPONSE_MAX) {
		const char *line = bytes + frame->end;
		const char *newline = memchr(line, '\n', length - frame->end);
		int64_t literal;

		if (!newline)
			break;
		literal = announced_bytes(line, newline);
		if (frame->end == 0 && is_status(line, newline))
			literal = -1;
		if (literal == -2)
			return IMAP_FRAME_BAD;
		if (literal >= 0 && length - (size_t)(newline + 1 - bytes) < (size_t)literal)
			break; /* looked at again from the line on, which is short */
		frame->end = (size_t)(newline + 1 - bytes);
		if (literal < 0)
			return frame->end <= IMAP_RESPONSE_MAX ? IMAP_FRAME_WHOLE : IMAP_FRAME_BAD;
		frame->end += (size_t)literal;
	}
	return length > IMAP_RESPONSE_MAX ? IMAP_FRAME_BAD : IMAP_FRAME_MORE;
}

/* Parts */

static bool take_char(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static bool at_end(const struct reader *r)
{
	return r->at == r->end || *r->at == '\r' || *r->at == '\n';
}

/* What ends an atom; "\" begins a flag and is let through. */
static bool ends_atom(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7F || c == '(' || c == ')' || c == '{' ||
		c == '"' || c == '[' || c == ']';
}

static struct imap_text take_atom(struct reader *r)
{
	struct imap_text atom = {.bytes = r->at};

	while (r->at < r->end && !ends_atom(*r->at))
		r->at++;
	atom.length = (size_t)(r->at - atom.bytes);
	return atom;
}

static bool take_number(struct reader *r, uint32_t *number)
{
	uint64_t value = 0;
	const char *start = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9' && value <= UINT32_MAX)
		value = value * 10 + (uint64_t)(*r->at++ - '0');
	*number = (uint32_t)value;
	return r->at > start && value <= UINT32_MAX;
}

/* A quoted string, whose escapes are undone in the arena. */
static bool take_quoted(struct reader *r, struct imap_text *text)
{
	char *out = arena_get(r->arena, 1 + (size_t)(r->end - r->at));
	size_t length = 0;

	while (r->at < r->end && *r->at != '"') {
		if (*r->at == '\\' && r->at + 1 < r->end)
			r->at++;
		if (*r->at == '\r' || *r->at == '\n')
			return fail_response(r, N_("the end of a quoted string"));
		out[length++] = *r->at++;
	}
	*text = (struct imap_text){out, length};
	return take_char(r, '"') || fail_response(r, N_("the end of a quoted string"));
}

/* "{12}", and twelve bytes behind the line's end, which the framing saw to. */
static bool take_literal(struct reader *r, struct imap_text *text)
{
	uint32_t length;

	if (!take_number(r, &length))
		return fail_response(r, N_("the length of a literal"));
	take_char(r, '+');
	if (!take_char(r, '}'))
		return fail_response(r, N_("the length of a literal"));
	take_char(r, '\r');
	if (!take_char(r, '\n') || (size_t)(r->end - r->at) < length)
		return fail_response(r, N_("as many bytes as a literal announces"));
	*text = (struct imap_text){r->at, length};
	r->at += length;
	return true;
}

/* A string, or an atom where one may stand instead; NIL has no bytes. */
static bool take_string(struct reader *r, struct imap_text *text)
{
	if (take_char(r, '"'))
		return take_quoted(r, text);
	if (take_char(r, '{'))
		return take_literal(r, text);
	*text = (struct imap_text){.bytes = r->at};
	while (r->at < r->end && (!ends_atom(*r->at) || *r->at == '[' || *r->at == ']'))
		r->at++;
	text->length = (size_t)(r->at - text->bytes);
	if (text->length == 0)
		return fail_response(r, N_("a string"));
	if (is_word(*text, "NIL"))
		*text = (struct imap_text){NULL, 0};
	return true;
}

/* Pass over one value, with the lists in it, whatever it is. */
static bool skip_value(struct reader *r)
{
	struct imap_text text;
	int depth = 0;

	do {
		while (take_char(r, ' '))
			;
		if (take_char(r, '(')) {
			if (++depth > IMAP_DEPTH_MAX)
				return fail_response(r, N_("no lists in lists in lists"));
		} else if (take_char(r, ')')) {
			depth--;
		} else if (!take_string(r, &text)) {
			return false;
		}
	} while (depth > 0);
	return depth == 0 || fail_response(r, N_("a list that begins before it ends"));
}

/* Walk a parenthesized list of atoms. */
static bool take_atoms(struct reader *r, unsigned int (*bit_of)(struct imap_text),
	unsigned int *bits)
{
	*bits = 0;
	if (!take_char(r, '('))
		return fail_response(r, N_("a list in parentheses"));
	while (!take_char(r, ')')) {
		struct imap_text atom = take_atom(r);

		if (atom.length == 0)
			return fail_response(r, N_("the end of a list"));
		*bits |= bit_of(atom);
		take_char(r, ' ');
	}
	return true;
}

/* FETCH */

static unsigned int mail_flag(struct imap_text atom)
{
	if (is_word(atom, "\\Seen"))
		return IMAP_SEEN;
	if (is_word(atom, "\\Deleted"))
		return IMAP_DELETED;
	return is_word(atom, "$Forwarded") ? IMAP_PASSED_ON : 0;
}

static int month_of(const char *text)
{
	static const char *const names[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

	for (int i = 0; i < 12; i++) {
		if (strncasecmp(text, names[i], 3) == 0)
			return i;
	}
	return -1;
}

/* `count` digits at `at` of a text; the first may be a blank. -1: they are none. */
static int read_digits(const char *text, size_t at, size_t count)
{
	int value = 0;

	for (size_t i = 0; i < count; i++) {
		char c = text[at + i];

		if (c == ' ' && i == 0 && count > 1)
			continue;
		if (c < '0' || c > '9')
			return -1;
		value = value * 10 + (c - '0');
	}
	return value;
}

/* The offset of "+0100" in seconds; false: it is none. */
static bool read_offset(const char *text, int *offset)
{
	int hours = read_digits(text, 1, 2), minutes = read_digits(text, 3, 2);

	*offset = (hours * 60 + minutes) * 60 * (*text == '-' ? -1 : 1);
	return (*text == '+' || *text == '-') && hours >= 0 && hours < 24 && minutes >= 0 &&
		minutes < 60;
}

/* "17-Jul-1996 02:44:25 -0700"; the day may begin with a blank (RFC 3501, date-time). */
static bool read_date(struct imap_text text, moment *result)
{
	static const char pattern[] = "..-...-.... ..:..:.. .....";
	struct tm tm = {0};
	int offset;

	if (text.length != strlen(pattern))
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (pattern[i] != '.' && pattern[i] != text.bytes[i])
			return false;
	}
	tm.tm_mday = read_digits(text.bytes, 0, 2);
	tm.tm_mon = month_of(text.bytes + 3);
	tm.tm_year = read_digits(text.bytes, 7, 4) - 1900;
	tm.tm_hour = read_digits(text.bytes, 12, 2);
	tm.tm_min = read_digits(text.bytes, 15, 2);
	tm.tm_sec = read_digits(text.bytes, 18, 2);
	if (tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_mon < 0 || tm.tm_year < -1900 ||
		tm.tm_hour < 0 || tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59 ||
		tm.tm_sec < 0 || tm.tm_sec > 60 || !read_offset(text.bytes + 21, &offset))
		return false;
	*result = timegm(&tm) - offset;
	return true;
}

/* "HEADER.FIELDS (SUBJECT …)]<0>": all of it is passed over, as only one section is asked for. */
static bool skip_section(struct reader *r)
{
	const char *close = memchr(r->at, ']', (size_t)(r->end - r->at));
	const char *line = memchr(r->at, '\n', (size_t)(r->end - r->at));

	if (!close || (line && line < close))
		return fail_response(r, N_("the end of a section"));
	r->at = close + 1;
	if (r->at < r->end && *r->at == '<')
		take_atom(r);
	return true;
}

static bool take_section(struct reader *r, struct imap_mail *mail)
{
	bool is_header = r->end - r->at > 13 && strncasecmp(r->at, "HEADER.FIELDS", 13) == 0;
	struct imap_text text;

	if (!skip_section(r))
		return false;
	if (!take_char(r, ' '))
		return fail_response(r, N_("a section's text"));
	if (!take_string(r, &text))
		return false;
	if (is_header)
		mail->header = text;
	return true;
}

static bool take_item(struct reader *r, struct imap_mail *mail)
{
	struct imap_text name = take_atom(r), text;

	if (is_word(name, "BODY") && take_char(r, '['))
		return take_section(r, mail);
	if (!take_char(r, ' '))
		return fail_response(r, N_("an item's value"));
	if (is_word(name, "UID"))
		return take_number(r, &mail->uid) || fail_response(r, N_("a number"));
	if (is_word(name, "FLAGS")) {
		mail->has_flags = true;
		return take_atoms(r, mail_flag, &mail->flags);
	}
	if (!is_word(name, "INTERNALDATE"))
		return skip_value(r);
	if (!take_string(r, &text))
		return false;
	mail->has_arrived = text.bytes && read_date(text, &mail->arrived);
	return mail->has_arrived ||
		fail_response(r, N_("a date such as 17-Jul-1996 02:44:25 -0700"));
}

static bool read_fetch(struct reader *r, struct imap_response *response)
{
	response->kind = IMAP_FETCH;
	if (!take_char(r, ' ') || !take_char(r, '('))
		return fail_response(r, N_("a list in parentheses"));
	while (!take_char(r, ')')) {
		if (!take_item(r, &response->mail))
			return false;
		take_char(r, ' ');
	}
	return true;
}

/* Others */

static unsigned int folder_flag(struct imap_text atom)
{
	static const char *const aside[] = {
		"\\Sent", "\\Drafts", "\\Trash", "\\Junk", "\\All", "\\Flagged"};

	if (is_word(atom, "\\Noselect") || is_word(atom, "\\NonExistent"))
		return IMAP_FOLDER_CLOSED;
	for (size_t i = 0; i < sizeof(aside) / sizeof(aside[0]); i++) {
		if (is_word(atom, aside[i]))
			return IMAP_FOLDER_ASIDE;
	}
	return 0;
}

static bool read_list(struct reader *r, struct imap_response *response)
{
	response->kind = IMAP_LIST;
	if (!take_char(r, ' ') || !take_atoms(r, folder_flag, &response->folder.flags))
		return fail_response(r, N_("a folder's attributes"));
	if (!take_char(r, ' ') || !take_string(r, &response->folder.separator))
		return fail_response(r, N_("a separator"));
	if (!take_char(r, ' ') || !take_string(r, &response->folder.name) ||
		!response->folder.name.bytes)
		return fail_response(r, N_("a folder's name"));
	while (take_char(r, ' ')) { /* extended data (RFC 5258) */
		if (!skip_value(r))
			return false;
	}
	return true;
}

static bool read_search(struct reader *r, struct imap_response *response)
{
	size_t room = 0;

	response->kind = IMAP_SEARCH;
	while (take_char(r, ' ')) {
		uint32_t number;

		if (at_end(r))
			break;           /* Exchange ends the line with a blank */
		if (take_char(r, '(')) { /* MODSEQ (RFC 7162) */
			r->at--;
			return skip_value(r);
		}
		if (!take_number(r, &number) || number == 0)
			return fail_response(r, N_("the number of a mail"));
		response->found = arena_grow(r->arena, response->found, response->found_count,
			&room, sizeof(*response->found));
		response->found[response->found_count++] = number;
	}
	return true;
}

static struct imap_text rest_of_line(struct reader *r)
{
	struct imap_text text = {.bytes = r->at};

	while (!at_end(r))
		r->at++;
	text.length = (size_t)(r->at - text.bytes);
	return text;
}

/* What is none of ours may hold literals, too: it ends where the framing says. */
static bool pass_over(struct reader *r)
{
	r->at = r->end;
	return true;
}

static bool read_numbered(struct reader *r, struct imap_response *response, uint32_t number)
{
	struct imap_text name;

	if (!take_char(r, ' '))
		return fail_response(r, N_("what the number is of"));
	name = take_atom(r);
	if (is_word(name, "FETCH"))
		return read_fetch(r, response);
	if (!is_word(name, "EXISTS"))
		return pass_over(r);
	response->kind = IMAP_EXISTS;
	response->number = number;
	return true;
}

static bool read_untagged(struct reader *r, struct imap_response *response)
{
	struct imap_text name;
	uint32_t number;

	if (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		return take_number(r, &number) ? read_numbered(r, response, number)
					       : fail_response(r, N_("a number of 32 bits"));
	name = take_atom(r);
	if (is_word(name, "SEARCH"))
		return read_search(r, response);
	if (is_word(name, "LIST"))
		return read_list(r, response);
	if (is_word(name, "BYE")) {
		response->kind = IMAP_BYE;
		take_char(r, ' ');
		response->words = rest_of_line(r);
		return true;
	}
	return name.length > 0 ? pass_over(r) : fail_response(r, N_("a response"));
}

static bool read_tagged(struct reader *r, struct imap_response *response)
{
	struct imap_text result;

	response->kind = IMAP_TAGGED;
	response->tag = take_atom(r);
	if (response->tag.length == 0 || !take_char(r, ' '))
		return fail_response(r, N_("a tag"));
	result = take_atom(r);
	if (is_word(result, "OK"))
		response->result = IMAP_OK;
	else if (is_word(result, "NO"))
		response->result = IMAP_NO;
	else if (is_word(result, "BAD"))
		response->result = IMAP_BAD;
	else
		return fail_response(r, N_("OK, NO or BAD"));
	take_char(r, ' ');
	response->words = rest_of_line(r);
	return true;
}

bool imap_response_read(const char *bytes, size_t length, struct arena *arena,
	struct imap_response *response, const char **expected)
{
	struct reader r = {bytes, bytes + length, arena, expected};
	bool is_good;

	*response = (struct imap_response){.kind = IMAP_NOISE};
	if (take_char(&r, '+')) {
		response->kind = IMAP_CONTINUE;
		return true;
	}
	is_good = take_char(&r, '*') ? take_char(&r, ' ') && read_untagged(&r, response)
				     : read_tagged(&r, response);
	if (!is_good && !*expected)
		*expected = N_("a response");
	if (is_good && !at_end(&r))
		return fail_response(&r, N_("the end of the line"));
	return is_good;
}
