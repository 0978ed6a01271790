/* Replies about several people: whose answer is which, and who cannot be read. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "feed/people_reply.h"
#include "model/settings.h"

#define MATCH "mail"

static const char *const people[] = {"anna@x.dk", "Bo@x.dk", "cai@x.dk"};

static const struct answer_settings
	batch = {.list = "/responses", .id = "id", .status = "status", .body = "body"},
	schedule = {.list = "/value", .person = "scheduleId", .error = "error"},
	one = {.error = "error"}, nested = {.list = "", .person = "who.mail", .body = "/is/it"};

static const char *kind_text(const struct person_answer *answer, struct arena *arena)
{
	switch (answer->kind) {
	case ANSWER_MISSING:
		return "-";
	case ANSWER_GIVEN:
		return arena_bytes(arena, answer->document, answer->length);
	case ANSWER_REFUSED:
		return arena_format(arena, "no: %s", answer->why);
	case ANSWER_LATER:
		return arena_format(arena, "%lld: %s", answer->seconds, answer->why);
	}
	return NULL;
}

/* The answers, " | " between; or what is wrong with the reply. */
static const char *read_reply(const struct answer_settings *where, size_t count, const char *text,
	struct arena *arena)
{
	struct feed_settings feed = {.match = MATCH, .answers = *where};
	struct person_answer answers[ROWS(people)];
	const struct reply_people asked = {people, count};
	struct strbuf body = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct strbuf out = STRBUF_INIT;

	strbuf_adds(&body, text);
	if (people_reply_read(answers, &feed, &asked, &body, arena, &err))
		strbuf_adds(&out, err.text.text);
	for (size_t i = 0; !err.kind && i < count; i++)
		strbuf_addf(&out, "%s%s", i > 0 ? " | " : "", kind_text(&answers[i], arena));
	error_release(&err);
	strbuf_release(&body);
	return strbuf_to_arena(&out, arena);
}

struct reply_case {
	const struct answer_settings *where;
	size_t count;
	const char *reply, *answers;
};

static void check(const struct reply_case *cases, size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].reply); i++) {
		struct arena *arena = arena_new();

		assert_string_equal(read_reply(cases[i].where, cases[i].count, cases[i].reply,
					    arena),
			cases[i].answers);
		arena_free(arena);
	}
}

static void test_whose(void **state)
{
	static const struct reply_case cases[] = {
		{&batch, 3,
			"{\"responses\": [{\"id\":\"3\",\"status\":200,\"body\":{\"n\":3}},"
			"{\"id\":\"1\",\"status\":200,\"body\":{\"n\":12345678901234567890}}]}",
			"{\"n\":12345678901234567890} | - | {\"n\":3}"},
		{&batch, 2, "{\"responses\":[{\"id\":2,\"status\":\"200\",\"body\":[]}]}",
			"- | []"},
		{&batch, 2,
			"{\"responses\":[{\"id\":\"0\",\"status\":200,\"body\":{}},"
			"{\"id\":\"3\",\"status\":200,\"body\":{}},{\"id\":\"-1\",\"status\":200,\"body\":{}},"
			"{\"status\":200,\"body\":{}},7,null]}",
			"- | -"},
		{&batch, 1, "{\"responses\":[]}", "-"},
		{&schedule, 3,
			"{\"value\":[{\"scheduleId\":\"bo@X.dk\",\"scheduleItems\":[]},"
			"{\"scheduleId\":\"anna@x.dk\"},{\"scheduleId\":\"eva@x.dk\"}]}",
			"{\"scheduleId\":\"anna@x.dk\"} | {\"scheduleId\":\"bo@X.dk\",\"scheduleItems\":[]} | -"},
		{&nested, 1, " [ {\"who\":{\"mail\":\"anna@x.dk\"},\"is\":{\"it\": {\"a\":1} }} ] ",
			"{\"a\":1}"},
		{&one, 1, "\xEF\xBB\xBF {\"status\":\"disabled\"}\n", "{\"status\":\"disabled\"}"},
		{&batch, 1,
			"{\"responses\":[{\"id\":\"1\",\"status\":200,\"body\":{}},{\"id\":\"1\",\"status\":200,"
			"\"body\":{}}]}",
			"no: the reply has two answers"},
	};

	check(cases, ROWS(cases));
}

static void test_refused(void **state)
{
	static const struct reply_case cases[] = {
		{&batch, 3,
			"{\"responses\":[{\"id\":\"1\",\"status\":404,\"body\":{\"error\":{\"code\":"
			"\"ErrorItemNotFound\",\"message\":\"Not\\nfound\"}}},"
			"{\"id\":\"2\",\"status\":403},{\"id\":\"3\",\"status\":200,\"body\":\"x\"}]}",
			"no: the server answered 404: ErrorItemNotFound: Not\\0afound | no: the server "
			"answered 403 | no: its answer is neither an object nor an array of JSON"},
		{&batch, 3,
			"{\"responses\":[{\"id\":\"1\",\"status\":200},{\"id\":\"2\",\"body\":{}},"
			"{\"id\":\"3\",\"status\":302,\"body\":{}}]}",
			"no: its answer is neither an object nor an array of JSON | no: its answer has "
			"no status | no: the server answered 302"},
		{&batch, 3,
			"{\"responses\":[{\"id\":\"1\",\"status\":429,\"headers\":{\"Retry-After\":\"12\"}},"
			"{\"id\":\"2\",\"status\":503,\"headers\":{\"retry-after\":3},\"body\":{}},"
			"{\"id\":\"3\",\"status\":401,\"body\":{\"error\":\"x\"}}]}",
			"12: the server answered 429 | 3: the server answered 503 | -1: the server "
			"answered 401: \"x\""},
		{&batch, 1,
			"{\"responses\":[{\"id\":\"1\",\"status\":403,\"body\":{\"error\":{\"code\":"
			"\"ErrorAccessDenied\",\"message\":\"Access is denied.\"}}}]}",
			"no: the server answered 403 (ErrorAccessDenied: Access is denied.): the "
			"application lacks a permission, or an application access policy leaves the "
			"mailbox out: grant it the one that the preset names, as an application "
			"permission, with admin consent"},
		{&schedule, 2,
			"{\"value\":[{\"scheduleId\":\"anna@x.dk\",\"error\":{\"message\":\"gone\",\"responseCode\":"
			"\"ErrorMailRecipientNotFound\"}},{\"scheduleId\":\"bo@x.dk\",\"error\":null}]}",
			"no: the server answered with an error: ErrorMailRecipientNotFound: gone | "
			"{\"scheduleId\":\"bo@x.dk\",\"error\":null}"},
		{&one, 1, "{\"error\":{\"code\":\"X\"}}",
			"no: the server answered with an error: X"},
		{&one, 1, "null", "no: its answer is neither an object nor an array of JSON"},
		/* as GraphQL has it, whatever else is there */
		{&one, 1, "{\"data\":{\"leave\":null},\"errors\":[{\"message\":\"time-out\"}]}",
			"no: the answer has errors beside the records, so some may be missing; the "
			"server says: time-out"},
		{&one, 1, "{\"data\":{},\"errors\":[]}", "{\"data\":{},\"errors\":[]}"},
		{&batch, 2,
			"{\"responses\":[{\"id\":\"1\",\"status\":200,\"body\":{\"data\":null,\"errors\":[{}]}},"
			"{\"id\":\"2\",\"status\":200,\"body\":{\"data\":1}}]}",
			"no: the answer has errors beside the records, so some may be missing | "
			"{\"data\":1}"},
		{&schedule, 1,
			"{\"value\":[{\"scheduleId\":\"anna@x.dk\"}],\"errors\":[{\"message\":\"lost\"}]}",
			"line 1, column 48: the answer has errors beside the records, so some may be "
			"missing; the server says: lost"},
	};

	check(cases, ROWS(cases));
}

static void test_bad(void **state)
{
	static const struct reply_case cases[] = {
		{&batch, 1, "{\"error\":{\"code\":\"BadRequest\",\"message\":\"no\"}}",
			"no array at /responses, where answers.list looks for the answers: BadRequest: no"},
		{&batch, 1, "{\"responses\":{}}",
			"no array at /responses, where answers.list looks for the answers"},
		{&batch, 1, "{\"responses\":[{\"id\":\"1\",",
			"line 1, column 25: the text ends too early; it may have been cut off"},
		{&batch, 1, "<html>",
			"line 1, column 1: a web page or XML came; expected JSON; see whether the address "
			"asks for a login"},
	};

	check(cases, ROWS(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whose),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
