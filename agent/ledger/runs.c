#include "ledger/runs.h"

#include <string.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "ledger/chain.h"
#include "ledger/run_files.h"
#include "ledger/run_line.h"
#include "ledger/run_tail.h"
#include "ledger/sign.h"

/* Bytes at the end of the chain in which a recent run is looked for. */
#define RUNS_END_MAX ((size_t)1 << 20)

/*
 * Whether the run of a line may have started then, without parsing it: its last "started" is its own, as others stand in
 * members that are sorted before it, and inside of a text the quotes would have a backslash before them.
 */
static bool may_be_since(const char *text, size_t length, moment since)
{
	static const char mark[] = "\"started\":\"";
	const char *at = text, *end = text + length, *next;
	char started[40] = "";
	moment t;

	if (since == MOMENT_EARLIEST)
		return true;
	while ((next = memmem(at, (size_t)(end - at), mark, strlen(mark))))
		at = next + strlen(mark);
	for (size_t i = 0; i < sizeof(started) - 1 && at < end && *at != '"'; i++)
		started[i] = *at++;
	return !moment_read(started, MOMENT_START, &t, NULL) || t >= since;
}

/* Add the lines of a file. */
static void add_lines(json_t *lines, const char *folder, const char *name, bool must_exist,
	moment since, struct error *err)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	const struct file_rules rules = {
		.max = RUNS_FILE_MAX, .must_exist = must_exist, .no_link = true};
	const char *at, *newline, *end;

	strbuf_addf(&path, "%s/%s", folder, name);
	file_read(&text, path.text, &rules, err);
	end = text.text + text.length;
	for (at = text.text; (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1) {
		size_t length = (size_t)(newline - at);
		json_t *line = may_be_since(at, length, since) ? chain_read_line(at, length) : NULL;

		if (line)
			json_array_append(lines, line);
		json_decref(line);
	}
	strbuf_release(&path);
	strbuf_release(&text);
}

static json_int_t number_of(const json_t *line)
{
	return json_integer_value(json_object_get(line, "number"));
}

/* Read the lines of `years`, and runs.jsonl. */
static json_t *load_lines(const char *folder, const struct run_files *years, moment since,
	struct error *err)
{
	int first_year = run_files_year_of(since);
	json_t *lines = json_array();

	for (size_t i = 0; i < years->count && !err->kind; i++) {
		if (run_files_year(years->names[i]) >= first_year)
			add_lines(lines, folder, years->names[i], false, since, err);
	}
	if (!err->kind)
		add_lines(lines, folder, RUN_FILES_CURRENT, years->count == 0, since, err);
	if (!err->kind)
		return lines;
	json_decref(lines);
	return NULL;
}

json_t *runs_load(const char *folder, moment since, struct error *err)
{
	struct arena *arena = arena_new();
	struct run_files years, after;
	json_t *lines;

	run_files_find(&years, folder, arena);
	lines = load_lines(folder, &years, since, err);
	run_files_find(&after, folder, arena);
	if (lines && after.count != years.count) { /* a year was closed meanwhile */
		json_decref(lines);
		lines = load_lines(folder, &after, since, err);
	}
	arena_free(arena);
	return lines;
}

bool runs_is_named(const json_t *line, const char *run)
{
	const char *slash = strrchr(run, '/');

	return *run &&
		(strcmp(run_line_text(line, "run", NULL), run) == 0 ||
			strcmp(run_line_text(line, "report", "name"), slash ? slash + 1 : run) ==
				0);
}

/* Turn an array round. */
static json_t *reverse_lines(json_t *lines)
{
	json_t *reversed = json_array();

	for (size_t i = json_array_size(lines); i > 0; i--)
		json_array_append(reversed, json_array_get(lines, i - 1));
	json_decref(lines);
	return reversed;
}

json_t *runs_load_from(const char *folder, const char *run, struct error *err)
{
	json_t *lines = json_array();
	bool is_found = false, is_whole = false;
	struct run_tail tail;
	struct run_end end;
	const char *text;
	size_t length;

	if (run_end_find(&end, folder, err) || !end.line) {
		json_decref(lines);
		return err->kind ? NULL : runs_load(folder, MOMENT_EARLIEST, err);
	}
	run_end_release(&end);
	run_tail_open(&tail, folder);
	while (!is_whole && run_tail_next(&tail, &text, &length)) {
		json_t *line = chain_read_line(text, length);

		is_whole = line && is_found;
		is_found = is_found || (line && runs_is_named(line, run));
		if (line)
			json_array_append(lines, line);
		json_decref(line);
	}
	run_tail_close(&tail);
	return reverse_lines(lines);
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

/*
 * Look through the last lines for one with `mark` in it; with `feed`, one of those in which a reading of it counted. Inside of a
 * text of a line the quotes would have a backslash before them.
 */
static bool find_recent(const char *folder, const char *mark, const char *feed)
{
	struct run_tail tail;
	const char *text;
	size_t length, looked_at = 0;
	bool is_found = false;

	run_tail_open(&tail, folder);
	while (!is_found && looked_at < RUNS_END_MAX && run_tail_next(&tail, &text, &length)) {
		json_t *line;

		looked_at += length + 1;
		if (!memmem(text, length, mark, strlen(mark)))
			continue;
		line = feed ? chain_read_line(text, length) : NULL;
		is_found = !feed || counted_in(line, feed);
		json_decref(line);
	}
	run_tail_close(&tail);
	return is_found;
}

bool runs_keep_absences(const char *folder)
{
	return find_recent(folder, "\"keeps_absences\":true", NULL);
}

bool runs_trusted_feed(const char *folder, const char *feed)
{
	return find_recent(folder, "\"feeds\":[{", feed);
}

/* `before` NULL: the line is the first that is there, as the years before it were deleted. */
static bool follows_line(const json_t *before, const json_t *line)
{
	char hash[SHA256_HEX] = CHAIN_NOTHING;

	if (!before && run_files_year(run_line_text(line, "closes", NULL)) > 0)
		return true;
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
