#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/moment.h"

char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

char *fuzz_part(const uint8_t **data, size_t *size, const char *separator)
{
	const uint8_t *end = *size > 0 ? memmem(*data, *size, separator, strlen(separator)) : NULL;
	size_t length = end ? (size_t)(end - *data) : *size;
	size_t skip = end ? length + strlen(separator) : length;
	char *part = fuzz_text(*data, length);

	*data += skip;
	*size -= skip;
	return part;
}

const char *fuzz_file(unsigned int which, const void *bytes, size_t size)
{
	static struct {
		int fd;
		char name[32];
	} files[4];

	fuzz_expect(which < sizeof(files) / sizeof(files[0]), "there are as many files");
	if (files[which].fd == 0) {
		files[which].fd = memfd_create("fuzz", MFD_CLOEXEC);
		snprintf(files[which].name, sizeof(files[which].name), "/proc/self/fd/%d",
			files[which].fd);
	}
	/* A file in memory is everybody's, and such settings are refused. */
	fuzz_expect(fchmod(files[which].fd, 0600) == 0 && ftruncate(files[which].fd, 0) == 0 &&
			pwrite(files[which].fd, bytes, size, 0) == (ssize_t)size,
		"a file in memory can be written");
	return files[which].name;
}

void fuzz_at_home(void)
{
	static bool is_home;

	if (!is_home)
		fuzz_expect(moment_zone("Europe/Copenhagen"), "the zone is known");
	is_home = true;
	language_set(LANGUAGE_ENGLISH);
}

void fuzz_expect(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

void fuzz_expect_safe_text(const char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		fuzz_expect(byte >= 0x20 && byte != 0x7f, "no control character is said");
	}
}

void fuzz_expect_safe(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		fuzz_expect_safe_text(findings->items[i].what);
}
