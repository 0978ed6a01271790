#include "ledger/runs.h"

#include <string.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "ledger/chain.h"
#include "ledger/run_line.h"
#include "ledger/sign.h"

#define RUNS_END_MAX \
	((size_t)1 << 20) /* bytes at the end of runs.jsonl in which a recent run is looked for */

json_t *runs_load(const char *folder, struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	const struct file_rules rules = {.max = RUNS_FILE_MAX, .must_exist = true, .no_link = true};
	json_t *lines = NULL;
	const char *at, *newline, *end;

	strbuf_addf(&path, "%s/runs.jsonl", folder);
	if (file_read(&text, path.text, &rules, err) != FILE_READ)
		goto out;
	lines = json_array();
	end = text.text + text.length;
	for (at = text.text; (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1) {
		json_t *line = chain_read_line(at, (size_t)(newline - at));

		if (line)
			json_array_append(lines, line);
		json_decref(line);
	}
out:
	strbuf_release(&path);
	strbuf_release(&text);
	return lines;
}

/* Inside of a text of a line the quotes would have a backslash before them. */
bool runs_keep_absences(const char *folder)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	const struct file_rules rules = {.max = RUNS_END_MAX, .no_link = true, .tail = true};
	struct error err = ERROR_INIT;
	bool found;

	strbuf_addf(&path, "%s/runs.jsonl", folder);
	found = file_read(&text, path.text, &rules, &err) == FILE_READ &&
		strstr(text.text, "\"keeps_absences\":true") != NULL;
	error_release(&err);
	strbuf_release(&path);
	strbuf_release(&text);
	return found;
}

static bool counted_in(const json_t *line, const char *name)
{
	const json_t *feeds = json_object_get(line, "feeds");

	for (size_t i = 0; i < json_array_size(feeds); i++) {
		const json_t *feed = json_array_get(feeds, i);
		const char *is = json_string_value(json_object_get(feed, "name"));

		if (is && strcmp(is, name) == 0 && json_is_string(json_object_get(feed, "sha256")))
			return true;
	}
	return false;
}

bool runs_trusted_feed(const char *folder, const char *feed)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	const struct file_rules rules = {.max = RUNS_END_MAX, .no_link = true, .tail = true};
	struct error err = ERROR_INIT;
	const char *at, *newline, *end;
	bool found = false;

	strbuf_addf(&path, "%s/runs.jsonl", folder);
	if (file_read(&text, path.text, &rules, &err) == FILE_READ) {
		end = text.text + text.length;
		for (at = text.text; !found && (newline = memchr(at, '\n', (size_t)(end - at)));
			at = newline + 1) {
			json_t *line = chain_read_line(at, (size_t)(newline - at));

			found = counted_in(line, feed);
			json_decref(line);
		}
	}
	error_release(&err);
	strbuf_release(&path);
	strbuf_release(&text);
	return found;
}

static json_int_t number_of(const json_t *line)
{
	return json_integer_value(json_object_get(line, "number"));
}

static bool follows_line(const json_t *before, const json_t *line)
{
	char hash[SHA256_HEX] = CHAIN_NOTHING;

	if (before)
		chain_hash(before, hash);
	return number_of(line) == (before ? number_of(before) + 1 : 1) &&
		strcmp(run_line_text(line, "previous", NULL), hash) == 0;
}

/* Whether runs.head names the last line. */
static bool is_head(const char *folder, const json_t *last)
{
	struct strbuf path = STRBUF_INIT, head = STRBUF_INIT;
	struct error err = ERROR_INIT;
	char hash[SHA256_HEX];
	bool is_last;

	strbuf_addf(&path, "%s/runs.head", folder);
	chain_hash(last, hash);
	is_last = file_read(&head, path.text,
			  &(struct file_rules){.max = SHA256_HEX, .no_link = true},
			  &err) == FILE_READ &&
		head.length == SHA256_HEX && strncmp(head.text, hash, SHA256_HEX - 1) == 0;
	error_release(&err);
	strbuf_release(&path);
	strbuf_release(&head);
	return is_last;
}

const char *runs_invalidate(const char *folder, const json_t *lines, const json_t *line,
	const struct sign_public *accepted)
{
	size_t count = json_array_size(lines), at = 0;

	while (at < count && json_array_get(lines, at) != line)
		at++;
	if (at == count || (accepted && !chain_is_signed(line, accepted)))
		return _(
			"its line is not signed by reports.sign_key_file or one of reports.old_keys");
	for (size_t i = at; i < count; i++) {
		if (!follows_line(i > 0 ? json_array_get(lines, i - 1) : NULL,
			    json_array_get(lines, i)))
			return _(
				"its line does not fit the lines around it; postvagt audit verify tells "
				"more");
	}
	return is_head(folder, json_array_get(lines, count - 1))
		? NULL
		: _("runs.head does not name the last line; postvagt audit verify tells more");
}

moment runs_started(const json_t *line)
{
	moment t;

	return moment_read(run_line_text(line, "started", NULL), MOMENT_START, &t, NULL)
		? t
		: MOMENT_EARLIEST;
}

bool runs_report(const char *folder, const json_t *line, struct read_report *report,
	struct arena *arena, struct error *err)
{
	const char *name = run_line_text(line, "report", "name");
	struct strbuf path = STRBUF_INIT;
	bool good = *name && !strchr(name, '/');

	strbuf_addf(&path, "%s/%s", folder, name);
	good = good && !reader_load(report, path.text, arena, err);
	if (good && strcmp(report->sha256, run_line_text(line, "report", "sha256")) != 0) {
		error_set(err, ERROR_OURS,
			_("%s: is not as its run left it; postvagt audit verify tells more"),
			path.text);
		good = false;
	}
	strbuf_release(&path);
	return good;
}
