#include "ledger/lock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "base/text/strbuf.h"

#define TRIES_A_SECOND 20
#define REPLACED_MAX   5 /* times that the file may be replaced while it is waited for */

static bool wait_for(int fd, int seconds)
{
	for (int tries = seconds * TRIES_A_SECOND;; tries--) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK || tries <= 0)
			return false;
		moment_sleep(1000 / TRIES_A_SECOND);
	}
}

static void say_holder(int fd, const char *path, struct error *err)
{
	char bytes[200];
	struct strbuf holder = STRBUF_INIT;
	ssize_t length = pread(fd, bytes, sizeof(bytes) - 1, 0);

	bytes[length > 0 ? length : 0] = '\0';
	bytes[strcspn(bytes, "\n")] = '\0';
	strbuf_add_safe(&holder, bytes);
	error_set(err, ERROR_OURS,
		_("%s: another run of postvagt writes there (%s); try again when it is done"), path,
		holder.text);
	strbuf_release(&holder);
}

/* For whoever meets the lock; that it cannot be written is no reason to stop. */
static void write_holder(int fd, const char *host)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "pid %ld, %s, ", (long)getpid(), host);
	moment_add_iso(&text, moment_now());
	strbuf_addc(&text, '\n');
	if (ftruncate(fd, 0) != 0 || pwrite(fd, text.text, text.length, 0) < 0)
		errno = 0;
	strbuf_release(&text);
}

/* Whether the path still names the file that was locked: nobody removed it meanwhile. */
static bool is_current(int fd, const char *path)
{
	struct stat locked, named;

	return fstat(fd, &locked) == 0 && lstat(path, &named) == 0 &&
		locked.st_ino == named.st_ino && locked.st_dev == named.st_dev;
}

static int try_lock(const char *path, int seconds, struct error *err)
{
	int fd = file_open_lock(path, err);

	if (fd < 0 || wait_for(fd, seconds))
		return fd;
	if (errno == EWOULDBLOCK)
		say_holder(fd, path, err);
	else
		error_set(err, ERROR_OURS, _("%s: cannot be locked: %s"), path, strerror(errno));
	close(fd);
	return -1;
}

int lock_take(const char *folder, const char *host, int seconds, struct error *err)
{
	struct strbuf path = STRBUF_INIT;
	int fd;

	strbuf_addf(&path, "%s/runs.lock", folder);
	fd = try_lock(path.text, seconds, err);
	for (int tries = 0; fd >= 0 && !is_current(fd, path.text); tries++) {
		close(fd);
		if (tries < REPLACED_MAX)
			fd = try_lock(path.text, seconds, err);
		else
			fd = -1;
	}
	if (fd >= 0)
		write_holder(fd, host);
	else
		error_set(err, ERROR_OURS,
			_("%s: cannot be locked: it was replaced again and again"), path.text);
	strbuf_release(&path);
	return fd;
}

void lock_release(int lock)
{
	if (lock >= 0)
		close(lock);
}

/* "1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF"; devices are not compared, as some file systems give others. */
static bool is_of_inode(const char *line, unsigned long long inode)
{
	int before = 0;

	sscanf(line, "%*d: FLOCK %*s %*s %*d %*x:%*x:%n", &before);
	return before > 0 && strtoull(line + before, NULL, 10) == inode;
}

bool lock_is_held(const char *folder)
{
	struct strbuf path = STRBUF_INIT;
	struct stat status;
	char line[200];
	bool is_held = false;
	FILE *locks;

	strbuf_addf(&path, "%s/runs.lock", folder);
	locks = lstat(path.text, &status) == 0 ? fopen("/proc/locks", "re") : NULL;
	while (locks && !is_held && fgets(line, sizeof(line), locks))
		is_held = is_of_inode(line, (unsigned long long)status.st_ino);
	if (locks)
		fclose(locks);
	strbuf_release(&path);
	return is_held;
}
