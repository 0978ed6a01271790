#include "run/kept_state.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/json_value.h"
#include "base/text/language.h"
#include "config/state_folder.h"
#include "decide/kept_absences.h"
#include "ledger/runs.h"
#include "model/settings.h"
#include "model/snapshot.h"

#define FORM 1

/* One name is hashed as earlier versions did, which knew no lists. */
static void hash_list(struct hash *hash, const struct strings *names)
{
	char count[24];

	for (size_t i = 0; i < names->count; i++)
		hash_add_text(hash, names->items[i]);
	snprintf(count, sizeof(count), "#%zu", names->count);
	if (names->count != 1)
		hash_add_text(hash, count);
}

/* What makes other absences of the same entries. */
static void hash_names(const struct people_attributes *names, char hex[SHA256_HEX])
{
	struct hash hash;

	hash_init(&hash);
	hash_list(&hash, &names->absent_from);
	hash_list(&hash, &names->absent_until);
	hash_list(&hash, &names->absence);
	hash_end(&hash, hex);
}

/* One end of a span; false where it is neither a moment nor null. */
static bool read_end(const json_t *value, moment open, moment *end)
{
	*end = json_is_integer(value) ? json_integer_value(value) : open;
	return json_is_integer(value) || json_is_null(value);
}

static bool read_spans(struct spans *spans, const json_t *list, struct arena *arena)
{
	if (list && !json_is_array(list))
		return false;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *pair = json_array_get(list, i);
		moment start, end;

		if (json_array_size(pair) != 2 ||
			!read_end(json_array_get(pair, 0), MOMENT_EARLIEST, &start) ||
			!read_end(json_array_get(pair, 1), MOMENT_LATEST, &end) || start >= end)
			return false;
		spans_add(spans, arena, start, end);
	}
	return true;
}

static bool read_person(struct kept_absences *kept, const json_t *object, struct arena *arena)
{
	const char *identity = json_string_value(json_object_get(object, "person"));
	json_int_t values = json_integer_value(json_object_get(object, "unread_values"));
	struct kept_person *person;

	if (!identity || kept_absences_find(kept, identity) || values < 0)
		return false;
	person = kept_absences_add(kept, arena, identity);
	person->unread_since = json_moment_at(object, "since", MOMENT_LATEST);
	person->unread_values = (size_t)values;
	person->is_unknown = json_is_true(json_object_get(object, "unknown"));
	person->gone = json_moment_at(object, "gone", MOMENT_LATEST);
	return read_spans(&person->directory, json_object_get(object, "directory"), arena) &&
		read_spans(&person->unread, json_object_get(object, "unread"), arena) &&
		read_spans(&person->away, json_object_get(object, "away"), arena);
}

/* NULL, or why it is of no use, translated. */
static const char *read_text(struct kept_state *state, const struct strbuf *text)
{
	json_t *root = json_loadb(text->text, text->length, JSON_REJECT_DUPLICATES, NULL);
	const json_t *people = json_object_get(root, "people");
	const char *settings = json_string_value(json_object_get(root, "settings"));
	bool is_whole = settings && json_is_array(people);
	const char *why = NULL;

	if (is_whole && json_integer_value(json_object_get(root, "form")) != FORM)
		why = _("another version of postvagt made it");
	else if (is_whole && strcmp(settings, state->settings) != 0)
		why = _("it was made when absences were read from other attributes");
	for (size_t i = 0; is_whole && !why && i < json_array_size(people); i++)
		is_whole = read_person(state->kept, json_array_get(people, i), state->arena);
	json_decref(root);
	return is_whole ? why : _("it is damaged");
}

static void begin_empty(struct kept_state *state)
{
	arena_free(state->arena);
	state->arena = arena_new();
	state->kept = kept_absences_new(state->arena);
}

void kept_state_read(struct kept_state *state, const struct settings *settings,
	const struct people_attributes *names)
{
	struct error err = ERROR_INIT;
	enum file_state found;
	const char *why = NULL;

	kept_state_release(state);
	state->paths = arena_new();
	state->path = state_file(settings, "absences", state->paths);
	hash_names(names, state->settings);
	begin_empty(state);
	found = state_load(state->path, &state->written, &err);
	if (found == FILE_REFUSED)
		state->trouble = arena_string(state->paths, err.text.text);
	else if (found == FILE_READ)
		why = read_text(state, &state->written);
	else if (runs_keep_absences(settings->reports_directory))
		why = _("it is not there");
	if (why || state->trouble)
		begin_empty(state);
	if (why)
		state->kept->lost = arena_format(state->paths, "%s: %s", state->path, why);
	if (found == FILE_READ)
		state->trouble = state->kept->lost;
	else if (state->trouble)
		state->kept->lost = state->trouble;
	error_release(&err);
}

void kept_state_next(struct kept_state *state, struct snapshot *snapshot,
	const struct policy *policy, const struct plan *plan)
{
	struct arena *arena = arena_new();
	struct kept_absences *next = kept_absences_next(state->kept, snapshot, policy, plan, arena);

	snapshot_set_kept(snapshot, next);
	arena_free(state->arena);
	state->arena = arena;
	state->kept = next;
	state->trouble = NULL;
}

static void put_spans(json_t *object, const char *key, const struct spans *spans)
{
	json_t *list = json_array();

	for (size_t i = 0; i < spans->count; i++) {
		const struct span *span = &spans->items[i];

		json_array_append_new(list,
			json_pack("[o, o]",
				span->start == MOMENT_EARLIEST ? json_null()
							       : json_integer(span->start),
				span->end == MOMENT_LATEST ? json_null()
							   : json_integer(span->end)));
	}
	if (spans->count > 0)
		json_object_set_new(object, key, list);
	else
		json_decref(list);
}

static json_t *make_person(const struct kept_person *person)
{
	json_t *object = json_object();

	json_object_set_new(object, "person", json_string(person->identity));
	put_spans(object, "directory", &person->directory);
	put_spans(object, "unread", &person->unread);
	json_put_moment(object, "since", person->unread_since, MOMENT_LATEST);
	if (person->unread_values > 0)
		json_object_set_new(object, "unread_values",
			json_integer((json_int_t)person->unread_values));
	if (person->is_unknown)
		json_object_set_new(object, "unknown", json_true());
	put_spans(object, "away", &person->away);
	json_put_moment(object, "gone", person->gone, MOMENT_LATEST);
	return object;
}

static void add_text(struct strbuf *out, const struct kept_state *state)
{
	json_t *root = json_object(), *people = json_array();

	for (size_t i = 0; i < state->kept->count; i++)
		json_array_append_new(people, make_person(state->kept->items[i]));
	json_object_set_new(root, "form", json_integer(FORM));
	json_object_set_new(root, "settings", json_string(state->settings));
	json_object_set_new(root, "people", people);
	json_add_line(out, root);
	json_decref(root);
}

enum error_kind kept_state_write(struct kept_state *state, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	enum error_kind failed = ERROR_NONE;

	add_text(&text, state);
	if (strcmp(text.text, state->written.text) != 0) {
		failed = state_make_folder(folder_above(state->path, state->paths), err);
		if (!failed)
			failed = state_write(state->path, &text, err);
		strbuf_reset(&state->written);
		if (!failed)
			strbuf_add(&state->written, text.text, text.length);
	}
	strbuf_release(&text);
	return failed;
}

void kept_state_release(struct kept_state *state)
{
	arena_free(state->arena);
	arena_free(state->paths);
	strbuf_release(&state->written);
	*state = (struct kept_state)KEPT_STATE_INIT;
}
