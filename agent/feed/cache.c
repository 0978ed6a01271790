#include "feed/cache.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/language.h"
#include "config/state_folder.h"
#include "feed/cache_json.h"
#include "feed/settings_hash.h"
#include "model/settings.h"

#define NAME_LENGTH 200                 /* of a file; the system's bound is 255 */
#define BYTES_MAX   ((size_t)256 << 20) /* of a copy: FETCH_BYTES_MAX, and what JSON adds */

const char *feed_cache_folder(const struct settings *settings, struct arena *arena)
{
	return state_folder(settings, arena);
}

/* A feed's name is any text; a file's is not. */
static void add_name(struct strbuf *path, const char *name)
{
	for (const unsigned char *at = (const unsigned char *)name; *at; at++) {
		if (*at < 0x80 && (isalnum(*at) || *at == '-' || *at == '_'))
			strbuf_addc(path, (char)*at);
		else
			strbuf_addf(path, "%%%02X", *at);
	}
}

const char *feed_cache_path(const char *folder, const struct feed_settings *feed,
	struct arena *arena)
{
	struct strbuf name = STRBUF_INIT;
	struct hash hash;
	char hex[SHA256_HEX];
	const char *path;

	add_name(&name, feed->name);
	if (name.length > NAME_LENGTH) {
		hash_init(&hash);
		hash_add_text(&hash, feed->name);
		hash_end(&hash, hex);
		strbuf_reset(&name);
		strbuf_adds(&name, hex);
	}
	path = arena_format(arena, "%s/feed-%s.json", folder, name.text);
	strbuf_release(&name);
	return path;
}

bool feed_cache_is_new(const char *folder, const struct feed_settings *feed,
	struct feed_cache_stamp *stamp)
{
	struct arena *arena = arena_new();
	struct feed_cache_stamp old = *stamp;
	struct stat status;
	bool is_there = lstat(feed_cache_path(folder, feed, arena), &status) == 0;
	bool is_odd = !is_there && errno != ENOENT;

	*stamp = (struct feed_cache_stamp){0};
	if (is_there)
		*stamp = (struct feed_cache_stamp){
			.inode = status.st_ino, .changed = status.st_mtim};
	arena_free(arena);
	return is_odd || stamp->inode != old.inode || stamp->changed.tv_sec != old.changed.tv_sec ||
		stamp->changed.tv_nsec != old.changed.tv_nsec;
}

/* The text of the copy, or false, with why in *trouble if that is odd. */
static bool read_file(const char *path, struct strbuf *text, const char **trouble,
	struct arena *arena)
{
	const struct file_rules rules = {.max = BYTES_MAX, .no_link = true, .owned_by_us = true};
	struct error err = ERROR_INIT;
	enum file_state state = file_read(text, path, &rules, &err);

	if (state == FILE_REFUSED)
		*trouble = arena_string(arena, err.text.text);
	error_release(&err);
	return state == FILE_READ;
}

static void name_feed(struct kept_reading *reading, const struct feed_settings *feed)
{
	reading->absences.feed = feed->name;
	reading->absences.match = feed->match;
	reading->absences.as_number = feed->match_as == MATCH_NUMBER;
}

bool feed_cache_read(struct feed_cache *cache, const char *folder, const struct settings *settings,
	const struct feed_settings *feed, struct arena *arena, const char **trouble)
{
	const char *path = feed_cache_path(folder, feed, arena), *why = NULL;
	char hex[SHA256_HEX];
	struct strbuf text = STRBUF_INIT;
	enum feed_cache_result reading = FEED_CACHE_OTHER;

	settings_hash(settings, feed, hex);
	*cache = (struct feed_cache){0};
	if (read_file(path, &text, &why, arena))
		reading = feed_cache_json_read(cache, text.text, text.length, hex, arena);
	if (reading == FEED_CACHE_BROKEN)
		why = arena_format(arena, _("%s: it is damaged"), path);
	for (size_t i = 0; i < cache->trusted_count; i++)
		name_feed(&cache->trusted[i], feed);
	name_feed(&cache->doubt.reading, feed);
	name_feed(&cache->replaced, feed);
	*trouble = why ? arena_format(arena, _("its kept copy counts as none: %s"), why) : NULL;
	strbuf_release(&text);
	return reading == FEED_CACHE_READ;
}

/* Whether a folder is the user's own; where it is not there, the one that would hold it. */
static bool is_own(const char *folder)
{
	struct arena *arena = arena_new();
	struct stat status;
	bool is_there = stat(folder, &status) == 0;

	if (!is_there && errno == ENOENT)
		is_there = stat(folder_above(folder, arena), &status) == 0;
	arena_free(arena);
	/* Where even that is not there, the attempt says so better. */
	return !is_there || status.st_uid == geteuid();
}

enum error_kind feed_cache_write(const struct feed_cache *cache, const char *folder,
	const struct settings *settings, const struct feed_settings *feed, bool *kept_it,
	struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct arena *arena;
	char hex[SHA256_HEX];
	enum error_kind failed;

	*kept_it = false;
	if (!is_own(folder))
		return ERROR_NONE;
	arena = arena_new();
	settings_hash(settings, feed, hex);
	feed_cache_json_add(&text, cache, feed, hex);
	failed = file_make_folder(folder, FOLDER_MODE_OWN, err);
	if (!failed)
		failed = file_replace(feed_cache_path(folder, feed, arena), &text, FILE_MODE_OWN,
			FILE_RENAMED, err);
	*kept_it = !failed;
	strbuf_release(&text);
	arena_free(arena);
	return failed;
}
