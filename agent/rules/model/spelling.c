#include "rules/model/rules.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/hidden.h"
#include "base/text/strbuf.h"

static void add_single_spaced(struct strbuf *out, const uint8_t *text, size_t length)
{
	while (length > 0) {
		ucs4_t c;
		int bytes = u8_mbtouc(&c, text, length);

		if (uc_is_property_white_space(c)) {
			if (out->length > 0 && out->text[out->length - 1] != ' ')
				strbuf_addc(out, ' ');
		} else if (!hidden_character(c)) {
			strbuf_add(out, text, (size_t)bytes);
		}
		text += bytes;
		length -= (size_t)bytes;
	}
	if (out->length > 0 && out->text[out->length - 1] == ' ')
		out->text[--out->length] = '\0';
}

const char *rules_spelling(struct arena *arena, const char *text)
{
	struct strbuf out = STRBUF_INIT;
	size_t length = strlen(text);
	uint8_t *composed = u8_normalize(UNINORM_NFC, (const uint8_t *)text, length, NULL, &length);
	const char *spelling;

	add_single_spaced(&out, composed ? composed : (const uint8_t *)text, length);
	spelling = strbuf_to_arena(&out, arena);
	free(composed);
	return spelling;
}
