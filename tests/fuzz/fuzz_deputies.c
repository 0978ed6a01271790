/* Deputies for one absence, read back: what can be read is written and read the same, and given to a person. */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "decide/temporary_deputies.h"
#include "fuzz.h"
#include "model/person.h"
#include "model/reference.h"
#include "run/temporary_state.h"

static void expect_again(const struct temporary_deputies *all, struct arena *arena)
{
	struct temporary_deputies *again = temporary_deputies_new(arena);
	struct strbuf text = STRBUF_INIT, second = STRBUF_INIT;

	temporary_state_add(&text, all);
	fuzz_expect(!temporary_state_parse(again, arena, text.text, text.length),
		"what was read can be kept");
	temporary_state_add(&second, again);
	fuzz_expect(strcmp(text.text, second.text) == 0, "what is kept is what was read");
	strbuf_release(&text);
	strbuf_release(&second);
}

/* Somebody with the deputies that were written, away on two days. */
static void try_person(const struct temporary_deputies *all, const struct temporary_person *named,
	struct arena *arena)
{
	struct absence absences[] = {
		{.start = 0, .end = MOMENT_DAY}, {.start = 5 * MOMENT_DAY, .end = MOMENT_LATEST}};
	struct person person = {.identity = named->identity,
		.key = "uid=anna",
		.absences = absences,
		.absence_count = 2};
	size_t room = 0;

	for (size_t i = 0; i < named->written.count; i++)
		references_add(&person.deputies, arena, &room, named->written.items[i]);
	temporary_deputies_attach(all, arena, ";", &person);
	for (size_t i = 0; i < person.absence_count; i++)
		fuzz_expect(absences[i].deputies.count <= named->count,
			"nobody is named who was not");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct temporary_deputies *all = temporary_deputies_new(arena);
	char *text = fuzz_text(data, size);

	if (!temporary_state_parse(all, arena, text, size)) {
		expect_again(all, arena);
		for (size_t i = 0; i < all->count; i++)
			try_person(all, all->items[i], arena);
	}
	free(text);
	arena_free(arena);
	return 0;
}
