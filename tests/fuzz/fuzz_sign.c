/* Keys in PEM, a private and a public one in one file, and signatures. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "ledger/sign.h"

/* Whoever has the private key signs what its public one proves, and nothing else. */
static void expect_signs(const char *file)
{
	struct sign_key key = {.is_there = false};
	struct sign_public public = {.count = 1};
	struct error err = ERROR_INIT;
	char signature[SIGN_TEXT];

	chmod(file, 0600);
	if (sign_key_load(&key, file, &err) == ERROR_NONE) {
		fuzz_expect(key.is_there, "a key that was read is there");
		memcpy(public.keys[0], key.bytes + 32, sizeof(public.keys[0]));
		sign_text(&key, "line", 4, signature);
		fuzz_expect(sign_is_good(&public, "line", 4, signature), "a signature is good");
		fuzz_expect(!sign_is_good(&public, "lime", 4, signature), "of that text alone");
	} else {
		fuzz_expect(!key.is_there, "a key that is none is not there");
	}
	sign_key_wipe(&key);
	error_release(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *file = fuzz_file(0, data, size);
	struct sign_public public;
	struct error err = ERROR_INIT;
	char *text = fuzz_text(data, size);

	expect_signs(file);
	if (sign_public_load(&public, file, &err) == ERROR_NONE) {
		fuzz_expect(public.count > 0 && public.count <= SIGN_PUBLIC_MAX, "keys have room");
		sign_is_good(&public, "line", 4, text);
	}
	error_release(&err);
	free(text);
	return 0;
}
