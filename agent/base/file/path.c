#include "base/file/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as the kernel's own limit, path_resolution(7) */

/* A walk along a path. */
struct path_walk {
	int folder;         /* reached so far; owned */
	struct strbuf rest; /* the components that remain */
	struct strbuf name; /* the component that is looked at */
	int links;          /* followed */
	path_visit
		*visit; /* NULL: nobody judges the folders, so links are followed in our own only */
	void *context;  /* of `visit` */
};

static bool is_trusted_user(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

/*
 * Whether nobody but root and this user can have made `link`, an entry of the walk's folder. Where a visitor
 * judges the folder's owner and group, only what the sticky bit lets others do is left; but root follows no
 * link of others, whoever judges.
 */
static bool is_link_trusted(const struct path_walk *walk, const struct stat *link)
{
	bool is_judged = walk->visit && geteuid() != 0;
	struct stat st;

	if (fstat(walk->folder, &st) != 0 || (!is_judged && !is_trusted_user(st.st_uid)))
		return false;
	if (!(st.st_mode & (S_IWGRP | S_IWOTH)))
		return true;
	if (st.st_mode & S_ISVTX)
		return is_trusted_user(link->st_uid);
	return is_judged && !(st.st_mode & S_IWOTH);
}

static bool is_on_proc(int folder)
{
	struct statfs fs;

	return fstatfs(folder, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

static int walk_enter(struct path_walk *walk, int folder)
{
	if (folder < 0)
		return -1;
	if (walk->folder >= 0)
		close(walk->folder);
	walk->folder = folder;
	if (walk->visit && !is_on_proc(folder) && !walk->visit(walk->context, folder))
		return -1;
	return 0;
}

/* Enter the current folder after those above it. Above one that may not be searched, none is visited. */
static int walk_enter_current(struct path_walk *walk)
{
	int fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC), above = fd, next;
	struct stat st, last;
	bool is_good = true;

	while (walk->visit && is_good && above >= 0 && fstat(above, &last) == 0) {
		next = openat(above, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (above != fd)
			close(above);
		above = next;
		if (next < 0 || fstat(next, &st) != 0 ||
			(st.st_ino == last.st_ino && st.st_dev == last.st_dev))
			break;
		is_good = walk->visit(walk->context, next);
	}
	if (above >= 0 && above != fd)
		close(above);
	if (is_good)
		return walk_enter(walk, fd);
	close(fd);
	return -1;
}

/* Begin at the root or, for a relative path, where the walk is. */
static int walk_set(struct path_walk *walk, const char *path)
{
	struct strbuf rest = STRBUF_INIT;

	strbuf_adds(&rest, path);
	strbuf_release(&walk->rest);
	walk->rest = rest;
	if (*path == '/')
		return walk_enter(walk, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
	if (walk->folder >= 0)
		return 0;
	return walk_enter_current(walk);
}

/* Cut the next component off. Return whether it is the last one. */
static bool walk_next(struct path_walk *walk)
{
	const char *at = walk->rest.text + strspn(walk->rest.text, "/");
	size_t length = strcspn(at, "/");
	const char *behind = at + length + strspn(at + length, "/");
	bool is_last = *behind == '\0' && at[length] != '/';
	struct strbuf rest = STRBUF_INIT;

	strbuf_reset(&walk->name);
	strbuf_add(&walk->name, at, length);
	if (length == 0)
		strbuf_addc(&walk->name, '.');
	strbuf_adds(&rest, *behind || is_last ? behind : ".");
	strbuf_release(&walk->rest);
	walk->rest = rest;
	return is_last;
}

/* Go on with the link's target instead of the link. */
static int walk_follow(struct path_walk *walk, int link, const struct stat *status)
{
	struct strbuf target = STRBUF_INIT;
	char text[PATH_MAX];
	ssize_t length;
	int result = -1;

	if (++walk->links > LINKS_MAX || !is_link_trusted(walk, status)) {
		errno = ELOOP;
		return -1;
	}
	length = readlinkat(link, "", text, sizeof(text));
	if (length > 0 && length < (ssize_t)sizeof(text)) {
		strbuf_add(&target, text, (size_t)length);
		if (*walk->rest.text)
			strbuf_addf(&target, "/%s", walk->rest.text);
		result = walk_set(walk, target.text);
	} else if (length >= 0) {
		errno = ENAMETOOLONG;
	}
	strbuf_release(&target);
	return result;
}

/* A component that is not the last: a folder, or a link to go on with. */
static int walk_through(struct path_walk *walk)
{
	int fd = openat(walk->folder, walk->name.text, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int result = -1, why;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISLNK(st.st_mode) && is_on_proc(walk->folder))
		result = walk_enter(walk,
			openat(walk->folder, walk->name.text, O_PATH | O_DIRECTORY | O_CLOEXEC));
	else if (S_ISLNK(st.st_mode))
		result = walk_follow(walk, fd, &st);
	else
		return walk_enter(walk, fd);
	why = errno;
	close(fd);
	errno = why;
	return result;
}

/*
 * Walk up to the last component, following a link there unless `keeps_link`. Then walk->folder holds it,
 * and walk->name is its name.
 */
static int walk_to_last(struct path_walk *walk, const char *path, bool keeps_link)
{
	if (!*path) {
		errno = ENOENT;
		return -1;
	}
	if (walk_set(walk, path))
		return -1;
	for (;;) {
		int fd, result = 0;
		struct stat st;

		if (!walk_next(walk)) {
			if (walk_through(walk))
				return -1;
			continue;
		}
		if (keeps_link || is_on_proc(walk->folder))
			return 0;
		fd = openat(walk->folder, walk->name.text, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return errno == ENOENT ? 0 : -1;
		if (fstat(fd, &st) != 0 || !S_ISLNK(st.st_mode)) {
			close(fd);
			return 0;
		}
		result = walk_follow(walk, fd, &st);
		close(fd);
		if (result)
			return -1;
	}
}

static void walk_release(struct path_walk *walk)
{
	int why = errno;

	if (walk->folder >= 0)
		close(walk->folder);
	strbuf_release(&walk->rest);
	strbuf_release(&walk->name);
	errno = why;
}

#define WALK_INIT                                                      \
	{                                                              \
		.folder = -1, .rest = STRBUF_INIT, .name = STRBUF_INIT \
	}

static int walk_open(struct path_walk *walk, const char *path, int flags, mode_t mode)
{
	int fd = -1;

	if (walk_to_last(walk, path, flags & O_NOFOLLOW) == 0) {
		if (!is_on_proc(walk->folder))
			flags |= O_NOFOLLOW;
		fd = openat(walk->folder, walk->name.text, flags | O_CLOEXEC | O_NOCTTY, mode);
	}
	walk_release(walk);
	return fd;
}

int path_open(const char *path, int flags, mode_t mode)
{
	struct path_walk walk = WALK_INIT;

	return walk_open(&walk, path, flags, mode);
}

int path_open_visiting(const char *path, int flags, path_visit *visit, void *context)
{
	struct path_walk walk = WALK_INIT;

	walk.visit = visit;
	walk.context = context;
	return walk_open(&walk, path, flags, 0);
}

int path_open_folder(const char *path, bool keeps_link, struct strbuf *name)
{
	struct path_walk walk = WALK_INIT;
	int fd = -1;

	if (walk_to_last(&walk, path, keeps_link) == 0) {
		fd = openat(walk.folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		strbuf_adds(name, walk.name.text);
	}
	walk_release(&walk);
	return fd;
}

void path_add_folder(struct strbuf *out, const char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	while (length > 0 && path[length - 1] != '/')
		length--;
	while (length > 1 && path[length - 1] == '/')
		length--;
	if (length > 0)
		strbuf_add(out, path, length);
	else
		strbuf_addc(out, '.');
}
