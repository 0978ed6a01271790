/* A record that the scan passes is valid, and its fields are what jansson reads. */
#include <stdlib.h>
#include <string.h>

#include "base/text/strbuf.h"
#include "feed/format/json/json_piece.h"
#include "feed/format/json/json_record.h"
#include "feed/format/json/json_scan.h"
#include "fuzz.h"

static const char *const names[] = {"id", "a.b", "a.b.c", "a", "x..y", "fra", ".", ""};

#define NAMES (sizeof(names) / sizeof(*names))

static void expect_text(const char *text, const json_t *value)
{
	fuzz_expect(json_is_string(value) && strlen(text) == json_string_length(value) &&
			strcmp(text, json_string_value(value)) == 0,
		"a text is what it is");
}

static void expect_texts(const struct json_scan *scan, size_t field, const json_t *value)
{
	const size_t count = scan->values[field].count;
	const char **texts = malloc((count + 1) * sizeof(*texts));

	fuzz_expect(json_is_array(value) && json_array_size(value) == count, "an array is whole");
	json_scan_texts(scan, field, texts);
	for (size_t i = 0; i < count; i++)
		expect_text(texts[i], json_array_get(value, i));
	free(texts);
}

static void expect_field(const struct json_scan *scan, size_t field, const json_t *value)
{
	switch (scan->values[field].kind) {
	case JSON_SCAN_ABSENT:
		fuzz_expect(!value, "what is not there is not found");
		break;
	case JSON_SCAN_NULL:
		fuzz_expect(json_is_null(value), "null is null");
		break;
	case JSON_SCAN_TRUE:
		fuzz_expect(json_is_true(value), "true is true");
		break;
	case JSON_SCAN_FALSE:
		fuzz_expect(json_is_false(value), "false is false");
		break;
	case JSON_SCAN_TEXT:
		expect_text(json_scan_text(scan, field), value);
		break;
	case JSON_SCAN_TEXTS:
		expect_texts(scan, field, value);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf quoted = STRBUF_INIT, why = STRBUF_INIT;
	char *text = fuzz_text(data, size);
	struct json_scan scan;
	size_t length, at;
	json_t *value;

	json_scan_init(&scan);
	for (size_t i = 0; i < NAMES; i++)
		json_scan_want(&scan, names[i]);
	json_scan_want(&scan, NULL);
	length = json_scan_record(&scan, text);
	fuzz_expect(length <= size, "the scan ends where the text does");
	if (length > 0) {
		value = json_piece_parse(&quoted, text, length, &why, &at);
		fuzz_expect(value && json_is_object(value), "what is passed is an object");
		for (size_t i = 0; i < NAMES; i++)
			expect_field(&scan, i, json_record_field(value, names[i]));
		fuzz_expect(scan.values[NAMES].kind == JSON_SCAN_ABSENT, "no field has no value");
		json_decref(value);
	}
	json_scan_release(&scan);
	strbuf_release(&quoted);
	strbuf_release(&why);
	free(text);
	return 0;
}
