#include "base/file/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file/path.h"
#include "base/memory/memory.h"
#include "base/text/language.h"

#define UNFINISHED_PREFIX ".postvagt-"
#define UNFINISHED_SUFFIX ".new"
#define UNFINISHED_HEX    16
#define UNFINISHED_SIZE   (sizeof(UNFINISHED_PREFIX UNFINISHED_SUFFIX) + UNFINISHED_HEX)

/* Close a descriptor, if it is one, and leave errno as it is. */
static void close_quietly(int fd)
{
	int why = errno;

	if (fd >= 0)
		close(fd);
	errno = why;
}

static enum error_kind fail_write(struct error *err, const char *path)
{
	int why = errno;

	if (why == ELOOP)
		error_set(err, ERROR_OURS,
			_("%s: cannot be written: it is, or lies behind, a link in a folder that others "
			  "can write"),
			path);
	else if (why == EINVAL)
		error_set(err, ERROR_OURS, _("%s: cannot be written: it is not a regular file"),
			path);
	else
		error_set(err, ERROR_OURS, _("%s: cannot be written: %s"), path, strerror(why));
	errno = why;
	return ERROR_OURS;
}

static enum file_state refuse_read(struct error *err, const char *path)
{
	int why = errno;

	if (why == ELOOP)
		error_set(err, ERROR_OURS,
			_("%s: cannot be read: it is, or lies behind, a link that is not followed"),
			path);
	else
		error_set(err, ERROR_OURS, _("%s: cannot be read: %s"), path, strerror(why));
	errno = why;
	return FILE_REFUSED;
}

/* Why a file is not read, or NULL. */
static const char *refuse_status(const struct stat *st, const struct file_rules *rules)
{
	if (!S_ISREG(st->st_mode))
		return _("it is not a regular file");
	if (rules->owned_by_us && geteuid() != 0 && st->st_uid != 0 && st->st_uid != geteuid())
		return _("it belongs to another user");
	if (rules->owned_by_us && (st->st_mode & (S_IWGRP | S_IWOTH)))
		return _("others can write it");
	return NULL;
}

const char *file_refusal(void)
{
	return errno == EINVAL ? _("it is not a regular file") : strerror(errno);
}

/* Read to the end, or one byte past the bound. */
static int read_bytes(int fd, struct strbuf *out, size_t max)
{
	char bytes[16384];
	size_t total = 0;
	ssize_t got = 1;

	while (got > 0 && total <= max) {
		got = read(fd, bytes, sizeof(bytes));
		if (got > 0) {
			strbuf_add(out, bytes, (size_t)got);
			total += (size_t)got;
		} else if (got < 0 && errno == EINTR) {
			got = 1;
		}
	}
	return got < 0 ? -1 : 0;
}

/* Where a text has a control character, or NULL. */
static const char *find_control(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
			return text + i;
	}
	return NULL;
}

static size_t count_lines(const char *from, const char *to)
{
	size_t lines = 1;

	for (; from < to; from++)
		lines += *from == '\n';
	return lines;
}

static enum error_kind check_text(const char *path, const char *text, size_t length,
	struct error *err)
{
	const char *control = find_control(text, length);

	if (!control)
		return ERROR_NONE;
	errno = EILSEQ;
	return error_set(err, ERROR_OURS,
		_("%s:%zu: found the control character 0x%02X, expected text; the file was altered "
		  "or damaged"),
		path, count_lines(text, control), (unsigned int)(unsigned char)*control);
}

static void cut_text(struct strbuf *text, size_t length)
{
	if (text->length > length) {
		text->length = length;
		text->text[length] = '\0';
	}
}

static enum file_state read_checked(int fd, struct strbuf *out, const char *path,
	const struct file_rules *rules, struct error *err)
{
	size_t before = out->length;
	const char *refusal;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return refuse_read(err, path);
	if (rules->status)
		*rules->status = st;
	refusal = refuse_status(&st, rules);
	if (!refusal && rules->tail && st.st_size > (off_t)rules->max &&
		lseek(fd, st.st_size - (off_t)rules->max, SEEK_SET) < 0)
		return refuse_read(err, path);
	if (refusal) {
		errno = EINVAL;
		error_set(err, ERROR_OURS, _("%s: cannot be read: %s"), path, refusal);
	} else if (read_bytes(fd, out, rules->max) != 0) {
		refuse_read(err, path);
	} else if (out->length - before > rules->max && !rules->head) {
		errno = EFBIG;
		error_set(err, ERROR_OURS, _("%s: cannot be read: it is larger than %zu bytes"),
			path, rules->max);
	} else {
		if (rules->head)
			cut_text(out, before + rules->max);
		if (!rules->is_text ||
			!check_text(path, out->text + before, out->length - before, err))
			return FILE_READ;
	}
	return FILE_REFUSED;
}

enum file_state file_read_open(int fd, struct strbuf *out, const char *path,
	const struct file_rules *rules, struct error *err)
{
	size_t before = out->length;
	enum file_state state = read_checked(fd, out, path, rules, err);

	if (state == FILE_REFUSED)
		cut_text(out, before);
	return state;
}

enum file_state file_read(struct strbuf *out, const char *path, const struct file_rules *rules,
	struct error *err)
{
	int fd = path_open(path, O_RDONLY | O_NONBLOCK | (rules->no_link ? O_NOFOLLOW : 0), 0);
	enum file_state state;

	if (fd < 0)
		return errno == ENOENT && !rules->must_exist ? FILE_MISSING
							     : refuse_read(err, path);
	state = file_read_open(fd, out, path, rules, err);
	close_quietly(fd);
	return state;
}

enum error_kind file_write_all(int fd, const struct strbuf *text, const char *path,
	struct error *err)
{
	size_t written = 0;

	while (written < text->length) {
		ssize_t n = write(fd, text->text + written, text->length - written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail_write(err, path);
		written += (size_t)n;
	}
	return ERROR_NONE;
}

static void name_unfinished(char name[UNFINISHED_SIZE])
{
	uint64_t number;

	randombytes_buf(&number, sizeof(number));
	snprintf(name, UNFINISHED_SIZE, UNFINISHED_PREFIX "%016" PRIx64 UNFINISHED_SUFFIX, number);
}

/* A file that this call alone created, with the text in it. On failure it is gone again. */
static enum error_kind write_unfinished(int folder, const char *name, const struct strbuf *text,
	mode_t mode, bool sync, const char *path, struct error *err)
{
	enum error_kind failed;
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);

	if (fd < 0)
		return fail_write(err, path);
	failed = file_write_all(fd, text, path, err);
	if (!failed && (mode & S_IROTH) && fchmod(fd, mode) != 0)
		failed = fail_write(err, path);
	if (!failed && sync && fsync(fd) != 0)
		failed = fail_write(err, path);
	if (close(fd) != 0 && !failed)
		failed = fail_write(err, path);
	if (failed)
		unlinkat(folder, name, 0);
	return failed;
}

/* Whether the name is free, a regular file's, or a link's where that may go: nothing else is replaced. */
static bool is_replaceable(int folder, const char *name, bool also_link)
{
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT;
	errno = S_ISDIR(st.st_mode) ? EISDIR : S_ISLNK(st.st_mode) ? ELOOP : EINVAL;
	return S_ISREG(st.st_mode) || (also_link && S_ISLNK(st.st_mode));
}

static int rename_over(int folder, const char *from, const char *to)
{
	return is_replaceable(folder, to, false) ? renameat(folder, from, folder, to) : -1;
}

static int rename_over_link(int folder, const char *from, const char *to)
{
	return is_replaceable(folder, to, true) ? renameat(folder, from, folder, to) : -1;
}

/* Where the file system cannot rename so, a second name does the same, and the first is removed. */
static int rename_beside(int folder, const char *from, const char *to)
{
	if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return linkat(folder, from, folder, to, 0) == 0 ? unlinkat(folder, from, 0) : -1;
}

static enum error_kind put_file(const char *path, const struct strbuf *text, mode_t mode,
	enum file_sync sync, int (*place)(int folder, const char *from, const char *to),
	struct error *err)
{
	struct strbuf name = STRBUF_INIT;
	char unfinished[UNFINISHED_SIZE];
	int folder = path_open_folder(path, place == rename_over_link, &name);
	enum error_kind failed = folder < 0 ? fail_write(err, path) : ERROR_NONE;

	name_unfinished(unfinished);
	if (!failed)
		failed = write_unfinished(folder, unfinished, text, mode, sync != FILE_RENAMED,
			path, err);
	if (!failed && place(folder, unfinished, name.text) != 0) {
		failed = fail_write(err, path);
		unlinkat(folder, unfinished, 0);
	}
	if (!failed && sync == FILE_DURABLE && fsync(folder) != 0)
		failed = fail_write(err, path);
	close_quietly(folder);
	strbuf_release(&name);
	return failed;
}

enum error_kind file_write(const char *path, const struct strbuf *text, mode_t mode,
	enum file_sync sync, struct error *err)
{
	return put_file(path, text, mode, sync, rename_over, err);
}

enum error_kind file_replace(const char *path, const struct strbuf *text, mode_t mode,
	enum file_sync sync, struct error *err)
{
	return put_file(path, text, mode, sync, rename_over_link, err);
}

struct staged_file {
	int folder;                       /* where it is */
	char unfinished[UNFINISHED_SIZE]; /* its name until it is placed */
	char *name, *path;                /* owned: its name then; for errors */
};

static char *copy_text(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(memory_get(size), text, size);
}

enum error_kind file_stage_add(struct file_stage *stage, const char *path,
	const struct strbuf *text, mode_t mode, struct error *err)
{
	struct strbuf name = STRBUF_INIT;
	struct staged_file file = {.folder = path_open_folder(path, false, &name)};
	enum error_kind failed = file.folder < 0 ? fail_write(err, path) : ERROR_NONE;

	name_unfinished(file.unfinished);
	if (!failed)
		failed = write_unfinished(file.folder, file.unfinished, text, mode, false, path,
			err);
	if (failed) {
		close_quietly(file.folder);
	} else {
		file.name = copy_text(name.text);
		file.path = copy_text(path);
		stage->items = memory_grow(stage->items, stage->count, &stage->room, sizeof(file));
		stage->items[stage->count++] = file;
	}
	strbuf_release(&name);
	return failed;
}

enum error_kind file_stage_sync(struct file_stage *stage, struct error *err)
{
	dev_t done = 0;
	struct stat st;

	for (size_t i = stage->placed; i < stage->count; i++) {
		struct staged_file *file = &stage->items[i];

		if (fstat(file->folder, &st) != 0)
			return fail_write(err, file->path);
		if (i > stage->placed && st.st_dev == done)
			continue;
		done = st.st_dev;
		if (syncfs(file->folder) != 0)
			return fail_write(err, file->path);
	}
	return ERROR_NONE;
}

enum error_kind file_stage_place(struct file_stage *stage, struct error *err)
{
	for (; stage->placed < stage->count; stage->placed++) {
		struct staged_file *file = &stage->items[stage->placed];

		if (rename_over(file->folder, file->unfinished, file->name) != 0)
			return fail_write(err, file->path);
	}
	return ERROR_NONE;
}

void file_stage_release(struct file_stage *stage)
{
	for (size_t i = 0; i < stage->count; i++) {
		struct staged_file *file = &stage->items[i];

		if (i >= stage->placed)
			unlinkat(file->folder, file->unfinished, 0);
		close_quietly(file->folder);
		free(file->name);
		free(file->path);
	}
	free(stage->items);
	*stage = (struct file_stage)FILE_STAGE_INIT;
}

enum error_kind file_sync(const char *folder, struct error *err)
{
	int fd = path_open(folder, O_RDONLY | O_DIRECTORY, 0);
	enum error_kind failed = fd < 0 || syncfs(fd) != 0 ? fail_write(err, folder) : ERROR_NONE;

	close_quietly(fd);
	return failed;
}

enum error_kind file_finish(const char *folder, const char *unfinished, const char *name,
	struct error *err)
{
	int fd = path_open(folder, O_RDONLY | O_DIRECTORY, 0);
	enum error_kind failed = fd < 0 || rename_over(fd, unfinished, name) != 0
		? fail_write(err, folder)
		: ERROR_NONE;

	close_quietly(fd);
	return failed;
}

enum error_kind file_create(const char *path, const struct strbuf *text, mode_t mode,
	struct error *err)
{
	return put_file(path, text, mode, FILE_DURABLE, rename_beside, err);
}

/* Whether both are one file, as a crash between the two steps of rename_beside() leaves it. */
static bool is_same_file(int folder, const char *first, const char *second)
{
	struct stat a, b;

	return fstatat(folder, first, &a, AT_SYMLINK_NOFOLLOW) == 0 &&
		fstatat(folder, second, &b, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(a.st_mode) &&
		a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

enum error_kind file_move(const char *path, const char *name, struct error *err)
{
	struct strbuf from = STRBUF_INIT;
	int folder = path_open_folder(path, true, &from);
	enum error_kind failed = ERROR_NONE;

	if (folder < 0)
		failed = fail_write(err, path);
	else if (is_same_file(folder, from.text, name)
			? unlinkat(folder, from.text, 0) != 0
			: rename_beside(folder, from.text, name) != 0)
		failed = fail_write(err, path);
	else if (fsync(folder) != 0)
		failed = fail_write(err, path);
	close_quietly(folder);
	strbuf_release(&from);
	return failed;
}

/* Open for writing without waiting. Only a regular file will do. */
static int open_regular(const char *path, int flags, mode_t mode)
{
	int fd = path_open(path, flags | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

enum error_kind file_append(const char *path, const struct strbuf *text, mode_t mode,
	struct error *err)
{
	int fd = open_regular(path, O_WRONLY | O_APPEND, mode);
	enum error_kind failed;

	if (fd < 0)
		return fail_write(err, path);
	failed = file_write_all(fd, text, path, err);
	close_quietly(fd);
	return failed;
}

int file_open_lock(const char *path, struct error *err)
{
	int fd = open_regular(path, O_RDWR, FILE_MODE_OWN);
	struct stat st;

	if (fd < 0) {
		fail_write(err, path);
		return -1;
	}
	if (fstat(fd, &st) == 0 && (st.st_mode & 077) && st.st_uid == geteuid() &&
		fchmod(fd, FILE_MODE_OWN) != 0)
		errno = 0; /* a file system without modes */
	return fd;
}

enum error_kind file_remove(const char *path, struct error *err)
{
	struct strbuf above = STRBUF_INIT;
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	enum error_kind failed = ERROR_NONE;
	int folder;

	path_add_folder(&above, path);
	folder = path_open(above.text, O_PATH | O_DIRECTORY, 0);
	if ((folder < 0 || unlinkat(folder, name, 0) != 0) && errno != ENOENT)
		failed = error_set(err, ERROR_OURS, _("%s: cannot be removed: %s"), path,
			strerror(errno));
	close_quietly(folder);
	strbuf_release(&above);
	return failed;
}

bool file_is_unfinished(const char *name)
{
	size_t prefix = strlen(UNFINISHED_PREFIX);

	return strncmp(name, UNFINISHED_PREFIX, prefix) == 0 &&
		strspn(name + prefix, "0123456789abcdef") == UNFINISHED_HEX &&
		strcmp(name + prefix + UNFINISHED_HEX, UNFINISHED_SUFFIX) == 0;
}

static void sweep_entry(int folder, const char *name, time_t latest)
{
	struct stat st;

	if (file_is_unfinished(name) && fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		S_ISREG(st.st_mode) && st.st_uid == geteuid() && st.st_mtime <= latest)
		unlinkat(folder, name, 0);
}

void file_sweep(const char *folder, int age)
{
	int fd = path_open(folder, O_RDONLY | O_DIRECTORY, 0);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;

	while (entries && (entry = readdir(entries)))
		sweep_entry(fd, entry->d_name, time(NULL) - age);
	if (entries)
		closedir(entries);
	else
		close_quietly(fd);
}

enum error_kind file_make_folder(const char *folder, mode_t mode, struct error *err)
{
	struct stat st;

	if (mkdir(folder, mode) == 0 ||
		(errno == EEXIST && stat(folder, &st) == 0 && S_ISDIR(st.st_mode)))
		return ERROR_NONE;
	return error_set(err, ERROR_OURS, _("%s: cannot be made: %s"), folder, strerror(errno));
}
