/* Values of mail and proxyAddresses, and filters for the addresses in them. */
#include <stdlib.h>
#include <string.h>

#include "base/text/strbuf.h"
#include "config/filter.h"
#include "directory/entry/mail_address.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const attributes[] = {"mail", "proxyAddresses"};
	char *text = fuzz_text(data, size);

	for (size_t i = 0; i < 2; i++) {
		const char *address = NULL;
		bool is_primary = false;
		struct strbuf filter = STRBUF_INIT;

		if (mail_value_read(attributes[i], text, &address, &is_primary) ==
			MAIL_VALUE_ADDRESS) {
			const char *at = strchr(address, '@');

			fuzz_expect(at && at > address && at[1] && !strchr(at + 1, '@'),
				"an address has two parts");
			fuzz_expect(!strpbrk(address, " <>,;\r\n\t"), "and is one alone");
			fuzz_expect(strlen(address) <= strlen(text), "and is part of the value");
		} else {
			fuzz_expect(!address && !is_primary, "no address is given");
		}
		mail_filter_add(&filter, attributes[i], text);
		fuzz_expect(filter.length == 0 || filter_is_valid(filter.text),
			"whatever it is, the filter is whole");
		strbuf_release(&filter);
	}
	free(text);
	return 0;
}
