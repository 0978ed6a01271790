/*
 * The rules of tls_rules.h for a transfer by libcurl. They hold during the handshake, before a
 * password, a token or a request is sent.
 */
#ifndef BASE_SYSTEM_TLS_CURL_H
#define BASE_SYSTEM_TLS_CURL_H

#include <stdbool.h>

#include "base/library/curl.h"
#include "base/message/error.h"
#include "base/text/strbuf.h"

/*
 * Start libcurl for the rest of the process, if nothing did so before: what it frees while a
 * secret is about (memory_secret_begin()) is overwritten. tls_curl_new() calls this.
 */
void tls_curl_begin(void);

/*
 * Return a new easy handle, which the caller frees with curl_easy_cleanup(). NULL and ERROR_OURS
 * where libcurl cannot be started, or does not use OpenSSL: the rules need its callback.
 */
CURL *tls_curl_new(struct error *err);

/*
 * Give a handle of tls_curl_new() its rules; again after each curl_easy_reset(). With `ca_file`
 * only its authorities count, with NULL the system's. A proxy that is reached by TLS follows the
 * same rules, by the system's authorities.
 */
void tls_curl_prepare(CURL *easy, const char *ca_file);

/*
 * Whether the handle's last transfer failed because the server's certificate has neither a
 * dNSName nor an iPAddress in its subjectAltName (RFC 5280 section 4.2.1.6). If so, add to `why`
 * what is wrong and what to do, in the language in force.
 */
bool tls_curl_lacks_name(CURL *easy, struct strbuf *why);

#endif
