#include "mail/imap/header.h"

#include <string.h>
#include <strings.h>

#include "base/text/text.h"
#include "mail/imap/encoded_word.h"

/* One field, unfolded; its parts are borrowed from the bytes and from `body`. */
struct field {
	const char *name;
	size_t name_length;
	const char *body;
	size_t body_length;
};

/* A field that may mark a mail, and the word its body starts with. */
static const struct {
	const char *name, *word;
} marks[] = {{"Importance", "high"}, {"X-Priority", "1"}, {"X-Priority", "2"},
	{"Priority", "urgent"}, {"X-MSMail-Priority", "high"}};

/* Where the line at `at` ends: behind its LF. */
static const char *line_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline ? newline + 1 : end;
}

static void add_line(struct strbuf *out, const char *at, const char *end)
{
	while (end > at && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	strbuf_add(out, at, (size_t)(end - at));
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

/* False: no field. */
static bool split_field(const struct strbuf *text, struct field *field)
{
	const char *colon = memchr(text->text, ':', text->length);

	if (!colon)
		return false;
	field->name = text->text;
	field->name_length = (size_t)(colon - text->text);
	text_trim(&field->name, &field->name_length);
	field->body = colon + 1;
	field->body_length = text->length - (size_t)(colon + 1 - text->text);
	text_trim(&field->body, &field->body_length);
	return field->name_length > 0;
}

static bool is_named(const struct field *field, const char *name)
{
	return strlen(name) == field->name_length &&
		strncasecmp(field->name, name, field->name_length) == 0;
}

static bool is_letter_or_digit(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-';
}

static bool starts_with_word(const struct field *field, const char *word)
{
	size_t length = strlen(word);

	return field->body_length >= length && strncasecmp(field->body, word, length) == 0 &&
		(field->body_length == length || !is_letter_or_digit(field->body[length]));
}

static bool is_mark(const struct field *field)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (is_named(field, marks[i].name) && starts_with_word(field, marks[i].word))
			return true;
	}
	return false;
}

void header_read(struct header *header, const char *bytes, size_t length)
{
	const char *at = bytes, *end = bytes + length;
	struct strbuf text = STRBUF_INIT;

	strbuf_reset(&header->subject);
	header->is_high = header->is_passed = false;
	while (at < end && *at != '\r' && *at != '\n') {
		struct field field;

		at = unfold_field(&text, at, end);
		if (!split_field(&text, &field))
			continue;
		if (is_named(&field, "Subject")) {
			if (header->subject.length > 0)
				strbuf_addc(&header->subject, ' ');
			encoded_word_decode(&header->subject, field.body, field.body_length);
		}
		header->is_high = header->is_high || is_mark(&field);
		header->is_passed = header->is_passed || is_named(&field, "X-Postvagt-Known") ||
			is_named(&field, "X-Postvagt-Rest");
	}
	strbuf_release(&text);
}

void header_release(struct header *header)
{
	strbuf_release(&header->subject);
}
