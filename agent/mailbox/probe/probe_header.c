#include "mailbox/probe/probe_header.h"

#include <string.h>
#include <strings.h>

#include "mail/imap/header.h"

#define REDIRECTED_MAX 2000 /* bytes of addresses */

static const char *const redirect_fields[] = {
	"X-Sieve-Redirected-From", "X-MS-Exchange-Inbox-Rules-Loop"};
static const char *const answer_fields[] = {"In-Reply-To", "References"};

/* Whether the line at `at` begins this field; its body begins at *body then. */
static bool begins_field(const char *at, const char *end, const char *name, const char **body)
{
	size_t length = strlen(name);

	if ((size_t)(end - at) <= length || strncasecmp(at, name, length) != 0)
		return false;
	for (at += length; at < end && (*at == ' ' || *at == '\t'); at++)
		;
	*body = at + 1;
	return at < end && *at == ':';
}

/* Where the field ends whose body is at `at`: before a line that does not go on with a blank. */
static const char *field_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	while (newline && newline + 1 < end && (newline[1] == ' ' || newline[1] == '\t'))
		newline = memchr(newline + 1, '\n', (size_t)(end - newline - 1));
	return newline ? newline : end;
}

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

static void read_line(struct probe_header *header, const char *at, const char *end)
{
	const char *body;

	for (size_t i = 0; i < sizeof(redirect_fields) / sizeof(redirect_fields[0]); i++) {
		if (begins_field(at, end, redirect_fields[i], &body))
			add_addresses(&header->redirected_by, body, field_end(body, end));
	}
	for (size_t i = 0; i < sizeof(answer_fields) / sizeof(answer_fields[0]); i++)
		header->is_answer =
			header->is_answer || begins_field(at, end, answer_fields[i], &body);
}

void probe_header_read(struct probe_header *header, const char *bytes, size_t length)
{
	const char *end = bytes + length;
	struct header fields = HEADER_INIT;

	header_read(&fields, bytes, length);
	header->is_marked = probe_token_find(fields.subject.text, header->token);
	header_release(&fields);
	header->is_answer = false;
	strbuf_reset(&header->redirected_by);
	for (const char *at = bytes; at < end && *at != '\r' && *at != '\n';) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		read_line(header, at, end);
		at = newline ? newline + 1 : end;
	}
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
