/* What a mail's header says of a probe: of what the mailbox holds, which strangers send. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "mailbox/probe/probe_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct probe_header header = PROBE_HEADER_INIT;
	char *text = fuzz_text(data, size);

	probe_header_read(&header, text, size);
	fuzz_expect(header.token[0] == '\0' || (header.is_marked && probe_token_is(header.token)),
		"a token is behind its mark");
	fuzz_expect(header.redirected_by.length < 2100, "addresses are bounded");
	fuzz_expect(!probe_header_is_by(&header, "nobody@example") || memmem(data, size, "@", 1),
		"an address is in the header");
	probe_header_release(&header);
	free(text);
	return 0;
}
