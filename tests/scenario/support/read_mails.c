/*
 * read_mails SETTINGS: print what the matcher finds in mails, for scenarios. It asks no directory.
 *
 * Each mail on standard input has a line before it with its length in bytes. Each gets a line of JSON:
 *
 *	{"tags": [ids], "unknown": [texts], "high": bool, "course": "lists|loop|answer|probe", "lists": [DNs]}
 *
 * It ends with 2 if the settings have faults, which go to standard error, or if a mail is shorter than its line says.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/message/finding.h"
#include "config/settings.h"
#include "matcher/mail_header.h"
#include "matcher/matcher.h"
#include "model/mapping.h"
#include "model/settings.h"

static void print_meaning(const struct matcher *matcher, struct arena *arena,
	const struct mail_meaning *meaning)
{
	static const char *const courses[] = {"lists", "loop", "answer", "probe"};
	json_t *tags = json_array(), *unknown = json_array(), *dns = json_array(), *line;
	struct mail_lists lists;

	matcher_lists(matcher, arena, meaning, &lists);
	for (size_t i = 0; i < meaning->tag_count; i++)
		json_array_append_new(tags, json_string(meaning->tags[i]->id));
	for (size_t i = 0; i < meaning->unknown_count; i++)
		json_array_append_new(unknown, json_string(meaning->unknown[i]));
	for (size_t i = 0; i < lists.count; i++)
		json_array_append_new(dns, json_string(lists.items[i]->list));
	line = json_pack("{s:o, s:o, s:b, s:s, s:o}", "tags", tags, "unknown", unknown, "high",
		meaning->is_high, "course", courses[meaning->course], "lists", dns);
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(line);
}

static int read_mails(const struct matcher *matcher)
{
	unsigned long length;

	while (scanf("%lu", &length) == 1 && getchar() == '\n') {
		struct arena *arena = arena_new();
		struct mail_header header;
		struct mail_meaning meaning;
		char *bytes = memory_get(length + 1);
		int status = fread(bytes, 1, length, stdin) == length ? 0 : 2;

		mail_header_read(&header, arena, bytes, length);
		matcher_read(matcher, arena, &header, &meaning);
		print_meaning(matcher, arena, &meaning);
		free(bytes);
		arena_free(arena);
		if (status)
			return status;
	}
	return feof(stdin) ? 0 : 2;
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	struct findings findings;
	struct settings *settings = NULL;
	const struct mapping *mapping = NULL;
	int status = 2;

	findings_init(&findings, arena);
	if (argc == 2)
		settings = settings_load(argv[1], &findings);
	if (settings)
		mapping = settings_load_mapping(settings, &findings);
	for (size_t i = 0; i < findings.count; i++)
		fprintf(stderr, "%s: %s\n", findings.items[i].where, findings.items[i].what);
	if (mapping)
		status = read_mails(matcher_new(arena, mapping, &settings->mailbox));
	settings_free(settings);
	arena_free(arena);
	return status;
}
