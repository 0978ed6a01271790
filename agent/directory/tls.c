#include "directory/tls.h"

#include <errno.h>
#include <string.h>
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

enum error_kind tls_prepare(LDAP *ld, const char *ca_file, struct error *err)
{
	const char *file = ca_file ? ca_file : system_bundle();
	const int demand = LDAP_OPT_X_TLS_DEMAND, oldest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
	const int is_server = 0;

	if (ca_file && access(ca_file, R_OK) != 0) {
		return error_set(err, ERROR_USAGE, _("%s: cannot be read (directory.ca_file): %s"),
			ca_file, strerror(errno));
	}
	if (ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) != LDAP_OPT_SUCCESS ||
		ldap_set_option(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest) != LDAP_OPT_SUCCESS ||
		(file && ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, file) != LDAP_OPT_SUCCESS))
		return error_set(err, ERROR_OURS, _("libldap cannot do TLS as it must be done"));
	/* Makes the context of the options above, so it comes last; reads the file. */
	if (ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &is_server) != LDAP_OPT_SUCCESS) {
		return error_set(err, ca_file ? ERROR_USAGE : ERROR_OURS,
			_("%s: holds no certificate of an authority that TLS can use"),
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
