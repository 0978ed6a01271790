#include "feed/format/windows_1252.h"

#include <stdint.h>
#include <unistr.h>

#include "base/text/strbuf.h"

/* What Windows-1252 has where Latin-1 has controls, from 0x80; 0: undefined. */
static const uint16_t windows_1252[32] = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D,
	0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};

static void add_character(struct strbuf *out, ucs4_t character)
{
	uint8_t utf8[6];

	strbuf_add(out, utf8, (size_t)u8_uctomb(utf8, character, sizeof(utf8)));
}

bool windows_1252_read(struct strbuf *out, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)bytes[i];
		ucs4_t character = c >= 0x80 && c < 0xA0 ? windows_1252[c - 0x80] : c;

		/* NUL is a character, though one that no feed has. */
		if (character == 0 && c != 0)
			return false;
		add_character(out, character);
	}
	return true;
}

void latin_1_read(struct strbuf *out, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		add_character(out, (unsigned char)bytes[i]);
}
