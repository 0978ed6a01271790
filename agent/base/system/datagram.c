#include "base/system/datagram.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text/moment.h"

/* Bytes of the address that are in use; 0, with errno: a path that is none. */
static socklen_t address_of(const char *path, struct sockaddr_un *address)
{
	size_t length = strlen(path);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if ((*path != '/' && *path != '@') || length < 2 || length >= sizeof(address->sun_path)) {
		errno = EINVAL;
		return 0;
	}
	memcpy(address->sun_path, path, length);
	if (*path == '@')
		address->sun_path[0] = '\0';
	/* The name of an abstract socket ends with the address, not with a NUL (unix(7)). */
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (*path == '/'));
}

static int open_to(const char *path, int type)
{
	struct sockaddr_un address;
	socklen_t length = address_of(path, &address);
	int fd, problem;

	if (length == 0)
		return -1;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, length) == 0)
		return fd;
	problem = errno;
	close(fd);
	errno = problem;
	return -1;
}

/* False where it has no room until `end`. */
static bool wait_for_room(int fd, int64_t end)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};
	int64_t left = end - moment_uptime();

	if (left <= 0)
		return false;
	return poll(&wait, 1, (int)left) > 0 || errno == EINTR;
}

static bool send_all(int fd, const char *bytes, size_t length, int milliseconds)
{
	int64_t end = moment_uptime() + milliseconds;

	while (length > 0) {
		ssize_t n = send(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n >= 0) {
			bytes += n;
			length -= (size_t)n;
		} else if (errno != EINTR && (errno != EAGAIN || !wait_for_room(fd, end))) {
			return false;
		}
	}
	return true;
}

bool datagram_send(const char *path, const char *bytes, size_t length, int milliseconds)
{
	int fd = open_to(path, SOCK_DGRAM), problem;
	bool is_stream = fd < 0 && errno == EPROTOTYPE, is_sent;

	if (is_stream)
		fd = open_to(path, SOCK_STREAM);
	if (fd < 0)
		return false;
	is_sent = send_all(fd, bytes, length, milliseconds) &&
		(!is_stream || send_all(fd, "", 1, milliseconds));
	problem = errno;
	close(fd);
	errno = problem;
	return is_sent;
}
