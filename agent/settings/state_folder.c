#include "settings/state_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/whole_file.h"
#include "settings/settings.h"

#define FILE_MODE   0600
#define FOLDER_MODE 0700
#define BYTES_MOST  ((off_t)64 << 20)

const char *folder_above(const char *path, struct arena *arena)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	while (length > 0 && path[length - 1] != '/')
		length--;
	while (length > 1 && path[length - 1] == '/')
		length--;
	return length > 0 ? arena_bytes(arena, path, length) : arena_string(arena, ".");
}

const char *state_folder(const struct settings *settings, struct arena *arena)
{
	const char *systemd = getenv("STATE_DIRECTORY");

	if (systemd && *systemd)
		return arena_bytes(arena, systemd, strcspn(systemd, ":"));
	return arena_format(arena, "%s/state", folder_above(settings->reports_directory, arena));
}

/* root looks after another's folder: what it leaves there must be of use to that other. */
static void give(const char *path)
{
	struct arena *arena = arena_new();
	struct stat above, status;

	if (geteuid() == 0 && stat(folder_above(path, arena), &above) == 0 && above.st_uid != 0 &&
		lstat(path, &status) == 0 && status.st_uid == 0 &&
		lchown(path, above.st_uid, above.st_gid) != 0)
		errno = 0; /* a file system without owners: so be it */
	arena_free(arena);
}

enum error_kind state_write(const char *path, const struct strbuf *text, struct error *err)
{
	enum error_kind failed = whole_file_write(path, text, FILE_MODE, err);

	if (!failed)
		give(path);
	return failed;
}

enum error_kind state_make_folder(const char *path, struct error *err)
{
	enum error_kind failed = folder_make(path, FOLDER_MODE, err);

	if (!failed)
		give(path);
	return failed;
}

static bool is_trusted(const struct stat *status)
{
	if (!S_ISREG(status->st_mode) || status->st_size > BYTES_MOST)
		return false;
	if (status->st_mode & (S_IWGRP | S_IWOTH))
		return false;
	return geteuid() == 0 || status->st_uid == 0 || status->st_uid == geteuid();
}

bool state_read(const char *path, struct strbuf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	char bytes[4096];
	ssize_t got = -1;

	if (fd >= 0 && fstat(fd, &status) == 0 && is_trusted(&status)) {
		do {
			got = read(fd, bytes, sizeof(bytes));
			if (got > 0)
				strbuf_add(out, bytes, (size_t)got);
		} while (got > 0 || (got < 0 && errno == EINTR));
	}
	if (fd >= 0)
		close(fd);
	return got == 0;
}

int state_lock(const char *path, bool wait)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);

	if (fd < 0)
		return -1;
	give(path);
	while (flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB)) != 0) {
		if (errno == EINTR)
			continue;
		close(fd);
		return -1;
	}
	return fd;
}
