/* Kept copies: what can be read is written and read the same. */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "feed/cache.h"
#include "feed/cache_json.h"
#include "fuzz.h"

static void expect_again(const struct feed_cache *kept, struct arena *arena)
{
	static const struct feed_settings feed = {.name = "loen", .url = "https://hr.eksempel.dk/"};
	struct strbuf text = STRBUF_INIT, second = STRBUF_INIT;
	struct feed_cache again = {0};

	feed_cache_json_add(&text, kept, &feed, "s");
	fuzz_expect(feed_cache_json_read(&again, text.text, text.length, "s", arena) ==
			FEED_CACHE_READ,
		"what was read can be kept");
	feed_cache_json_add(&second, &again, &feed, "s");
	fuzz_expect(strcmp(text.text, second.text) == 0, "what is kept is what was read");
	strbuf_release(&text);
	strbuf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct feed_cache kept = {0};
	char *text = fuzz_text(data, size);

	if (feed_cache_json_read(&kept, text, size, "s", arena) == FEED_CACHE_READ)
		expect_again(&kept, arena);
	free(text);
	arena_free(arena);
	return 0;
}
