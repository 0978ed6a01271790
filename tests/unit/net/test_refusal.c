/* Refusals: a server's own words, on one line, and what to do about it. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "net/refusal.h"

#define SECRET "hemmelig-noegle-4711"

static bool explain(const char *body, const char *challenge, struct strbuf *words,
	const char **advice)
{
	struct strbuf secrets[2] = {STRBUF_INIT, STRBUF_INIT};
	const struct refusal refusal = {.body = body,
		.length = strlen(body),
		.challenge = challenge,
		.secrets = secrets,
		.secret_count = ROWS(secrets)};
	bool result;

	strbuf_adds(&secrets[0], SECRET);
	strbuf_adds(&secrets[1], "kort");
	result = refusal_explain(&refusal, words, advice);
	strbuf_release(&secrets[0]);
	strbuf_release(&secrets[1]);
	return result;
}

static const struct {
	const char *body, *challenge, *words, *advice; /* words NULL: nothing known is said */
} cases[] = {
	/* learn.microsoft.com, "Microsoft identity platform and the OAuth 2.0 client credentials flow" */
	{"{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client "
	 "secret provided. Ensure the secret being sent in the request is the client secret value, "
	 "not the client secret ID, for a secret added to app '11'. Trace ID: 0-1 Correlation ID: "
	 "2-3 Timestamp: 2026-11-30 07:00:00Z\",\"error_codes\":[7000215]}",
		NULL,
		"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the "
		"request is the client secret value, not the client secret ID, for a secret added to "
		"app '11'.",
		"not its ID"},
	{"{\"error\":\"unauthorized_client\",\"error_description\":\"AADSTS700016: Application "
	 "with identifier '11' was not found in the directory 'Kommunen'.\\r\\nTrace ID: 0\"}",
		NULL,
		"AADSTS700016: Application with identifier '11' was not found in the directory "
		"'Kommunen'.",
		"oauth.client_id"},
	{"{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: The provided client "
	 "secret keys for app '11' are expired.\"}",
		NULL, "AADSTS7000222: The provided client secret keys for app '11' are expired.",
		"has expired"},
	{"{\"error\":\"invalid_request\",\"error_description\":\"AADSTS90002: Tenant 'x' not "
	 "found.\"}",
		NULL, "AADSTS90002: Tenant 'x' not found.", "no such tenant"},
	{"{\"error\":\"invalid_client\",\"error_description\":\"AADSTS700027: The certificate with "
	 "identifier used to sign the client assertion is not registered on application.\"}",
		NULL,
		"AADSTS700027: The certificate with identifier used to sign the client assertion is "
		"not registered on application.",
		"oauth.cert_file"},
	{"{\"error\":\"invalid_resource\",\"error_description\":\"AADSTS500011: The resource "
	 "principal named x was not found.\"}",
		NULL, "AADSTS500011: The resource principal named x was not found.", "oauth.scope"},
	{"{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS65001: The user or "
	 "administrator has not consented.\"}",
		NULL, "AADSTS65001: The user or administrator has not consented.", "admin consent"},
	{"{\"error\":\"x\",\"error_description\":\"AADSTS70002150: unknown\"}", NULL,
		"AADSTS70002150: unknown", NULL},
	{"{\"error\":\"invalid_client\",\"error_description\":\"AADSTS700024: Client assertion is not "
	 "within its valid time range. Current time: 2026-11-30T07:00:00Z, expiry time of assertion "
	 "2026-11-30T06:00:00Z.\"}",
		NULL, "AADSTS700024: Client assertion is not within its valid time range.", "NTP"},
	/* Keycloak */
	{"{\"error\":\"unauthorized_client\",\"error_description\":\"Invalid client or Invalid client "
	 "credentials\"}",
		NULL, "unauthorized_client: Invalid client or Invalid client credentials",
		"oauth.secret_file"},
	{"{\"error\":\"unauthorized_client\",\"error_description\":\"Client not enabled to "
	 "retrieve service account\"}",
		NULL, "unauthorized_client: Client not enabled to retrieve service account",
		"service account"},
	{"{\"error\":\"invalid_client\"}", NULL, "invalid_client", "oauth.client_id"},
	/* Microsoft Graph */
	{"{\"error\":{\"code\":\"Authorization_RequestDenied\",\"message\":\"Insufficient "
	 "privileges to complete the operation.\",\"innerError\":{\"date\":\"2026\"}}}",
		NULL,
		"Authorization_RequestDenied: Insufficient privileges to complete the operation.",
		"lacks a permission"},
	{"{\"error\":{\"code\":\"ErrorAccessDenied\",\"message\":\"Access is denied. Check "
	 "credentials and try again.\"}}",
		NULL, "ErrorAccessDenied: Access is denied. Check credentials and try again.",
		"application access policy"},
	{"{\"error\":{\"code\":\"InvalidAuthenticationToken\",\"message\":\"Access token "
	 "validation failure. Invalid audience.\"}}",
		NULL,
		"InvalidAuthenticationToken: Access token validation failure. Invalid audience.",
		"oauth.scope"},
	{"{\"error\":{\"code\":\"Forbidden\",\"message\":\"\",\"innerError\":{\"code\":"
	 "\"ErrorAccessDenied\"}}}",
		NULL, "Forbidden", "application access policy"},
	/* RFC 9457, and what is close to it */
	{"{\"title\":\"You do not have enough credit.\",\"detail\":\"Your balance is 30\"}", NULL,
		"Your balance is 30", NULL},
	{"{\"message\":\"Forbidden\"}", NULL, "Forbidden", NULL},
	/* RFC 6750 section 3.1 */
	{"", "Bearer realm=\"x\", error=\"invalid_token\", error_description=\"expired \\\"now\\\"\"",
		"invalid_token: expired \"now\"", "oauth.token_url"},
	{"<html>", "Bearer error=insufficient_scope", "insufficient_scope", "oauth.scope"},
	{"", "Bearer x_error=\"a\", error_description=\"b\"", NULL, NULL},
	{"", "Basic realm=\"error=\"", NULL, NULL},
	{"", "Bearer error=\"", NULL, NULL},
	/* no words that can be used */
	{"", NULL, NULL, NULL},
	{"<html><h1>403 Forbidden</h1></html>", NULL, NULL, NULL},
	{"{", NULL, NULL, NULL},
	{"[]", NULL, NULL, NULL},
	{"{}", NULL, NULL, NULL},
	{"{\"error\":7,\"error_description\":[\"x\"]}", NULL, NULL, NULL},
	{"{\"error\":{\"code\":{},\"message\":null}}", NULL, NULL, NULL},
	{"{\"error\":\"\",\"message\":\"\"}", NULL, NULL, NULL},
	/* lines, terminals, secrets */
	{"{\"error\":\"x\\ny\",\"error_description\":\"a\\u001b[31mb\\u202e\\nnext line\"}", NULL,
		"x: a\\1b[31mb\\e2\\80\\ae", NULL},
	{"{\"error\":\"invalid_client\",\"error_description\":\"bad secret " SECRET "!\"}", NULL,
		"invalid_client: bad secret [...]!", "oauth.client_id"},
	{"{\"error\":\"" SECRET "\"}", NULL, "[...]", NULL},
	{"{\"message\":\"HEMMELIG-NOEGLE ends in ...oegle-4711\"}", NULL, "[...] ends in ...[...]",
		NULL},
	{"{\"message\":\"kor, KORT, hemmeli\"}", NULL, "kor, [...], hemmeli", NULL},
	{"", "Bearer error=\"invalid_token\", error_description=\"no " SECRET "\"",
		"invalid_token: no [...]", "the token"},
};

static void test_words(void **state)
{
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].body); i++) {
		struct strbuf words = STRBUF_INIT;
		const char *advice = NULL;

		assert_int_equal(explain(cases[i].body, cases[i].challenge, &words, &advice),
			cases[i].words != NULL);
		assert_string_equal(words.text, cases[i].words ? cases[i].words : "");
		if (!cases[i].advice)
			assert_null(advice);
		else
			assert_non_null(strstr(advice, cases[i].advice));
		strbuf_release(&words);
	}
}

/* However much a server says, a line of it is shown, and no secret at the place where it is cut. */
static void test_long(void **state)
{
	struct strbuf body = STRBUF_INIT, words = STRBUF_INIT;
	const char *advice;

	strbuf_adds(&body, "{\"message\":\"");
	for (int i = 0; i < REFUSAL_WORDS_MAX - 10; i++)
		strbuf_addc(&body, 'x');
	strbuf_adds(&body, SECRET "\"}");
	assert_true(explain(body.text, NULL, &words, &advice));
	assert_null(strstr(words.text, "hemmelig"));
	assert_true(words.length < REFUSAL_WORDS_MAX + 20);
	strbuf_reset(&words);
	strbuf_reset(&body);
	strbuf_adds(&body, "{\"message\":\"");
	while (body.length < REFUSAL_BODY_MAX)
		strbuf_addc(&body, 'x');
	strbuf_adds(&body, "\"}");
	assert_false(explain(body.text, NULL, &words, &advice));
	strbuf_reset(&body);
	for (int i = 0; i < 30000; i++)
		strbuf_addc(&body, '[');
	assert_false(explain(body.text, NULL, &words, &advice));
	strbuf_release(&body);
	strbuf_release(&words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
