#include "directory/connection/connect.h"

#include <assert.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/time.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "directory/connection/bind.h"
#include "directory/connection/connection.h"
#include "directory/connection/io_timeout.h"
#include "directory/connection/sasl.h"
#include "directory/connection/servers.h"
#include "directory/connection/site.h"
#include "directory/connection/tls.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"
#include "model/settings.h"

static bool url_is(const char *url, const char *scheme)
{
	return strncasecmp(url, scheme, strlen(scheme)) == 0;
}

/* What libldap needs of the process before its first call. */
static void process_prepare(void)
{
	setenv("LDAPNOINIT", "1", 1);
	signal(SIGPIPE, SIG_IGN);
}

/* Keepalive, in seconds: a firewall that drops idle connections is noticed in two minutes. */
static bool handle_set_options(LDAP *ld, int seconds)
{
	const struct timeval limit = {.tv_sec = seconds};
	const int version = LDAP_VERSION3, deref = LDAP_DEREF_NEVER;
	const int idle = 60, probes = 4, interval = 15;
	const struct {
		int option;
		const void *value;
	} options[] = {
		{LDAP_OPT_PROTOCOL_VERSION, &version},
		{LDAP_OPT_NETWORK_TIMEOUT, &limit},
		{LDAP_OPT_TIMEOUT, &limit},
		{LDAP_OPT_REFERRALS, LDAP_OPT_OFF},
		{LDAP_OPT_DEREF, &deref},
		{LDAP_OPT_RESTART, LDAP_OPT_ON}, /* a signal is no lost connection */
		{LDAP_OPT_X_KEEPALIVE_IDLE, &idle},
		{LDAP_OPT_X_KEEPALIVE_PROBES, &probes},
		{LDAP_OPT_X_KEEPALIVE_INTERVAL, &interval},
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (ldap_set_option(ld, options[i].option, options[i].value) != LDAP_OPT_SUCCESS)
			return false;
	}
	return true;
}

static enum error_kind server_prepare(struct connection *connection, struct error *err)
{
	const struct directory_settings *directory = &connection->settings->directory;
	int result = LDAP_PARAM_ERROR;

	connection->incoming = (struct input_limit){.seconds = &directory->timeout};
	incoming_allow(&connection->incoming, ANSWER_BYTES_MAX);
	sasl_begin(directory->bind.mechanism == BIND_GSSAPI ||
		directory->bind.mechanism == BIND_GSS_SPNEGO);
	/* libldap takes several URLs in one, and would go from an ldaps:// to an ldap:// one. */
	if (!strpbrk(connection->url, ", \t"))
		result = ldap_initialize(&connection->ld, connection->url);
	if (result != LDAP_SUCCESS) {
		return error_set(err, ERROR_USAGE, _("%s: not a URL of a directory server: %s"),
			connection->url, ldap_err2string(result));
	}
	if (!handle_set_options(connection->ld, directory->timeout) ||
		!io_timeout_limit(connection->ld, &connection->hook, &connection->incoming))
		return error_set(err, ERROR_OURS, _("libldap does not take its options"));
	if (url_is(connection->url, "ldapi:") ||
		(url_is(connection->url, "ldap:") && !directory->starttls))
		return ERROR_NONE;
	return tls_prepare(connection->ld, directory->ca_file, err);
}

/* With ldaps:// this is the handshake, too. ldapi:// stays on this machine: no StartTLS. */
static enum error_kind server_connect(struct connection *connection, struct error *err)
{
	int result = ldap_connect(connection->ld);

	if (result != LDAP_SUCCESS) {
		connection_error(err, connection, result, NULL, _("connect"), NULL);
		return ERROR_LOST;
	}
	if (url_is(connection->url, "ldaps:"))
		return tls_check(connection, err);
	if (url_is(connection->url, "ldap:") && connection->settings->directory.starttls)
		return tls_start(connection, err);
	return ERROR_NONE;
}

/* A server that hides its root DSE is no Active Directory. */
static enum error_kind server_learn(struct connection *connection, struct error *err)
{
	static const char *const attributes[] = {
		"supportedCapabilities", "supportedControl", "namingContexts", "vendorName", NULL};
	LDAPMessage *answer = NULL;
	struct dir_entry root_dse = DIR_ENTRY_INIT;
	enum error_kind kind;
	int id = 0, result;

	result = ldap_search_ext(connection->ld, "", LDAP_SCOPE_BASE, "(objectClass=*)",
		(char **)attributes, 0, NULL, NULL, NULL, LDAP_NO_LIMIT, &id);
	if (result == LDAP_SUCCESS)
		result = connection_entry(connection, id, &answer);
	if (result != LDAP_SUCCESS && result != LDAP_NO_SUCH_OBJECT &&
		result != LDAP_INSUFFICIENT_ACCESS)
		kind = connection_error(err, connection, result, NULL, _("read the root DSE"),
			NULL);
	else
		kind = dialect_of(connection->settings->directory.kind,
			entry_open_first(&root_dse, connection->ld, answer) ? &root_dse : NULL,
			&connection->dialect, err);
	entry_release(&root_dse);
	ldap_msgfree(answer);
	return kind;
}

/* As far as no name is given and nothing is told that is not for everyone. */
static enum error_kind server_reach(struct connection *connection, struct error *err)
{
	enum error_kind kind = server_prepare(connection, err);

	return kind == ERROR_NONE ? server_connect(connection, err) : kind;
}

static enum error_kind server_enter(struct connection *connection, struct error *err)
{
	enum error_kind kind = bind_connection(connection, err);

	return kind == ERROR_NONE ? server_learn(connection, err) : kind;
}

static enum error_kind server_open(struct connection *connection, struct error *err)
{
	enum error_kind kind = server_reach(connection, err);

	if (kind == ERROR_NONE)
		kind = server_enter(connection, err);
	if (kind != ERROR_NONE)
		connection_close(connection);
	return kind;
}

/* A URL that lasts as long as the settings. One that is in use again is kept once. */
static const char *keep_url(const struct settings *settings, const char *url, const char *before)
{
	if (!url || !settings->directory.domain)
		return url;
	if (before && strcmp(url, before) == 0)
		return before;
	return arena_string(settings->arena, url);
}

/* The servers to try, in order. */
struct server_queue {
	struct arena *arena; /* owned: what the DNS told */
	struct strings urls;
	size_t next;
	bool knows_site; /* the first server that answered has been asked for nearer ones */
};

static enum error_kind candidates_find(struct server_queue *candidates,
	const struct directory_settings *directory, struct error *err)
{
	candidates->arena = arena_new();
	candidates->urls = directory->urls;
	if (!directory->domain)
		return ERROR_NONE;
	return servers_find(candidates->arena, directory, &candidates->urls, err);
}

/* Whether there is a nearer server to try before the one at the other end, which then is a later one. */
static bool candidates_turn(struct server_queue *candidates, struct connection *connection)
{
	const struct directory_settings *directory = &connection->settings->directory;
	const char *site = NULL, *first;

	if (!directory->domain || candidates->knows_site)
		return false;
	candidates->knows_site = true;
	if (directory->kind != DIRECTORY_OPENLDAP)
		site = site_elsewhere(connection, candidates->arena, directory->domain);
	if (!site)
		return false;
	servers_prefer(candidates->arena, directory, site, &candidates->urls);
	first = candidates->urls.items[0];
	candidates->next = 0;
	return strcasecmp(first, connection->url) != 0;
}

/* Open the next candidate, or a nearer one that it names. */
static enum error_kind candidates_open(struct server_queue *candidates,
	struct connection *connection, struct error *err)
{
	enum error_kind kind;

	assert(candidates->next < candidates->urls.count);
	connection->url = candidates->urls.items[candidates->next++];
	kind = server_reach(connection, err);
	connection->met = connection->met || kind == ERROR_NONE;
	if (kind == ERROR_NONE && candidates_turn(candidates, connection)) {
		connection_close(connection);
		return candidates_open(candidates, connection, err);
	}
	if (kind == ERROR_NONE)
		kind = server_enter(connection, err);
	if (kind != ERROR_NONE)
		connection_close(connection);
	return kind;
}

enum error_kind connection_open(struct connection *connection, const struct settings *settings,
	struct error *err)
{
	struct server_queue candidates = {.next = 0};
	const char *before = connection->url;
	struct strbuf failures = STRBUF_INIT;
	enum error_kind kind = candidates_find(&candidates, &settings->directory, err);
	bool more = kind == ERROR_NONE;

	process_prepare();
	connection->settings = settings;
	while (more) {
		struct error failure = ERROR_INIT;

		kind = candidates_open(&candidates, connection, &failure);
		strbuf_add_item(&failures, "; ", failure.text.text);
		error_release(&failure);
		more = kind == ERROR_LOST && candidates.next < candidates.urls.count;
	}
	connection->url = keep_url(settings, connection->url, before);
	if (kind != ERROR_NONE)
		error_set(err, kind, "%s", failures.text);
	strbuf_release(&failures);
	arena_free(candidates.arena);
	return kind;
}

enum error_kind connection_reopen(struct connection *connection, struct error *err)
{
	connection_close(connection);
	return server_open(connection, err);
}

void connection_close(struct connection *connection)
{
	if (connection->ld)
		ldap_unbind_ext(connection->ld, NULL, NULL);
	connection->ld = NULL;
	connection->schema = (struct server_schema){0};
}
