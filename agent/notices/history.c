#include "notices/history.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/json_value.h"
#include "base/text/strbuf.h"
#include "config/state_folder.h"
#include "model/plan.h"
#include "model/settings.h"
#include "notices/fields.h"

#define COVERS_MAX   8                  /* names of one cover; the latest */
#define COVER_FIELDS (3 + COVERS_MAX)   /* of a line: list, person, moment, names */
#define COVER_KEEP   (400 * MOMENT_DAY) /* that a cover is kept which is not seen any more */
#define LIST_KEEP \
	(800 * MOMENT_DAY) /* that is kept who was notified of a list which is not the plan's */
#define FRESH    (30 * MOMENT_DAY) /* of what is kept by its time: how old that may become */
#define OLD_FORM 1

/* Who covers on a list for somebody away: names, in the order in which they came. */
struct notice_cover {
	const char *list, *person; /* dn_key(), identity */
	const char **names;        /* room for COVERS_MAX */
	size_t count;              /* 0: forgotten */
	moment at;                 /* when it was seen last, by some weeks */
};

/* Covers. */

static const char *covers_path(const struct notice_history *history)
{
	return arena_format(history->arena, "%s/covers", history->folder);
}

static struct notice_cover *add_cover(struct notice_history *history, const char *list,
	const char *person, moment at)
{
	struct notice_cover *cover = arena_get(history->arena, sizeof(*cover));

	*cover = (struct notice_cover){.list = arena_string(history->arena, list),
		.person = arena_string(history->arena, person),
		.names = arena_get(history->arena, COVERS_MAX * sizeof(*cover->names)),
		.at = at};
	history->all_covers = arena_grow(history->arena, history->all_covers, history->cover_count,
		&history->cover_room, sizeof(struct notice_cover *));
	history->all_covers[history->cover_count++] = cover;
	table_put(history->covers, arena_format(history->arena, "%s\n%s", list, person), cover);
	return cover;
}

static void read_cover(struct notice_history *history, char *line)
{
	char *fields[COVER_FIELDS], *end;
	size_t count = fields_cut(line, fields, COVER_FIELDS);
	struct notice_cover *cover;
	long long at = count > 3 ? strtoll(fields[2], &end, 10) : 0;

	if (count <= 3 || end == fields[2] || *end)
		return;
	cover = add_cover(history, fields[0], fields[1], (moment)at);
	for (size_t i = 3; i < count; i++)
		cover->names[cover->count++] = arena_string(history->arena, fields[i]);
}

static void read_covers(struct notice_history *history)
{
	struct strbuf text = STRBUF_INIT;
	char *line, *newline;

	if (history->covers)
		return;
	history->covers = table_new(history->arena);
	if (history->folder)
		state_read(covers_path(history), &text);
	for (line = text.text; (newline = strchr(line, '\n')); line = newline + 1) {
		*newline = '\0';
		read_cover(history, line);
	}
	strbuf_release(&text);
}

static enum error_kind write_covers(struct notice_history *history, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	moment since = moment_now() - COVER_KEEP;

	for (size_t i = 0; i < history->cover_count; i++) {
		const struct notice_cover *cover = history->all_covers[i];

		if (cover->count == 0 || cover->at < since)
			continue;
		fields_add(&text, cover->list);
		strbuf_addc(&text, '\t');
		fields_add(&text, cover->person);
		strbuf_addf(&text, "\t%lld", (long long)cover->at);
		for (size_t j = 0; j < cover->count; j++) {
			strbuf_addc(&text, '\t');
			fields_add(&text, cover->names[j]);
		}
		strbuf_addc(&text, '\n');
	}
	if (!state_write(covers_path(history), &text, err))
		history->covers_changed = false;
	strbuf_release(&text);
	return err->kind;
}

static struct notice_cover *find_cover(struct notice_history *history, const char *list_key,
	const char *identity)
{
	struct strbuf key = STRBUF_INIT;
	struct notice_cover *cover;

	read_covers(history);
	if (history->cover_count == 0)
		return NULL;
	strbuf_addf(&key, "%s\n%s", list_key, identity);
	cover = table_find(history->covers, key.text);
	strbuf_release(&key);
	return cover;
}

struct strings notice_history_covers(struct notice_history *history, const char *list_key,
	const char *identity)
{
	const struct notice_cover *cover = find_cover(history, list_key, identity);

	return cover ? (struct strings){cover->names, cover->count} : (struct strings){0};
}

static void drop_name(struct notice_cover *cover, size_t i)
{
	cover->count--;
	memmove(&cover->names[i], &cover->names[i + 1], (cover->count - i) * sizeof(*cover->names));
}

/* Who covers again is the latest; the oldest is forgotten where there are too many. */
static void take_name(struct notice_history *history, struct notice_cover *cover, const char *name)
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
	cover->names[cover->count++] = arena_string(history->arena, name);
	history->covers_changed = true;
}

void notice_history_cover(struct notice_history *history, const char *list_key,
	const char *identity, const char *name, moment now)
{
	struct notice_cover *cover = find_cover(history, list_key, identity);

	if (!name) {
		history->covers_changed = history->covers_changed || (cover && cover->count > 0);
		if (cover)
			cover->count = 0;
		return;
	}
	if (!cover)
		cover = add_cover(history, list_key, identity, now);
	if (cover->at < now - FRESH || cover->count == 0) {
		cover->at = now;
		history->covers_changed = true;
	}
	take_name(history, cover, name);
}

/* What was told. */

moment notice_history_when(struct notice_history *history, const char *list_key,
	const char *identity)
{
	return told_when(&history->told, list_key, identity);
}

void notice_history_note(struct notice_history *history, const char *list_key,
	const char *member_key, const char *identity, moment at)
{
	told_note(&history->told, list_key, member_key, identity, at);
}

void notice_history_forget(struct notice_history *history, const char *list_key,
	const char *member_key, const char *identity)
{
	told_forget(&history->told, list_key, member_key, identity);
}

const struct told_list *notice_history_list(struct notice_history *history, const char *list_key)
{
	return told_of_list(&history->told, list_key);
}

/* Who is on the plan's lists, whose names in the file these are. */
struct keep_ctx {
	struct table *lists; /* struct list_plan by told_list */
	moment now;
};

/* Who joined lately may have been notified before the plan knew. */
static bool is_kept(const void *context, const struct told_list *list,
	const struct told_person *person)
{
	const struct keep_ctx *keep = context;
	const struct list_plan *plan = table_find(keep->lists, list->name);

	return person->at >= keep->now - (plan ? FRESH : LIST_KEEP) ||
		(plan &&
			(!plan->list->exists || plan->list->members_hidden ||
				list_plan_member(plan, person->member)));
}

enum error_kind notice_history_compact(struct notice_history *history, const struct plan *plan,
	struct error *err)
{
	struct keep_ctx keep = {.lists = table_new(history->arena), .now = plan->at};

	if (!told_is_long(&history->told))
		return ERROR_NONE;
	for (size_t i = 0; i < plan->list_count; i++)
		table_put(keep.lists,
			notice_history_list(history, plan->lists[i].block->list_key)->name,
			(void *)&plan->lists[i]);
	return told_write_kept(&history->told, is_kept, &keep, err);
}

/* What was said of days to come. */

struct promises *notice_history_promises(struct notice_history *history)
{
	struct strbuf text = STRBUF_INIT;
	json_t *root = NULL;

	if (history->has_promises)
		return &history->promises;
	history->has_promises = true;
	if (history->promises_path && state_read(history->promises_path, &text))
		root = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
	promises_read(&history->promises, root, history->arena);
	json_decref(root);
	strbuf_release(&text);
	return &history->promises;
}

static enum error_kind write_promises(struct notice_history *history, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	json_t *root = promises_json(&history->promises);

	json_add_line(&text, root);
	if (!state_write(history->promises_path, &text, err))
		history->promises.changed = false;
	json_decref(root);
	strbuf_release(&text);
	return err->kind;
}

/* All of it. */

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* Take what an older agent left in told.json, which had all of it in one file. */
static void take_old_file(struct notice_history *history, const char *path)
{
	struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	const json_t *told, *covers;
	json_t *root = NULL;

	if (state_read(path, &text))
		root = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
	if (json_integer_value(json_object_get(root, "form")) == OLD_FORM) {
		told = json_object_get(root, "told");
		covers = json_object_get(root, "covers");
		for (size_t i = 0; i < json_array_size(told); i++) {
			const json_t *one = json_array_get(told, i);

			if (*text_of(one, "person"))
				notice_history_note(history, text_of(one, "list"),
					text_of(one, "member"), text_of(one, "person"),
					(moment)json_integer_value(json_object_get(one, "at")));
		}
		for (size_t i = 0; i < json_array_size(covers); i++) {
			const json_t *one = json_array_get(covers, i);
			const json_t *by = json_object_get(one, "by");

			for (size_t j = 0; j < json_array_size(by); j++) {
				if (json_is_string(json_array_get(by, j)))
					notice_history_cover(history, text_of(one, "list"),
						text_of(one, "person"),
						json_string_value(json_array_get(by, j)),
						moment_now());
			}
		}
	}
	if (!notice_history_write(history, &err))
		unlink(path);
	error_release(&err);
	json_decref(root);
	strbuf_release(&text);
}

void notice_history_init(struct notice_history *history)
{
	*history = (struct notice_history){.arena = arena_new(), .lock = -1};
	told_init(&history->told, NULL, history->arena);
}

/* Begin to look, with nothing read. */
static void begin(struct notice_history *history, const struct settings *settings)
{
	notice_history_init(history);
	history->folder = state_folder(settings, history->arena);
	told_init(&history->told, arena_format(history->arena, "%s/told.log", history->folder),
		history->arena);
	history->promises_path = state_file(settings, "ahead", history->arena);
}

static const char *old_path(const struct notice_history *history)
{
	return arena_format(history->arena, "%s/told.json", history->folder);
}

void notice_history_load(struct notice_history *history, const struct settings *settings)
{
	struct notice_history old;
	struct error err = ERROR_INIT;

	begin(history, settings);
	if (access(old_path(history), F_OK) == 0) {
		notice_history_open(&old, settings, &err);
		notice_history_release(&old);
		error_release(&err);
	}
}

void notice_history_release(struct notice_history *history)
{
	told_release(&history->told);
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
	if (!state_make_folder(folder, err))
		lock = state_lock(arena_format(arena, "%s/told.lock", folder), true, err);
	if (lock >= 0) {
		begin(history, settings);
		history->lock = lock;
		if (access(old_path(history), F_OK) == 0)
			take_old_file(history, old_path(history));
	}
	arena_free(arena);
	return err->kind;
}

enum error_kind notice_history_write(struct notice_history *history, struct error *err)
{
	told_write(&history->told, err);
	if (history->covers_changed && !err->kind)
		write_covers(history, err);
	if (history->promises.changed && !err->kind)
		write_promises(history, err);
	return err->kind;
}

enum error_kind notice_history_close(struct notice_history *history, struct error *err)
{
	notice_history_write(history, err);
	notice_history_release(history);
	return err->kind;
}
