#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "directory/connection/srv.h"

static struct arena *arena;

static int set_up(void **state)
{
	arena = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	arena_free(arena);
	return 0;
}

/* A DNS answer to "x.dk SRV" (RFC 1035 section 4), whose records are added one by one. */
static void answer_start(struct strbuf *out)
{
	static const char head[] = "\0\1\x81\x80\0\1\0\0\0\0\0\0\1x\2dk\0\0\x21\0\1";

	strbuf_reset(out);
	strbuf_add(out, head, sizeof(head) - 1);
}

static void add_number(struct strbuf *out, unsigned int number)
{
	strbuf_addc(out, (char)(number >> 8));
	strbuf_addc(out, (char)(number & 255));
}

static void add_record(struct strbuf *out, unsigned int type, const void *data, size_t length)
{
	strbuf_add(out, "\xc0\x0c", 2);
	add_number(out, type);
	strbuf_add(out, "\0\1\0\0\0\x3c", 6);
	add_number(out, (unsigned int)length);
	strbuf_add(out, data, length);
	out->text[7]++;
}

/* `host` is one label, below x.dk by a pointer to the question. */
static void add_srv(struct strbuf *out, unsigned int priority, unsigned int weight,
	unsigned int port, const char *host)
{
	struct strbuf data = STRBUF_INIT;

	add_number(&data, priority);
	add_number(&data, weight);
	add_number(&data, port);
	strbuf_addc(&data, (char)strlen(host));
	strbuf_adds(&data, host);
	strbuf_add(&data, "\xc0\x0c", 2);
	add_record(out, 33, data.text, data.length);
	strbuf_release(&data);
}

static struct srv_records read_all(const struct strbuf *answer)
{
	return srv_read(arena, (const unsigned char *)answer->text, answer->length);
}

static void test_read(void **state)
{
	struct strbuf answer = STRBUF_INIT;
	struct srv_records records;

	answer_start(&answer);
	assert_int_equal(read_all(&answer).count, 0);
	add_record(&answer, 5, "\2dc\xc0\x0c", 5); /* an alias */
	add_srv(&answer, 1, 300, 3268, "dc-1");
	add_srv(&answer, 0, 1, 389, "d c"); /* no name for a URL */
	add_srv(&answer, 0, 1, 389, "dc/");
	add_srv(&answer, 0, 1, 389, "-dc");
	add_srv(&answer, 0, 1, 0, "dc");                /* no port */
	add_record(&answer, 33, "\0\0\0\0\1\x85\0", 7); /* ".": there is no such service */
	add_record(&answer, 33, "\0\0\0\0\1\x85", 6);   /* cut short */
	add_record(&answer, 33, "\0\0\0\0\1\x85\5dc", 9);
	add_srv(&answer, 65535, 65535, 65535, "dc2");
	records = read_all(&answer);
	assert_int_equal(records.count, 2);
	assert_string_equal(records.items[0].host, "dc-1.x.dk");
	assert_int_equal(records.items[0].priority, 1);
	assert_int_equal(records.items[0].weight, 300);
	assert_int_equal(records.items[0].port, 3268);
	assert_string_equal(records.items[1].host, "dc2.x.dk");
	assert_int_equal(records.items[1].priority, 65535);
	strbuf_release(&answer);
}

/* Whatever its length, an answer that is cut off is read without a step past its end. */
static void test_read_cut(void **state)
{
	struct strbuf answer = STRBUF_INIT;

	answer_start(&answer);
	add_srv(&answer, 1, 2, 389, "dc1");
	add_srv(&answer, 1, 2, 389, "dc2");
	for (size_t length = 0; length < answer.length; length++) {
		unsigned char *copy = test_malloc(length ? length : 1);

		memcpy(copy, answer.text, length);
		assert_true(srv_read(arena, copy, length).count < 2);
		test_free(copy);
	}
	assert_int_equal(read_all(&answer).count, 2);
	strbuf_release(&answer);
}

static uint32_t least(uint32_t bound)
{
	assert_true(bound > 0);
	return 0;
}

static uint32_t most(uint32_t bound)
{
	assert_true(bound > 0);
	return bound - 1;
}

/* The hosts in the order to try, in one text. */
static void check_order(uint32_t (*random)(uint32_t), const char *expected)
{
	struct srv_record items[] = {{10, 5, 1, "f"}, {0, 10, 1, "b"}, {0, 30, 1, "c"},
		{0, 0, 1, "a"}, {10, 0, 1, "e"}, {5, 0, 1, "d"}};
	struct srv_records records = {items, sizeof(items) / sizeof(items[0])};
	struct strbuf hosts = STRBUF_INIT;

	srv_order(&records, random);
	for (size_t i = 0; i < records.count; i++)
		strbuf_adds(&hosts, records.items[i].host);
	assert_string_equal(hosts.text, expected);
	strbuf_release(&hosts);
}

static void test_order(void **state)
{
	check_order(least, "abcdef");
	check_order(most, "cbadfe");
}

static uint32_t seed;

static uint32_t pseudo(uint32_t bound)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % bound;
}

/* Of two with weights 1 and 3, the heavier is first three times in four. */
static void test_weight(void **state)
{
	int heavier = 0;

	for (int i = 0; i < 10000; i++) {
		struct srv_record items[] = {{0, 100, 1, "light"}, {0, 300, 1, "heavy"}};
		struct srv_records records = {items, 2};

		srv_order(&records, pseudo);
		heavier += items[0].weight == 300;
	}
	assert_in_range(heavier, 7200, 7800);
}

static void test_order_few(void **state)
{
	struct srv_record one = {3, 0, 389, "dc1"};
	struct srv_records records = {NULL, 0};

	srv_order(&records, most);
	records = (struct srv_records){&one, 1};
	srv_order(&records, most);
	assert_string_equal(records.items[0].host, "dc1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_read_cut, set_up, tear_down),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_weight),
		cmocka_unit_test(test_order_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
