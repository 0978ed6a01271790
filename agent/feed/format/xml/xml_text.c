#include "feed/format/xml/xml_text.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <unistr.h>

#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "feed/format/utf16.h"
#include "feed/format/windows_1252.h"

/* Bytes of an XML declaration. */
#define DECLARATION_MAX 200

static bool refuse_at(struct xml_text *text, size_t at, const char *why)
{
	text->why = why;
	text->at = at;
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The end of what begins at `at`: behind the first `end` from there; the text's own where there is none. */
static size_t end_of(const struct xml_text *text, size_t at, const char *end)
{
	const char *found = memmem(text->text + at, text->length - at, end, strlen(end));

	return found ? (size_t)(found - text->text) + strlen(end) : text->length;
}

static bool begins_with(const struct xml_text *text, size_t at, const char *word)
{
	size_t length = strlen(word);

	return text->length - at >= length && strncasecmp(text->text + at, word, length) == 0;
}

/* What the declaration, <?xml ... encoding="..."?>, says of the encoding; its length, 0: nothing. */
static size_t find_encoding(const char *body, size_t length, const char **name)
{
	const char *end, *at;
	char quote;

	if (length < 6 || memcmp(body, "<?xml", 5) != 0 || !is_blank(body[5]))
		return 0;
	if (length > DECLARATION_MAX)
		length = DECLARATION_MAX;
	end = memmem(body, length, "?>", 2);
	at = end ? memmem(body, (size_t)(end - body), "encoding", 8) : NULL;
	if (!at)
		return 0;
	at += 8;
	while (at < end && (is_blank(*at) || *at == '='))
		at++;
	quote = *at++;
	if (at >= end || (quote != '"' && quote != '\''))
		return 0;
	*name = at;
	at = memchr(at, quote, (size_t)(end - at));
	return at ? (size_t)(at - *name) : 0;
}

static bool is_called(const char *name, size_t length, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(names[i]) == length && strncasecmp(names[i], name, length) == 0)
			return true;
	}
	return false;
}

/* Decode what is not UTF-8 by what its declaration says. UTF-16 that ASCII can be read in is UTF-8 in truth. */
static bool decode_declared(struct xml_text *text, struct strbuf *decoded)
{
	static const char *const utf8[] = {
		"utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be"};
	static const char *const latin_1[] = {"iso-8859-1", "iso8859-1", "iso_8859-1", "latin1"};
	static const char *const windows[] = {"windows-1252", "cp1252"};
	const char *name = NULL;
	size_t length = find_encoding(text->text, text->length, &name);

	if (length == 0 || is_called(name, length, utf8, COUNT(utf8)))
		return true;
	if (is_called(name, length, latin_1, COUNT(latin_1))) {
		latin_1_read(decoded, text->text, text->length);
	} else if (!is_called(name, length, windows, COUNT(windows))) {
		return refuse_at(text, (size_t)(name - text->text),
			_("in an encoding that is not known here; expected UTF-8, UTF-16, ISO-8859-1 or "
			  "Windows-1252"));
	} else if (!windows_1252_read(decoded, text->text, text->length)) {
		text->text = decoded->text;
		text->length = decoded->length;
		return refuse_at(text, text->length,
			_("a byte stands here that is no character in Windows-1252"));
	}
	text->text = decoded->text;
	text->length = decoded->length;
	return true;
}

static bool decode_text(struct xml_text *text, struct strbuf *decoded)
{
	size_t mark = text_mark_length(text->text, text->length);
	const uint8_t *bad;
	bool is_wide = text->length >= 2 && (!text->text[0] != !text->text[1]);

	if (utf16_is_marked(text->text, text->length) || is_wide) {
		if (!utf16_read(decoded, text->text, text->length))
			return refuse_at(text, 0,
				_("no UTF-16 that can be read; it may have been cut off"));
		text->text = decoded->text;
		text->length = decoded->length;
		return true;
	}
	text->text += mark;
	text->length -= mark;
	if (mark == 0 && !decode_declared(text, decoded))
		return false;
	bad = u8_check((const uint8_t *)text->text, text->length);
	return !bad ||
		refuse_at(text, (size_t)((const char *)bad - text->text),
			_("not UTF-8; the document must name another encoding if it is in one"));
}

/* Pass what may stand before the first element. */
static bool pass_prolog(struct xml_text *text, size_t *at)
{
	for (;;) {
		while (*at < text->length && is_blank(text->text[*at]))
			++*at;
		if (begins_with(text, *at, "<?"))
			*at = end_of(text, *at + 2, "?>");
		else if (begins_with(text, *at, "<!--"))
			*at = end_of(text, *at + 4, "-->");
		else
			break;
	}
	if (*at == text->length)
		return refuse_at(text, *at,
			_("the text ends before the first element; it may have been cut off"));
	if (begins_with(text, *at, "<!doctype html") || begins_with(text, *at, "<html"))
		return refuse_at(text, *at,
			_("a web page came; expected XML; see whether the address asks for a login"));
	if (begins_with(text, *at, "<!"))
		return refuse_at(text, *at,
			_("a DOCTYPE stands here, and is refused: it can change what the document says; "
			  "have the document made without one"));
	if (text->text[*at] != '<')
		return refuse_at(text, *at, _("no XML; expected an element"));
	return true;
}

/* Pass the tag at *at; false where it has too many attributes. */
static bool pass_tag(struct xml_text *text, size_t *at)
{
	size_t start = *at, attributes = 0;
	char quote = '\0';

	for (; *at < text->length; ++*at) {
		char c = text->text[*at];

		if (quote) {
			if (c == quote)
				quote = '\0';
		} else if (c == '"' || c == '\'') {
			quote = c;
			if (++attributes > XML_ATTRIBUTES_MAX)
				return refuse_at(text, start,
					_("an element with more than 256 attributes"));
		} else if (c == '>') {
			break;
		}
	}
	return true;
}

/* Look at every tag from the first element on. */
static bool pass_elements(struct xml_text *text, size_t at)
{
	for (;;) {
		const char *next = memchr(text->text + at, '<', text->length - at);

		if (!next)
			return true;
		at = (size_t)(next - text->text);
		if (begins_with(text, at, "<!--"))
			at = end_of(text, at + 4, "-->");
		else if (begins_with(text, at, "<![CDATA["))
			at = end_of(text, at + 9, "]]>");
		else if (begins_with(text, at, "<?"))
			at = end_of(text, at + 2, "?>");
		else if (!pass_tag(text, &at))
			return false;
	}
}

bool xml_text_read(struct xml_text *text, struct strbuf *decoded, const char *body, size_t length)
{
	size_t at = 0;

	*text = (struct xml_text){.text = body, .length = length};
	return decode_text(text, decoded) && pass_prolog(text, &at) && pass_elements(text, at);
}
