#include "base/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/language.h"

static enum error_kind failed(struct error *err, const char *path)
{
	return error_set(err, ERROR_OURS, _("%s: cannot be written: %s"), path, strerror(errno));
}

static enum error_kind write_all(int fd, const struct strbuf *text, const char *path,
	struct error *err)
{
	size_t written = 0;

	while (written < text->length) {
		ssize_t n = write(fd, text->text + written, text->length - written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return failed(err, path);
		written += (size_t)n;
	}
	return ERROR_NONE;
}

/* A rename is on disk when its folder is. */
static enum error_kind sync_folder_of(const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	struct strbuf folder = STRBUF_INIT;
	enum error_kind result = ERROR_NONE;
	int fd;

	if (slash)
		strbuf_add(&folder, path, slash == path ? 1 : (size_t)(slash - path));
	else
		strbuf_addc(&folder, '.');
	fd = open(folder.text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		result = failed(err, folder.text);
	if (fd >= 0)
		close(fd);
	strbuf_release(&folder);
	return result;
}

static enum error_kind write_beside(const char *path, const struct strbuf *text, mode_t mode,
	struct error *err)
{
	struct strbuf beside = STRBUF_INIT;
	enum error_kind result;
	int fd;

	strbuf_addf(&beside, "%s.new", path);
	fd = open(beside.text, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0) {
		result = failed(err, beside.text);
		goto out;
	}
	result = write_all(fd, text, beside.text, err);
	if (!result && ((mode & S_IROTH && fchmod(fd, mode) != 0) || fsync(fd) != 0))
		result = failed(err, beside.text);
	if (close(fd) != 0 && !result)
		result = failed(err, beside.text);
	if (!result && rename(beside.text, path) != 0)
		result = failed(err, path);
	if (result)
		unlink(beside.text);
	else
		result = sync_folder_of(path, err);
out:
	strbuf_release(&beside);
	return result;
}

/* A device or a pipe is written to, not replaced. */
static enum error_kind write_through(const char *path, const struct strbuf *text, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	enum error_kind result;

	if (fd < 0)
		return failed(err, path);
	result = write_all(fd, text, path, err);
	if (close(fd) != 0 && !result)
		result = failed(err, path);
	return result;
}

enum error_kind whole_file_write(const char *path, const struct strbuf *text, mode_t mode,
	struct error *err)
{
	struct stat st;
	char *target;
	enum error_kind result;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_through(path, text, err);
	target = realpath(path, NULL); /* what a link points to; NULL: not there yet */
	result = write_beside(target ? target : path, text, mode, err);
	free(target);
	return result;
}

enum error_kind folder_make(const char *folder, mode_t mode, struct error *err)
{
	if (mkdir(folder, mode) == 0 || errno == EEXIST)
		return ERROR_NONE;
	return error_set(err, ERROR_OURS, _("%s: cannot be made: %s"), folder, strerror(errno));
}
