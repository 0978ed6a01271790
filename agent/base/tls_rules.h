/*
 * What TLS must offer, for LDAP (libldap over GnuTLS) and for feeds, IMAP and SMTP (libcurl over
 * OpenSSL) alike: TLS 1.2 or later; keys and signatures of 112 bits or more, which is RSA of 2048
 * bits or more and no SHA-1, throughout the certificate's chain. Neither is left to the system's
 * own configuration.
 */
#ifndef BASE_TLS_RULES_H
#define BASE_TLS_RULES_H

/*
 * A priority string of GnuTLS; the profile is GNUTLS_SEC_PARAM_MEDIUM. It leaves the version to
 * tls_check(), which names what an old server offers.
 */
#define TLS_RULES_GNUTLS "NORMAL:%PROFILE_MEDIUM"

/* A cipher list of OpenSSL; see SSL_CTX_set_security_level(3). */
#define TLS_RULES_OPENSSL "DEFAULT:@SECLEVEL=2"

#endif
