#include "ledger/run_files.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "ledger/chain.h"

#define HEAD_BYTES ((size_t)64 * 1024) /* of a file, in which its first line is looked for first */

struct year_file {
	const char *name;
	json_int_t number; /* of its first line; 0: it has none */
};

int run_files_year(const char *name)
{
	if (strlen(name) != RUN_FILES_NAME_MAX - 1 || strncmp(name, "runs-", 5) != 0 ||
		strspn(name + 5, "0123456789") != 4 || strcmp(name + 9, ".jsonl") != 0)
		return 0;
	return (int)strtol(name + 5, NULL, 10);
}

void run_files_name(char name[RUN_FILES_NAME_MAX], int year)
{
	memcpy(name, "runs-YYYY.jsonl", RUN_FILES_NAME_MAX);
	for (char *digit = name + 8; digit > name + 4; digit--, year /= 10)
		*digit = (char)('0' + year % 10);
}

int run_files_year_of(moment t)
{
	const time_t seconds = (time_t)t;
	struct tm tm;
	int year;

	if (t == MOMENT_EARLIEST || t == MOMENT_LATEST || !gmtime_r(&seconds, &tm))
		return 0;
	year = tm.tm_year + 1900;
	return year >= 1000 && year <= 9999 ? year : 0;
}

/* The number of the first whole line of a text; 0: there is none. */
static json_int_t first_number(const struct strbuf *text)
{
	const char *at = text->text, *end = at + text->length, *newline;
	json_int_t number = 0;

	for (; number == 0 && (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1) {
		json_t *line = chain_read_line(at, (size_t)(newline - at));

		number = json_integer_value(json_object_get(line, "number"));
		json_decref(line);
	}
	return number;
}

static json_int_t read_number(const char *folder, const char *name)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	json_int_t number = 0;
	size_t size = HEAD_BYTES;

	strbuf_addf(&path, "%s/%s", folder, name);
	for (;;) {
		const struct file_rules rules = {.max = size, .no_link = true, .head = true};

		strbuf_reset(&text);
		if (file_read(&text, path.text, &rules, &err) == FILE_READ)
			number = first_number(&text);
		if (number > 0 || text.length < size || size > CHAIN_LINE_MAX)
			break;
		size = 2 * CHAIN_LINE_MAX;
	}
	error_release(&err);
	strbuf_release(&path);
	strbuf_release(&text);
	return number;
}

static int by_number(const void *left, const void *right)
{
	const struct year_file *a = left, *b = right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return strcmp(a->name, b->name);
}

void run_files_find(struct run_files *files, const char *folder, struct arena *arena)
{
	struct year_file *found = NULL;
	size_t room = 0;
	DIR *entries = opendir(folder);
	const struct dirent *entry;

	*files = (struct run_files){0};
	while (entries && (entry = readdir(entries))) {
		if (run_files_year(entry->d_name) == 0)
			continue;
		found = arena_grow(arena, found, files->count, &room, sizeof(*found));
		found[files->count].name = arena_string(arena, entry->d_name);
		found[files->count++].number = read_number(folder, entry->d_name);
	}
	if (entries)
		closedir(entries);
	if (found)
		qsort(found, files->count, sizeof(*found), by_number);
	files->names = arena_get(arena, (files->count + 1) * sizeof(*files->names));
	for (size_t i = 0; found && i < files->count; i++)
		files->names[i] = found[i].name;
}
