#include "directory/connection/tls.h"

#include <errno.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/system/tls_rules.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/connection/connection.h"
#include "directory/connection/tls_complaint.h"

#define BUNDLE_MAX ((size_t)16 << 20) /* bytes of a file of certificates */

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
	struct strbuf text = STRBUF_INIT;
	struct error why = ERROR_INIT;
	enum file_state state =
		file_read(&text, file, &(struct file_rules){.max = BUNDLE_MAX}, &why);

	if (state == FILE_MISSING)
		error_set(err, ERROR_USAGE, _("%s: cannot be read (directory.ca_file): %s"), file,
			strerror(ENOENT));
	else if (state == FILE_REFUSED)
		error_set(err, ERROR_USAGE, _("%s (directory.ca_file)"), why.text.text);
	else if (!strstr(text.text, "-----BEGIN ") || !strstr(text.text, "CERTIFICATE-----"))
		error_set(err, ERROR_USAGE,
			_("%s: holds no certificate in PEM form (directory.ca_file)"), file);
	error_release(&why);
	strbuf_release(&text);
	return err->kind;
}

/* The rules, in the words of the library that libldap was built with: GnuTLS on Debian, OpenSSL on Red Hat. */
static const char *cipher_rules(void)
{
	char *package = NULL;
	bool is_gnutls;

	ldap_get_option(NULL, LDAP_OPT_X_TLS_PACKAGE, &package);
	is_gnutls = package && strcmp(package, "GnuTLS") == 0;
	ldap_memfree(package);
	return is_gnutls ? TLS_RULES_GNUTLS : TLS_RULES_OPENSSL;
}

/*
 * The context of the last connection, as long as its file of authorities stays as it was. libldap 2.5 over GnuTLS loses
 * 8 KiB with each new context (its parser of ciphers overwrites a priority), which a long outage would add up.
 */
static struct {
	void *context; /* a reference of ours, until the process ends */
	dev_t device;
	ino_t inode;
	struct timespec changed;
} last;

static bool is_last(const struct stat *status)
{
	return last.context && last.device == status->st_dev && last.inode == status->st_ino &&
		last.changed.tv_sec == status->st_ctim.tv_sec &&
		last.changed.tv_nsec == status->st_ctim.tv_nsec;
}

static void keep_context(LDAP *ld, const struct stat *status)
{
	last.device = status->st_dev;
	last.inode = status->st_ino;
	last.changed = status->st_ctim;
	if (ldap_get_option(ld, LDAP_OPT_X_TLS_CTX, &last.context) != LDAP_OPT_SUCCESS)
		last.context = NULL;
}

/* Give the connection a context of the options before it, or the one that is kept. */
static bool set_context(LDAP *ld, const char *file)
{
	const int is_server = 0;
	struct stat status;
	bool is_there = file && stat(file, &status) == 0;

	if (is_there && is_last(&status))
		return ldap_set_option(ld, LDAP_OPT_X_TLS_CTX, last.context) == LDAP_OPT_SUCCESS;
	if (ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &is_server) != LDAP_OPT_SUCCESS)
		return false;
	if (is_there)
		keep_context(ld, &status);
	return true;
}

enum error_kind tls_prepare(LDAP *ld, const char *ca_file, struct error *err)
{
	const char *file = ca_file ? ca_file : system_bundle();
	const int demand = LDAP_OPT_X_TLS_DEMAND; /* for REQUIRE_SAN: the CN does not count */
	const int oldest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;

	tls_complaint_listen(true);
	if (ca_file && check_bundle(ca_file, err) != ERROR_NONE)
		return ERROR_USAGE;
	if (ldap_set_option(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest) != LDAP_OPT_SUCCESS ||
		ldap_set_option(ld, LDAP_OPT_X_TLS_CIPHER_SUITE, cipher_rules()) !=
			LDAP_OPT_SUCCESS ||
		ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) != LDAP_OPT_SUCCESS ||
		ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_SAN, &demand) != LDAP_OPT_SUCCESS ||
		(file &&
			ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, file) != LDAP_OPT_SUCCESS) ||
		!set_context(ld, file)) {
		return error_set(err, ERROR_OURS,
			_("TLS cannot be made ready with the authorities of %s"),
			file ? file : "-");
	}
	return ERROR_NONE;
}

/*
 * libldap 2.5 over GnuTLS takes LDAP_OPT_X_TLS_PROTOCOL_MIN and does nothing about
 * it, so what was agreed is looked at. GnuTLS says "TLS1.2", OpenSSL "TLSv1.2".
 */
static bool is_new_enough(const char *version)
{
	return version && (strstr(version, "1.2") || strstr(version, "1.3"));
}

/* Whether a certificate is for servers (RFC 5280 section 4.2.1.12). */
static bool is_for_servers(const gnutls_datum_t *der)
{
	gnutls_x509_crt_t certificate;
	bool result;

	if (gnutls_x509_crt_init(&certificate) != 0)
		return false;
	result = gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) == 0 &&
		gnutls_x509_crt_check_key_purpose(certificate, GNUTLS_KP_TLS_WWW_SERVER, 0);
	gnutls_x509_crt_deinit(certificate);
	return result;
}

/* libldap over GnuTLS does not ask what a certificate is for. */
static enum error_kind check_purpose(const struct connection *connection, struct error *err)
{
	struct berval peer = {0, NULL};
	bool is_good;

	ldap_get_option(connection->ld, LDAP_OPT_X_TLS_PEERCERT, &peer);
	is_good = peer.bv_val &&
		is_for_servers(&(gnutls_datum_t){
			(unsigned char *)peer.bv_val, (unsigned int)peer.bv_len});
	ldap_memfree(peer.bv_val);
	if (is_good)
		return ERROR_NONE;
	return error_set(err, ERROR_LOST,
		_("%s: the server's certificate is refused: it is not for servers (extended key "
		  "usage serverAuth)"),
		connection->url);
}

enum error_kind tls_check(struct connection *connection, struct error *err)
{
	enum error_kind kind = ERROR_NONE;
	char *version = NULL;

	tls_complaint_listen(false);
	if (ldap_tls_inplace(connection->ld))
		ldap_get_option(connection->ld, LDAP_OPT_X_TLS_VERSION, &version);
	if (!is_new_enough(version)) {
		kind = error_set(err, ERROR_LOST,
			_("%s: the server offers %s, and TLS 1.2 is the oldest that is safe"),
			connection->url, version ? version : _("no TLS"));
	}
	ldap_memfree(version);
	return kind ? kind : check_purpose(connection, err);
}

enum error_kind tls_start(struct connection *connection, struct error *err)
{
	int id = 0, result = ldap_start_tls(connection->ld, NULL, NULL, &id);

	if (result == LDAP_SUCCESS)
		result = connection_answer(connection, id, NULL);
	if (result == LDAP_SUCCESS)
		result = ldap_install_tls(connection->ld);
	if (result == LDAP_SUCCESS)
		return tls_check(connection, err);
	connection_error(err, connection, result, NULL, _("start TLS"), NULL);
	return ERROR_LOST;
}
