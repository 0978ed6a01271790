/*
 * Templates: the first line is the text of the settings, the rest what a server names as its next page. Wherever it is
 * put, it begins nothing that a harmless one would not have begun.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/memory.h"
#include "base/text/strbuf.h"
#include "config/feed/placeholder.h"
#include "feed/format/json/json_text.h"
#include "feed/request/template.h"
#include "fuzz.h"
#include "model/settings.h"

#define PARSE (JSON_DECODE_ANY | JSON_ALLOW_NUL)

static struct named_text named[] = {{.name = "tenant", .text = "kommune.dk"}};

static const struct feed_settings feed = {.values = {named, COUNT(named)}};

static const char *const people[] = {"anna@x.dk", "bo\",\"x", "\xE6"};

/* Fill in; false where that is refused. */
static bool fill(struct strbuf *out, enum template_place place, const char *text,
	const struct request_cursor *cursor)
{
	const struct request_values values = {.feed = &feed,
		.at = 1798095600,
		.uuid = "f81d4fae-7dec-41d0-a765-00a0c91e6bf6",
		.cursor = cursor,
		.page = 2,
		.people = people,
		.people_count = 2,
		.person = 1};
	struct error err = ERROR_INIT;
	bool is_filled = template_fill(out, place, text, &values, &err) == ERROR_NONE;

	fuzz_expect(is_filled == (err.kind == ERROR_NONE), "what is refused is said");
	fuzz_expect(is_filled || err.text.length > 0, "and why");
	error_release(&err);
	return is_filled;
}

static size_t count_of(const struct strbuf *text, const char *letters)
{
	size_t count = 0;

	for (size_t i = 0; i < text->length; i++)
		count += text->text[i] == '\0' || strchr(letters, text->text[i]) != NULL;
	return count;
}

/* The letters that begin something at a place. */
static const char *special_letters(enum template_place place)
{
	switch (place) {
	case TEMPLATE_URL:
	case TEMPLATE_FORM:
		return "/?#&=+@:\\ \t\r\n\"<>";
	case TEMPLATE_HEADER:
		return "\r\n";
	case TEMPLATE_XML:
		return "<>'\"\r\n\t";
	default:
		return "\r\n";
	}
}

static bool is_json(const struct strbuf *text, bool is_string)
{
	struct strbuf document = STRBUF_INIT, quoted = STRBUF_INIT;
	json_t *value;
	bool is_whole;

	strbuf_adds(&document, is_string ? "\"" : "");
	strbuf_add(&document, text->text, text->length);
	strbuf_adds(&document, is_string ? "\"" : "");
	/* A number may have more digits than jansson can count. */
	json_text_quote(&quoted, document.text, document.length, SIZE_MAX);
	value = json_loadb(quoted.text, quoted.length, PARSE, NULL);
	is_whole = value && (!is_string || json_is_string(value));
	json_decref(value);
	strbuf_release(&document);
	strbuf_release(&quoted);
	return is_whole;
}

static void try_place(enum template_place place, const char *text,
	const struct request_cursor *cursor)
{
	struct request_cursor harmless = {.text = STRBUF_INIT};
	struct strbuf out = STRBUF_INIT, with_harmless = STRBUF_INIT;
	const char *letters = special_letters(place);

	strbuf_adds(&harmless.text, cursor->is_number ? "1" : "x");
	if (fill(&out, place, text, cursor)) {
		fuzz_expect(fill(&with_harmless, place, text, &harmless),
			"a harmless one goes too");
		fuzz_expect(out.length <= 2 * REQUEST_BYTES_MAX, "a request has a bound");
		fuzz_expect(count_of(&out, letters) == count_of(&with_harmless, letters),
			"what is filled in begins nothing");
		if (place == TEMPLATE_JSON || place == TEMPLATE_JSON_STRING)
			fuzz_expect(is_json(&out, place == TEMPLATE_JSON_STRING) ==
					is_json(&with_harmless, place == TEMPLATE_JSON_STRING),
				"JSON stays what it is");
	}
	strbuf_release(&harmless.text);
	strbuf_release(&out);
	strbuf_release(&with_harmless);
}

/* Each placeholder lies in the text, behind the one before. */
static void look_for_all(const char *text)
{
	const char *at = text, *before = text;
	struct placeholder found;

	while (placeholder_next(&at, &found)) {
		fuzz_expect(found.start >= before && found.start + found.length == at &&
				*found.start == '{' && at[-1] == '}',
			"a placeholder is a part of the text");
		fuzz_expect(found.name_length > 0 && found.name == found.start + 1,
			"it has a name");
		before = at;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	const char *line = memchr(text, '\n', size);
	struct request_cursor cursor = {.text = STRBUF_INIT};

	if (line) {
		strbuf_add(&cursor.text, line + 1, size - (size_t)(line + 1 - text));
		text[line - text] = '\0';
	}
	cursor.is_number = cursor.text.length > 0 &&
		strspn(cursor.text.text, "123456789") == cursor.text.length;
	look_for_all(text);
	for (int place = TEMPLATE_URL; place <= TEMPLATE_JSON_STRING; place++)
		try_place((enum template_place)place, text, &cursor);
	strbuf_release(&cursor.text);
	free(text);
	return 0;
}
