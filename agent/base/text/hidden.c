#include "base/text/hidden.h"

#include <string.h>
#include <unictype.h>
#include <unistr.h>

/* What Unicode's properties leave out: shown by no font, or as a blank, or not a character at all. */
static bool is_noncharacter(uint32_t c)
{
	return c > 0x10ffff || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) ||
		(c >= 0xd800 && c <= 0xdfff);
}

bool hidden_character(uint32_t c)
{
	if (c < 0x80)
		return c < 0x20 || c == 0x7f;
	return c < 0xa0 || is_noncharacter(c) || c == 0x2028 || c == 0x2029 ||
		uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cf) ||
		uc_is_property_bidi_control(c) || uc_is_property_default_ignorable_code_point(c);
}

size_t hidden_next(uint32_t *c, const char *text, size_t length)
{
	ucs4_t character;
	int bytes = u8_mbtoucr(&character, (const uint8_t *)text, length);

	if (bytes <= 0)
		return 0;
	*c = character;
	return (size_t)bytes;
}

bool hidden_in(const char *text)
{
	size_t left = strlen(text), bytes;
	uint32_t c;

	for (; left > 0; text += bytes, left -= bytes) {
		bytes = hidden_next(&c, text, left);
		if (bytes == 0 || hidden_character(c))
			return true;
	}
	return false;
}
