#include "notices/outbox.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "config/state_folder.h"
#include "model/settings.h"
#include "notices/notice.h"
#include "notices/notice_json.h"

#define PERSON_HEX 16 /* of the hash of who it is */
#define PREFIX_HEX 8  /* of the hash of where the reports are */

static const char *ending_of(enum outbox_kind kind)
{
	return kind == OUTBOX_DRAFTS ? ".draft" : ".json";
}

/* The folder of reports is locked while a run writes; drafts of others are not ours to judge. */
static const char *prefix_of(const struct settings *settings, struct arena *arena)
{
	char *path = realpath(settings->reports_directory, NULL);
	const char *known = path ? path : settings->reports_directory;
	const char *prefix =
		arena_format(arena, "%.*s-", PREFIX_HEX, hash_hex(arena, known, strlen(known)));

	free(path);
	return prefix;
}

void outbox_init(struct outbox *outbox, const struct settings *settings, struct arena *arena)
{
	outbox->arena = arena;
	outbox->folder = arena_format(arena, "%s/outbox", state_folder(settings, arena));
	outbox->prefix = prefix_of(settings, arena);
}

int outbox_lock(const struct outbox *outbox, struct error *err)
{
	return state_lock(arena_format(outbox->arena, "%s/lock", outbox->folder), false, err);
}

static const char *path_of(const struct outbox *outbox, enum outbox_kind kind, const char *file)
{
	return arena_format(outbox->arena, "%s/%s%s", outbox->folder, file, ending_of(kind));
}

/* The name without its ending, in the arena; NULL for a file of another kind. */
static const char *file_of(const struct outbox *outbox, enum outbox_kind kind, const char *name)
{
	const char *ending = ending_of(kind);
	size_t length = strlen(name);

	if (strncmp(name, outbox->prefix, strlen(outbox->prefix)) != 0 ||
		length <= strlen(ending) || strcmp(name + length - strlen(ending), ending) != 0)
		return NULL;
	return arena_bytes(outbox->arena, name, length - strlen(ending));
}

static struct strings list_files(const struct outbox *outbox, enum outbox_kind kind)
{
	struct strings files = {0};
	const struct dirent *entry;
	DIR *folder = opendir(outbox->folder);
	size_t room = 0;

	while (folder && (entry = readdir(folder))) {
		const char *file = file_of(outbox, kind, entry->d_name);

		if (!file)
			continue;
		files.items = arena_grow(outbox->arena, files.items, files.count, &room,
			sizeof(*files.items));
		files.items[files.count++] = file;
	}
	if (folder)
		closedir(folder);
	if (files.count > 1)
		qsort(files.items, files.count, sizeof(*files.items), text_compare);
	return files;
}

size_t outbox_count(const struct outbox *outbox, enum outbox_kind kind)
{
	return list_files(outbox, kind).count;
}

void outbox_read(const struct outbox *outbox, enum outbox_kind kind, struct notices *found)
{
	struct strings files = list_files(outbox, kind);
	struct strbuf text = STRBUF_INIT;

	*found = (struct notices){
		.items = arena_get(outbox->arena, files.count * sizeof(*found->items))};
	for (size_t i = 0; i < files.count; i++) {
		struct notice *notice = &found->items[found->count];

		strbuf_reset(&text);
		if (!state_read(path_of(outbox, kind, files.items[i]), &text) ||
			!notice_json_read(notice, text.text, text.length, outbox->arena))
			continue;
		notice->file = files.items[i];
		found->count++;
	}
	strbuf_release(&text);
}

static enum error_kind make_folders(const struct outbox *outbox, struct error *err)
{
	if (state_make_folder(folder_above(outbox->folder, outbox->arena), err))
		return err->kind;
	return state_make_folder(outbox->folder, err);
}

/* A person may get one of each kind of one run. */
static const char *kind_of(const struct notice *notice)
{
	if (notice->warnings.count > 0)
		return "-w";
	if (!notice_is_ahead(notice))
		return "";
	return notice->parts[0].change == NOTICE_GAP ? "-gaps" : "-ahead";
}

enum error_kind outbox_write(const struct outbox *outbox, enum outbox_kind kind,
	struct notice *notice, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	enum error_kind failed = make_folders(outbox, err);

	if (!notice->file)
		notice->file = arena_format(outbox->arena, "%s%s-%.*s%s", outbox->prefix,
			notice->run, PERSON_HEX,
			hash_hex(outbox->arena, notice->identity, strlen(notice->identity)),
			kind_of(notice));
	notice_json_add(&text, notice);
	if (!failed)
		failed = state_write(path_of(outbox, kind, notice->file), &text, err);
	strbuf_release(&text);
	return failed;
}

enum error_kind outbox_release(const struct outbox *outbox, const struct notice *notice,
	struct error *err)
{
	const char *draft = path_of(outbox, OUTBOX_DRAFTS, notice->file);
	const char *released = path_of(outbox, OUTBOX_RELEASED, notice->file);

	if (rename(draft, released) != 0)
		return error_set(err, ERROR_OURS, _("%s: cannot be written: %s"), released,
			strerror(errno));
	return ERROR_NONE;
}

void outbox_remove(const struct outbox *outbox, enum outbox_kind kind, const struct notice *notice)
{
	unlink(path_of(outbox, kind, notice->file));
}
