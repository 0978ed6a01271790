#include "config/state_folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/file/path.h"
#include "base/memory/arena.h"
#include "base/text/language.h"
#include "model/settings.h"

#define BYTES_MAX ((size_t)64 << 20)

const char *folder_above(const char *path, struct arena *arena)
{
	struct strbuf above = STRBUF_INIT;

	path_add_folder(&above, path);
	return strbuf_to_arena(&above, arena);
}

const char *state_folder(const struct settings *settings, struct arena *arena)
{
	const char *systemd = getenv("STATE_DIRECTORY");

	if (systemd && *systemd)
		return arena_bytes(arena, systemd, strcspn(systemd, ":"));
	return arena_format(arena, "%s/state", folder_above(settings->reports_directory, arena));
}

const char *state_file(const struct settings *settings, const char *name, struct arena *arena)
{
	const char *reports = settings->reports_directory;
	size_t end = strlen(reports), start;

	while (end > 1 && reports[end - 1] == '/')
		end--;
	for (start = end; start > 0 && reports[start - 1] != '/';)
		start--;
	return arena_format(arena, "%s/%s-%.*s.json", state_folder(settings, arena), name,
		(int)(end - start), reports + start);
}

enum error_kind state_write(const char *path, const struct strbuf *text, struct error *err)
{
	return file_replace(path, text, FILE_MODE_OWN, FILE_DURABLE, err);
}

enum error_kind state_write_quickly(const char *path, const struct strbuf *text, struct error *err)
{
	return file_replace(path, text, FILE_MODE_OWN, FILE_RENAMED, err);
}

enum error_kind state_make_folder(const char *path, struct error *err)
{
	return file_make_folder(path, FOLDER_MODE_OWN, err);
}

enum file_state state_load(const char *path, struct strbuf *out, struct error *err)
{
	const struct file_rules rules = {
		.max = BYTES_MAX, .no_link = true, .owned_by_us = true, .is_text = true};

	return file_read(out, path, &rules, err);
}

bool state_read(const char *path, struct strbuf *out)
{
	struct error err = ERROR_INIT;
	enum file_state state = state_load(path, out, &err);

	error_release(&err);
	return state == FILE_READ;
}

int state_lock(const char *path, bool wait, struct error *err)
{
	int fd = file_open_lock(path, err);

	while (fd >= 0 && flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB)) != 0) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			error_set(err, ERROR_OURS, _("%s: cannot be locked: %s"), path,
				strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}
