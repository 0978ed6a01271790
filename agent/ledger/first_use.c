#include "ledger/first_use.h"

#include <string.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "ledger/chain.h"
#include "ledger/run_files.h"
#include "ledger/run_line.h"
#include "ledger/runs.h"

/* Bytes in which the first run of use is looked for: some thousand runs that changed nothing may go before it. */
#define START_MAX ((size_t)1 << 20)

static json_int_t total_of(const json_t *line, const char *name)
{
	return json_integer_value(json_object_get(json_object_get(line, "totals"), name));
}

static bool is_use(const json_t *line)
{
	const char *command = run_line_text(line, "command", NULL);

	return (strcmp(command, "apply") == 0 || strcmp(command, "watch") == 0) &&
		(run_line_is_outcome(line, RUN_DONE) || run_line_is_outcome(line, RUN_PARTLY) ||
			run_line_is_outcome(line, RUN_UNCHANGED)) &&
		total_of(line, "added") + total_of(line, "removed") + total_of(line, "kept") > 0;
}

/* Look through the lines of a text. */
static struct first_use find_use(const struct strbuf *text)
{
	const char *at = text->text, *end = at + text->length, *newline;
	struct first_use use = {.at = MOMENT_EARLIEST};
	bool is_first = true;

	for (; use.at == MOMENT_EARLIEST && (newline = memchr(at, '\n', (size_t)(end - at)));
		at = newline + 1) {
		json_t *line = chain_read_line(at, (size_t)(newline - at));

		if (is_first && line)
			use.is_longer = json_integer_value(json_object_get(line, "number")) > 1;
		is_first = is_first && !line;
		if (line && is_use(line))
			use.at = runs_started(line);
		json_decref(line);
	}
	return use;
}

struct first_use first_use_find(const char *folder)
{
	struct first_use use = {.at = MOMENT_EARLIEST};
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct arena *arena = arena_new();
	struct run_files files;

	run_files_find(&files, folder, arena);
	strbuf_addf(&path, "%s/%s", folder, files.count > 0 ? files.names[0] : RUN_FILES_CURRENT);
	for (size_t most = START_MAX / 64; use.at == MOMENT_EARLIEST && most <= START_MAX;
		most *= 64) {
		const struct file_rules rules = {.max = most, .no_link = true, .head = true};

		strbuf_reset(&text);
		if (file_read(&text, path.text, &rules, &err) != FILE_READ)
			break;
		use = find_use(&text);
		if (text.length < most)
			break;
	}
	error_release(&err);
	strbuf_release(&text);
	strbuf_release(&path);
	arena_free(arena);
	return use;
}
