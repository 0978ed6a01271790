/* The three mapping files, one after the other, each ended by a line of "====". */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "config/settings.h"
#include "config/trust/trust.h"
#include "fuzz.h"
#include "model/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings = {.arena = arena_new()};
	struct findings findings;
	const struct mapping *mapping;
	const char *files[3];

	for (unsigned int i = 0; i < 3; i++) {
		char *part = fuzz_part(&data, &size, "====\n");

		files[i] = fuzz_file(i, part, strlen(part));
		free(part);
	}
	settings.trust = trust_new(settings.arena);
	settings.tags_file = files[0];
	settings.roles_file = files[1];
	settings.routes_file = files[2];
	findings_init(&findings, settings.arena);
	mapping = settings_load_mapping(&settings, &findings);
	fuzz_expect(!mapping == (findings.errors > 0),
		"a mapping that is not read has an error, and others none");
	fuzz_expect_safe(&findings);
	for (size_t i = 0; mapping && i < mapping->block_count; i++)
		fuzz_expect(mapping->blocks[i].list_key != NULL, "a list is a DN");
	arena_free(settings.arena);
	return 0;
}
