/* What was said of days to come, as the file of notices keeps it: what can be read is written and read the same. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
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
	char *first, *second;

	promises_read(&promises, root, arena);
	first = kept(&promises);
	again = json_loads(first, JSON_REJECT_DUPLICATES, NULL);
	fuzz_expect(again != NULL, "what is kept is JSON");
	promises_read(&promises, again, arena);
	second = kept(&promises);
	fuzz_expect(strcmp(first, second) == 0, "what is kept is what was read");
	for (size_t i = 0; i < promises.count; i++)
		promises_fulfil(&promises, promises.items[i].list, promises.items[i].whom,
			promises.items[i].to, MOMENT_LATEST);
	free(first);
	free(second);
	json_decref(root);
	json_decref(again);
	arena_free(arena);
	return 0;
}
