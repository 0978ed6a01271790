#include "feed/format/utf16.h"

#include <stdint.h>
#include <string.h>
#include <unistr.h>

#include "base/text/strbuf.h"

bool utf16_is_marked(const char *body, size_t length)
{
	return length >= 2 &&
		(memcmp(body, "\xFF\xFE", 2) == 0 || memcmp(body, "\xFE\xFF", 2) == 0);
}

static unsigned unit_at(const char *body, bool is_big)
{
	unsigned first = (unsigned char)body[0], second = (unsigned char)body[1];

	return is_big ? first << 8 | second : second << 8 | first;
}

static bool is_between(unsigned unit, unsigned first, unsigned last)
{
	return unit >= first && unit <= last;
}

/* Read the character at *at, and go on past it; false at half a pair. */
static bool next_character(const char *body, size_t length, bool is_big, size_t *at, ucs4_t *c)
{
	unsigned unit = unit_at(body + *at, is_big), low = 0;

	*at += 2;
	*c = unit;
	if (!is_between(unit, 0xD800, 0xDFFF))
		return true;
	if (*at < length)
		low = unit_at(body + *at, is_big);
	*at += 2;
	*c = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
	return unit < 0xDC00 && is_between(low, 0xDC00, 0xDFFF);
}

bool utf16_read(struct strbuf *out, const char *body, size_t length)
{
	bool is_marked = utf16_is_marked(body, length);
	bool is_big = length > 0 && (is_marked ? body[0] == '\xFE' : body[0] == '\0');
	size_t at = is_marked ? 2 : 0;

	if (length % 2 != 0)
		return false;
	while (at < length) {
		uint8_t utf8[6];
		ucs4_t c;
		int bytes;

		if (!next_character(body, length, is_big, &at, &c))
			return false;
		bytes = u8_uctomb(utf8, c, sizeof(utf8));
		if (bytes < 0)
			return false;
		strbuf_add(out, utf8, (size_t)bytes);
	}
	return true;
}
