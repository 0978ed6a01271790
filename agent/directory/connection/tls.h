/*
 * TLS: always TLS 1.2 or later, and a certificate that is always checked, by
 * directory.ca_file or by the system's own bundle; base/system/tls_rules.h has the rules.
 * There is no way around it.
 */
#ifndef DIRECTORY_CONNECTION_TLS_H
#define DIRECTORY_CONNECTION_TLS_H

#include <ldap.h>

#include "base/message/error.h"

struct connection;

/*
 * Give a handle its rules for TLS; before it connects. `ca_file` NULL: the
 * system's bundle. ERROR_USAGE where the file cannot be read or holds no
 * certificate.
 */
enum error_kind tls_prepare(LDAP *ld, const char *ca_file, struct error *err);

/* Make sure that a connection is encrypted, by TLS 1.2 or later; before anything is sent on it. */
enum error_kind tls_check(struct connection *connection, struct error *err);

/*
 * Encrypt a connection to an ldap:// URL (StartTLS, RFC 4511 section 4.14), and
 * check it. After a failure nothing may be sent on it.
 */
enum error_kind tls_start(struct connection *connection, struct error *err);

#endif
