/* What a server says when it refuses: the first line is its WWW-Authenticate field, the rest its body. */
#include <stdlib.h>
#include <string.h>

#include "base/text/strbuf.h"
#include "fuzz.h"
#include "net/refusal.h"

#define SECRET "hemmelig-noegle-4711"

/* Whatever is said is one safe line of a bounded length, without a piece of the secret. */
static void expect_line(const char *line)
{
	fuzz_expect_safe_text(line);
	fuzz_expect(strlen(line) <= 4 * REFUSAL_WORDS_MAX + 4, "the words are bounded");
	for (size_t i = 0; i + 8 <= strlen(SECRET); i++) {
		char piece[9] = {0};

		memcpy(piece, &SECRET[i], 8);
		fuzz_expect(!strcasestr(line, piece), "no piece of a secret is said");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf secret = STRBUF_INIT, words = STRBUF_INIT;
	char *challenge = fuzz_part(&data, &size, "\n"), *body = fuzz_text(data, size);
	const struct refusal refusal = {.body = body,
		.length = size,
		.challenge = challenge,
		.secrets = &secret,
		.secret_count = 1};
	const char *advice;

	strbuf_adds(&secret, SECRET);
	fuzz_expect(refusal_explain(&refusal, &words, &advice) == (words.length > 0),
		"it says whether it said something");
	expect_line(words.text);
	strbuf_release(&words);
	strbuf_release(&secret);
	free(challenge);
	free(body);
	return 0;
}
