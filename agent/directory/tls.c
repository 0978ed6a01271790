#include "directory/tls.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/language.h"
#include "directory/connect.h"

/* Where Debian, Red Hat and Alpine keep their bundle. */
static const char *const system_bundles[] = {
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/cert.pem",
};

static const char *system_bundle(void)
{
	for (size_t i = 0; i < sizeof(system_bundles) / sizeof(system_bundles[0]); i++) {
		if (access(system_bundles[i], R_OK) == 0)
			return system_bundles[i];
	}
	return NULL;
}

/* libldap takes a file without certificates for one that trusts nobody. */
static enum error_kind check_bundle(const char *file, struct error *err)
{
	FILE *stream = fopen(file, "r");
	char *line = NULL;
	size_t room = 0;
	bool found = false;

	if (!stream) {
		return error_set(err, ERROR_USAGE, _("%s: cannot be read (directory.ca_file): %s"),
			file, strerror(errno));
	}
	while (!found && getline(&line, &room, stream) >= 0)
		found = strstr(line, "-----BEGIN ") && strstr(line, "CERTIFICATE-----");
	free(line);
	fclose(stream);
	if (!found) {
		return error_set(err, ERROR_USAGE,
			_("%s: holds no certificate in PEM form (directory.ca_file)"), file);
	}
	return ERROR_NONE;
}

/* GnuTLS's libldap (2.5) accepts the option for the oldest version and does nothing about it. */
static bool set_oldest_version(LDAP *ld)
{
	const int oldest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
	char *package = NULL;
	bool is_gnutls;

	ldap_get_option(NULL, LDAP_OPT_X_TLS_PACKAGE, &package);
	is_gnutls = package && strcasecmp(package, "GnuTLS") == 0;
	ldap_memfree(package);
	if (is_gnutls) {
		return ldap_set_option(ld, LDAP_OPT_X_TLS_CIPHER_SUITE,
			       "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2") == LDAP_OPT_SUCCESS;
	}
	return ldap_set_option(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest) == LDAP_OPT_SUCCESS;
}

enum error_kind tls_prepare(LDAP *ld, const char *ca_file, struct error *err)
{
	const char *file = ca_file ? ca_file : system_bundle();
	const int demand = LDAP_OPT_X_TLS_DEMAND, is_server = 0;

	if (ca_file && check_bundle(ca_file, err) != ERROR_NONE)
		return ERROR_USAGE;
	/* The context is made of the options before it. */
	if (!set_oldest_version(ld) ||
		ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) != LDAP_OPT_SUCCESS ||
		(file &&
			ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, file) != LDAP_OPT_SUCCESS) ||
		ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &is_server) != LDAP_OPT_SUCCESS) {
		return error_set(err, ERROR_OURS,
			_("TLS cannot be made ready with the authorities of %s"),
			file ? file : "-");
	}
	return ERROR_NONE;
}

enum error_kind tls_start(struct connection *connection, struct error *err)
{
	int id = 0, result = ldap_start_tls(connection->ld, NULL, NULL, &id);

	if (result == LDAP_SUCCESS)
		result = connection_answer(connection, id, NULL);
	if (result == LDAP_SUCCESS)
		result = ldap_install_tls(connection->ld);
	if (result == LDAP_SUCCESS)
		return ERROR_NONE;
	connection_error(err, connection, result, NULL, _("start TLS"), NULL);
	return ERROR_LOST;
}
