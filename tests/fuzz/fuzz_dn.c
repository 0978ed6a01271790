/* DNs, and whatever else stands where one is expected. */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	char *text = fuzz_text(data, size);
	const char *key = dn_key(arena, text), *below;
	char *plain = arena_get(arena, strlen(text) + 1);

	fuzz_expect(!dn_is_entry(text) || key, "an entry's DN has a key");
	fuzz_expect(dn_is_entry(text) == (key && strchr(key, ',')),
		"an entry's key has several parts");
	if (dn_key_plain(text, strlen(text), plain) > 0)
		fuzz_expect(key && strcmp(key, plain) == 0, "a plain DN has one key");
	fuzz_expect(dn_leaf(arena, text) != NULL, "there is always a leaf");
	fuzz_expect(dn_domain(arena, text) != NULL, "there is always a domain, or none");
	if (key) {
		below = dn_key(arena, arena_format(arena, "uid=x,%s", text));
		fuzz_expect(dn_is_under(key, key), "an entry is under itself");
		fuzz_expect(!below || dn_is_under(below, key), "a child is under its parent");
		fuzz_expect(!below || !*key || !dn_is_under(key, below), "and not the other way");
	}
	free(text);
	arena_free(arena);
	return 0;
}
