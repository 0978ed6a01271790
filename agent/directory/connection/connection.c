#include "directory/connection/connection.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/time.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/connection/error_hints.h"
#include "directory/connection/tls_complaint.h"
#include "model/settings.h"

const char *connection_attribute(const struct connection *connection, const char *name)
{
	for (size_t i = 0; i < connection->schema.alias_count; i++) {
		if (strcasecmp(connection->schema.aliases[i].name, name) == 0)
			return connection->schema.aliases[i].canonical;
	}
	return name;
}

bool connection_is_gone(int result)
{
	return result == LDAP_SERVER_DOWN || result == LDAP_CONNECT_ERROR ||
		result == LDAP_DECODING_ERROR || result == LDAP_TIMEOUT;
}

bool connection_is_busy(int result)
{
	return result == LDAP_BUSY || result == LDAP_UNAVAILABLE ||
		result == LDAP_TIMELIMIT_EXCEEDED;
}

/* Nobody answers now; another server may, or this one later. */
static bool is_lost(int result)
{
	return connection_is_gone(result) || connection_is_busy(result);
}

/* GnuTLS's libldap has these words for a certificate that it refuses, and tells more to its log. */
static bool is_about_certificate(const char *diagnostic)
{
	return strstr(diagnostic, "unknown error code") || strstr(diagnostic, "ertificate") ||
		strstr(diagnostic, "hostname");
}

/* libldap's words for the code and what else is known, on one line. */
static void add_reason(struct strbuf *text, int result, const char *diagnostic)
{
	if (is_lost(result) && is_about_certificate(diagnostic)) {
		strbuf_adds(text, _("the server's certificate is refused"));
		if (strstr(diagnostic, "unknown error code") && *tls_complaint())
			diagnostic = tls_complaint();
	} else {
		strbuf_addf(text, "%s (%d)", ldap_err2string(result), result);
	}
	if (*diagnostic && !strstr(diagnostic, "unknown error code")) {
		strbuf_adds(text, ": ");
		strbuf_add_safe(text, diagnostic);
	}
	strbuf_adds(text, advice_of(result, diagnostic));
}

/* The connection was given up because the server would not come to an end. */
static enum error_kind fail_spent(struct error *err, const struct connection *connection,
	const char *what, const char *dn)
{
	return error_set(err, ERROR_TARGET,
		_("%s: %s%s%s: the answer is larger than the %llu MiB that postvagt reads; look at what "
		  "the server sends, or narrow people.base and people.filter"),
		connection->url, what, dn ? " " : "", dn ? dn : "",
		(unsigned long long)(connection->incoming.most >> 20));
}

enum error_kind connection_error(struct error *err, const struct connection *connection, int result,
	const char *diagnostic, const char *what, const char *dn)
{
	enum error_kind kind = is_lost(result) ? ERROR_LOST : ERROR_TARGET;
	struct strbuf text = STRBUF_INIT;
	char *own = NULL;

	if (connection->incoming.is_spent && is_lost(result))
		return fail_spent(err, connection, what, dn);
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

/* Wait for the answer to request `id`, or to any one; NULL in `*message` where none came. */
static int wait_for(struct connection *connection, int id, LDAPMessage **message)
{
	struct timeval limit = {.tv_sec = connection->settings->directory.timeout};
	int parsed, result = LDAP_TIMEOUT,
		    type = ldap_result(connection->ld, id, LDAP_MSG_ALL, &limit, message);

	if (type < 0) {
		ldap_get_option(connection->ld, LDAP_OPT_RESULT_CODE, &result);
	} else if (type > 0) {
		parsed = ldap_parse_result(connection->ld, *message, &result, NULL, NULL, NULL,
			NULL, 0);
		result = parsed == LDAP_SUCCESS ? result : parsed;
	}
	return result;
}

int connection_answer(struct connection *connection, int id, LDAPMessage **answer)
{
	LDAPMessage *message = NULL;
	int result;

	incoming_allow(&connection->incoming, ANSWER_BYTES_MAX);
	result = wait_for(connection, id, &message);
	connection->requests++;
	if (result == LDAP_TIMEOUT && !message)
		ldap_abandon_ext(connection->ld, id, NULL, NULL);
	if (answer)
		*answer = message;
	else
		ldap_msgfree(message);
	return result;
}

int connection_next_answer(struct connection *connection, int *id)
{
	LDAPMessage *message = NULL;
	int result = wait_for(connection, LDAP_RES_ANY, &message);

	*id = message ? ldap_msgid(message) : -1;
	ldap_msgfree(message);
	return result;
}

const char *connection_root(const struct connection *connection, struct arena *arena)
{
	const struct settings *settings = connection->settings;
	const char *people = settings->people.bases.items[0], *domain;

	if (settings->directory.base)
		return settings->directory.base;
	domain = dn_domain(arena, people);
	return *domain ? domain : people;
}

const char *connection_several(void)
{
	return _("several entries, where one was asked for");
}

int connection_entry(struct connection *connection, int id, LDAPMessage **answer)
{
	int result = connection_answer(connection, id, answer);

	if (!*answer || ldap_count_entries(connection->ld, *answer) <= 1)
		return result;
	ldap_msgfree(*answer);
	*answer = NULL;
	ldap_set_option(connection->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, connection_several());
	return LDAP_PROTOCOL_ERROR;
}
