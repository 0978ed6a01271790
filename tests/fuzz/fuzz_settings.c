/* postvagt.yaml; behind a line of "====" a preset, which the settings name by PRESET. */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "fuzz.h"
#include "model/settings.h"

#define SEPARATOR "====\n"
#define PRESET    "PRESET"

/* The settings' file, with the preset's name in the place of PRESET. */
static const char *write_settings(const char *text, const char *preset)
{
	struct strbuf settings = STRBUF_INIT;
	const char *file, *at;

	for (; (at = strstr(text, PRESET)); text = at + strlen(PRESET)) {
		strbuf_add(&settings, text, (size_t)(at - text));
		strbuf_adds(&settings, preset);
	}
	strbuf_adds(&settings, text);
	file = fuzz_file(0, settings.text, settings.length);
	strbuf_release(&settings);
	return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct findings findings;
	struct settings *settings;
	const uint8_t *rest = data;
	size_t left = size;
	char *text = fuzz_part(&rest, &left, SEPARATOR);
	const char *file = rest == data + size ? fuzz_file(0, data, size)
					       : write_settings(text, fuzz_file(1, rest, left));

	free(text);
	findings_init(&findings, arena);
	settings = settings_load(file, &findings);
	fuzz_expect(settings ? findings.errors == 0 : findings.errors > 0,
		"settings that are not read have an error, and others none");
	fuzz_expect_safe(&findings);
	settings_free(settings);
	arena_free(arena);
	return 0;
}
