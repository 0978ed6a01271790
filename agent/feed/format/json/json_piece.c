#include "feed/format/json/json_piece.h"

#include <stdint.h>
#include <string.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "feed/format/json/json_text.h"

#define PARSE_FLAGS (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL)

/*
 * What jansson found, in our words: its own text quotes what stands there, which may be what
 * nobody is to read.
 */
static void add_problem(struct strbuf *out, const json_error_t *error)
{
	const char *expected = strstr(error->text, " expected");

	switch (json_error_code(error)) {
	case json_error_invalid_utf8:
		strbuf_adds(out, _("not UTF-8, as JSON always is"));
		return;
	case json_error_duplicate_key:
		strbuf_adds(out, _("one name stands twice in an object"));
		return;
	case json_error_premature_end_of_input:
		strbuf_adds(out, _("the text ends too early; it may have been cut off"));
		return;
	default:
		break;
	}
	if (expected && *error->text == '\'')
		strbuf_addf(out, _("no valid JSON; expected %.*s"), (int)(expected - error->text),
			error->text);
	else
		strbuf_adds(out, _("no valid JSON before this place; expected JSON (RFC 8259)"));
}

json_t *json_piece_parse(struct strbuf *quoted, const char *text, size_t length, struct strbuf *why,
	size_t *at)
{
	json_error_t error;
	json_t *value;

	strbuf_reset(quoted);
	json_text_quote(quoted, text, length, SIZE_MAX);
	value = json_loadb(quoted->text, quoted->length, PARSE_FLAGS, &error);
	if (value)
		return value;
	add_problem(why, &error);
	strbuf_reset(quoted);
	*at = json_text_quote(quoted, text, length,
		error.position > 0 ? (size_t)error.position : 0);
	return NULL;
}
