#include "file_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void folder_make(struct folder *folder)
{
	const char *parent = getenv("TMPDIR");

	snprintf(folder->path, sizeof(folder->path), "%s/unit-XXXXXX", parent ? parent : "/tmp");
	assert_non_null(mkdtemp(folder->path));
}

void folder_path(const struct folder *folder, const char *name, struct strbuf *path)
{
	strbuf_reset(path);
	strbuf_addf(path, "%s/%s", folder->path, name);
}

void folder_write(const struct folder *folder, const char *name, const char *text, size_t length)
{
	struct strbuf path = STRBUF_INIT;
	FILE *stream;

	folder_path(folder, name, &path);
	stream = fopen(path.text, "w");
	assert_non_null(stream);
	assert_int_equal(fwrite(text, 1, length, stream), length);
	assert_int_equal(fclose(stream), 0);
	strbuf_release(&path);
}

void folder_remove(const struct folder *folder, const char *name)
{
	struct strbuf path = STRBUF_INIT;

	folder_path(folder, name, &path);
	unlink(path.text);
	strbuf_release(&path);
}

void folder_release(const struct folder *folder)
{
	assert_int_equal(rmdir(folder->path), 0);
}

/* Whether a finding of that file is what one line of a case, `length` bytes, expects. */
static int is_expected(const struct finding *finding, const char *file, const char *line,
	size_t length)
{
	size_t place = strlen(file);
	const char *text = line;

	if (strncmp(finding->where, file, place) != 0)
		return 0;
	if (finding->where[place] == ':') {
		const char *at = finding->where + place + 1;

		if (length < strlen(at) + 2 || strncmp(line, at, strlen(at)) != 0 ||
			strncmp(line + strlen(at), ": ", 2) != 0)
			return 0;
		text = line + strlen(at) + 2;
	}
	return memmem(finding->what, strlen(finding->what), text, length - (size_t)(text - line)) !=
		NULL;
}

void assert_found(const struct findings *findings, const char *file, const char *expected)
{
	size_t count = 0, good = 0;

	for (const char *line = expected; *line;) {
		size_t length = strcspn(line, "\n");

		for (size_t i = 0; i < findings->count; i++) {
			if (is_expected(&findings->items[i], file, line, length)) {
				good++;
				break;
			}
		}
		count++;
		line += length + (line[length] == '\n');
	}
	if (good == count && findings->count == count)
		return;
	print_error("expected:\n%s\nfound:\n", expected);
	for (size_t i = 0; i < findings->count; i++)
		print_error("%s: %s\n", findings->items[i].where, findings->items[i].what);
	fail();
}
