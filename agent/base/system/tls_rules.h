/*
 * What TLS must offer, for LDAP (libldap over GnuTLS) and for feeds, IMAP and SMTP (libcurl over
 * OpenSSL, see tls_curl.h) alike:
 *
 * - TLS 1.2 or later.
 * - Keys and signatures of 112 bits or more, which is RSA of 2048 bits or more and no SHA-1,
 *   throughout the certificate's chain.
 * - A certificate for servers that names the host in its subjectAltName. A name in the subject's
 *   common name (CN) does not count (RFC 9525 section 2, RFC 6125 section 6.4.4), though both
 *   libraries would take it.
 *
 * None of it is left to the system's own configuration.
 */
#ifndef BASE_SYSTEM_TLS_RULES_H
#define BASE_SYSTEM_TLS_RULES_H

/*
 * A priority string of GnuTLS; the profile is GNUTLS_SEC_PARAM_MEDIUM. It leaves the version to
 * tls_check(), which names what an old server offers.
 */
#define TLS_RULES_GNUTLS "NORMAL:%PROFILE_MEDIUM"

/* A cipher list of OpenSSL; see SSL_CTX_set_security_level(3). */
#define TLS_RULES_OPENSSL "DEFAULT:@SECLEVEL=2"

#endif
