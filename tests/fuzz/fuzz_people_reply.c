/* Replies about people: whose answer is which; by an id and by the value that was asked with, and of one person alone. */
#include <stdlib.h>

#include "base/memory/arena.h"
#include "config/settings.h"
#include "feed/people_reply.h"
#include "fuzz.h"

static const char *const people[] = {"anna@eksempel.dk", "bo@eksempel.dk", "cai@eksempel.dk"};

#define PEOPLE (sizeof(people) / sizeof(*people))

static void read_reply(const struct answer_settings *where, size_t count, const char *text,
	size_t size)
{
	const struct feed_settings feed = {.match = "mail", .answers = *where};
	struct person_answer answers[PEOPLE];
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;

	if (people_reply_read(answers, &feed, people, count, text, size, arena, &err))
		fuzz_expect_safe_text(err.text.text);
	for (size_t i = 0; !err.kind && i < count; i++) {
		const struct person_answer *answer = &answers[i];

		if (answer->why)
			fuzz_expect_safe_text(answer->why);
		fuzz_expect(answer->kind != ANSWER_GIVEN ||
				(answer->document >= text && answer->length >= 2 &&
					answer->document + answer->length <= text + size),
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
	char *text = fuzz_text(data, size);

	read_reply(&batch, PEOPLE, text, size);
	read_reply(&schedule, PEOPLE, text, size);
	read_reply(&one, 1, text, size);
	free(text);
	return 0;
}
