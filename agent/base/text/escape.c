#include "base/text/escape.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <unistr.h>

#include "base/text/strbuf.h"

static bool is_utf8(const char *text, size_t length)
{
	return u8_check((const uint8_t *)text, length) == NULL;
}

void escape_url(struct strbuf *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x80 && (isalnum(c) || (c && strchr("-._~", c))))
			strbuf_addc(out, (char)c);
		else
			strbuf_addf(out, "%%%02X", c);
	}
}

bool escape_json(struct strbuf *out, const char *text, size_t length)
{
	if (!is_utf8(text, length))
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\')
			strbuf_addc(out, '\\');
		if (c < 0x20 || c == 0x7f)
			strbuf_addf(out, "\\u%04X", c);
		else
			strbuf_addc(out, (char)c);
	}
	return true;
}

/* Whether XML 1.0 has no such character: most controls, and the last two of the first plane. */
static bool has_foreign(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x20 && !(c && strchr("\t\n\r", c)))
			return true;
		if (i + 2 < length && memcmp(text + i, "\xEF\xBF", 2) == 0 &&
			(unsigned char)text[i + 2] >= 0xBE)
			return true;
	}
	return false;
}

bool escape_xml(struct strbuf *out, const char *text, size_t length)
{
	if (!is_utf8(text, length) || has_foreign(text, length))
		return false;
	for (size_t i = 0; i < length; i++) {
		/* A parser takes a bare CR for LF, and any blank of an attribute for a space. */
		if (strchr("&<>\"'\t\n\r", text[i]))
			strbuf_addf(out, "&#%d;", text[i]);
		else
			strbuf_addc(out, text[i]);
	}
	return true;
}
