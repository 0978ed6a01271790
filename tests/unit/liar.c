#include "liar.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

static int liar_send(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return -1;
		bytes += sent;
		length -= (size_t)sent;
	}
	return 0;
}

static void liar_say(int fd, const struct lie *lie)
{
	size_t length = lie->length ? lie->length : strlen(lie->text);

	for (int i = 0; i < (lie->times ? lie->times : 1); i++) {
		if (!lie->pause && liar_send(fd, lie->text, length) != 0)
			return;
		for (size_t at = 0; lie->pause && at < length; at++) {
			usleep((unsigned)lie->pause * 1000);
			if (liar_send(fd, lie->text + at, 1) != 0)
				return;
		}
	}
}

/* Where the request ends, its body included; 0: its head is not there yet. */
static size_t request_length(const char *request)
{
	const char *end = strstr(request, "\r\n\r\n");
	const char *field = strcasestr(request, "\r\nContent-Length: ");
	size_t body = field && field < end
		? strtoul(field + strlen("\r\nContent-Length: "), NULL, 10)
		: 0;

	return end ? (size_t)(end + 4 - request) + body : 0;
}

static void liar_hear(int fd, char *request, size_t room)
{
	size_t length = 0;
	ssize_t got = 1;

	while (got > 0 && length < room - 1 &&
		(request_length(request) == 0 || length < request_length(request))) {
		got = recv(fd, request + length, room - 1 - length, 0);
		length += got > 0 ? (size_t)got : 0;
		request[length] = '\0';
	}
}

static void *liar_run(void *place)
{
	struct liar *liar = place;
	int fd;

	while ((fd = accept(liar->fd, NULL, NULL)) >= 0 && liar->count < LIAR_REQUESTS) {
		size_t n = liar->count < liar->lie_count ? liar->count : liar->lie_count - 1;

		liar->held[liar->count] = -1;
		liar_hear(fd, liar->requests[liar->count], sizeof(liar->requests[0]));
		if (liar->lies[n].text) {
			liar_say(fd, &liar->lies[n]);
			shutdown(fd, SHUT_WR);
			close(fd);
		} else {
			liar->held[liar->count] = fd;
		}
		liar->count++;
	}
	return NULL;
}

void liar_start(struct liar *liar, const struct lie *lies, size_t count)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	memset(liar, 0, sizeof(*liar));
	liar->lies = lies;
	liar->lie_count = count;
	liar->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(liar->fd, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(liar->fd, 16), 0);
	assert_int_equal(getsockname(liar->fd, (struct sockaddr *)&address, &length), 0);
	liar->port = ntohs(address.sin_port);
	assert_int_equal(pthread_create(&liar->thread, NULL, liar_run, liar), 0);
}

void liar_stop(struct liar *liar)
{
	shutdown(liar->fd, SHUT_RDWR);
	pthread_join(liar->thread, NULL);
	close(liar->fd);
	for (size_t i = 0; i < liar->count; i++) {
		if (liar->held[i] >= 0)
			close(liar->held[i]);
	}
}
