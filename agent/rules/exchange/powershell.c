#include "rules/exchange/powershell.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistr.h>

#include "base/text/strbuf.h"
#include "model/settings.h"

/* A character of a single-quoted string that is open. */
static void add_character(struct strbuf *out, ucs4_t c)
{
	if (c == '\'')
		strbuf_adds(out, "''");
	else if (c >= 0x20 && c < 0x7f)
		strbuf_addc(out, (char)c);
	else if (c < 0x10000)
		strbuf_addf(out, "' + [char]0x%04X + '", (unsigned)c);
	else
		strbuf_addf(out, "' + [char]::ConvertFromUtf32(0x%X) + '", (unsigned)c);
}

void powershell_add_text(struct strbuf *out, const char *text)
{
	const uint8_t *at = (const uint8_t *)text;

	strbuf_adds(out, "('");
	while (*at) {
		ucs4_t c;

		at += u8_mbtouc(&c, at, strlen((const char *)at));
		add_character(out, c);
	}
	strbuf_adds(out, "')");
}

void powershell_add_texts(struct strbuf *out, const struct strings *texts, const char *indent)
{
	strbuf_adds(out, "@(\n");
	for (size_t i = 0; i < texts->count; i++) {
		strbuf_addf(out, "%s    ", indent);
		powershell_add_text(out, texts->items[i]);
		strbuf_adds(out, i + 1 < texts->count ? ",\n" : "\n");
	}
	strbuf_addf(out, "%s)", indent);
}

void powershell_add_comment(struct strbuf *out, const char *text)
{
	strbuf_adds(out, "# ");
	strbuf_add_safe(out, text);
	strbuf_addc(out, '\n');
}
