/* What was said of days to come, as the file of notices keeps it: what can be read is written and read the same. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "fuzz.h"
#include "notices/promise.h"

static char *kept(const struct promises *promises)
{
	json_t *root = promises_json(promises);
	char *text = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);

	json_decref(root);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *root = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL), *again;
	struct arena *arena = arena_new();
	struct promises promises;
	struct table *duties;
	char *first, *second;

	promises_read(&promises, root, arena);
	first = kept(&promises);
	again = json_loads(first, JSON_REJECT_DUPLICATES, NULL);
	fuzz_expect(again != NULL, "what is kept is JSON");
	promises_read(&promises, again, arena);
	second = kept(&promises);
	fuzz_expect(strcmp(first, second) == 0, "what is kept is what was read");
	duties = table_new(arena);
	for (size_t i = 0; i < promises.count; i++)
		table_put(duties,
			promise_duty(arena, promises.items[i].list, promises.items[i].whom,
				promises.items[i].to),
			&promises);
	promises_fulfil(&promises, duties, arena, MOMENT_LATEST);
	for (size_t i = 0; i < promises.count; i++)
		fuzz_expect(promises.items[i].kind != PROMISE_STAND_IN || promises.items[i].is_over,
			"a duty that was done is over");
	free(first);
	free(second);
	json_decref(root);
	json_decref(again);
	arena_free(arena);
	return 0;
}
