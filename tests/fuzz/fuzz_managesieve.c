/* What a ManageSieve server says: read in pieces and as a whole, to its end. */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "fuzz.h"
#include "mail/managesieve/response.h"

static void read_values(const char *bytes, const struct managesieve_line *line)
{
	struct arena *arena = arena_new();
	struct managesieve_end end;

	fuzz_expect(line->count > 0 && line->count <= MANAGESIEVE_VALUES_MAX, "values");
	for (size_t i = 0; i < line->count; i++) {
		const struct managesieve_value *value = &line->values[i];

		fuzz_expect(value->bytes >= bytes &&
				value->bytes + value->length <= bytes + line->end,
			"a value is inside its line");
		fuzz_expect(strlen(managesieve_text(arena, value)) <= value->length,
			"a text is no longer than what it is from");
	}
	if (managesieve_read_end(line, arena, &end))
		fuzz_expect(end.code && end.argument && end.words, "all texts of an end are there");
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *own = malloc(size + 1); /* of exactly as many bytes, so that a step beyond is seen */
	struct managesieve_line line, piece;

	memcpy(own, data, size);
	for (size_t at = 0; at < size; at += line.end) {
		if (managesieve_read(own + at, size - at, &line) != MANAGESIEVE_WHOLE)
			break;
		fuzz_expect(line.end > 0 && line.end <= size - at, "a line has an end");
		read_values(own + at, &line);
		for (size_t i = 0; i < line.end && i < 200; i++)
			fuzz_expect(managesieve_read(own + at, i, &piece) == MANAGESIEVE_MORE,
				"a part of a line waits for the rest");
	}
	free(own);
	return 0;
}
