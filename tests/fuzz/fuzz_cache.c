/* Kept copies: what can be read is written and read the same, and other readings may follow. */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/json_value.h"
#include "base/text/strbuf.h"
#include "feed/cache.h"
#include "feed/cache_json.h"
#include "fuzz.h"
#include "model/settings.h"

#define NOW 1798095600

/* jansson reads the same text, and writes it so. */
static void expect_json(const struct strbuf *text)
{
	json_t *value = json_loadb(text->text, text->length, JSON_REJECT_DUPLICATES, NULL);
	struct strbuf again = STRBUF_INIT;

	fuzz_expect(value != NULL, "a kept copy is JSON");
	json_add_line(&again, value);
	fuzz_expect(strcmp(again.text, text->text) == 0, "a kept copy is as jansson writes it");
	strbuf_release(&again);
	json_decref(value);
}

static void expect_again(const struct feed_cache *kept, struct arena *arena)
{
	static const struct feed_settings feed = {.name = "loen", .url = "https://hr.eksempel.dk/"};
	struct strbuf text = STRBUF_INIT, second = STRBUF_INIT;
	struct feed_cache again = {0};

	feed_cache_json_add(&text, kept, &feed, "s");
	fuzz_expect(feed_cache_json_read(&again, text.text, text.length, "s", arena) ==
			FEED_CACHE_READ,
		"what was read can be kept");
	expect_json(&text);
	feed_cache_json_add(&second, &again, &feed, "s");
	fuzz_expect(strcmp(text.text, second.text) == 0, "what is kept is what was read");
	strbuf_release(&text);
	strbuf_release(&second);
}

/* What was read is also a history to go on with. */
static void expect_history(struct feed_cache *kept, struct arena *arena)
{
	struct kept_reading reading = {.first_at = NOW, .last_at = NOW};
	const struct kept_reading *older = feed_cache_older(kept, NOW);

	memset(reading.sha256, 'e', SHA256_HEX - 1);
	fuzz_expect(!older || older->first_at < NOW, "a day old is older than now");
	if (kept->is_doubted)
		feed_cache_trust(kept, &kept->doubt.reading, false);
	feed_cache_doubt(kept, &reading, 1, "why");
	expect_again(kept, arena);
	feed_cache_trust(kept, &reading, false);
	fuzz_expect(kept->trusted_count > 0 && kept->trusted_count <= FEED_TRUSTED_MAX,
		"so many trusted readings are kept");
	fuzz_expect(feed_cache_last(kept)->first_at == NOW, "the last is the last");
	feed_cache_copy(kept, arena);
	expect_again(kept, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct feed_cache kept = {0};
	char *text = fuzz_text(data, size);

	if (feed_cache_json_read(&kept, text, size, "s", arena) == FEED_CACHE_READ) {
		expect_again(&kept, arena);
		expect_history(&kept, arena);
	}
	free(text);
	arena_free(arena);
	return 0;
}
