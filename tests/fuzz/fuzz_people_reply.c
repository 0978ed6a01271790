/* Replies about people: whose answer is which; by an id and by the value that was asked with, and of one person alone. */
#include <stdlib.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "feed/people_reply.h"
#include "fuzz.h"
#include "model/settings.h"

static const char *const people[] = {"anna@eksempel.dk", "bo@eksempel.dk", "cai@eksempel.dk"};

#define PEOPLE (sizeof(people) / sizeof(*people))

static void read_reply(const struct answer_settings *where, size_t count, const struct strbuf *body)
{
	const struct reply_people asked = {people, count};
	const struct feed_settings feed = {.match = "mail", .answers = *where};
	struct person_answer answers[PEOPLE];
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;

	if (people_reply_read(answers, &feed, &asked, body, arena, &err))
		fuzz_expect_safe_text(err.text.text);
	for (size_t i = 0; !err.kind && i < count; i++) {
		const struct person_answer *answer = &answers[i];

		if (answer->why)
			fuzz_expect_safe_text(answer->why);
		fuzz_expect(answer->kind != ANSWER_GIVEN ||
				(answer->document >= body->text && answer->length >= 2 &&
					answer->document + answer->length <=
						body->text + body->length),
			"a document is a part of the reply");
		fuzz_expect(answer->kind != ANSWER_LATER || answer->seconds >= -1, "a wait is one");
	}
	error_release(&err);
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct answer_settings batch = {.list = "/responses",
						    .id = "id",
						    .status = "status",
						    .body = "body"},
					    schedule = {.list = "/value",
						    .person = "scheduleId",
						    .error = "error"},
					    one = {.error = "error", .body = "/body"};
	struct strbuf body = {.text = fuzz_text(data, size), .length = size};

	read_reply(&batch, PEOPLE, &body);
	read_reply(&schedule, PEOPLE, &body);
	read_reply(&one, 1, &body);
	free(body.text);
	return 0;
}
