/* Subjects, a line each: the words that many begin with, and their tags grouped. */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "fuzz.h"
#include "mailbox/recurring_words.h"
#include "mailbox/unknown_groups.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *end;
	struct recurring_words *words = recurring_words_new();
	struct unknown_groups *groups = unknown_groups_new();
	struct arena *arena = arena_new();
	struct recurring_word *items;
	struct unknown_tag **tags;
	size_t lines = 0, count;

	for (char *line = text; line; line = end ? end + 1 : NULL, lines++) {
		end = strchr(line, '\n');
		if (end)
			*end = '\0';
		recurring_words_add(words, line, (moment)lines);
		unknown_groups_add(groups, line, (moment)lines);
	}
	count = recurring_words_list(words, arena, &items);
	fuzz_expect(count <= RECURRING_SHOWN_MAX, "what recurs is bounded");
	for (size_t i = 0; i < count; i++)
		fuzz_expect(items[i].count >= RECURRING_MARKED_MIN && items[i].count <= lines,
			"a count is that of mails");
	count = unknown_groups_list(groups, arena, &tags);
	for (size_t i = 0; i < count; i++)
		fuzz_expect(tags[i]->count <= lines, "a group has no more than all");
	arena_free(arena);
	unknown_groups_free(groups);
	recurring_words_free(words);
	free(text);
	return 0;
}
