/* The command line: its words, one a line. */
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "fuzz.h"

#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *words[WORDS_MAX + 1] = {fuzz_text((const uint8_t *)"postvagt", 8)};
	char *sorted[WORDS_MAX + 1];
	struct error err = ERROR_INIT;
	struct options options;
	int count = 1;

	while (size > 0 && count < WORDS_MAX)
		words[count++] = fuzz_part(&data, &size, "\n");
	memcpy(sorted, words, sizeof(sorted));
	if (options_read(&options, count, sorted, &err) == ERROR_NONE) {
		fuzz_expect(options.argument_count < (size_t)count,
			"arguments are words of the line");
		fuzz_expect(options.command || options.argument_count == 0,
			"arguments stand behind a command");
		for (size_t i = 0; i < options.argument_count; i++)
			fuzz_expect(options.arguments[i] != NULL, "an argument is a word");
		for (const struct option_row *row = option_rows; row->name; row++)
			option_is_for(row, options.command);
	} else {
		fuzz_expect(err.kind == ERROR_USAGE && err.text.length > 0,
			"what is wrong is said");
	}
	error_release(&err);
	for (int i = 0; i < count; i++)
		free(words[i]);
	return 0;
}
