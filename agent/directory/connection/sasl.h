/*
 * Binding by Kerberos: SASL's GSSAPI (RFC 4752) and GSS-SPNEGO, by Cyrus SASL.
 * Without TLS the connection is signed and sealed from then on; under TLS it is
 * not, as Active Directory refuses both at once, but the bind is tied to the
 * server's certificate (channel binding, RFC 5929 section 4), where libldap
 * and SASL can.
 */
#ifndef DIRECTORY_CONNECTION_SASL_H
#define DIRECTORY_CONNECTION_SASL_H

struct connection;

/*
 * Bind as whoever the process has a ticket for, to the service ldap/HOST with the
 * HOST of the URL as it stands. Each step takes at most directory.timeout. Returns an
 * LDAP result code, for connection_error().
 */
int sasl_bind(struct connection *connection, const char *mechanism);

#endif
