#include "matcher/mail_header.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "matcher/encoded_word.h"

/* Where the line at `at` ends: behind its LF. */
static const char *line_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline ? newline + 1 : end;
}

/* A NUL is a blank, so that nothing behind it is lost. */
static void add_line(struct strbuf *out, const char *at, const char *end)
{
	size_t before = out->length;

	while (end > at && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	strbuf_add(out, at, (size_t)(end - at));
	for (size_t i = before; i < out->length; i++) {
		if (!out->text[i])
			out->text[i] = ' ';
	}
}

/* Take the next field and the lines that go on with it; returns where the one after starts. */
static const char *unfold_field(struct strbuf *field, const char *at, const char *end)
{
	strbuf_reset(field);
	do {
		const char *next = line_end(at, end);

		add_line(field, at, next);
		at = next;
	} while (at < end && (*at == ' ' || *at == '\t'));
	return at;
}

/* Split an unfolded field; false: it is not one. */
static bool split_field(const struct strbuf *text, struct arena *arena, struct mail_field *field)
{
	const char *colon = memchr(text->text, ':', text->length), *part = text->text;
	size_t length = colon ? (size_t)(colon - part) : 0;

	text_trim(&part, &length);
	if (length == 0)
		return false;
	field->name = arena_bytes(arena, part, length);
	part = colon + 1;
	length = text->length - (size_t)(part - text->text);
	text_trim(&part, &length);
	field->body = arena_bytes(arena, part, length);
	return true;
}

void mail_header_read(struct mail_header *header, struct arena *arena, const char *bytes,
	size_t length)
{
	const char *at = bytes, *end = bytes + length;
	struct strbuf text = STRBUF_INIT, subject = STRBUF_INIT;
	size_t room = 0;

	*header = (struct mail_header){.count = 0};
	while (at < end && *at != '\r' && *at != '\n') {
		struct mail_field field;

		at = unfold_field(&text, at, end);
		if (!split_field(&text, arena, &field))
			continue;
		if (mail_field_is(&field, "Subject")) {
			if (subject.length > 0)
				strbuf_addc(&subject, ' ');
			encoded_word_decode(&subject, field.body, strlen(field.body));
		}
		header->fields = arena_grow(arena, header->fields, header->count, &room,
			sizeof(*header->fields));
		header->fields[header->count++] = field;
	}
	header->subject = strbuf_to_arena(&subject, arena);
	strbuf_release(&text);
}

bool mail_field_is(const struct mail_field *field, const char *name)
{
	return strcasecmp(field->name, name) == 0;
}

const char *mail_header_body(const struct mail_header *header, const char *name)
{
	for (size_t i = 0; i < header->count; i++) {
		if (mail_field_is(&header->fields[i], name))
			return header->fields[i].body;
	}
	return NULL;
}
