#include "report/ldif/seal.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/text/strbuf.h"
#include "report/ldif/last_line.h"
#include "report/ldif/legacy.h"
#include "report/ldif/machine.h"

#define END       LAST_LINE "\n"
#define SEAL      MACHINE_PREFIX "{\"seal\":\""
#define SIGNATURE MACHINE_PREFIX "{\"signature\":\""
#define CLOSING   "\"}\n"

static void add_line(struct strbuf *out, const char *start, const char *value)
{
	strbuf_addf(out, "%s%s" CLOSING, start, value);
}

void seal_add(struct strbuf *out)
{
	char hex[SHA256_HEX];
	struct hash hash;

	hash_init(&hash);
	hash_add(&hash, out->text, out->length);
	hash_end(&hash, hex);
	add_line(out, SEAL, hex);
}

static bool starts_with(const char *line, const char *end, const char *start)
{
	size_t length = strlen(start);

	return (size_t)(end - line) >= length && memcmp(line, start, length) == 0;
}

/* What the line from `line` to `end` has between `start` and the closing, in `arena`; NULL where it is another one. */
static const char *value_of(struct arena *arena, const char *line, const char *end,
	const char *start)
{
	size_t length = (size_t)(end - line), around = strlen(start) + strlen(CLOSING);

	if (length < around || !starts_with(line, end, start) ||
		memcmp(end - strlen(CLOSING), CLOSING, strlen(CLOSING)) != 0)
		return NULL;
	return arena_bytes(arena, line + strlen(start), length - around);
}

bool seal_was_there(const char *text, size_t length)
{
	static const char file[] = "\"file\":\"plan\"";
	const char *end = text + length;

	for (const char *line = text; line < end;) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t size = (size_t)((newline ? newline : end) - line);

		if (starts_with(line, end, SEAL) || starts_with(line, end, SIGNATURE) ||
			(starts_with(line, end, MACHINE_PREFIX "{\"form\":") &&
				memmem(line, size, file, strlen(file))))
			return true;
		line += size + 1;
	}
	return legacy_seal_was_there(text, length);
}

enum saved_plan_state seal_read(struct saved_plan *saved, const char *text, size_t length,
	struct arena *arena)
{
	const char *end = last_line_find_end(text, length), *line;
	const char *hash;

	if (machine_form(text, length) == 1)
		return legacy_seal_read(saved, text, length, arena);
	if (!end)
		return SAVED_PLAN_CUT;
	line = last_line_before(text, end);
	saved->signature = value_of(arena, line, end, SIGNATURE);
	if (saved->signature) {
		end = line;
		line = last_line_before(text, end);
	}
	saved->seal = value_of(arena, line, end, SEAL);
	hash = hash_hex(arena, text, (size_t)(line - text));
	return saved->seal && strcmp(saved->seal, hash) == 0 ? SAVED_PLAN_WHOLE
							     : SAVED_PLAN_ALTERED;
}

void seal_add_signature(struct strbuf *text, const char *signature)
{
	text->length -= strlen(END);
	text->text[text->length] = '\0';
	add_line(text, SIGNATURE, signature);
	strbuf_adds(text, END);
}
