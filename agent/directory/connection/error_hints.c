#include "directory/connection/error_hints.h"

#include <ldap.h>
#include <stddef.h>
#include <string.h>

#include "base/text/language.h"

#define ANY 0

struct known {
	int result;       /* LDAP result code; ANY */
	const char *sign; /* in what the server or the library said; "": whatever it said */
	const char *advice;
};

/* The first row that fits is taken. */
static const struct known table[] = {
	/* TLS */
	{ANY, "untrusted or revoked (0x402)",
		N_("; the certificate has expired, or this machine's clock is wrong")},
	{ANY, "untrusted or revoked (0x202)",
		N_("; the certificate is not valid yet, or this machine's clock is wrong")},
	{ANY, "untrusted or revoked (0x42)",
		N_("; no authority of directory.ca_file signed it: is that the right file?")},
	{ANY, "get subjectAltName",
		N_("; a name in the CN does not count: have a certificate issued with the name in directory.url in its subjectAltName")},
	{ANY, "hostname",
		N_("; the certificate is for another name, and the CN does not count: write a name from its subjectAltName in directory.url")},
	{ANY, "ertificate",
		N_("; is it of directory.ca_file, valid, and for the name in directory.url?")},
	{ANY, "unknown error code",
		N_("; is it of directory.ca_file, valid, and for the name in directory.url?")},

	/* Active Directory's AcceptSecurityContext error (MS-ERREF section 2.2, in hexadecimal) */
	{ANY, "data 525,", N_("; the directory has no such account: is directory.bind.dn right?")},
	{ANY, "data 52e,",
		N_("; wrong password, or no such account: are the dn and the password_file of directory.bind right?")},
	{ANY, "data 530,", N_("; the account may not log in at this hour")},
	{ANY, "data 531,", N_("; the account may not log in from this machine")},
	{ANY, "data 532,",
		N_("; the account's password has expired: set a new one; a service account's should not expire")},
	{ANY, "data 533,", N_("; the account is disabled: enable it")},
	{ANY, "data 701,", N_("; the account has expired: set a later end, or none")},
	{ANY, "data 773,",
		N_("; the account's password must be changed first: set a new one, without \"must change at next logon\"")},
	{ANY, "data 775,", N_("; the account is locked after too many wrong passwords: unlock it")},
	{ANY, "data 80090346",
		N_("; the server wants channel binding, which this machine's SASL lacks: write ldap:// without starttls")},
	{ANY, "Sign or Seal are required",
		N_("; the server takes Kerberos without TLS only: write ldap:// without starttls")},
	{ANY, "if TLS is used",
		N_("; the server takes Kerberos without TLS only: write ldap:// without starttls")},

	/* Kerberos: MIT's words for RFC 4120 section 7.5.9 */
	{ANY, "Clock skew too great",
		N_("; this machine's clock and the server's are more than 5 minutes apart: set it by NTP")},
	{ANY, "Ticket not yet valid",
		N_("; this machine's clock and the server's are more than 5 minutes apart: set it by NTP")},
	{ANY, "Server not found in Kerberos database",
		N_("; no account has the SPN ldap/HOST: write the server's full name in directory.url, not an alias or an address")},
	{ANY, "not found in Kerberos database",
		N_("; the directory has no such account: is directory.bind.principal right?")},
	{ANY, "credentials have been revoked",
		N_("; the account is disabled, expired or locked: enable or unlock it")},
	{ANY, "Password has expired",
		N_("; the account's password has expired, or must be changed first: set a new one, and make the keytab anew")},
	{ANY, "Preauthentication failed",
		N_("; the keytab's key is not the account's: its password was changed; make the keytab anew")},
	{ANY, "no suitable keys",
		N_("; the keytab has no key of this principal: \"klist -k\" shows whose it has")},
	{ANY, "Unsupported key table format", N_("; that file is no keytab")},
	{ANY, "no support for encryption type",
		N_("; keytab and directory have no encryption in common: make the keytab anew, with AES")},
	{ANY, "Cannot contact any KDC",
		N_("; does the KDC run, and is its port 88 open from here?")},
	{ANY, "Cannot find KDC",
		N_("; neither /etc/krb5.conf nor DNS (_kerberos._udp) tells the realm's KDC")},
	{ANY, "No Kerberos credentials available",
		N_("; there is no ticket: give directory.bind a keytab_file, or run kinit")},
	{ANY, "No credentials cache found",
		N_("; there is no ticket: give directory.bind a keytab_file, or run kinit")},
	{ANY, "Ticket expired",
		N_("; the ticket has run out: give directory.bind a keytab_file, or run kinit")},
	{ANY, "No worthy mechs found",
		N_("; this machine lacks Cyrus SASL's module for Kerberos (Debian: libsasl2-modules-gssapi-mit)")},

	/* LDAP's own */
	{LDAP_INVALID_CREDENTIALS, "",
		N_("; are the dn and the password_file of directory.bind right?")},
	{LDAP_SERVER_DOWN, "",
		N_("; does the server run, and is the port right, and open from here?")},
	{LDAP_FILTER_ERROR, "", N_("; is people.filter right?")},
	{LDAP_CONFIDENTIALITY_REQUIRED, "",
		N_("; the server wants encryption: write ldaps:// or starttls: true")},
	{LDAP_STRONG_AUTH_REQUIRED, "",
		N_("; the server wants encryption: write ldaps:// or starttls: true")},
	{LDAP_REFERRAL, "",
		N_("; that is of another domain or server: write one that holds it in directory.url")},
};

const char *advice_of(int result, const char *diagnostic)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if ((table[i].result == ANY || table[i].result == result) &&
			strstr(diagnostic, table[i].sign))
			return _(table[i].advice);
	}
	return "";
}
