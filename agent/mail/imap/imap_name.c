#include "mail/imap/imap_name.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "base/text/strbuf.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static bool is_plain(ucs4_t c)
{
	return c >= ' ' && c < 0x7F;
}

/* Base64 of UTF-16, bits that have not made six yet in `bits`. */
struct shifted {
	unsigned int bits, count;
};

static void add_unit(struct strbuf *out, struct shifted *shifted, unsigned int unit)
{
	shifted->bits = shifted->bits << 16 | unit;
	shifted->count += 16;
	while (shifted->count >= 6) {
		shifted->count -= 6;
		strbuf_addc(out, digits[shifted->bits >> shifted->count & 63]);
	}
	shifted->bits &= 63;
}

static void add_shifted(struct strbuf *out, struct shifted *shifted, ucs4_t c)
{
	if (c < 0x10000) {
		add_unit(out, shifted, c);
		return;
	}
	c -= 0x10000;
	add_unit(out, shifted, 0xD800 | c >> 10);
	add_unit(out, shifted, 0xDC00 | (c & 0x3FF));
}

static void end_shift(struct strbuf *out, struct shifted *shifted)
{
	if (shifted->count > 0)
		strbuf_addc(out, digits[shifted->bits << (6 - shifted->count) & 63]);
	strbuf_addc(out, '-');
}

void imap_name_encode(struct strbuf *out, const char *name)
{
	const uint8_t *at = (const uint8_t *)name;
	size_t left = strlen(name);

	while (left > 0) {
		struct shifted shifted = {0};
		ucs4_t c;
		int length = u8_mbtouc(&c, at, left);

		if (is_plain(c) || c == 0xFFFD) {
			if (is_plain(c))
				strbuf_adds(out, c == '&' ? "&-" : (char[]){(char)c, '\0'});
			at += length;
			left -= (size_t)length;
			continue;
		}
		strbuf_addc(out, '&');
		while (left > 0 && !is_plain(c)) {
			add_shifted(out, &shifted, c);
			at += length;
			left -= (size_t)length;
			length = left > 0 ? u8_mbtouc(&c, at, left) : 0;
		}
		end_shift(out, &shifted);
	}
}

static int digit_of(char c)
{
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* The UTF-16 between "&" and "-" as UTF-8; false: it is none. */
static bool add_unshifted(struct strbuf *out, const char *text, size_t length)
{
	uint16_t *units = malloc((length + 1) * sizeof(*units));
	size_t count = 0, utf8_length = 0;
	unsigned int bits = 0, have = 0;
	uint8_t *utf8 = NULL;
	bool is_good = units != NULL;

	for (size_t i = 0; is_good && i < length; i++) {
		int digit = digit_of(text[i]);

		is_good = digit >= 0;
		bits = (bits << 6 | (unsigned int)digit) & 0x3FFFFF;
		have += 6;
		if (have >= 16) {
			have -= 16;
			units[count++] = (uint16_t)(bits >> have);
		}
	}
	if (is_good)
		utf8 = u16_to_u8(units, count, NULL, &utf8_length);
	if (utf8)
		strbuf_add(out, utf8, utf8_length);
	free(units);
	free(utf8);
	return utf8 != NULL;
}

void imap_name_decode(struct strbuf *out, const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const char *end = name[i] == '&' ? memchr(name + i, '-', length - i) : NULL;
		size_t inside = end ? (size_t)(end - (name + i + 1)) : 0;

		if (end && inside == 0)
			strbuf_addc(out, '&');
		else if (!end || !add_unshifted(out, name + i + 1, inside)) {
			strbuf_addc(out, name[i]);
			continue;
		}
		i = (size_t)(end - name);
	}
}

void imap_name_quote(struct strbuf *out, const char *wire_name)
{
	strbuf_addc(out, '"');
	for (; *wire_name; wire_name++) {
		if (*wire_name == '"' || *wire_name == '\\')
			strbuf_addc(out, '\\');
		if (*wire_name != '\r' && *wire_name != '\n')
			strbuf_addc(out, *wire_name);
	}
	strbuf_addc(out, '"');
}
