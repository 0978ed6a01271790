#include "notices/history.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/language.h"
#include "config/settings.h"
#include "config/state_folder.h"

#define FORM        1
#define COVERS_MOST 8 /* names of one cover; the latest */

static const char *text_of(const json_t *object, const char *key, struct arena *arena)
{
	const char *text = json_string_value(json_object_get(object, key));

	return arena_string(arena, text ? text : "");
}

static struct told_entry *add_entry(struct told *told)
{
	told->entries = arena_grow(told->arena, told->entries, told->count, &told->room,
		sizeof(*told->entries));
	return &told->entries[told->count++];
}

static struct told_cover *add_cover(struct told *told)
{
	told->covers = arena_grow(told->arena, told->covers, told->cover_count, &told->cover_room,
		sizeof(*told->covers));
	return &told->covers[told->cover_count++];
}

static void add_name(struct told *told, struct told_cover *cover, const char *name)
{
	cover->names = arena_grow(told->arena, cover->names, cover->count, &cover->room,
		sizeof(*cover->names));
	cover->names[cover->count++] = arena_string(told->arena, name);
}

static void read_told(struct told *told, const json_t *object)
{
	const json_t *at = json_object_get(object, "at");

	*add_entry(told) = (struct told_entry){
		.list = text_of(object, "list", told->arena),
		.person = text_of(object, "person", told->arena),
		.member = text_of(object, "member", told->arena),
		.at = json_is_integer(at) ? (moment)json_integer_value(at) : MOMENT_EARLIEST,
	};
}

static void read_cover(struct told *told, const json_t *object)
{
	struct told_cover *cover = add_cover(told);
	const json_t *names = json_object_get(object, "by");

	cover->list = text_of(object, "list", told->arena);
	cover->person = text_of(object, "person", told->arena);
	for (size_t i = 0; i < json_array_size(names) && i < COVERS_MOST; i++) {
		const char *name = json_string_value(json_array_get(names, i));

		if (name)
			add_name(told, cover, name);
	}
}

static void read_file(struct told *told)
{
	struct strbuf text = STRBUF_INIT;
	json_t *root = NULL;

	if (state_read(told->path, &text))
		root = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
	if (json_integer_value(json_object_get(root, "form")) == FORM) {
		const json_t *entries = json_object_get(root, "told"),
			     *covers = json_object_get(root, "covers");

		for (size_t i = 0; i < json_array_size(entries); i++)
			read_told(told, json_array_get(entries, i));
		for (size_t i = 0; i < json_array_size(covers); i++)
			read_cover(told, json_array_get(covers, i));
	}
	json_decref(root);
	strbuf_release(&text);
}

void told_load(struct told *told, const struct settings *settings)
{
	*told = (struct told){.arena = arena_new(), .lock = -1};
	told->path = arena_format(told->arena, "%s/told.json", state_folder(settings, told->arena));
	read_file(told);
}

void told_release(struct told *told)
{
	if (told->lock >= 0)
		close(told->lock);
	arena_free(told->arena);
	*told = (struct told)TOLD_INIT;
}

enum error_kind told_open(struct told *told, const struct settings *settings, struct error *err)
{
	struct arena *arena = arena_new();
	const char *folder = state_folder(settings, arena);
	int lock = -1;

	*told = (struct told)TOLD_INIT;
	if (!state_make_folder(folder, err)) {
		lock = state_lock(arena_format(arena, "%s/told.lock", folder), true, err);
	}
	if (lock >= 0) {
		told_load(told, settings);
		told->lock = lock;
	}
	arena_free(arena);
	return err->kind;
}

static void put_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, json_string(text));
}

static json_t *json_of_told(const struct told *told)
{
	json_t *list = json_array();

	for (size_t i = 0; i < told->count; i++) {
		const struct told_entry *entry = &told->entries[i];
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

static json_t *json_of_covers(const struct told *told)
{
	json_t *list = json_array();

	for (size_t i = 0; i < told->cover_count; i++) {
		const struct told_cover *cover = &told->covers[i];
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

static int add(const char *bytes, size_t length, void *out)
{
	strbuf_add(out, bytes, length);
	return 0;
}

enum error_kind told_close(struct told *told, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	json_t *root;

	if (told->changed) {
		root = json_object();
		json_object_set_new(root, "form", json_integer(FORM));
		json_object_set_new(root, "told", json_of_told(told));
		json_object_set_new(root, "covers", json_of_covers(told));
		json_dump_callback(root, add, &text, JSON_COMPACT);
		strbuf_addc(&text, '\n');
		state_write(told->path, &text, err);
		json_decref(root);
	}
	strbuf_release(&text);
	told_release(told);
	return err->kind;
}

static bool is_of(const struct told_entry *entry, const char *list_key, const char *member_key,
	const char *identity)
{
	if (strcmp(entry->list, list_key) != 0)
		return false;
	return (identity && strcmp(entry->person, identity) == 0) ||
		(member_key && strcmp(entry->member, member_key) == 0);
}

moment told_when(const struct told *told, const char *list_key, const char *identity)
{
	for (size_t i = 0; i < told->count; i++) {
		if (is_of(&told->entries[i], list_key, NULL, identity))
			return told->entries[i].at;
	}
	return MOMENT_EARLIEST;
}

void told_note(struct told *told, const char *list_key, const char *member_key,
	const char *identity, moment at)
{
	struct told_entry *entry = NULL;

	for (size_t i = 0; i < told->count && !entry; i++) {
		if (is_of(&told->entries[i], list_key, NULL, identity))
			entry = &told->entries[i];
	}
	if (!entry)
		entry = add_entry(told);
	*entry = (struct told_entry){
		.list = arena_string(told->arena, list_key),
		.person = arena_string(told->arena, identity),
		.member = arena_string(told->arena, member_key),
		.at = at,
	};
	told->changed = true;
}

void told_forget(struct told *told, const char *list_key, const char *member_key,
	const char *identity)
{
	for (size_t i = 0; i < told->count; i++) {
		struct told_entry *entry = &told->entries[i];

		if (entry->at != MOMENT_EARLIEST && is_of(entry, list_key, member_key, identity)) {
			entry->at = MOMENT_EARLIEST;
			told->changed = true;
		}
	}
}

static struct told_cover *find_cover(const struct told *told, const char *list_key,
	const char *identity)
{
	for (size_t i = 0; i < told->cover_count; i++) {
		struct told_cover *cover = &told->covers[i];

		if (strcmp(cover->list, list_key) == 0 && strcmp(cover->person, identity) == 0)
			return cover;
	}
	return NULL;
}

struct strings told_covers(const struct told *told, const char *list_key, const char *identity)
{
	const struct told_cover *cover = find_cover(told, list_key, identity);

	return cover ? (struct strings){cover->names, cover->count} : (struct strings){0};
}

static void drop_name(struct told_cover *cover, size_t i)
{
	cover->count--;
	memmove(&cover->names[i], &cover->names[i + 1], (cover->count - i) * sizeof(*cover->names));
}

/* Who covers again is the latest; the oldest is forgotten where there are too many. */
static void take_name(struct told *told, struct told_cover *cover, const char *name)
{
	size_t i = 0;

	if (cover->count > 0 && strcmp(cover->names[cover->count - 1], name) == 0)
		return;
	while (i < cover->count && strcmp(cover->names[i], name) != 0)
		i++;
	if (i < cover->count)
		drop_name(cover, i);
	else if (cover->count == COVERS_MOST)
		drop_name(cover, 0);
	add_name(told, cover, name);
	told->changed = true;
}

void told_cover(struct told *told, const char *list_key, const char *identity, const char *name)
{
	struct told_cover *cover = find_cover(told, list_key, identity);

	if (!name) {
		told->changed = told->changed || (cover && cover->count > 0);
		if (cover)
			cover->count = 0;
		return;
	}
	if (!cover) {
		cover = add_cover(told);
		cover->list = arena_string(told->arena, list_key);
		cover->person = arena_string(told->arena, identity);
	}
	take_name(told, cover, name);
}
