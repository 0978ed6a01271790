/* A token server's reply: a token that is kept is the one word of ASCII that was given. */
#include <stdlib.h>
#include <string.h>

#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "fuzz.h"
#include "model/settings.h"
#include "net/oauth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct oauth_settings settings = {
		.token_url = "https://login.eksempel.dk/token", .client_id = "postvagt"};
	struct oauth_request request = OAUTH_REQUEST_INIT;
	struct strbuf token = STRBUF_INIT;
	struct error err = ERROR_INIT;
	char *reply = fuzz_text(data, size);
	unsigned serial = 0;

	strbuf_adds(&request.secrets[0], "hemmelig-noegle-4711");
	if (oauth_take_reply(&settings, &request, reply, size, &err) == ERROR_NONE) {
		fuzz_expect(oauth_find(&settings, &token, &serial) && serial > 0,
			"a token that was taken is kept");
		fuzz_expect(token.length > 0 && text_is_token(token.text),
			"a token is one word of ASCII");
		fuzz_expect(strstr(reply, "access_token") || strchr(reply, '\\'),
			"a token was in the reply");
		oauth_drop(serial);
	} else {
		fuzz_expect(err.kind == ERROR_TARGET && err.text.length > 0, "an error says why");
		fuzz_expect_safe_text(err.text.text);
		fuzz_expect(!strstr(err.text.text, "noegle-4711"), "no secret is said");
	}
	strbuf_wipe(&token);
	fuzz_expect(!oauth_find(&settings, &token, &serial), "nothing else is kept");
	oauth_request_release(&request);
	error_release(&err);
	free(reply);
	return 0;
}
