/* Messages to a daemon: they arrive, and a daemon that does not read holds nobody up. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/system/datagram.h"
#include "base/text/moment.h"

struct daemon {
	char folder[32], path[64];
	int fd;
};

static void begin(struct daemon *daemon, int type, bool is_abstract)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length;

	strcpy(daemon->folder, "/tmp/unit-XXXXXX");
	assert_non_null(mkdtemp(daemon->folder));
	snprintf(daemon->path, sizeof(daemon->path), "%s%s/log", is_abstract ? "@" : "",
		daemon->folder);
	length = strlen(daemon->path);
	memcpy(address.sun_path, daemon->path, length);
	if (is_abstract)
		address.sun_path[0] = '\0';
	daemon->fd = socket(AF_UNIX, type, 0);
	assert_int_equal(bind(daemon->fd, (struct sockaddr *)&address,
				 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)),
		0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(daemon->fd, 1), 0);
}

static void end(struct daemon *daemon)
{
	close(daemon->fd);
	unlink(daemon->path);
	assert_int_equal(rmdir(daemon->folder), 0);
}

static void test_arrives(void **state)
{
	static const char *const kinds[] = {"a datagram", "in the abstract namespace", "a stream"};

	for (size_t i = 0; i < ROWS(kinds) && row(i, "%s", kinds[i]); i++) {
		bool is_stream = i == 2;
		struct daemon daemon;
		char bytes[64] = "";
		int fd;

		begin(&daemon, is_stream ? SOCK_STREAM : SOCK_DGRAM, i == 1);
		assert_true(datagram_send(daemon.path, "READY=1", 7, 0));
		fd = is_stream ? accept(daemon.fd, NULL, NULL) : daemon.fd;
		assert_int_equal(recv(fd, bytes, sizeof(bytes), is_stream ? MSG_WAITALL : 0),
			is_stream ? 8 : 7);
		assert_string_equal(bytes, "READY=1");
		if (is_stream)
			close(fd);
		end(&daemon);
	}
}

/* Until the queue is full, and then: nothing waits but as long as it may. */
static void test_nobody_reads(void **state)
{
	struct daemon daemon;
	int64_t started;
	int count = 0;

	begin(&daemon, SOCK_DGRAM, false);
	while (count < 100000 && datagram_send(daemon.path, "x", 1, 0))
		count++;
	assert_int_equal(errno, EAGAIN);
	started = moment_uptime();
	assert_false(datagram_send(daemon.path, "x", 1, 200));
	assert_in_range(moment_uptime() - started, 190, 5000);
	assert_int_equal(recv(daemon.fd, &(char){0}, 1, 0), 1);
	assert_true(datagram_send(daemon.path, "x", 1, 200));
	end(&daemon);
}

static void test_no_address(void **state)
{
	static const char *const paths[] = {"", "/", "@", "notify", "/nowhere/at/all",
		"/a/path/that/is/longer/than/an/address/of/a/socket/can/be/on/linux/which/is/one/"
		"hundred/and/seven/bytes/long"};

	for (size_t i = 0; i < ROWS(paths) && row(i, "%s", paths[i]); i++)
		assert_false(datagram_send(paths[i], "x", 1, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arrives),
		cmocka_unit_test(test_nobody_reads),
		cmocka_unit_test(test_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
