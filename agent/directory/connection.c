#include "directory/connection.h"

#include <stdbool.h>
#include <string.h>
#include <sys/time.h>

#include "base/language.h"
#include "base/strbuf.h"
#include "settings/settings.h"

/* Result codes that mean: nobody answers now; another server may, or this one later. */
static bool is_lost(int result)
{
	switch (result) {
	case LDAP_SERVER_DOWN:
	case LDAP_CONNECT_ERROR:
	case LDAP_TIMEOUT:
	case LDAP_BUSY:
	case LDAP_UNAVAILABLE:
		return true;
	default:
		return false;
	}
}

/* GnuTLS's libldap has no words for a certificate that it refuses, but these. */
static bool is_about_certificate(const char *diagnostic)
{
	return strstr(diagnostic, "unknown error code") || strstr(diagnostic, "ertificate") ||
		strstr(diagnostic, "hostname");
}

/* What to try, for the commonest failures; "" for others. */
static const char *advice(int result, bool is_certificate)
{
	if (is_certificate)
		return _("; is it of directory.ca_file, valid, and for the name in directory.url?");
	switch (result) {
	case LDAP_INVALID_CREDENTIALS:
		return _("; are the dn and the password_file of directory.bind right?");
	case LDAP_SERVER_DOWN:
		return _("; does the server run, and is the port right, and open from here?");
	case LDAP_FILTER_ERROR:
		return _("; is people.filter right?");
	case LDAP_CONFIDENTIALITY_REQUIRED:
	case LDAP_STRONG_AUTH_REQUIRED:
		return _("; the server wants encryption: write ldaps:// or starttls: true");
	default:
		return "";
	}
}

/* libldap's words for the code and what else is known, on one line. */
static void add_reason(struct strbuf *text, int result, const char *diagnostic)
{
	bool is_certificate = is_about_certificate(diagnostic);

	if (is_certificate && is_lost(result))
		strbuf_adds(text, _("the server's certificate is refused"));
	else
		strbuf_addf(text, "%s (%d)", ldap_err2string(result), result);
	if (*diagnostic && !strstr(diagnostic, "unknown error code")) {
		strbuf_adds(text, ": ");
		strbuf_add_safe(text, diagnostic);
	}
	strbuf_adds(text, advice(result, is_certificate));
}

enum error_kind connection_error(struct error *err, const struct connection *connection, int result,
	const char *diagnostic, const char *what, const char *dn)
{
	enum error_kind kind = is_lost(result) ? ERROR_LOST : ERROR_TARGET;
	struct strbuf text = STRBUF_INIT;
	char *own = NULL;

	if (!diagnostic && connection->ld && result != LDAP_TIMEOUT)
		ldap_get_option(connection->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &own);
	if (!diagnostic)
		diagnostic = own ? own : "";
	if (result == LDAP_FILTER_ERROR)
		kind = ERROR_USAGE;
	strbuf_addf(&text, "%s: %s%s%s: ", connection->url, what, dn ? " " : "", dn ? dn : "");
	add_reason(&text, result, diagnostic);
	error_set(err, kind, "%s", text.text);
	strbuf_release(&text);
	ldap_memfree(own);
	return kind;
}

int connection_answer(struct connection *connection, int id, LDAPMessage **answer)
{
	struct timeval limit = {.tv_sec = connection->settings->directory.timeout};
	LDAPMessage *message = NULL;
	int type = ldap_result(connection->ld, id, LDAP_MSG_ALL, &limit, &message);
	int parsed, result = LDAP_TIMEOUT;

	connection->requests++;
	if (type == 0) {
		ldap_abandon_ext(connection->ld, id, NULL, NULL);
	} else if (type < 0) {
		ldap_get_option(connection->ld, LDAP_OPT_RESULT_CODE, &result);
	} else {
		parsed = ldap_parse_result(connection->ld, message, &result, NULL, NULL, NULL, NULL,
			0);
		result = parsed == LDAP_SUCCESS ? result : parsed;
	}
	if (answer)
		*answer = message;
	else
		ldap_msgfree(message);
	return result;
}
