/* Asking a server about people: who is asked about in which request, who again, and when it is given up. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "feed/people_query.h"
#include "liar.h"
#include "model/settings.h"
#include "net/fetch.h"

#define HEAD(status) "HTTP/1.1 " status " X\r\nConnection: close\r\n\r\n"
#define OK(answers)  HEAD("200 OK") "{\"v\":[" answers "]}"

/* Of a person's part: that it is read; that it is refused. */
#define GIVEN(person) "{\"p\":\"" person "\",\"s\":200,\"b\":{}}"
#define PART(person, status) \
	"{\"p\":\"" person "\",\"s\":" #status ",\"headers\":{\"Retry-After\":\"0\"}}"
#define LATE(person, s, after) \
	"{\"p\":\"" person "\",\"s\":" #s ",\"headers\":{\"Retry-After\":\"" after "\"}}"

static const char *const people[] = {"anna", "bo", "cai", "dan"};

struct query_case {
	const char *name;
	size_t people;
	int batch;
	const char *replies
		[4]; /* NULL: no more; the last is for all that come after it; none: silence */
	const char *asked; /* whom the requests were about, " | " between; NULL: not compared */
	const char *came;  /* "anna bo?": of those with "?" why is in `why` */
	const char *why;   /* of the first who is unread, or of the whole query */
	bool fails;
};

/* Whom a request was about, by its address: /?x=anna,bo. */
static void add_asked(struct strbuf *out, const char *request)
{
	const char *start = strstr(request, "x=");

	assert_non_null(start);
	start += strlen("x=");
	strbuf_add_item(out, " | ", "");
	strbuf_add(out, start, strcspn(start, " "));
}

static const char *asked_text(const struct liar *liar, struct arena *arena)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < liar->count; i++)
		add_asked(&out, liar->requests[i]);
	return strbuf_to_arena(&out, arena);
}

static const char *came_text(const struct people_query *query, const char **why,
	struct arena *arena)
{
	struct strbuf out = STRBUF_INIT;
	size_t unread = 0;

	for (size_t i = 0; i < people_query_count(query); i++) {
		const struct asked_person *person = people_query_person(query, i);

		strbuf_addf(&out, "%s%s%s", i > 0 ? " " : "", person->value,
			person->document ? "" : "?");
		assert_true((person->document == NULL) == (person->why != NULL));
		if (person->why && unread++ == 0)
			*why = person->why;
	}
	assert_int_equal(people_query_unread(query), unread);
	return strbuf_to_arena(&out, arena);
}

static void play(const struct query_case *c, int seconds)
{
	struct arena *arena = arena_new();
	struct fetches *fetches = fetches_new(&fetch_bounds);
	struct liar liar;
	struct feed_settings feed = {.name = "oof",
		.match = "uid",
		.asks = ASKS_PEOPLE,
		.batch = c->batch,
		.answers = {.list = "/v", .person = "p", .status = "s", .body = "b"}};
	struct people_query *query;
	const char *why = "";
	struct lie lies[ROWS(c->replies)] = {{NULL, 0, 0, 0}};
	size_t count = 0;

	while (count < ROWS(lies) && (c->replies[count] || count == 0)) {
		lies[count].text = c->replies[count];
		count++;
	}
	liar_start(&liar, lies, count);
	feed.url = arena_format(arena, "http://127.0.0.1:%d/?x={people}", liar.port);
	query = people_query_start(fetches, &feed, 1798012800, people, c->people, seconds);
	while (!people_query_step(query))
		fetches_poll(fetches, NULL, 0, 50);
	assert_string_equal(came_text(query, &why, arena), c->came);
	assert_int_equal(people_query_error(query) != NULL, c->fails);
	if (c->fails)
		why = people_query_error(query)->text.text;
	if (c->why && !strstr(why, c->why))
		print_error("\"%s\" is not in \"%s\"\n", c->why, why);
	assert_true(!c->why || strstr(why, c->why));
	people_query_free(query);
	fetches_free(fetches);
	liar_stop(&liar);
	if (c->asked)
		assert_string_equal(asked_text(&liar, arena), c->asked);
	arena_free(arena);
}

static void test_queries(void **state)
{
	static const struct query_case cases[] = {
		{"all at once", 2, 20, {OK(GIVEN("bo") "," GIVEN("anna"))}, "anna,bo", "anna bo",
			NULL, false},
		{"nobody", 0, 20, {OK("")}, "", "", NULL, false},
		{"one is missing", 2, 2, {OK(GIVEN("bo"))}, "anna,bo", "anna? bo",
			"says nothing about the person", false},
		{"one is refused", 2, 2, {OK(GIVEN("bo") "," PART("anna", 404))}, "anna,bo",
			"anna? bo", "the server answered 404", false},
		{"one is asked about again, with who is new", 3, 2,
			{OK(GIVEN("bo") "," PART("anna", 429) "," GIVEN("cai")),
				OK(GIVEN("cai") "," GIVEN("anna") "," GIVEN("bo"))},
			NULL, "anna bo cai", NULL, false},
		{"three times in all", 1, 2,
			{OK(PART("anna", 429)), OK(PART("anna", 503)), OK(PART("anna", 500))},
			"anna | anna | anna", "anna?", "the server answered 500", false},
		{"not where it is to be waited for too long", 1, 2, {OK(LATE("anna", 429, "31"))},
			"anna", "anna?", "429", false},
		{"a request about one person", 1, 1, {HEAD("404 Not Found") "x"}, "anna", "anna?",
			"/?x={people}: the server answered 404", false},
		{"... or two", 2, 2, {HEAD("404 Not Found") "x"}, "anna,bo", "anna? bo?", "404",
			true},
		{"one that is about one person and cannot be made", 1, 1,
			{HEAD("400 Bad Request") "x"}, "anna", "anna?", "400", true},
		{"no list", 1, 1, {HEAD("200 OK") "{\"error\":{\"code\":\"E1\"}}"}, "anna", "anna?",
			"no array at /v, where answers.list looks for the answers: E1", true},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].name); i++)
		play(&cases[i], 60);
}

/* A server that says nothing: it is given up, and those who were not answered about are unread. */
static void test_deadline(void **state)
{
	static const struct query_case silent = {"", 2, 2, {NULL}, NULL, "anna? bo?",
		"the time for asking about people is over", true};

	play(&silent, 0);
}

/* Many requests may take longer, but not for ever. */
static void test_seconds(void **state)
{
	const struct feed_settings one = {.batch = 1}, many = {.batch = 20};

	assert_int_equal(people_query_seconds(&many, 300), 123);
	assert_int_equal(people_query_seconds(&one, 3), 120);
	assert_int_equal(people_query_seconds(&one, 200), 170);
	assert_int_equal(people_query_seconds(&one, 100000), 240);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_queries),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
