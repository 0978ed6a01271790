#include "talker.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

static void talker_say(int fd, const char *text)
{
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		return;
}

static void talker_answer(struct talker *talker, const char *const *answer)
{
	int fd = accept(talker->fd, NULL, NULL);
	char byte;

	if (fd < 0)
		return;
	talker_say(fd, *answer++);
	while (*answer && talker->length < sizeof(talker->heard) - 1 &&
		recv(fd, &byte, 1, 0) == 1) {
		talker->heard[talker->length++] = byte;
		if (byte == '\n')
			talker_say(fd, *answer++);
	}
	close(fd);
}

static void *talker_run(void *place)
{
	struct talker *talker = place;

	talker_answer(talker, talker->answers);
	if (talker->again)
		talker_answer(talker, talker->again);
	return NULL;
}

void talker_start(struct talker *talker, const char *const *answers, const char *const *again)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	*talker = (struct talker){.answers = answers, .again = again};
	talker->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(talker->fd, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(talker->fd, 1), 0);
	assert_int_equal(getsockname(talker->fd, (struct sockaddr *)&address, &length), 0);
	talker->port = ntohs(address.sin_port);
	assert_int_equal(pthread_create(&talker->thread, NULL, talker_run, talker), 0);
}

void talker_stop(struct talker *talker)
{
	shutdown(talker->fd, SHUT_RDWR);
	pthread_join(talker->thread, NULL);
	close(talker->fd);
}
