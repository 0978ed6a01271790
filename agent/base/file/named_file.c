#include "base/file/named_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/file/path.h"
#include "base/memory/memory.h"
#include "base/text/language.h"

/* A file that was opened before this process became another user. */
struct kept_file {
	char *path; /* owned */
	int fd;
};

/* No command takes more than one of each. */
static struct kept_file input = {.fd = -1}, output = {.fd = -1};

static bool is_kept(const struct kept_file *kept, const char *path)
{
	return kept->fd >= 0 && strcmp(kept->path, path) == 0;
}

static void keep_file(struct kept_file *kept, const char *path, int fd)
{
	size_t size = strlen(path) + 1;

	if (kept->fd >= 0)
		close(kept->fd);
	free(kept->path);
	kept->path = memory_get(size);
	memcpy(kept->path, path, size);
	kept->fd = fd;
}

static enum error_kind fail_open(struct error *err, const char *path)
{
	int why = errno;

	error_set(err, ERROR_OURS, _("%s: cannot be opened: %s"), path, strerror(why));
	errno = why;
	return ERROR_OURS;
}

enum error_kind named_file_keep_input(const char *path, struct error *err)
{
	int fd = path_open(path, O_RDONLY | O_NONBLOCK, 0);

	if (fd < 0)
		return errno == ENOENT ? ERROR_NONE : fail_open(err, path);
	keep_file(&input, path, fd);
	return ERROR_NONE;
}

enum error_kind named_file_keep_output(const char *path, mode_t mode, struct error *err)
{
	int fd = path_open(path, O_WRONLY | O_CREAT | O_NONBLOCK, mode);

	if (fd < 0)
		return fail_open(err, path);
	keep_file(&output, path, fd);
	return ERROR_NONE;
}

enum error_kind named_file_read(struct strbuf *out, const char *path, size_t max, struct error *err)
{
	const struct file_rules rules = {.max = max, .must_exist = true};

	if (is_kept(&input, path))
		file_read_open(input.fd, out, path, &rules, err);
	else
		file_read(out, path, &rules, err);
	return err->kind;
}

/* Write through a descriptor. A file that was longer is cut; a pipe's reader is waited for. */
static enum error_kind write_through(int fd, const char *path, const struct strbuf *text,
	struct error *err)
{
	struct stat st;
	bool is_regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	int flags = fcntl(fd, F_GETFL);

	if ((is_regular && ftruncate(fd, 0) != 0) || flags < 0 ||
		fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) != 0)
		return fail_open(err, path);
	if (file_write_all(fd, text, path, err))
		return err->kind;
	return is_regular && fsync(fd) != 0 ? fail_open(err, path) : ERROR_NONE;
}

static enum error_kind write_device(const char *path, const struct strbuf *text, struct error *err)
{
	int fd = path_open(path, O_WRONLY | O_NONBLOCK, 0);
	enum error_kind failed;

	if (fd < 0)
		return fail_open(err, path);
	failed = write_through(fd, path, text, err);
	if (close(fd) != 0 && !failed)
		failed = fail_open(err, path);
	return failed;
}

enum error_kind named_file_write(const char *path, const struct strbuf *text, mode_t mode,
	struct error *err)
{
	struct stat st;

	if (is_kept(&output, path))
		return write_through(output.fd, path, text, err);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return write_device(path, text, err);
	return file_write(path, text, mode, FILE_DURABLE, err);
}
