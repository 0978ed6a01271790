#include "rules/sieve/sieve_text.h"

#include <stdint.h>
#include <string.h>

#include "base/text/hidden.h"
#include "base/text/strbuf.h"

#define LINE_MAX_COLUMNS 100

/* One character of a quoted string. */
static void add_character(struct strbuf *out, const char *text, size_t length, uint32_t c)
{
	if (hidden_character(c)) /* RFC 5228 section 2.4.2.4 */
		strbuf_addf(out, "${unicode:%x}", (unsigned int)c);
	else
		strbuf_addf(out, c == '"' || c == '\\' ? "\\%.*s" : "%.*s", (int)length, text);
}

static void add_quoted(struct strbuf *out, const char *text, const char *dollar)
{
	size_t left = strlen(text), length;
	uint32_t c = 0;

	strbuf_addc(out, '"');
	for (; left > 0; text += length, left -= length) {
		length = hidden_next(&c, text, left);
		if (length > 0 && dollar && c == '$' && text[1] == '{')
			strbuf_adds(out, dollar);
		else if (length > 0)
			add_character(out, text, length, c);
		length = length > 0 ? length : 1; /* what YAML reads is UTF-8 */
	}
	strbuf_addc(out, '"');
}

void sieve_text_add(struct strbuf *out, const char *text)
{
	add_quoted(out, text, "${dollar}");
}

void sieve_text_add_pattern(struct strbuf *out, const char *pattern)
{
	add_quoted(out, pattern, NULL);
}

/* How far the last line of `out` has come, in bytes. */
static size_t current_column(const struct strbuf *out)
{
	const char *newline = strrchr(out->text, '\n');

	return newline ? out->length - (size_t)(newline + 1 - out->text) : out->length;
}

void sieve_text_add_listed(struct strbuf *out, const char *pattern, bool first)
{
	struct strbuf quoted = STRBUF_INIT;

	sieve_text_add_pattern(&quoted, pattern);
	if (!first)
		strbuf_addc(out, ',');
	if (current_column(out) + quoted.length + 4 > LINE_MAX_COLUMNS)
		strbuf_adds(out, "\n\t\t");
	else if (!first)
		strbuf_addc(out, ' ');
	strbuf_adds(out, quoted.text);
	strbuf_release(&quoted);
}

void sieve_text_add_comment(struct strbuf *out, const char *indent, const char *text)
{
	strbuf_addf(out, "%s# ", indent);
	strbuf_add_safe(out, text);
	strbuf_addc(out, '\n');
}
