#include "mailbox/number_pattern.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"

#define INTEGRATION_DIGITS 4 /* of "SF1500" */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Letters beyond ASCII have their high bit set. */
static bool is_letter_or_digit(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (unsigned char)c >= 0x80;
}

/* How many bytes the number at `at` has, which starts with a digit. */
static size_t number_length(const char *at)
{
	size_t length = 1;

	for (;; length++) {
		bool is_joined = at[length] && strchr(".,:/-_", at[length]) &&
			is_letter_or_digit(at[length + 1]);

		if (!is_letter_or_digit(at[length]) && !is_joined)
			return length;
	}
}

/* Whether "SF1500" starts there, as a word of its own; `start` is where the text does. */
static bool is_integration(const char *start, const char *at)
{
	size_t digits = 0;

	if ((at[0] | 0x20) != 's' || (at[1] | 0x20) != 'f' ||
		(at > start && is_letter_or_digit(at[-1])))
		return false;
	while (is_digit(at[2 + digits]))
		digits++;
	return digits == INTEGRATION_DIGITS && !is_letter_or_digit(at[2 + digits]);
}

const char *number_pattern(struct arena *arena, const char *text)
{
	struct strbuf out = STRBUF_INIT;

	for (const char *at = text; *at;) {
		size_t length = 1;

		if (is_integration(text, at)) {
			length = 2 + INTEGRATION_DIGITS;
			strbuf_add(&out, at, length);
		} else if (is_digit(*at)) {
			length = number_length(at);
			strbuf_addc(&out, '*');
		} else {
			strbuf_addc(&out, *at);
		}
		at += length;
	}
	return strbuf_to_arena(&out, arena);
}
