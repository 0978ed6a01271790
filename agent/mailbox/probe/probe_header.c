#include "mailbox/probe/probe_header.h"

#include <string.h>

#include "base/memory/arena.h"
#include "matcher/mail_header.h"

#define REDIRECTED_MAX 2000 /* bytes of addresses */

static const char *const redirect_fields[] = {
	"X-Sieve-Redirected-From", "X-MS-Exchange-Inbox-Rules-Loop"};
static const char *const answer_fields[] = {"In-Reply-To", "References"};

static bool is_word_byte(char c)
{
	return (unsigned char)c > ' ' && !strchr("<>,;\"", c);
}

/* Add each address of a body, with a blank on both sides. */
static void add_addresses(struct strbuf *out, const char *at, const char *end)
{
	while (at < end) {
		const char *start = at;

		while (at < end && is_word_byte(*at))
			at++;
		if (memchr(start, '@', (size_t)(at - start)) &&
			out->length + (size_t)(at - start) < REDIRECTED_MAX) {
			strbuf_addc(out, ' ');
			strbuf_add(out, start, (size_t)(at - start));
			strbuf_addc(out, ' ');
		}
		at += at < end;
	}
}

static void read_field(struct probe_header *header, const struct mail_field *field)
{
	for (size_t i = 0; i < sizeof(redirect_fields) / sizeof(redirect_fields[0]); i++) {
		if (mail_field_is(field, redirect_fields[i]))
			add_addresses(&header->redirected_by, field->body,
				field->body + strlen(field->body));
	}
	for (size_t i = 0; i < sizeof(answer_fields) / sizeof(answer_fields[0]); i++)
		header->is_answer = header->is_answer || mail_field_is(field, answer_fields[i]);
}

void probe_header_read(struct probe_header *header, const char *bytes, size_t length)
{
	struct arena *arena = arena_new();
	struct mail_header fields;

	mail_header_read(&fields, arena, bytes, length);
	header->is_marked = probe_token_find(fields.subject, header->token);
	header->is_answer = false;
	strbuf_reset(&header->redirected_by);
	for (size_t i = 0; i < fields.count; i++)
		read_field(header, &fields.fields[i]);
	arena_free(arena);
}

void probe_header_release(struct probe_header *header)
{
	strbuf_release(&header->redirected_by);
}

bool probe_header_is_by(const struct probe_header *header, const char *address)
{
	struct strbuf word = STRBUF_INIT;
	bool is_by;

	strbuf_addf(&word, " %s ", address);
	is_by = strcasestr(header->redirected_by.text, word.text) != NULL;
	strbuf_release(&word);
	return is_by;
}
