#include "matcher/answer.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/text.h"
#include "matcher/field.h"
#include "matcher/mail_header.h"
#include "matcher/text/subject_text.h"
#include "matcher/vocabulary.h"

struct answer_words {
	struct subject_text *items;
	size_t count;
};

const struct answer_words *answer_words_new(struct arena *arena)
{
	struct answer_words *words = arena_get(arena, sizeof(*words));
	size_t count = 0;

	while (vocabulary_answer_words[count])
		count++;
	words->items = arena_get(arena, count * sizeof(*words->items));
	for (; words->count < count; words->count++)
		subject_text_read(&words->items[words->count], arena,
			vocabulary_answer_words[words->count],
			strlen(vocabulary_answer_words[words->count]));
	return words;
}

/* The first one is the server's; those below it may be a stranger's. */
static bool has_no_sender(const struct mail_header *header)
{
	const char *path = mail_header_body(header, "Return-Path");

	if (!path || *path != '<')
		return false;
	path += 1 + strspn(path + 1, " \t");
	return *path == '>';
}

const char *answer_field(const struct mail_header *header)
{
	if (has_no_sender(header))
		return "Return-Path";
	for (size_t i = 0; i < header->count; i++) {
		const struct mail_field *field = &header->fields[i];
		const struct field_row *row = field_row_of(vocabulary_answer_fields, field);

		if (row)
			return row->name;
		if (mail_field_is(field, "Content-Type") &&
			field_begins(field->body, "text/calendar") &&
			field_has_parameter(field->body, "method", "REPLY"))
			return "Content-Type";
	}
	return NULL;
}

bool answer_is_subject(const struct answer_words *words, const struct subject_text *subject,
	size_t start)
{
	for (size_t i = 0; i < words->count; i++) {
		const struct subject_text *word = &words->items[i];

		if (subject_text_has(subject, start, word->chars, word->count) &&
			subject_text_is_edge(subject, start + word->count))
			return true;
	}
	return false;
}

static bool has_address(const char *body, const char *address)
{
	static const char between[] = " \t\r\n,;<>";
	size_t length = strlen(address);

	for (const char *at = body + strspn(body, between); *at; at += strspn(at, between)) {
		size_t own = strcspn(at, between);

		if (own == length && strncasecmp(at, address, length) == 0)
			return true;
		at += own;
	}
	return false;
}

const char *answer_loop(const struct mail_header *header, const char *address)
{
	for (size_t i = 0; address && i < header->count; i++) {
		for (const char *const *name = vocabulary_loop_fields; *name; name++) {
			if (mail_field_is(&header->fields[i], *name) &&
				has_address(header->fields[i].body, address))
				return *name;
		}
	}
	return NULL;
}
