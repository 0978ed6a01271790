#include "mailbox/delivery_status.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/text.h"

/* The recipient whose fields are being read. */
struct delivery_recipient {
	const char *address; /* NULL: none that can be used */
	bool has_failed;
};

/* Where the line at `at` ends: behind its LF. */
static const char *line_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline ? newline + 1 : end;
}

/* Whether a line is the field of that name; its body, without blanks at its ends, in *body. */
static bool is_field(const char *line, size_t length, const char *name, const char **body,
	size_t *body_length)
{
	size_t name_length = strlen(name);
	const char *colon = memchr(line, ':', length);

	if (!colon || (size_t)(colon - line) < name_length ||
		strncasecmp(line, name, name_length) != 0)
		return false;
	for (const char *at = line + name_length; at < colon; at++) {
		if (*at != ' ' && *at != '\t')
			return false;
	}
	*body = colon + 1;
	*body_length = length - (size_t)(colon + 1 - line);
	text_trim(body, body_length);
	return true;
}

/* "rfc822; <bo@eksempel.dk>"; an address of printing characters, or NULL. */
static const char *address_of(struct arena *arena, const char *body, size_t length)
{
	const char *semicolon = memchr(body, ';', length);

	if (!semicolon)
		return NULL;
	length -= (size_t)(semicolon + 1 - body);
	body = semicolon + 1;
	text_trim(&body, &length);
	if (length > 1 && body[0] == '<' && body[length - 1] == '>') {
		body++;
		length -= 2;
	}
	if (length == 0 || length > DELIVERY_ADDRESS_MAX || !memchr(body, '@', length))
		return NULL;
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)body[i] <= ' ' || body[i] == 0x7f)
			return NULL;
	}
	return arena_bytes(arena, body, length);
}

static void end_recipient(struct delivery_status *status, struct delivery_recipient *recipient)
{
	if (recipient->address && recipient->has_failed &&
		status->failed_count < DELIVERY_ADDRESSES_MAX)
		status->failed[status->failed_count++] = recipient->address;
	*recipient = (struct delivery_recipient){.address = NULL};
}

void delivery_status_read(struct delivery_status *status, struct arena *arena, const char *bytes,
	size_t length)
{
	struct delivery_recipient recipient = {.address = NULL};
	const char *end = bytes + length, *next;

	*status = (struct delivery_status){.failed_count = 0};
	for (const char *at = bytes; at < end; at = next) {
		const char *body, *line = at;
		size_t body_length, line_length;

		next = line_end(at, end);
		line_length = (size_t)(next - at);
		text_trim(&line, &line_length);
		if (line_length == 0) {
			end_recipient(status, &recipient);
		} else if (is_field(line, line_length, "Final-Recipient", &body, &body_length)) {
			recipient.address = address_of(arena, body, body_length);
		} else if (is_field(line, line_length, "Action", &body, &body_length)) {
			recipient.has_failed =
				body_length == 6 && strncasecmp(body, "failed", 6) == 0;
			status->has_action = true;
		}
	}
	end_recipient(status, &recipient);
}
