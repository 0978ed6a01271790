/* Link fields and the leaps they ask for; and what else a server's header may hold. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text/strbuf.h"
#include "fuzz.h"
#include "net/address.h"
#include "net/link.h"
#include "net/retry.h"

#define HOME "https://hr.eksempel.dk/absences.json?page=1"

static void try_leap(const char *target)
{
	struct strbuf plain = STRBUF_INIT, secret = STRBUF_INIT;

	if (address_redirect(HOME, target, false, &plain) == REDIRECT_MADE)
		fuzz_expect(strncmp(plain.text, "https://", 8) == 0, "https stays https");
	if (address_redirect(HOME, target, true, &secret) == REDIRECT_MADE)
		fuzz_expect(strncasecmp(secret.text, "https://hr.eksempel.dk", 22) == 0 &&
				(secret.text[22] == '/' || secret.text[22] == '?' ||
					strncmp(secret.text + 22, ":443", 4) == 0),
			"a secret stays with its host");
	strbuf_release(&plain);
	strbuf_release(&secret);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf target = STRBUF_INIT;
	char *text = fuzz_text(data, size);

	if (link_next(text, &target)) {
		fuzz_expect(target.length > 0, "a target is not empty");
		try_leap(target.text);
	}
	try_leap(text);
	fuzz_expect(retry_after(text, "Tue, 24 Nov 2026 07:00:00 GMT") >= -1, "a wait is one");
	fuzz_expect(retry_after("120", text) == 120, "seconds need no date");
	strbuf_release(&target);
	free(text);
	return 0;
}
