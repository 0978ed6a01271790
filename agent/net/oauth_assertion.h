/*
 * Client assertions: how a client that has a certificate instead of a secret says to a token
 * server who it is (RFC 7523 section 2.2, private_key_jwt of OpenID Connect Core section 9).
 */
#ifndef NET_OAUTH_ASSERTION_H
#define NET_OAUTH_ASSERTION_H

#include <time.h>

#include "base/message/error.h"

struct oauth_settings;

#define ASSERTION_LIFE 300 /* seconds; token servers refuse more than ten minutes */

/*
 * Add the assertion to `assertion`, which has room for it or is empty: a JWT signed with RS256 by
 * the key of `settings`. iss and sub are the client, aud is the token server's address, jti is
 * random, and the header names the certificate by x5t#S256 and x5t (RFC 7515 section 4.1). It
 * holds from `now` for ASSERTION_LIFE. ERROR_USAGE where key or certificate cannot be used: the
 * key must be RSA of 2048 bits or more, without a passphrase, and the certificate's own. The
 * caller wipes it.
 */
enum error_kind oauth_assertion_add(struct strbuf *assertion, const struct oauth_settings *settings,
	time_t now, struct error *err);

#endif
