#include "mail/imap/imap_response.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "mail/imap/imap_reader.h"

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

/* FETCH */

static unsigned int mail_flag(struct imap_text atom)
{
	if (imap_is_word(atom, "\\Seen"))
		return IMAP_SEEN;
	if (imap_is_word(atom, "\\Deleted"))
		return IMAP_DELETED;
	return imap_is_word(atom, "$Forwarded") ? IMAP_PASSED_ON : 0;
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
static bool skip_section(struct imap_reader *r)
{
	const char *close = memchr(r->at, ']', (size_t)(r->end - r->at));
	const char *line = memchr(r->at, '\n', (size_t)(r->end - r->at));

	if (!close || (line && line < close))
		return imap_fail(r, N_("the end of a section"));
	r->at = close + 1;
	if (r->at < r->end && *r->at == '<')
		imap_take_atom(r);
	return true;
}

static bool take_section(struct imap_reader *r, struct imap_mail *mail)
{
	bool is_header = r->end - r->at > 13 && strncasecmp(r->at, "HEADER.FIELDS", 13) == 0;
	bool is_part = r->end - r->at > 1 && r->at[0] == '2' && r->at[1] == ']';
	struct imap_text text;

	if (!skip_section(r))
		return false;
	if (!imap_take_char(r, ' '))
		return imap_fail(r, N_("a section's text"));
	if (!imap_take_string(r, &text))
		return false;
	if (is_header)
		mail->header = text;
	if (is_part)
		mail->part = text;
	return true;
}

static bool take_item(struct imap_reader *r, struct imap_mail *mail)
{
	struct imap_text name = imap_take_atom(r), text;

	if (imap_is_word(name, "BODY") && imap_take_char(r, '['))
		return take_section(r, mail);
	if (!imap_take_char(r, ' '))
		return imap_fail(r, N_("an item's value"));
	if (imap_is_word(name, "UID"))
		return imap_take_number(r, &mail->uid) || imap_fail(r, N_("a number"));
	if (imap_is_word(name, "FLAGS")) {
		mail->has_flags = true;
		return imap_take_atoms(r, mail_flag, &mail->flags);
	}
	if (!imap_is_word(name, "INTERNALDATE"))
		return imap_skip_value(r);
	if (!imap_take_string(r, &text))
		return false;
	mail->has_arrived = text.bytes && read_date(text, &mail->arrived);
	return mail->has_arrived || imap_fail(r, N_("a date such as 17-Jul-1996 02:44:25 -0700"));
}

static bool read_fetch(struct imap_reader *r, struct imap_response *response)
{
	response->kind = IMAP_FETCH;
	if (!imap_take_char(r, ' ') || !imap_take_char(r, '('))
		return imap_fail(r, N_("a list in parentheses"));
	while (!imap_take_char(r, ')')) {
		if (!take_item(r, &response->mail))
			return false;
		imap_take_char(r, ' ');
	}
	return true;
}

/* Others */

static unsigned int folder_flag(struct imap_text atom)
{
	static const char *const aside[] = {"\\Drafts", "\\Trash", "\\All", "\\Flagged"};

	if (imap_is_word(atom, "\\Noselect") || imap_is_word(atom, "\\NonExistent"))
		return IMAP_FOLDER_CLOSED;
	if (imap_is_word(atom, "\\Junk"))
		return IMAP_FOLDER_JUNK;
	if (imap_is_word(atom, "\\Sent"))
		return IMAP_FOLDER_SENT | IMAP_FOLDER_ASIDE;
	for (size_t i = 0; i < sizeof(aside) / sizeof(aside[0]); i++) {
		if (imap_is_word(atom, aside[i]))
			return IMAP_FOLDER_ASIDE;
	}
	return 0;
}

static bool read_list(struct imap_reader *r, struct imap_response *response)
{
	response->kind = IMAP_LIST;
	if (!imap_take_char(r, ' ') || !imap_take_atoms(r, folder_flag, &response->folder.flags))
		return imap_fail(r, N_("a folder's attributes"));
	if (!imap_take_char(r, ' ') || !imap_take_string(r, &response->folder.separator))
		return imap_fail(r, N_("a separator"));
	if (!imap_take_char(r, ' ') || !imap_take_string(r, &response->folder.name) ||
		!response->folder.name.bytes)
		return imap_fail(r, N_("a folder's name"));
	while (imap_take_char(r, ' ')) { /* extended data (RFC 5258) */
		if (!imap_skip_value(r))
			return false;
	}
	return true;
}

static bool read_search(struct imap_reader *r, struct imap_response *response)
{
	size_t room = 0;

	response->kind = IMAP_SEARCH;
	while (imap_take_char(r, ' ')) {
		uint32_t number;

		if (imap_at_end(r))
			break;                /* Exchange ends the line with a blank */
		if (imap_take_char(r, '(')) { /* MODSEQ (RFC 7162) */
			r->at--;
			return imap_skip_value(r);
		}
		if (!imap_take_number(r, &number) || number == 0)
			return imap_fail(r, N_("the number of a mail"));
		response->found = arena_grow(r->arena, response->found, response->found_count,
			&room, sizeof(*response->found));
		response->found[response->found_count++] = number;
	}
	return true;
}

static struct imap_text rest_of_line(struct imap_reader *r)
{
	struct imap_text text = {.bytes = r->at};

	while (!imap_at_end(r))
		r->at++;
	text.length = (size_t)(r->at - text.bytes);
	return text;
}

/* What is none of ours may hold literals, too: it ends where the framing says. */
static bool pass_over(struct imap_reader *r)
{
	r->at = r->end;
	return true;
}

static bool read_numbered(struct imap_reader *r, struct imap_response *response, uint32_t number)
{
	struct imap_text name;

	if (!imap_take_char(r, ' '))
		return imap_fail(r, N_("what the number is of"));
	name = imap_take_atom(r);
	if (imap_is_word(name, "FETCH"))
		return read_fetch(r, response);
	if (!imap_is_word(name, "EXISTS"))
		return pass_over(r);
	response->kind = IMAP_EXISTS;
	response->number = number;
	return true;
}

static bool read_untagged(struct imap_reader *r, struct imap_response *response)
{
	struct imap_text name;
	uint32_t number;

	if (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		return imap_take_number(r, &number) ? read_numbered(r, response, number)
						    : imap_fail(r, N_("a number of 32 bits"));
	name = imap_take_atom(r);
	if (imap_is_word(name, "SEARCH"))
		return read_search(r, response);
	if (imap_is_word(name, "LIST"))
		return read_list(r, response);
	if (imap_is_word(name, "CAPABILITY"))
		return imap_read_capability(r, response);
	if (imap_is_word(name, "NAMESPACE"))
		return imap_read_namespace(r, response);
	if (imap_is_word(name, "QUOTA"))
		return imap_read_quota(r, response);
	if (imap_is_word(name, "BYE")) {
		response->kind = IMAP_BYE;
		imap_take_char(r, ' ');
		response->words = rest_of_line(r);
		return true;
	}
	return name.length > 0 ? pass_over(r) : imap_fail(r, N_("a response"));
}

static bool read_tagged(struct imap_reader *r, struct imap_response *response)
{
	struct imap_text result;

	response->kind = IMAP_TAGGED;
	response->tag = imap_take_atom(r);
	if (response->tag.length == 0 || !imap_take_char(r, ' '))
		return imap_fail(r, N_("a tag"));
	result = imap_take_atom(r);
	if (imap_is_word(result, "OK"))
		response->result = IMAP_OK;
	else if (imap_is_word(result, "NO"))
		response->result = IMAP_NO;
	else if (imap_is_word(result, "BAD"))
		response->result = IMAP_BAD;
	else
		return imap_fail(r, N_("OK, NO or BAD"));
	imap_take_char(r, ' ');
	response->words = rest_of_line(r);
	return true;
}

bool imap_response_read(const char *bytes, size_t length, struct arena *arena,
	struct imap_response *response, const char **expected)
{
	struct imap_reader r = {bytes, bytes + length, arena, expected};
	bool is_good;

	*response = (struct imap_response){.kind = IMAP_NOISE};
	if (imap_take_char(&r, '+')) {
		response->kind = IMAP_CONTINUE;
		return true;
	}
	is_good = imap_take_char(&r, '*') ? imap_take_char(&r, ' ') && read_untagged(&r, response)
					  : read_tagged(&r, response);
	if (!is_good && !*expected)
		*expected = N_("a response");
	if (is_good && !imap_at_end(&r))
		return imap_fail(&r, N_("the end of the line"));
	return is_good;
}
