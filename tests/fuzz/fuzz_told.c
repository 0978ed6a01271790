/*
 * The file of who was notified (notices/told.h), of anybody's making: it is read, somebody is noted and forgotten, and it is
 * written again; what it says then is what it said.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "fuzz.h"
#include "notices/fields.h"
#include "notices/told.h"

static char path[64];

static void forget_file(void)
{
	unlink(path);
}

static void put_file(const uint8_t *data, size_t size)
{
	int fd;

	if (!*path) {
		snprintf(path, sizeof(path), "%s/postvagt-told-%ld",
			access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid());
		atexit(forget_file);
	}
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	fuzz_expect(fd >= 0 && write(fd, data, size) == (ssize_t)size && close(fd) == 0,
		"a file can be written");
}

static void begin(struct told *told, struct arena **arena)
{
	*arena = arena_new();
	told_init(told, path, *arena);
}

static void end(struct told *told, struct arena *arena)
{
	told_release(told);
	arena_free(arena);
}

static bool is_anybody(const void *context, const struct told_list *list,
	const struct told_person *person)
{
	(void)list;
	(void)person;
	*(size_t *)(uintptr_t)context += 1;
	return true;
}

/* How many people are written. */
static size_t rewrite(void)
{
	struct error err = ERROR_INIT;
	struct arena *arena;
	struct told told;
	size_t count = 0;

	begin(&told, &arena);
	fuzz_expect(told_write_kept(&told, is_anybody, &count, &err) == ERROR_NONE,
		"a file is written again");
	end(&told, arena);
	return count;
}

/* A field comes back as it was written. */
static void judge_field(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *fields[2];
	struct strbuf line = STRBUF_INIT;

	fields_add(&line, text);
	strbuf_adds(&line, "\tx");
	fuzz_expect(fields_cut(line.text, fields, 2) == 2 && strcmp(fields[0], text) == 0 &&
			strcmp(fields[1], "x") == 0,
		"a field comes back");
	strbuf_release(&line);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = ERROR_INIT;
	struct arena *arena;
	struct told told;
	size_t count;

	judge_field(data, size);
	put_file(data, size);
	begin(&told, &arena);
	told_when(&told, "l", "p");
	told_note(&told, "l", "m", "p", 7);
	fuzz_expect(told_when(&told, "l", "p") == 7, "who was noted is known");
	fuzz_expect(told_write(&told, &err) == ERROR_NONE, "a file grows");
	end(&told, arena);
	begin(&told, &arena);
	fuzz_expect(told_when(&told, "l", "p") == 7, "who was noted is in the file");
	told_forget(&told, "l", NULL, "p");
	fuzz_expect(told_when(&told, "l", "p") == MOMENT_EARLIEST,
		"who was forgotten is not known");
	fuzz_expect(told_write(&told, &err) == ERROR_NONE, "a file grows");
	end(&told, arena);
	count = rewrite();
	fuzz_expect(rewrite() == count, "what was written again says the same");
	return 0;
}
