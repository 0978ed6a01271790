#include "ledger/run_line.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/text/strbuf.h"
#include "decide/resume.h"
#include "model/feed_summary.h"
#include "model/mapping.h"
#include "model/plan.h"
#include "report/writer.h"

void run_line_set_text(json_t *line, const char *key, const char *text)
{
	struct strbuf safe = STRBUF_INIT;

	if (text)
		strbuf_add_safe(&safe, text);
	json_object_set_new(line, key, text ? json_stringn(safe.text, safe.length) : json_null());
	strbuf_release(&safe);
}

bool run_line_is_text(const char *in_line, const char *text)
{
	struct strbuf safe = STRBUF_INIT;
	bool is_same;

	strbuf_add_safe(&safe, text);
	is_same = strcmp(in_line, safe.text) == 0 || strcmp(in_line, text) == 0;
	strbuf_release(&safe);
	return is_same;
}

/* "tags" is there where several share the list. */
static void set_tags(json_t *object, const struct tag_ids *tags)
{
	json_t *all = json_array();

	for (size_t i = 0; i < tags->count; i++) {
		struct strbuf safe = STRBUF_INIT;

		strbuf_add_safe(&safe, tags->items[i]);
		json_array_append_new(all, json_stringn(safe.text, safe.length));
		strbuf_release(&safe);
	}
	run_line_set_text(object, "tag", tags->count > 0 ? tags->items[0] : NULL);
	if (tags->count > 1)
		json_object_set(object, "tags", all);
	json_decref(all);
}

bool run_line_has_tag(const json_t *list, const char *tag)
{
	const json_t *tags = json_object_get(list, "tags");

	for (size_t i = 0; i < json_array_size(tags); i++) {
		const char *text = json_string_value(json_array_get(tags, i));

		if (text && run_line_is_text(text, tag))
			return true;
	}
	return run_line_is_text(run_line_text(list, "tag", NULL), tag);
}

static void set_moment(json_t *object, const char *key, moment t)
{
	struct strbuf text = STRBUF_INIT;

	if (t != MOMENT_EARLIEST)
		moment_add_iso(&text, t);
	json_object_set_new(object, key, text.length > 0 ? json_string(text.text) : json_null());
	strbuf_release(&text);
}

static void set_late(json_t *line, const struct run *run)
{
	json_t *object = json_object();

	set_moment(object, "since", run->waiting_since);
	json_object_set_new(object, "left_out", json_integer((json_int_t)run->left_out));
	json_object_set_new(line, "late", object);
}

static void set_run(json_t *line, const struct run *run)
{
	run_line_set_text(line, "run", run->id);
	set_moment(line, "started", run->started);
	run_line_set_text(line, "user", run->user);
	run_line_set_text(line, "host", run->host);
	run_line_set_text(line, "version", run->version);
	run_line_set_text(line, "case", run->case_text);
	if (run->saved)
		run_line_set_text(line, "kept_plan", run->saved->sha256);
	if (run->undoes)
		run_line_set_text(line, "undoes", run->undoes);
	if (run->waiting_since)
		set_late(line, run);
	if (run->keeps_absences)
		json_object_set_new(line, "keeps_absences", json_true());
}

static void set_files(json_t *line, const struct run_line_files *files)
{
	json_t *object = json_object();

	run_line_set_text(object, "settings", files->settings);
	run_line_set_text(object, "tags", files->tags);
	run_line_set_text(object, "roles", files->roles);
	run_line_set_text(object, "routes", files->routes);
	json_object_set_new(line, "files", object);
}

static void set_directory(json_t *line, const struct run_line_directory *directory)
{
	json_t *object = json_object();

	run_line_set_text(object, "url", directory->url);
	run_line_set_text(object, "change", directory->change);
	if (directory->invocation)
		run_line_set_text(object, "invocation", directory->invocation);
	json_object_set_new(line, "directory", object);
}

json_t *run_line_new(const struct run *run, const char *command,
	const struct run_line_directory *directory, const struct run_line_files *files)
{
	json_t *line = json_object();

	run_line_set_text(line, "command", command);
	set_run(line, run);
	set_directory(line, directory);
	set_files(line, files);
	json_object_set_new(line, "feeds", json_array());
	json_object_set_new(line, "lists", json_array());
	json_object_set_new(line, "report", json_null());
	json_object_set_new(line, "undo", json_null());
	run_line_set_totals(line, &(struct totals){0});
	return line;
}

void run_line_add_feed(json_t *line, const struct feed_summary *feed)
{
	json_t *object = json_object();

	run_line_set_text(object, "name", feed->name);
	run_line_set_text(object, "url", feed->url);
	run_line_set_text(object, "state", feed->state);
	run_line_set_text(object, "sha256", feed->sha256 && *feed->sha256 ? feed->sha256 : NULL);
	set_moment(object, "read_at", feed->read_at);
	json_array_append_new(json_object_get(line, "feeds"), object);
}

void run_line_set_outcome(json_t *line, enum run_outcome outcome, int status, const char *said)
{
	run_line_set_text(line, "outcome", run_outcome_word(outcome));
	json_object_set_new(line, "status", status < 0 ? json_null() : json_integer(status));
	run_line_set_text(line, "said", said);
}

bool run_line_is_outcome(const json_t *line, enum run_outcome outcome)
{
	return strcmp(run_line_text(line, "outcome", NULL), run_outcome_word(outcome)) == 0;
}

void run_line_set_totals(json_t *line, const struct totals *totals)
{
	const struct {
		const char *key;
		size_t count;
	} rows[] = {
		{"added", totals->added},
		{"removed", totals->removed},
		{"kept", totals->kept},
		{"held", totals->held},
		{"refused", totals->refused},
		{"failed", totals->failed},
	};
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		json_object_set_new(object, rows[i].key, json_integer((json_int_t)rows[i].count));
	json_object_set_new(line, "totals", object);
}

void run_line_set_lists(json_t *line, const struct plan *plan)
{
	json_t *lists = json_object_get(line, "lists");

	json_array_clear(lists);
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];
		json_t *object;

		if (!list_plan_has_changes(list))
			continue;
		object = json_object();
		run_line_set_text(object, "dn", list->dn);
		set_tags(object, &list->block->tags);
		run_line_set_text(object, "kind", block_kind_name(list->block->kind));
		json_object_set_new(object, "add", json_integer((json_int_t)list->added));
		json_object_set_new(object, "remove",
			json_integer((json_int_t)list->removal_count));
		json_array_append_new(lists, object);
	}
}

void run_line_set_file(json_t *line, const char *key, const char *name, const char *text,
	size_t length)
{
	struct arena *arena = arena_new();
	json_t *object = json_object();

	run_line_set_text(object, "name", name);
	run_line_set_text(object, "sha256", hash_hex(arena, text, length));
	json_object_set_new(line, key, object);
	arena_free(arena);
}

const char *run_line_text(const json_t *line, const char *key, const char *inner)
{
	const json_t *value = json_object_get(line, key);
	const char *text = json_string_value(inner ? json_object_get(value, inner) : value);

	return text ? text : "";
}

void run_line_note_draft(json_t *line)
{
	json_t *drafts = json_object_get(line, "drafts");

	if (!drafts) {
		drafts = json_array();
		json_object_set_new(line, "drafts", drafts);
	}
	json_array_append_new(drafts, json_string(run_line_text(line, "report", "sha256")));
	json_array_append_new(drafts, json_string(run_line_text(line, "undo", "sha256")));
}

size_t run_line_draft_count(const json_t *line)
{
	return json_array_size(json_object_get(line, "drafts"));
}

bool run_line_is_draft(const json_t *line, const char *hash)
{
	const json_t *drafts = json_object_get(line, "drafts");

	for (size_t i = 0; i < json_array_size(drafts); i++) {
		if (*hash && json_is_string(json_array_get(drafts, i)) &&
			strcmp(json_string_value(json_array_get(drafts, i)), hash) == 0)
			return true;
	}
	return false;
}

static bool has_form(const char *text, const char *form)
{
	for (; *form; form++, text++) {
		const char *allowed = *form == '0' ? "0123456789" : "0123456789abcdef";

		if (!*text ||
			(*form == '0' || *form == 'h' ? !strchr(allowed, *text) : *text != *form))
			return false;
	}
	return true;
}

bool run_line_is_run_id(const char *text)
{
	return has_form(text, "hhhhhhhh") && text[8] == '\0';
}

bool run_line_is_file_name(const char *name, const char *run, const char *ending)
{
	const char *id = name + strlen("00000000T000000Z-");

	return has_form(name, "00000000T000000Z-hhhhhhhh") && strcmp(id + 8, ending) == 0 &&
		(!run || (strlen(run) == 8 && strncmp(id, run, 8) == 0));
}
