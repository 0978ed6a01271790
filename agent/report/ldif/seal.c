#include "report/ldif/seal.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "report/ldif/reader.h"
#include "report/ldif/record.h"

#define END "# end\n"

void seal_add(struct strbuf *out)
{
	char hex[SHA256_HEX];
	struct hash hash;

	hash_init(&hash);
	hash_add(&hash, out->text, out->length);
	hash_end(&hash, hex);
	record_comment(out, _("SHA-256 of all above"), hex);
}

/* The start of the line before `end`, which is the start of one. */
static const char *line_before(const char *text, const char *end)
{
	const char *at = end > text ? end - 1 : text;

	while (at > text && at[-1] != '\n')
		at--;
	return at;
}

/* Where the last line starts; NULL where it is not "# end". */
static const char *find_end(const char *text, size_t length)
{
	size_t end = strlen(END);

	if (length <= end || memcmp(text + length - end, END, end) != 0 ||
		text[length - end - 1] != '\n')
		return NULL;
	return text + length - end;
}

static bool is_line_of(const char *line, size_t length, const char *label)
{
	char copy[200];

	/* In every language; most lines need no look at the table of translations. */
	if (length < strlen("# SHA-256") || length >= sizeof(copy) ||
		memcmp(line, "# SHA-256", strlen("# SHA-256")) != 0)
		return false;
	memcpy(copy, line + 2, length - 2);
	copy[length - 2] = '\0';
	return reader_label(copy, label) != NULL;
}

bool seal_was_there(const char *text, size_t length)
{
	const char *end = text + length;

	for (const char *line = text; line < end;) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t size = (size_t)((newline ? newline : end) - line);

		if (is_line_of(line, size, N_("SHA-256 of all above")) ||
			is_line_of(line, size, N_("SHA-256 of tags")) ||
			is_line_of(line, size, N_("SHA-256 of routes")))
			return true;
		line += size + 1;
	}
	return false;
}

/* What the line from `line` to `end` tells behind a label, in `arena`; NULL where it has another. */
static const char *value_behind(struct arena *arena, const char *line, const char *end,
	const char *label)
{
	size_t length = (size_t)(end - line);

	if (length < strlen("# x\n") || strncmp(line, "# ", 2) != 0 || length > 200)
		return NULL;
	return reader_label(arena_bytes(arena, line + 2, length - 3), label);
}

enum saved_plan_state seal_read(struct saved_plan *saved, const char *text, size_t length,
	struct arena *arena)
{
	const char *end = find_end(text, length), *line;
	const char *hash;

	if (!end)
		return SAVED_PLAN_CUT;
	line = line_before(text, end);
	saved->signature = value_behind(arena, line, end, N_("signature"));
	if (saved->signature) {
		end = line;
		line = line_before(text, end);
	}
	saved->seal = value_behind(arena, line, end, N_("SHA-256 of all above"));
	hash = hash_hex(arena, text, (size_t)(line - text));
	return saved->seal && strcmp(saved->seal, hash) == 0 ? SAVED_PLAN_WHOLE
							     : SAVED_PLAN_ALTERED;
}

void seal_add_signature(struct strbuf *text, const char *signature)
{
	text->length -= strlen(END);
	text->text[text->length] = '\0';
	record_comment(text, _("signature"), signature);
	strbuf_adds(text, END);
}
