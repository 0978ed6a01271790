/*
 * Replays inputs to a fuzz target: the files named, or all of the corpus of the target that the
 * program's name tells; feed_csv has tests/corpus/feeds/NAME.csv as well, and the other formats theirs. What is found
 * ends the program, as it does under libFuzzer.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
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

static bool ends_in(const char *name, const char *suffix)
{
	size_t length = strlen(name), end = strlen(suffix);

	return length >= end && strcmp(name + length - end, suffix) == 0;
}

/* Replay the folder's files whose names end in `suffix`; returns how many. */
static size_t replay_folder(const char *folder, const char *suffix)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, alphasort);
	size_t replayed = 0;

	for (int i = 0; i < count; i++) {
		struct strbuf path = STRBUF_INIT;

		strbuf_addf(&path, "%s/%s", folder, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && ends_in(entries[i]->d_name, suffix)) {
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

/* Replay what seeds this target; returns how many. */
static size_t replay_seeds(const char *target)
{
	static const char feed[] = "feed_";
	struct strbuf name = STRBUF_INIT;
	size_t count;

	strbuf_addf(&name, "tests/fuzz/corpus/%s", target);
	count = replay_folder(name.text, "");
	if (strncmp(target, feed, strlen(feed)) == 0) {
		strbuf_reset(&name);
		strbuf_addf(&name, ".%s", target + strlen(feed));
		count += replay_folder("tests/corpus/feeds", name.text);
	}
	strbuf_release(&name);
	return count;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/'), *target = slash ? slash + 1 : argv[0];
	size_t count = (size_t)(argc - 1);

	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	if (count == 0)
		count = replay_seeds(target);
	if (count == 0) {
		fprintf(stderr, "%s: nothing to replay\n", target);
		return 1;
	}
	fprintf(stderr, "[  PASSED  ] %zu test(s).\n", count);
	return 0;
}
