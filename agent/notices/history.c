#include "notices/history.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/text/json_value.h"
#include "base/text/language.h"
#include "config/state_folder.h"
#include "model/settings.h"

#define FORM       1
#define COVERS_MAX 8 /* names of one cover; the latest */

static const char *text_of(const json_t *object, const char *key, struct arena *arena)
{
	const char *text = json_string_value(json_object_get(object, key));

	return arena_string(arena, text ? text : "");
}

static struct notice_history_entry *add_entry(struct notice_history *history)
{
	history->entries = arena_grow(history->arena, history->entries, history->count,
		&history->room, sizeof(*history->entries));
	return &history->entries[history->count++];
}

static struct notice_history_cover *add_cover(struct notice_history *history)
{
	history->covers = arena_grow(history->arena, history->covers, history->cover_count,
		&history->cover_room, sizeof(*history->covers));
	return &history->covers[history->cover_count++];
}

static void add_name(struct notice_history *history, struct notice_history_cover *cover,
	const char *name)
{
	cover->names = arena_grow(history->arena, cover->names, cover->count, &cover->room,
		sizeof(*cover->names));
	cover->names[cover->count++] = arena_string(history->arena, name);
}

static void read_entry(struct notice_history *history, const json_t *object)
{
	const json_t *at = json_object_get(object, "at");

	*add_entry(history) = (struct notice_history_entry){
		.list = text_of(object, "list", history->arena),
		.person = text_of(object, "person", history->arena),
		.member = text_of(object, "member", history->arena),
		.at = json_is_integer(at) ? (moment)json_integer_value(at) : MOMENT_EARLIEST,
	};
}

static void read_cover(struct notice_history *history, const json_t *object)
{
	struct notice_history_cover *cover = add_cover(history);
	const json_t *names = json_object_get(object, "by");

	cover->list = text_of(object, "list", history->arena);
	cover->person = text_of(object, "person", history->arena);
	for (size_t i = 0; i < json_array_size(names) && i < COVERS_MAX; i++) {
		const char *name = json_string_value(json_array_get(names, i));

		if (name)
			add_name(history, cover, name);
	}
}

static void read_file(struct notice_history *history)
{
	struct strbuf text = STRBUF_INIT;
	json_t *root = NULL;

	if (state_read(history->path, &text))
		root = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
	if (json_integer_value(json_object_get(root, "form")) == FORM) {
		const json_t *entries = json_object_get(root, "told"),
			     *covers = json_object_get(root, "covers");

		for (size_t i = 0; i < json_array_size(entries); i++)
			read_entry(history, json_array_get(entries, i));
		for (size_t i = 0; i < json_array_size(covers); i++)
			read_cover(history, json_array_get(covers, i));
	}
	json_decref(root);
	strbuf_release(&text);
}

static void read_promises(struct notice_history *history)
{
	struct strbuf text = STRBUF_INIT;
	json_t *root = NULL;

	if (state_read(history->promises_path, &text))
		root = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
	promises_read(&history->promises, root, history->arena);
	json_decref(root);
	strbuf_release(&text);
}

void notice_history_load(struct notice_history *history, const struct settings *settings)
{
	*history = (struct notice_history){.arena = arena_new(), .lock = -1};
	history->path = arena_format(history->arena, "%s/told.json",
		state_folder(settings, history->arena));
	history->promises_path = state_file(settings, "ahead", history->arena);
	read_file(history);
	read_promises(history);
}

void notice_history_release(struct notice_history *history)
{
	if (history->lock >= 0)
		close(history->lock);
	arena_free(history->arena);
	*history = (struct notice_history)NOTICE_HISTORY_INIT;
}

enum error_kind notice_history_open(struct notice_history *history, const struct settings *settings,
	struct error *err)
{
	struct arena *arena = arena_new();
	const char *folder = state_folder(settings, arena);
	int lock = -1;

	*history = (struct notice_history)NOTICE_HISTORY_INIT;
	if (!state_make_folder(folder, err)) {
		lock = state_lock(arena_format(arena, "%s/told.lock", folder), true, err);
	}
	if (lock >= 0) {
		notice_history_load(history, settings);
		history->lock = lock;
	}
	arena_free(arena);
	return err->kind;
}

static void put_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, json_string(text));
}

static json_t *json_of_entries(const struct notice_history *history)
{
	json_t *list = json_array();

	for (size_t i = 0; i < history->count; i++) {
		const struct notice_history_entry *entry = &history->entries[i];
		json_t *object;

		if (entry->at == MOMENT_EARLIEST)
			continue;
		object = json_object();
		put_text(object, "list", entry->list);
		put_text(object, "person", entry->person);
		put_text(object, "member", entry->member);
		json_object_set_new(object, "at", json_integer(entry->at));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *json_of_covers(const struct notice_history *history)
{
	json_t *list = json_array();

	for (size_t i = 0; i < history->cover_count; i++) {
		const struct notice_history_cover *cover = &history->covers[i];
		json_t *object, *names;

		if (cover->count == 0)
			continue;
		object = json_object();
		names = json_array();
		put_text(object, "list", cover->list);
		put_text(object, "person", cover->person);
		for (size_t j = 0; j < cover->count; j++)
			json_array_append_new(names, json_string(cover->names[j]));
		json_object_set_new(object, "by", names);
		json_array_append_new(list, object);
	}
	return list;
}

/* Returns whether it is there now. */
static bool replace_file(const char *path, json_t *root, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	enum error_kind failed;

	json_add_line(&text, root);
	failed = state_write(path, &text, err);
	strbuf_release(&text);
	json_decref(root);
	return !failed;
}

static json_t *json_of(const struct notice_history *history)
{
	json_t *root = json_object();

	json_object_set_new(root, "form", json_integer(FORM));
	json_object_set_new(root, "told", json_of_entries(history));
	json_object_set_new(root, "covers", json_of_covers(history));
	return root;
}

enum error_kind notice_history_write(struct notice_history *history, struct error *err)
{
	if (history->changed && replace_file(history->path, json_of(history), err))
		history->changed = false;
	if (history->promises.changed &&
		replace_file(history->promises_path, promises_json(&history->promises), err))
		history->promises.changed = false;
	return err->kind;
}

enum error_kind notice_history_close(struct notice_history *history, struct error *err)
{
	notice_history_write(history, err);
	notice_history_release(history);
	return err->kind;
}

static bool is_of(const struct notice_history_entry *entry, const char *list_key,
	const char *member_key, const char *identity)
{
	if (strcmp(entry->list, list_key) != 0)
		return false;
	return (identity && strcmp(entry->person, identity) == 0) ||
		(member_key && strcmp(entry->member, member_key) == 0);
}

moment notice_history_when(const struct notice_history *history, const char *list_key,
	const char *identity)
{
	for (size_t i = 0; i < history->count; i++) {
		if (is_of(&history->entries[i], list_key, NULL, identity))
			return history->entries[i].at;
	}
	return MOMENT_EARLIEST;
}

void notice_history_note(struct notice_history *history, const char *list_key,
	const char *member_key, const char *identity, moment at)
{
	struct notice_history_entry *entry = NULL;

	for (size_t i = 0; i < history->count && !entry; i++) {
		if (is_of(&history->entries[i], list_key, NULL, identity))
			entry = &history->entries[i];
	}
	if (!entry)
		entry = add_entry(history);
	*entry = (struct notice_history_entry){
		.list = arena_string(history->arena, list_key),
		.person = arena_string(history->arena, identity),
		.member = arena_string(history->arena, member_key),
		.at = at,
	};
	history->changed = true;
}

void notice_history_forget(struct notice_history *history, const char *list_key,
	const char *member_key, const char *identity)
{
	for (size_t i = 0; i < history->count; i++) {
		struct notice_history_entry *entry = &history->entries[i];

		if (entry->at != MOMENT_EARLIEST && is_of(entry, list_key, member_key, identity)) {
			entry->at = MOMENT_EARLIEST;
			history->changed = true;
		}
	}
}

static struct notice_history_cover *find_cover(const struct notice_history *history,
	const char *list_key, const char *identity)
{
	for (size_t i = 0; i < history->cover_count; i++) {
		struct notice_history_cover *cover = &history->covers[i];

		if (strcmp(cover->list, list_key) == 0 && strcmp(cover->person, identity) == 0)
			return cover;
	}
	return NULL;
}

struct strings notice_history_covers(const struct notice_history *history, const char *list_key,
	const char *identity)
{
	const struct notice_history_cover *cover = find_cover(history, list_key, identity);

	return cover ? (struct strings){cover->names, cover->count} : (struct strings){0};
}

static void drop_name(struct notice_history_cover *cover, size_t i)
{
	cover->count--;
	memmove(&cover->names[i], &cover->names[i + 1], (cover->count - i) * sizeof(*cover->names));
}

/* Who covers again is the latest; the oldest is forgotten where there are too many. */
static void take_name(struct notice_history *history, struct notice_history_cover *cover,
	const char *name)
{
	size_t i = 0;

	if (cover->count > 0 && strcmp(cover->names[cover->count - 1], name) == 0)
		return;
	while (i < cover->count && strcmp(cover->names[i], name) != 0)
		i++;
	if (i < cover->count)
		drop_name(cover, i);
	else if (cover->count == COVERS_MAX)
		drop_name(cover, 0);
	add_name(history, cover, name);
	history->changed = true;
}

void notice_history_cover(struct notice_history *history, const char *list_key,
	const char *identity, const char *name)
{
	struct notice_history_cover *cover = find_cover(history, list_key, identity);

	if (!name) {
		history->changed = history->changed || (cover && cover->count > 0);
		if (cover)
			cover->count = 0;
		return;
	}
	if (!cover) {
		cover = add_cover(history);
		cover->list = arena_string(history->arena, list_key);
		cover->person = arena_string(history->arena, identity);
	}
	take_name(history, cover, name);
}
