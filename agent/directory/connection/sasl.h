/*
 * Binding by Kerberos: SASL's GSSAPI (RFC 4752) and GSS-SPNEGO, by Cyrus SASL.
 * Without TLS the connection is signed and sealed from then on; under TLS it is
 * not, as Active Directory refuses both at once, but the bind is tied to the
 * server's certificate (channel binding, RFC 5929 section 4), where libldap
 * and SASL can.
 */
#ifndef DIRECTORY_CONNECTION_SASL_H
#define DIRECTORY_CONNECTION_SASL_H

#include <stdbool.h>

struct connection;

/*
 * Start Cyrus SASL before libldap does, which starts it at each first connection with all of its plugins, and with
 * OpenSSL, Kerberos and Berkeley DB behind them: 12 million instructions. A simple bind and EXTERNAL need no plugin.
 * No connection is open when this is called for Kerberos after it was called for something else.
 */
void sasl_begin(bool for_kerberos);

/*
 * Bind as whoever the process has a ticket for, to the service ldap/HOST with the
 * HOST of the URL as it stands. Each step takes at most directory.timeout. Returns an
 * LDAP result code, for connection_error().
 */
int sasl_bind(struct connection *connection, const char *mechanism);

#endif
