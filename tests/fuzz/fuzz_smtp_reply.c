/* A mail server's refusal: whatever it says, it is judged, and before RCPT no mail is given up. */
#include <stdlib.h>

#include "fuzz.h"
#include "mail/smtp/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum reply_phase phases[] = {
		REPLY_LOGIN, REPLY_SENDER, REPLY_RECIPIENT, REPLY_CONTENT};
	char *line = fuzz_text(data, size);

	for (size_t i = 0; i < sizeof(phases) / sizeof(*phases); i++) {
		const char *advice;
		enum send_result result = smtp_reply_judge(phases[i], line, &advice);

		fuzz_expect(result == SEND_DOWN || result == SEND_REFUSED ||
				result == SEND_DEFERRED,
			"a refusal is one");
		fuzz_expect(i > 1 || result == SEND_DOWN, "before RCPT it is about us");
		fuzz_expect(!advice || result == SEND_DOWN, "advice is about the sender");
	}
	free(line);
	return 0;
}
