#include "report/json_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/hidden.h"
#include "base/text/strbuf.h"
#include "model/mapping.h"

static void add_valid(struct strbuf *out, const char *text)
{
	size_t left = strlen(text), length;
	uint32_t c;

	for (; left > 0; text += length, left -= length) {
		length = hidden_next(&c, text, left);
		if (length > 0) {
			strbuf_add(out, text, length);
		} else {
			strbuf_addf(out, "\\%02x", (unsigned int)(unsigned char)*text);
			length = 1;
		}
	}
}

json_t *json_of_text(const char *text)
{
	json_t *string = json_string(text);

	if (!string) {
		struct strbuf valid = STRBUF_INIT;

		add_valid(&valid, text);
		string = json_string(valid.text);
		strbuf_release(&valid);
	}
	return string;
}

json_t *json_of_first_tag(const struct tag_ids *tags)
{
	return tags->count > 0 ? json_of_text(tags->items[0]) : json_null();
}

json_t *json_of_tags(const struct tag_ids *tags)
{
	json_t *array = tags->count > 1 ? json_array() : NULL;

	for (size_t i = 0; array && i < tags->count; i++)
		json_array_append_new(array, json_of_text(tags->items[i]));
	return array;
}

const char *json_valid_text(struct arena *arena, const char *text)
{
	struct strbuf valid = STRBUF_INIT;
	const char *copy;

	add_valid(&valid, text);
	copy = arena_bytes(arena, valid.text, valid.length);
	strbuf_release(&valid);
	return copy;
}

json_t *json_of_moment(moment at)
{
	struct strbuf iso = STRBUF_INIT;
	json_t *string;

	moment_add_iso(&iso, at);
	string = json_string(iso.text);
	strbuf_release(&iso);
	return string;
}

static void add_escape(struct strbuf *out, uint32_t c)
{
	if (c < 0x10000)
		strbuf_addf(out, "\\u%04x", (unsigned int)c);
	else
		strbuf_addf(out, "\\u%04x\\u%04x", (unsigned int)(0xd800 + ((c - 0x10000) >> 10)),
			(unsigned int)(0xdc00 + ((c - 0x10000) & 0x3ff)));
}

/* How many bytes from `text` on are ASCII, and stay as they are. */
static size_t plain_length(const char *text, size_t length)
{
	size_t plain = 0;

	while (plain < length && (unsigned char)text[plain] < 0x7f)
		plain++;
	return plain;
}

/* Controls of ASCII are the library's to escape; here stand only the ends of its lines. */
static void add_dump(struct strbuf *out, json_t *value, size_t flags)
{
	char *dump = json_dumps(value, flags);
	size_t left = strlen(dump), length;
	uint32_t c = 0;

	for (const char *at = dump; left > 0; at += length, left -= length) {
		length = plain_length(at, left);
		if (length > 0) {
			strbuf_add(out, at, length);
			continue;
		}
		length = hidden_next(&c, at, left); /* the library writes UTF-8 */
		if (hidden_character(c))
			add_escape(out, c);
		else
			strbuf_add(out, at, length);
	}
	strbuf_addc(out, '\n');
	free(dump);
	json_decref(value);
}

void json_add_text(struct strbuf *out, json_t *value)
{
	add_dump(out, value, JSON_INDENT(2));
}

void json_add_sorted(struct strbuf *out, json_t *value)
{
	add_dump(out, value, JSON_INDENT(2) | JSON_SORT_KEYS);
}

void json_add_safe_line(struct strbuf *out, json_t *value)
{
	add_dump(out, value, JSON_COMPACT);
}

json_t *json_of_strbuf(struct strbuf *text)
{
	json_t *string = json_of_text(text->text);

	strbuf_release(text);
	return string;
}
