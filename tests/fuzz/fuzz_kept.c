/* Kept copies: what can be read is written and read the same. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "config/settings.h"
#include "feed/cache.h"
#include "feed/cache_json.h"
#include "fuzz.h"

static void expect_again(const struct kept *kept, struct arena *arena)
{
	static const struct feed_settings feed = {.name = "loen", .url = "https://hr.eksempel.dk/"};
	struct strbuf text = STRBUF_INIT, second = STRBUF_INIT;
	struct kept again = {0};

	kept_json_add(&text, kept, &feed, "s");
	fuzz_expect(kept_json_read(&again, text.text, text.length, "s", arena) == KEPT_READ,
		"what was read can be kept");
	kept_json_add(&second, &again, &feed, "s");
	fuzz_expect(strcmp(text.text, second.text) == 0, "what is kept is what was read");
	strbuf_release(&text);
	strbuf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct kept kept = {0};
	char *text = fuzz_text(data, size);

	if (kept_json_read(&kept, text, size, "s", arena) == KEPT_READ)
		expect_again(&kept, arena);
	free(text);
	arena_free(arena);
	return 0;
}
