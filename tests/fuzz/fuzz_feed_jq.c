/*
 * What comes to a program of jq, and what comes of it. A page that is checked, in pieces of any size, is JSON for
 * jansson and for jq, also once its long numbers are strings; then the input is read as what jq's process said.
 */
#include <jansson.h>
#include <jq.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "feed/format/json/jq.h"
#include "feed/format/json/json_check.h"
#include "feed/format/json/json_piece.h"
#include "feed/format/json/json_text.h"
#include "feed_page.h"
#include "fuzz.h"
#include "model/settings.h"

#define PARSE_FLAGS (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL)

static const char *approved[] = {"approved", "true"};
static struct only_field only = {"status", {approved, 2}};

static const struct feed_settings settings = {.name = "sofd",
	.format = FEED_JSON,
	.records = "",
	.jq = ".",
	.only = &only,
	.only_count = 1,
	.open = OPEN_ABSENT,
	.fields = {.person = "person",
		.from = "from",
		.until = "until",
		.deputy = "deputy",
		.zone = "zone",
		.role = "role",
		.unread = "unread"}};

/* jansson's word on the whole of it, with its numbers as strings. */
static bool is_json(const char *text, size_t length)
{
	struct strbuf quoted = STRBUF_INIT;
	json_t *value;
	bool is;

	if (memchr(text, '\0', length)) /* jansson takes it behind a number */
		return false;
	json_text_quote(&quoted, text, length, SIZE_MAX);
	value = json_loadb(quoted.text, quoted.length, PARSE_FLAGS, NULL);
	is = value != NULL;
	json_decref(value);
	strbuf_release(&quoted);
	return is;
}

static bool is_deep(const char *text, size_t length)
{
	struct json_walk walk = {.text = text, .length = length};

	json_walk_blanks(&walk);
	return !json_walk_value(&walk);
}

/* What was checked in a piece is checked as well in small ones. */
static void check_pieces(const char *text, size_t length)
{
	for (size_t piece = 1; piece < 64; piece = piece * 3 + 1) {
		struct error err = ERROR_INIT;
		bool is_good = json_check(text, length, piece, &err) == ERROR_NONE;

		fuzz_expect(is_good ? is_json(text, length)
				    : !is_json(text, length) || is_deep(text, length),
			"a document in pieces is JSON where the whole is");
		fuzz_expect(is_good == (err.text.length == 0), "an error says why");
		fuzz_expect_safe_text(err.text.text);
		error_release(&err);
	}
}

static void check_given(const struct strbuf *page)
{
	struct strbuf given = STRBUF_INIT, again = STRBUF_INIT;
	jv value;

	jq_add_page(&given, page);
	fuzz_expect(is_json(given.text, given.length), "what jq is given is JSON");
	json_text_quote_long(&again, given.text, given.length);
	fuzz_expect(strcmp(given.text, again.text) == 0, "no long number is left");
	value = jv_parse_sized(given.text, (int)given.length);
	fuzz_expect(jv_is_valid(value), "jq can read it");
	jv_free(value);
	strbuf_release(&given);
	strbuf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *body = fuzz_text(data, size);
	const struct strbuf page = {.text = body, .length = size};
	size_t mark = text_mark_length(body, size);
	struct error err = ERROR_INIT;

	check_pieces(body + mark, size - mark);
	if (jq_check_page(&settings, &page, &err) == ERROR_NONE)
		check_given(&page);
	fuzz_expect_safe_text(err.text.text);
	error_release(&err);
	feed_page_read(&settings, data, size);
	free(body);
	return 0;
}
