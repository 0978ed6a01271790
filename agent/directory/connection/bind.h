/*
 * Binding: telling the server who the agent is (RFC 4513). Simple, with the
 * password of a file; SASL EXTERNAL, by which slapd takes the word of the kernel
 * at the other end of ldapi://; or Kerberos, by SASL's GSSAPI or GSS-SPNEGO.
 */
#ifndef DIRECTORY_CONNECTION_BIND_H
#define DIRECTORY_CONNECTION_BIND_H

#include "base/message/error.h"

struct connection;

/*
 * Bind as directory.bind says. ERROR_TARGET where the server refuses, ERROR_LOST
 * where it or the KDC is gone or busy, ERROR_USAGE for settings that name no one and for an
 * unusable password file or keytab.
 */
enum error_kind bind_connection(struct connection *connection, struct error *err);

#endif
