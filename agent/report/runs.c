#include "report/runs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/language.h"
#include "base/strbuf.h"
#include "report/chain.h"
#include "report/line.h"

#define JSONL_MAX ((size_t)1024 * 1024 * 1024)
#define HEAD_MAX  4096

json_t *runs_load(const char *folder, struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	json_t *lines = NULL;
	enum file_state state;
	const char *at, *newline, *end;

	strbuf_addf(&path, "%s/runs.jsonl", folder);
	state = file_read(&text, path.text, &(struct file_rules){.max = JSONL_MAX, .no_link = true},
		err);
	if (state == FILE_MISSING)
		error_set(err, ERROR_OURS, _("%s: cannot be read: %s"), path.text,
			strerror(ENOENT));
	if (state != FILE_READ)
		goto out;
	lines = json_array();
	end = text.text + text.length;
	for (at = text.text; (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1) {
		json_t *line = json_loadb(at, (size_t)(newline - at), JSON_REJECT_DUPLICATES, NULL);

		if (json_is_object(line))
			json_array_append(lines, line);
		json_decref(line);
	}
out:
	strbuf_release(&path);
	strbuf_release(&text);
	return lines;
}

bool runs_is_linked(const char *folder, const json_t *lines, size_t i)
{
	const json_t *next = json_array_get(lines, i + 1);
	struct strbuf path = STRBUF_INIT, head = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct arena *arena = arena_new();
	char *text = chain_text(json_array_get(lines, i));
	const char *hash = hash_hex(arena, text, strlen(text));
	bool is_linked;

	if (next) {
		is_linked = strcmp(line_text(next, "previous", NULL), hash) == 0;
	} else {
		strbuf_addf(&path, "%s/runs.head", folder);
		file_read(&head, path.text, &(struct file_rules){.max = HEAD_MAX, .no_link = true},
			&err);
		is_linked =
			head.length == SHA256_HEX && memcmp(head.text, hash, SHA256_HEX - 1) == 0;
	}
	free(text);
	arena_free(arena);
	error_release(&err);
	strbuf_release(&path);
	strbuf_release(&head);
	return is_linked;
}

moment runs_started(const json_t *line)
{
	moment t;

	return moment_read(line_text(line, "started", NULL), MOMENT_START, &t, NULL)
		? t
		: MOMENT_EARLIEST;
}

bool runs_report(const char *folder, const json_t *line, struct read_report *report,
	struct arena *arena, struct error *err)
{
	const char *name = line_text(line, "report", "name");
	struct strbuf path = STRBUF_INIT;
	bool good = *name && !strchr(name, '/');

	strbuf_addf(&path, "%s/%s", folder, name);
	good = good && !reader_load(report, path.text, arena, err);
	if (good && strcmp(report->sha256, line_text(line, "report", "sha256")) != 0) {
		error_set(err, ERROR_OURS,
			_("%s: is not as its run left it; postvagt audit verify tells more"),
			path.text);
		good = false;
	}
	strbuf_release(&path);
	return good;
}
