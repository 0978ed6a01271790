#include "unit.h"

#include <ldap.h>
#include <string.h>

#include "directory/connection/error_hints.h"

#define AD(data)                                                                             \
	"80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data " data \
	", v1db1"
#define GSS(words)                                                                           \
	"SASL(-1): generic failure: GSSAPI Error: Unspecified GSS failure.  Minor code may " \
	"provide more information (" words ")"

/* What a server or library said, and a part of the advice; "": there is none. */
static void test_advice(void **state)
{
	static const struct {
		int result;
		const char *said, *advice;
	} cases[] = {
		{LDAP_INVALID_CREDENTIALS, AD("525"), "no such account"},
		{LDAP_INVALID_CREDENTIALS, AD("52e"), "wrong password"},
		{LDAP_INVALID_CREDENTIALS, AD("530"), "at this hour"},
		{LDAP_INVALID_CREDENTIALS, AD("531"), "from this machine"},
		{LDAP_INVALID_CREDENTIALS, AD("532"), "password has expired"},
		{LDAP_INVALID_CREDENTIALS, AD("533"), "disabled"},
		{LDAP_INVALID_CREDENTIALS, AD("701"), "account has expired"},
		{LDAP_INVALID_CREDENTIALS, AD("773"), "must be changed"},
		{LDAP_INVALID_CREDENTIALS, AD("775"), "locked"},
		{LDAP_INVALID_CREDENTIALS, AD("80090346"), "channel binding"},
		{LDAP_INVALID_CREDENTIALS, "", "password_file"},
		{LDAP_LOCAL_ERROR, GSS("Clock skew too great"), "NTP"},
		{LDAP_LOCAL_ERROR, GSS("Server not found in Kerberos database"), "SPN"},
		{LDAP_LOCAL_ERROR, GSS("Ticket expired"), "run out"},
		{0, "Client 'a@B' not found in Kerberos database", "principal"},
		{0, "Client's credentials have been revoked", "disabled"},
		{LDAP_CONNECT_ERROR,
			"TLS: hostname does not match subjectAltName in peer certificate",
			"another name"},
		{LDAP_CONNECT_ERROR, "TLS: unable to get subjectAltName from peer certificate",
			"CN does not"},
		{LDAP_SERVER_DOWN, "peer cert untrusted or revoked (0x42)", "signed"},
		{LDAP_SERVER_DOWN, "peer cert untrusted or revoked (0x402)", "expired"},
		{LDAP_SERVER_DOWN, "peer cert untrusted or revoked (0x202)", "not valid yet"},
		{LDAP_SERVER_DOWN, "", "port"},
		{LDAP_STRONG_AUTH_REQUIRED, "", "ldaps://"},
		{LDAP_STRONG_AUTH_REQUIRED, "SASL:[GSSAPI]: Sign or Seal are required.",
			"without TLS"},
		{LDAP_REFERRAL, "", "another domain"},
		{LDAP_OTHER, "", ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].said); i++) {
		const char *advice = advice_of(cases[i].result, cases[i].said);

		if (!strstr(advice, cases[i].advice) || !*advice != !*cases[i].advice)
			fail_msg("%s: %s", cases[i].said, advice);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_advice)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
