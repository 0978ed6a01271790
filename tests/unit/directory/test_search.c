/*
 * Caps of searches: what a server sends past them is an error, and never a short answer. A server of LDAP
 * on loopback sends as much as is asked of it, to the entry and to the byte, through the program's own
 * connection.
 */
#include "unit.h"

#include <arpa/inet.h>
#include <ldap.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "directory/connection/connect.h"
#include "directory/connection/connection.h"
#include "directory/entry/entry.h"
#include "directory/search/search.h"
#include "model/settings.h"

/* Tags of RFC 4511. */
#define BIND          0x60
#define BIND_ANSWER   0x61
#define SEARCH        0x63
#define SEARCH_ENTRY  0x64
#define SEARCH_ANSWER 0x65

#define HEAD        ((size_t)6)  /* tag and length, in the long form that all messages here have */
#define DONE_BYTES  ((size_t)25) /* of a result */
#define ENTRY_BYTES ((size_t)47) /* of an entry whose one value is empty */

/* What the server sends: so many entries, the first ones of the size `each` and the last of `last` bytes. */
struct answer {
	size_t entries, each, last;
	uint32_t claims; /* the length in the head of the first, in place of its own; 0: its own */
	size_t odd_at;   /* where the last has the byte `odd`; 0: nowhere */
	unsigned char odd;
};

struct server {
	struct answer root, search; /* to a search for the root DSE, and to any other */
	int fd;
	char url[40];
	pthread_t thread;
};

static bool read_all(int fd, unsigned char *bytes, size_t length)
{
	return recv(fd, bytes, length, MSG_WAITALL) == (ssize_t)length;
}

static bool send_all(int fd, const unsigned char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		bytes += sent;
		length -= (size_t)sent;
	}
	return true;
}

static unsigned char *put_head(unsigned char *at, unsigned char tag, size_t length)
{
	*at++ = tag;
	*at++ = 0x84;
	for (int shift = 24; shift >= 0; shift -= 8)
		*at++ = (unsigned char)(length >> shift);
	return at;
}

static unsigned char *put_id(unsigned char *at, const unsigned char id[6])
{
	memcpy(at, id, 2u + id[1]);
	return at + 2 + id[1];
}

/* An entry of `size` bytes; an id has one byte in all tests. */
static void make_entry(unsigned char *message, size_t size, const unsigned char id[6])
{
	unsigned char *at = put_head(message, 0x30, size - HEAD);
	size_t value = size - ENTRY_BYTES;

	at = put_id(at, id);
	at = put_head(at, SEARCH_ENTRY, size - HEAD - 3 - HEAD);
	memcpy(at, "\x04\x02o=", 4);
	at = put_head(at + 4, 0x30, 6 + 4 + 6 + 6 + value);
	at = put_head(at, 0x30, 4 + 6 + 6 + value);
	memcpy(at,
		"\x04\x02"
		"ou",
		4);
	at = put_head(at + 4, 0x31, 6 + value);
	at = put_head(at, 0x04, value);
	memset(at, 'x', value);
	assert_int_equal(at + value - message, size);
}

static bool say_done(int fd, unsigned char tag, const unsigned char id[6])
{
	unsigned char message[DONE_BYTES], *at = put_head(message, 0x30, DONE_BYTES - HEAD);

	at = put_head(put_id(at, id), tag, 10);
	memcpy(at, "\x0a\x01\x00\x04\x00\x04\x03...", 10);
	return send_all(fd, message, sizeof(message));
}

/* Many small entries go out together. */
static bool say_entries(int fd, const struct answer *answer, const unsigned char id[6])
{
	size_t each = answer->each, room = 65536 / each + 1, left = answer->entries - 1;
	unsigned char *many = malloc(room * each), *last = malloc(answer->last);
	bool goes_on = true;

	for (size_t i = 0; i < room; i++)
		make_entry(many + i * each, each, id);
	make_entry(last, answer->last, id);
	if (answer->odd_at > 0)
		last[answer->odd_at] = answer->odd;
	if (answer->claims)
		put_head(many, 0x30, answer->claims);
	while (left > 0 && goes_on) {
		size_t count = left < room ? left : room;

		goes_on = send_all(fd, many, count * each);
		left -= count;
	}
	goes_on = goes_on && send_all(fd, last, answer->last);
	free(many);
	free(last);
	return goes_on;
}

/* Hear one request, and answer it; false where the client is gone. */
static bool hear(const struct server *server, int fd)
{
	unsigned char head[2], rest[4096], id[6];
	const unsigned char *operation, *base;
	size_t length;

	if (!read_all(fd, head, 2))
		return false;
	length = head[1];
	if (head[1] & 0x80) {
		unsigned char more[4];

		length = 0;
		if ((head[1] & 0x7f) > 4 || !read_all(fd, more, head[1] & 0x7f))
			return false;
		for (int i = 0; i < (head[1] & 0x7f); i++)
			length = length << 8 | more[i];
	}
	if (length > sizeof(rest) || !read_all(fd, rest, length))
		return false;
	memcpy(id, rest, 2u + rest[1]);
	operation = rest + 2 + rest[1];
	if (operation[0] == BIND)
		return say_done(fd, BIND_ANSWER, id);
	if (operation[0] != SEARCH)
		return false;
	base = operation + 2 + (operation[1] & 0x80 ? operation[1] & 0x7f : 0);
	return say_entries(fd, base[1] == 0 ? &server->root : &server->search, id) &&
		say_done(fd, SEARCH_ANSWER, id);
}

static void *serve(void *place)
{
	const struct server *server = place;
	int fd;

	while ((fd = accept(server->fd, NULL, NULL)) >= 0) {
		while (hear(server, fd))
			continue;
		close(fd);
	}
	return NULL;
}

static void server_start(struct server *server)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server->fd, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(server->fd, 16), 0);
	assert_int_equal(getsockname(server->fd, (struct sockaddr *)&address, &length), 0);
	snprintf(server->url, sizeof(server->url), "ldap://127.0.0.1:%d", ntohs(address.sin_port));
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void server_stop(struct server *server)
{
	shutdown(server->fd, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->fd);
}

/* What came of a run of searches. */
struct outcome {
	enum error_kind kind;
	size_t entries, done;
	char text[2000];
};

static void on_entry(void *context, const struct dir_entry *entry)
{
	struct outcome *outcome = context;
	size_t count;
	const struct berval *values = entry_values(entry, "OU", &count);

	assert_int_equal(count, 1);
	assert_true(values->bv_len == 0 || values->bv_val[values->bv_len - 1] == 'x');
	assert_int_equal(entry_count(entry, "o"), 0);
	assert_int_equal(entry_count(entry, "ouu"), 0);

	outcome->entries++;
}

static void on_done(void *context, bool found)
{
	struct outcome *outcome = context;

	assert_true(found);
	outcome->done++;
}

static void run_searches(struct connection *connection, size_t searches, struct outcome *outcome,
	struct error *err)
{
	static const char *const attributes[] = {"ou", NULL};
	struct search_queue *queue = search_queue_new(connection);

	for (size_t i = 0; i < searches; i++)
		search_add(queue,
			&(struct search){
				.what = "look",
				.base = "dc=dk",
				.scope = LDAP_SCOPE_SUBTREE,
				.filter = "(objectClass=*)",
				.attributes = attributes,
				.on_entry = on_entry,
				.on_done = on_done,
				.context = outcome,
			});
	outcome->kind = search_run(queue, err);
	search_queue_free(queue);
}

/* Open a connection to such a server, and run so many searches in one go. */
static struct outcome look(const struct answer *root, const struct answer *search, size_t searches)
{
	struct server server = {.root = *root, .search = *search};
	const char *url = server.url;
	struct settings settings = {.directory = {.urls = {.items = &url, .count = 1},
					    .kind = DIRECTORY_OPENLDAP,
					    .bind = {.mechanism = BIND_EXTERNAL},
					    .timeout = 20}};
	struct connection connection = CONNECTION_INIT;
	struct outcome outcome = {.entries = 0};
	struct error err = ERROR_INIT;

	server_start(&server);
	outcome.kind = connection_open(&connection, &settings, &err);
	if (!outcome.kind)
		run_searches(&connection, searches, &outcome, &err);
	snprintf(outcome.text, sizeof(outcome.text), "%s", err.text.text);
	connection_close(&connection);
	server_stop(&server);
	error_release(&err);
	return outcome;
}

static const struct answer plain = {.entries = 1, .each = 100, .last = 100};

static void expect_whole(const struct outcome *outcome, size_t entries, size_t searches)
{
	assert_string_equal(outcome->text, "");
	assert_int_equal(outcome->kind, ERROR_NONE);
	assert_int_equal(outcome->entries, entries);
	assert_int_equal(outcome->done, searches);
}

/* No search is said to be whole, and the error is the target's: another try would do no better. */
static void expect_error(const struct outcome *outcome, const char *words, size_t done)
{
	if (!strstr(outcome->text, words))
		fail_msg("not %s, but: %s", words, outcome->text);
	assert_int_equal(outcome->kind, ERROR_TARGET);
	assert_int_equal(outcome->done, done);
}

/* The caps that the manual gives. */
static void test_constants(void **state)
{
	assert_int_equal(SEARCH_ENTRIES_MAX, 1000000);
	assert_true(SEARCH_BYTES_MAX == (uint64_t)1 << 30);
	assert_true(ANSWER_BYTES_MAX == (uint64_t)8 << 20);
	assert_true(MESSAGE_BYTES_MAX == (size_t)128 << 20);
}

static void test_entries(void **state)
{
	struct answer many = {.entries = SEARCH_ENTRIES_MAX, .each = 50, .last = 50};
	struct outcome outcome = look(&plain, &many, 1);

	expect_whole(&outcome, SEARCH_ENTRIES_MAX, 1);
	many.entries++;
	outcome = look(&plain, &many, 1);
	expect_error(&outcome, "more than 1000000 entries", 0);
	assert_int_equal(outcome.entries, SEARCH_ENTRIES_MAX);
}

/* The cap is that of all searches of one run, however many entries each has. */
static void test_entries_of_several(void **state)
{
	struct answer many = {.entries = SEARCH_ENTRIES_MAX / 2 + 1, .each = 50, .last = 50};
	struct outcome outcome = look(&plain, &many, 2);

	expect_error(&outcome, "more than 1000000 entries", 1);
	assert_int_equal(outcome.entries, SEARCH_ENTRIES_MAX);
}

/* 1024 messages of nearly a MiB, and one that makes the sum what it is to be. */
static struct answer so_many_bytes(uint64_t total)
{
	struct answer answer = {.entries = 1025, .each = 1048000};

	answer.last = (size_t)(total - DONE_BYTES - 1024 * (uint64_t)answer.each);
	return answer;
}

static void test_bytes(void **state)
{
	struct answer large = so_many_bytes(SEARCH_BYTES_MAX);
	struct outcome outcome = look(&plain, &large, 1);

	expect_whole(&outcome, 1025, 1);
	large = so_many_bytes(SEARCH_BYTES_MAX + 1);
	outcome = look(&plain, &large, 1);
	expect_error(&outcome, "larger than the 1024 MiB", 0);
}

/* The root DSE has the cap of any other answer; it is asked for before anything is searched. */
static void test_root(void **state)
{
	struct answer root = {.entries = 1, .each = 100, .last = ANSWER_BYTES_MAX - DONE_BYTES};
	struct outcome outcome = look(&root, &plain, 1);

	expect_whole(&outcome, 1, 1);
	root.last++;
	outcome = look(&root, &plain, 1);
	expect_error(&outcome, "larger than the 8 MiB", 0);
	assert_int_equal(outcome.entries, 0);
	root = (struct answer){.entries = 1000, .each = 100, .last = 100};
	outcome = look(&root, &plain, 1);
	expect_error(&outcome, "several entries, where one was asked for", 0);
	root = (struct answer){.entries = 100000, .each = 100, .last = 100};
	outcome = look(&root, &plain, 1);
	expect_error(&outcome, "larger than the 8 MiB", 0);
}

/* A message is not waited for whose head claims more than any may have. */
static void test_message(void **state)
{
	struct answer claims = {
		.entries = 2, .each = 100, .last = 100, .claims = MESSAGE_BYTES_MAX + 1};
	struct outcome outcome = look(&plain, &claims, 1);

	assert_int_equal(outcome.kind, ERROR_LOST);
	assert_null(strstr(outcome.text, ldap_err2string(LDAP_TIMEOUT)));
	assert_int_equal(outcome.entries + outcome.done, 0);
}

/* What libldap hands over as an entry, and is none: nothing of it is taken. */
static void test_odd_entry(void **state)
{
	static const struct {
		size_t at;
		unsigned char byte;
		const char *what;
	} cases[] = {
		{46, 54, "a value longer than the set that it is in"},
		{46, 52, "a byte behind the last value"},
		{42, 0x80, "a value without a length"},
		{42, 0x85, "a length of more than four bytes"},
		{41, 0x1f, "a value with a tag of several bytes"},
		{40, 58, "a set shorter than the value in it"},
		{40, 60, "a set that ends behind the attribute"},
		{32, 99, "a type that ends behind the attribute"},
		{30, 68, "an attribute shorter than its set"},
		{30, 70, "an attribute that ends behind the message"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].what); i++) {
		const struct answer answer = {.entries = 2,
			.each = 100,
			.last = 100,
			.odd_at = cases[i].at,
			.odd = cases[i].byte};
		struct outcome outcome = look(&plain, &answer, 1);

		if (!strstr(outcome.text, ldap_err2string(LDAP_DECODING_ERROR)))
			fail_msg("no error, but: %s", outcome.text);
		assert_int_equal(outcome.kind, ERROR_LOST);
		assert_int_equal(outcome.entries, 1);
		assert_int_equal(outcome.done, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_constants),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_entries_of_several),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_odd_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
