/*
 * relay [-a ATTRIBUTE] [-v VALUES] [-p PAGE] [-f FAULT] [-x COMMAND] [-n N] [-r CODE] [-t TEXT] [-l FILE]
 * ADDRESS PORT: stands between the agent and a directory server, without TLS, and makes the answers
 * Active Directory's (rewrite.h). It tells the port it listens on, on 127.0.0.1, and goes on until killed.
 *
 *   -a  the one attribute that is handed out in ranges (default member); in AD all are, but a
 *       test's small VALUES is no limit for objectClass
 *   -v  MaxValRange (default 1500)
 *   -p  MaxPageSize (default 1000)
 *   -f  what is wrong with the Nth slice that is asked for on a connection: missing plain
 *       start upper odd twice entry gone error cut
 *   -x  what the shell does before it is asked for
 *   -n  N (default 1); the slice that nobody asked for, the first of an entry, is none of them
 *   -r  the result code (default 19, constraintViolation) of each request to write the attribute
 *   -t  where one of its values has this text
 *   -l  a file that gets a line a request to write it: modify or add, number of values, passed or refused, DN
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rewrite.h"

/* One way of a conversation. Replies and answers never meet: the agent waits for the result of each write. */
struct way {
	struct conversation *conversation;
	int from, to;
	bool (*rewrite)(struct conversation *, const struct berval *, struct berval *,
		struct berval *);
};

static bool read_all(int socket, unsigned char *bytes, size_t count)
{
	return recv(socket, bytes, count, MSG_WAITALL) == (ssize_t)count;
}

/* One whole LDAP message, for the caller to free(). */
static bool read_message(int socket, struct berval *message)
{
	unsigned char head[10];
	size_t more = 0, length;

	if (!read_all(socket, head, 2))
		return false;
	length = head[1];
	if (head[1] & 0x80) {
		more = head[1] & 0x7f;
		if (more > 4 || !read_all(socket, head + 2, more))
			return false;
		length = 0;
		for (size_t i = 0; i < more; i++)
			length = length << 8 | head[2 + i];
	}
	message->bv_len = 2 + more + length;
	message->bv_val = malloc(message->bv_len + 1);
	if (!message->bv_val)
		return false;
	message->bv_val[message->bv_len] = '\0';
	memcpy(message->bv_val, head, 2 + more);
	return read_all(socket, (unsigned char *)message->bv_val + 2 + more, length);
}

static bool send_message(int socket, const struct berval *message)
{
	size_t sent = 0;

	while (sent < message->bv_len) {
		ssize_t count =
			send(socket, message->bv_val + sent, message->bv_len - sent, MSG_NOSIGNAL);

		if (count <= 0)
			return false;
		sent += (size_t)count;
	}
	return true;
}

static bool pass_message(const struct way *way)
{
	struct berval message = {0}, rewritten = {0}, reply = {0};
	bool goes_on = read_message(way->from, &message) &&
		way->rewrite(way->conversation, &message, &rewritten, &reply) &&
		send_message(way->to, &rewritten) && send_message(way->from, &reply);

	free(message.bv_val);
	ber_memfree(rewritten.bv_val);
	ber_memfree(reply.bv_val);
	return goes_on;
}

static void *pass(void *context)
{
	const struct way *way = context;

	while (pass_message(way))
		continue;
	shutdown(way->from, SHUT_RDWR);
	shutdown(way->to, SHUT_RDWR);
	return NULL;
}

static void converse(const struct policy *policy, int client, const struct sockaddr_in *address)
{
	struct conversation conversation = {
		.policy = policy, .lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER};
	int server = socket(AF_INET, SOCK_STREAM, 0);
	struct way there = {&conversation, client, server, rewrite_request};
	struct way back = {&conversation, server, client, rewrite_answer};
	pthread_t thread;

	if (connect(server, (const struct sockaddr *)address, sizeof(*address)) ||
		pthread_create(&thread, NULL, pass, &there))
		exit(1);
	pass(&back);
	pthread_join(thread, NULL);
	exit(0);
}

static enum fault fault_of(const char *name)
{
	static const char *const names[] = {"none", "missing", "plain", "start", "upper", "odd",
		"twice", "entry", "gone", "error", "cut"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0)
			return (enum fault)i;
	}
	fprintf(stderr, "relay: no fault %s\n", name);
	exit(2);
}

static struct policy policy_of(int count, char **words)
{
	struct policy policy = {.attribute = "member",
		.values_most = 1500,
		.page_most = 1000,
		.fault_at = 1,
		.refusal = 19};
	int letter;

	while ((letter = getopt(count, words, "a:v:p:f:x:n:r:t:l:")) != -1) {
		if (letter == 'a')
			policy.attribute = optarg;
		else if (letter == 'v')
			policy.values_most = atoi(optarg);
		else if (letter == 'p')
			policy.page_most = atoi(optarg);
		else if (letter == 'f')
			policy.fault = fault_of(optarg);
		else if (letter == 'x')
			policy.command = optarg;
		else if (letter == 'n')
			policy.fault_at = atoi(optarg);
		else if (letter == 'r')
			policy.refusal = atoi(optarg);
		else if (letter == 't')
			policy.refused = optarg;
		else if (letter == 'l')
			policy.log = optarg;
		else
			exit(2);
	}
	return policy;
}

static int listen_anywhere(void)
{
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(own);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(listener, (struct sockaddr *)&own, length) || listen(listener, 16) ||
		getsockname(listener, (struct sockaddr *)&own, &length)) {
		perror("relay");
		exit(1);
	}
	printf("%d\n", ntohs(own.sin_port));
	fflush(stdout);
	return listener;
}

int main(int count, char **words)
{
	struct policy policy = policy_of(count, words);
	struct sockaddr_in address = {.sin_family = AF_INET};
	int listener, client;

	if (count - optind != 2 || inet_pton(AF_INET, words[optind], &address.sin_addr) != 1) {
		fprintf(stderr, "relay: ADDRESS PORT are missing\n");
		return 2;
	}
	address.sin_port = htons((uint16_t)atoi(words[optind + 1]));
	signal(SIGCHLD, SIG_IGN);
	listener = listen_anywhere();
	while ((client = accept(listener, NULL, NULL)) >= 0) {
		if (fork() == 0) {
			signal(SIGCHLD, SIG_DFL); /* for system() */
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			close(listener);
			converse(&policy, client, &address);
		}
		close(client);
	}
	return 1;
}
