#include "directory/connection/bind.h"

#include <ldap.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/memory.h"
#include "base/text/language.h"
#include "config/settings.h"
#include "directory/connection/connection.h"
#include "directory/connection/error_hints.h"
#include "directory/connection/sasl.h"
#include "model/settings.h"
#include "net/kerberos.h"

/* In memory: it ends with the process. */
#define CACHE "MEMORY:postvagt"

/* `mechanism` LDAP_SASL_SIMPLE: `secret` is the password. */
static enum error_kind bind_with(struct connection *connection, const char *mechanism,
	const char *dn, char *secret, struct error *err)
{
	struct berval credentials = {.bv_len = strlen(secret), .bv_val = secret};
	int id = 0,
	    result = ldap_sasl_bind(connection->ld, dn, mechanism, &credentials, NULL, NULL, &id);

	if (result == LDAP_SUCCESS)
		result = connection_answer(connection, id, NULL);
	if (result == LDAP_SUCCESS)
		return ERROR_NONE;
	return connection_error(err, connection, result, NULL, _("bind as"), dn ? dn : mechanism);
}

/* An empty name or password binds anonymously, with success (RFC 4513 sections 5.1.1 and 5.1.2). */
static enum error_kind bind_simple(struct connection *connection, const char *dn, const char *file,
	struct error *err)
{
	char *secret = NULL;
	enum error_kind kind;

	if (!dn || !*dn || !file)
		return error_set(err, ERROR_USAGE,
			_("directory.bind names no dn or no password_file"));
	memory_secret_begin();
	kind = settings_secret(file, &secret, err);
	if (kind == ERROR_NONE && !*secret)
		kind = error_set(err, ERROR_USAGE, _("%s: the password is empty"), file);
	if (kind == ERROR_NONE)
		kind = bind_with(connection, LDAP_SASL_SIMPLE, dn, secret, err);
	settings_forget(secret);
	memory_secret_end();
	return kind;
}

/* What Kerberos said, behind "Kerberos: log in as NAME: "; "" where it said nothing. */
static const char *kerberos_words(const char *text)
{
	const char *name = strstr(text, ": "), *words = name ? strstr(name + 2, ": ") : NULL;

	return words ? words + 2 : "";
}

/* Make the keytab's ticket the process's own: SASL looks for it in the environment. */
static enum error_kind log_in(const char *keytab_file, const char *principal, struct error *err)
{
	struct error why = ERROR_INIT;

	if (kerberos_login(keytab_file, principal, CACHE, &why))
		error_set(err, why.kind, "%s%s", why.text.text,
			advice_of(0, kerberos_words(why.text.text)));
	else if (setenv("KRB5CCNAME", CACHE, 1) != 0)
		error_set(err, ERROR_OURS, _("Kerberos cannot be made ready: %s"), CACHE);
	error_release(&why);
	return err->kind;
}

/* Without a keytab, as whoever the process has a ticket for already. */
static enum error_kind bind_kerberos(struct connection *connection, const char *mechanism,
	const char *keytab_file, const char *principal, struct error *err)
{
	enum error_kind kind = ERROR_NONE;
	int result;

	if (keytab_file)
		kind = log_in(keytab_file, principal, err);
	if (kind != ERROR_NONE)
		return kind;
	result = sasl_bind(connection, mechanism);
	if (result == LDAP_SUCCESS)
		return ERROR_NONE;
	return connection_error(err, connection, result, NULL, _("bind by"), mechanism);
}

enum error_kind bind_connection(struct connection *connection, struct error *err)
{
	const struct directory_settings *directory = &connection->settings->directory;
	const char *keytab_file = directory->bind.keytab_file;
	char nothing[] = "";

	switch (directory->bind.mechanism) {
	case BIND_EXTERNAL:
		return bind_with(connection, "EXTERNAL", NULL, nothing, err);
	case BIND_GSSAPI:
		return bind_kerberos(connection, "GSSAPI", keytab_file, directory->bind.principal,
			err);
	case BIND_GSS_SPNEGO:
		return bind_kerberos(connection, "GSS-SPNEGO", keytab_file,
			directory->bind.principal, err);
	default:
		return bind_simple(connection, directory->bind.dn, directory->bind.password_file,
			err);
	}
}
