/* DNS answers with SRV records, and the netlogon attribute, which is packed like one. */
#include <string.h>

#include "base/memory/arena.h"
#include "directory/connection/site.h"
#include "directory/connection/srv.h"
#include "fuzz.h"

static uint32_t no_chance(uint32_t bound)
{
	return bound - 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct srv_records records = srv_read(arena, data, size);
	const char *site = site_read(arena, data, size);

	srv_order(&records, no_chance);
	for (size_t i = 0; i < records.count; i++) {
		fuzz_expect(records.items[i].port > 0 && records.items[i].port < 65536, "a port");
		fuzz_expect(!strpbrk(records.items[i].host, "/:@?#% "), "a host fits in a URL");
	}
	fuzz_expect(!site || !strpbrk(site, ". \\\""), "a site is one label");
	arena_free(arena);
	return 0;
}
