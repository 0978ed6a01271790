#include "feed/kept.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/language.h"
#include "base/whole_file.h"
#include "feed/kept_json.h"
#include "settings/settings.h"
#include "settings/state_folder.h"

#define NAME_LENGTH 200          /* of a file; the system's bound is 255 */
#define BYTES_MOST  (256l << 20) /* of a copy: FEED_BYTES_MOST, and what JSON adds */
#define FILE_MODE   0600
#define FOLDER_MODE 0700

const char *kept_folder(const struct settings *settings, struct arena *arena)
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

const char *kept_path(const char *folder, const struct feed_settings *feed, struct arena *arena)
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

bool kept_is_new(const char *folder, const struct feed_settings *feed, struct kept_stamp *stamp)
{
	struct arena *arena = arena_new();
	struct kept_stamp old = *stamp;
	struct stat status;
	bool is_there = lstat(kept_path(folder, feed, arena), &status) == 0;
	bool is_odd = !is_there && errno != ENOENT;

	*stamp = (struct kept_stamp){0};
	if (is_there)
		*stamp = (struct kept_stamp){.inode = status.st_ino, .changed = status.st_mtim};
	arena_free(arena);
	return is_odd || stamp->inode != old.inode || stamp->changed.tv_sec != old.changed.tv_sec ||
		stamp->changed.tv_nsec != old.changed.tv_nsec;
}

/* What makes of the same pages other absences. */
static void hash_settings(const struct settings *settings, const struct feed_settings *feed,
	char hex[SHA256_HEX])
{
	const char *const texts[] = {feed->url, feed->records, feed->next, feed->fields.person,
		feed->fields.from, feed->fields.until, feed->fields.deputy, feed->match,
		feed->charset, settings->people.separator, settings->timezone};
	const char format = (char)('0' + (int)feed->format);
	struct hash hash;

	hash_init(&hash);
	hash_add(&hash, &format, 1);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		hash_add_text(&hash, texts[i]);
	hash_end(&hash, hex);
}

/* Why a file is not to be trusted, or NULL. */
static const char *distrust(const struct stat *status)
{
	if (!S_ISREG(status->st_mode))
		return _("not a file");
	if (geteuid() != 0 && status->st_uid != 0 && status->st_uid != geteuid())
		return _("it is another user's");
	if (status->st_mode & (S_IWGRP | S_IWOTH))
		return _("others can write it");
	return status->st_size > BYTES_MOST ? _("it is too large") : NULL;
}

/* All of a file whose length is known; false where it ends before. */
static bool read_all(int fd, char *bytes, size_t length)
{
	size_t done = 0;

	while (done < length) {
		ssize_t got = read(fd, bytes + done, length - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

/* The text of the copy, on the heap, or NULL, with why in *trouble if that is odd. */
static char *read_file(const char *path, size_t *length, const char **trouble)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	char *bytes = NULL;

	if (fd < 0 || fstat(fd, &status) != 0) {
		*trouble = errno == ENOENT ? NULL : strerror(errno);
	} else if (!(*trouble = distrust(&status))) {
		*length = (size_t)status.st_size;
		bytes = malloc(*length + 1);
		if (!bytes || !read_all(fd, bytes, *length)) {
			*trouble = _("it cannot be read to its end");
			free(bytes);
			bytes = NULL;
		}
	}
	if (fd >= 0)
		close(fd);
	return bytes;
}

bool kept_read(struct kept *kept, const char *folder, const struct settings *settings,
	const struct feed_settings *feed, struct arena *arena, const char **trouble)
{
	const char *path = kept_path(folder, feed, arena), *why = NULL;
	char hex[SHA256_HEX];
	size_t length = 0;
	char *text = read_file(path, &length, &why);
	enum kept_reading reading = KEPT_OTHER;

	hash_settings(settings, feed, hex);
	*kept = (struct kept){0};
	if (text)
		reading = kept_json_read(kept, text, length, hex, arena);
	if (reading == KEPT_BROKEN)
		why = _("it is damaged");
	kept->absences.feed = feed->name;
	kept->absences.match = feed->match;
	*trouble = why ? arena_format(arena, _("its kept copy %s counts as none: %s"), path, why)
		       : NULL;
	free(text);
	return reading == KEPT_READ;
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

/* One writer at a time: all would use the same place beside the copy. */
static enum error_kind write_locked(const char *folder, const char *path, const struct strbuf *text,
	struct error *err)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum error_kind failed;

	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		failed = error_set(err, ERROR_OURS, _("%s: cannot be written: %s"), folder,
			strerror(errno));
	else
		failed = whole_file_write(path, text, FILE_MODE, err);
	if (fd >= 0)
		close(fd);
	return failed;
}

enum error_kind kept_write(const struct kept *kept, const char *folder,
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
	hash_settings(settings, feed, hex);
	kept_json_add(&text, kept, feed, hex);
	failed = folder_make(folder, FOLDER_MODE, err);
	if (!failed)
		failed = write_locked(folder, kept_path(folder, feed, arena), &text, err);
	*kept_it = !failed;
	strbuf_release(&text);
	arena_free(arena);
	return failed;
}
