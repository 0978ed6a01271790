/* Queries about people: one whose value cannot be sent is unread, and spoils nothing for the others. */
#include "feed_case.h"

#include <stdio.h>
#include <string.h>

#include "feed/people_query.h"
#include "liar.h"
#include "net/fetch.h"

#define OK "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}"

static void ask(struct feed_settings *feed, const char *const *people, size_t count, bool *unread,
	struct liar *liar)
{
	static const struct lie lie = {.text = OK};
	struct fetches *fetches;
	struct people_query *query;
	char url[100];

	liar_start(liar, &lie, 1);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/users/{person}/x", liar->port);
	*feed = (struct feed_settings){.name = "graph",
		.url = url,
		.format = FEED_JSON,
		.records = "",
		.match = "mail",
		.asks = ASKS_PEOPLE,
		.batch = 1};
	fetches = fetches_new(&fetch_bounds);
	query = people_query_start(fetches, feed, 0, people, count, QUERY_SECONDS);
	while (!people_query_step(query))
		fetches_poll(fetches, NULL, 0, QUERY_TICK);
	liar_stop(liar);
	assert_null(people_query_error(query));
	for (size_t i = 0; i < count; i++) {
		const struct asked_person *person = people_query_person(query, i);

		unread[i] = !person->document;
		if (unread[i])
			assert_non_null(strstr(person->why, "leads elsewhere"));
	}
	people_query_free(query);
	fetches_free(fetches);
}

static void test_odd_value(void **state)
{
	static const char *const people[] = {"..", "anna", ".", "bo", ".."};
	struct feed_settings feed;
	struct liar liar;
	bool unread[ROWS(people)];

	ask(&feed, people, ROWS(people), unread, &liar);
	for (size_t i = 0; i < ROWS(people); i++)
		assert_int_equal(unread[i], *people[i] == '.');
	assert_int_equal(liar.count, 2);
}

static void test_nobody_can_be_asked(void **state)
{
	static const char *const people[] = {".."};
	struct feed_settings feed;
	struct liar liar;
	bool unread;

	ask(&feed, people, 1, &unread, &liar);
	assert_true(unread);
	assert_int_equal(liar.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_odd_value),
		cmocka_unit_test(test_nobody_can_be_asked),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
