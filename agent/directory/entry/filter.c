#include "directory/entry/filter.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"

static void add_byte(struct strbuf *filter, unsigned char byte, bool as_it_is)
{
	if (as_it_is)
		strbuf_addc(filter, (char)byte);
	else
		strbuf_addf(filter, "\\%02x", byte);
}

static bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7f && !strchr("*()\\", byte);
}

/* UTF-8 may stand as it is (RFC 4515 section 3); in a text that is not, no byte is a letter. */
void filter_add_value(struct strbuf *filter, const char *value)
{
	bool is_utf8 = !u8_check((const uint8_t *)value, strlen(value));

	for (; *value; value++) {
		unsigned char byte = (unsigned char)*value;

		add_byte(filter, byte, byte >= 0x80 ? is_utf8 : is_plain(byte));
	}
}

void filter_add_equal(struct strbuf *filter, const char *attribute, const char *value)
{
	strbuf_addf(filter, "(%s=", attribute);
	filter_add_value(filter, value);
	strbuf_addc(filter, ')');
}

/* Letters beyond ASCII become one "*", as does what follows the text. */
static void add_part(struct strbuf *filter, const char *text)
{
	bool starred = true;

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < 0x80)
			add_byte(filter, byte, is_plain(byte));
		else if (!starred)
			strbuf_addc(filter, '*');
		starred = byte >= 0x80;
	}
	if (!starred)
		strbuf_addc(filter, '*');
}

void filter_add_containing(struct strbuf *filter, const char *attribute, const char *a,
	const char *b)
{
	strbuf_addf(filter, "(%s=*", attribute);
	add_part(filter, a);
	if (b)
		add_part(filter, b);
	strbuf_addc(filter, ')');
}

const char *filter_any_of(struct arena *arena, const char *with, const char *const *terms,
	size_t count)
{
	struct strbuf filter = STRBUF_INIT;

	strbuf_addf(&filter, "(&%s(|", with);
	for (size_t i = 0; i < count; i++)
		strbuf_adds(&filter, terms[i]);
	strbuf_adds(&filter, "))");
	return strbuf_to_arena(&filter, arena);
}
