#include "base/text/quote.h"

#include <ctype.h>
#include <lber.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <ldif.h>

#include "base/text/hidden.h"
#include "base/text/strbuf.h"

static void add_yaml_escape(struct strbuf *out, uint32_t c)
{
	if (c < 0x100)
		strbuf_addf(out, "\\x%02x", (unsigned int)c);
	else if (c < 0x10000)
		strbuf_addf(out, "\\u%04x", (unsigned int)c);
	else
		strbuf_addf(out, "\\U%08x", (unsigned int)c);
}

void quote_yaml(struct strbuf *out, const char *text)
{
	size_t left = strlen(text), length;
	uint32_t c;

	strbuf_addc(out, '"');
	for (; left > 0; text += length, left -= length) {
		length = hidden_next(&c, text, left);
		if (length == 0) {
			strbuf_addf(out, "\\\\%02x", (unsigned int)(unsigned char)*text);
			length = 1;
		} else if (hidden_character(c)) {
			add_yaml_escape(out, c);
		} else {
			if (c == '"' || c == '\\')
				strbuf_addc(out, '\\');
			strbuf_add(out, text, length);
		}
	}
	strbuf_addc(out, '"');
}

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Whether YAML reads the text as something else than a text. */
static bool is_yaml_constant(const char *text)
{
	static const char *const constants[] = {
		"true", "false", "yes", "no", "on", "off", "null", "y", "n"};

	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++) {
		if (strcasecmp(text, constants[i]) == 0)
			return true;
	}
	return false;
}

void quote_yaml_word(struct strbuf *out, const char *text)
{
	bool is_plain = is_letter(*text) && !is_yaml_constant(text) && !hidden_in(text);

	for (const char *at = text; *at && is_plain; at++)
		is_plain = (unsigned char)*at >= 0x80 || isalnum((unsigned char)*at) ||
			strchr("-_./@", *at);
	if (is_plain)
		strbuf_adds(out, text);
	else
		quote_yaml(out, text);
}

void quote_yaml_line(struct strbuf *out, const char *text)
{
	size_t length = strlen(text);

	if (is_letter(*text) && !is_yaml_constant(text) && !hidden_in(text) &&
		!strpbrk(text, "\"'\\#:{}[]") && text[length - 1] != ' ')
		strbuf_adds(out, text);
	else
		quote_yaml(out, text);
}

/* Letters and digits of ASCII, and signs that no shell gives a meaning to. */
static bool is_bare_word(const char *text)
{
	for (const char *at = text; *at; at++) {
		if ((unsigned char)*at >= 0x80 ||
			(!isalnum((unsigned char)*at) && !strchr("-_./@,:+", *at)))
			return false;
	}
	return *text != '\0';
}

/* Hidden characters byte by byte in octal, which ends by itself after three digits. */
static void add_ansi_c(struct strbuf *out, const char *text)
{
	size_t left = strlen(text), length;
	uint32_t c = 0;

	strbuf_adds(out, "$'");
	for (; left > 0; text += length, left -= length) {
		bool shows;

		length = hidden_next(&c, text, left);
		/* bash's history knows no \\' inside, so a "!" would look bare to it */
		shows = length > 0 && !hidden_character(c) && c != '!';
		length = length > 0 ? length : 1;
		for (size_t i = 0; i < length && !shows; i++)
			strbuf_addf(out, "\\%03o", (unsigned int)(unsigned char)text[i]);
		if (shows && (c == '\'' || c == '\\'))
			strbuf_addc(out, '\\');
		if (shows)
			strbuf_add(out, text, length);
	}
	strbuf_addc(out, '\'');
}

void quote_shell(struct strbuf *out, const char *text)
{
	if (is_bare_word(text)) {
		strbuf_adds(out, text);
		return;
	}
	if (hidden_in(text)) {
		add_ansi_c(out, text);
		return;
	}
	strbuf_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			strbuf_adds(out, "'\\'");
		strbuf_addc(out, *text);
	}
	strbuf_addc(out, '\'');
}

/* PowerShell takes typographic quotes for quotes, and any of them twice for the second. */
static bool is_powershell_quote(uint32_t c)
{
	return c == '\'' || (c >= 0x2018 && c <= 0x201b);
}

void quote_powershell(struct strbuf *out, const char *dn)
{
	struct strbuf safe = STRBUF_INIT;
	size_t length;
	uint32_t c;

	strbuf_add_safe(&safe, dn);
	strbuf_addc(out, '\'');
	for (size_t at = 0; at < safe.length; at += length) {
		length = hidden_next(&c, safe.text + at, safe.length - at);
		if (is_powershell_quote(c))
			strbuf_add(out, safe.text + at, length);
		strbuf_add(out, safe.text + at, length);
	}
	strbuf_addc(out, '\'');
	strbuf_release(&safe);
}

void quote_slapd(struct strbuf *out, const char *dn)
{
	struct strbuf safe = STRBUF_INIT;

	strbuf_add_safe(&safe, dn);
	strbuf_addc(out, '"');
	for (const char *at = safe.text; *at; at++) {
		if (*at == '"' || *at == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *at);
	}
	strbuf_addc(out, '"');
	strbuf_release(&safe);
}

void quote_ldif(struct strbuf *out, const char *name, const char *value)
{
	char *line = ldif_put_wrap(LDIF_PUT_VALUE, name, value, (ber_len_t)strlen(value),
		LDIF_LINE_WIDTH_MAX);

	strbuf_adds(out, line);
	ber_memfree(line);
}
