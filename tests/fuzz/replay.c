/*
 * Replays inputs to a fuzz target: the files named, or all of the corpus of the target that the
 * program's name tells. What is found ends the program, as it does under libFuzzer.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text/strbuf.h"
#include "fuzz.h"

#define INPUT_MAX ((size_t)1 << 20)

static void replay(const char *path)
{
	static uint8_t bytes[INPUT_MAX];
	FILE *stream = fopen(path, "r");
	size_t size = stream ? fread(bytes, 1, sizeof(bytes), stream) : 0;
	uint8_t *copy = malloc(size ? size : 1);

	if (!stream || !copy || ferror(stream)) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(2);
	}
	memcpy(copy, bytes, size);
	fprintf(stderr, "[ RUN      ] %s\n", path);
	LLVMFuzzerTestOneInput(copy, size);
	fprintf(stderr, "[       OK ] %s\n", path);
	free(copy);
	fclose(stream);
}

static size_t replay_folder(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, alphasort);
	size_t replayed = 0;

	for (int i = 0; i < count; i++) {
		struct strbuf path = STRBUF_INIT;

		strbuf_addf(&path, "%s/%s", folder, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.') {
			replay(path.text);
			replayed++;
		}
		strbuf_release(&path);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return replayed;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	struct strbuf folder = STRBUF_INIT;
	size_t count = (size_t)(argc - 1);

	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	strbuf_addf(&folder, "tests/fuzz/corpus/%s", slash ? slash + 1 : argv[0]);
	if (count == 0)
		count = replay_folder(folder.text);
	if (count == 0) {
		fprintf(stderr, "%s: nothing to replay\n", folder.text);
		return 1;
	}
	strbuf_release(&folder);
	fprintf(stderr, "[  PASSED  ] %zu test(s).\n", count);
	return 0;
}
