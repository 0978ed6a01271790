#include "report/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/language.h"
#include "base/moment.h"
#include "base/strbuf.h"

#define TRIES_A_SECOND 20

static bool wait_for(int fd, int seconds)
{
	const struct timespec pause = {.tv_nsec = 1000000000L / TRIES_A_SECOND};

	for (int tries = seconds * TRIES_A_SECOND;; tries--) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK || tries <= 0)
			return false;
		nanosleep(&pause, NULL);
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

int lock_take(const char *folder, const char *host, int seconds, struct error *err)
{
	struct strbuf path = STRBUF_INIT;
	int fd;

	strbuf_addf(&path, "%s/runs.lock", folder);
	fd = open(path.text, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (fd >= 0 && wait_for(fd, seconds)) {
		write_holder(fd, host);
	} else {
		if (fd >= 0 && errno == EWOULDBLOCK)
			say_holder(fd, path.text, err);
		else
			error_set(err, ERROR_OURS, _("%s: cannot be locked: %s"), path.text,
				strerror(errno));
		lock_release(fd);
		fd = -1;
	}
	strbuf_release(&path);
	return fd;
}

void lock_release(int lock)
{
	if (lock >= 0)
		close(lock);
}
