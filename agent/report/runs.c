#include "report/runs.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/language.h"
#include "base/strbuf.h"
#include "report/line.h"

#define JSONL_MAX ((size_t)1024 * 1024 * 1024)

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
