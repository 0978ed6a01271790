/* postvagt.yaml. */
#include "base/memory/arena.h"
#include "config/settings.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct findings findings;
	struct settings *settings;

	findings_init(&findings, arena);
	settings = settings_load(fuzz_file(0, data, size), &findings);
	fuzz_expect(settings ? findings.errors == 0 : findings.errors > 0,
		"settings that are not read have an error, and others none");
	fuzz_expect_safe(&findings);
	settings_free(settings);
	arena_free(arena);
	return 0;
}
