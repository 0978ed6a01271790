/* The part of a bounce that says whom it is about. */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "fuzz.h"
#include "mailbox/delivery_status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct arena *arena = arena_new();
	struct delivery_status status;

	delivery_status_read(&status, arena, text, size);
	fuzz_expect(status.failed_count <= DELIVERY_ADDRESSES_MAX, "addresses are bounded");
	for (size_t i = 0; i < status.failed_count; i++) {
		fuzz_expect(strlen(status.failed[i]) <= DELIVERY_ADDRESS_MAX,
			"an address is bounded");
		fuzz_expect(strchr(status.failed[i], '@') != NULL, "an address has its sign");
	}
	fuzz_expect(status.failed_count == 0 || status.has_action, "who failed has an action");
	arena_free(arena);
	free(text);
	return 0;
}
