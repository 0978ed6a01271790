/*
 * build/libraries.so: linked to each function of agent/base/library, so that the linker proves that each exists,
 * and packaging tools find the libraries that the program loads but is not linked to.
 */
#define LIBRARY_LINKED

#include "base/library/crypto.h"
#include "base/library/curl.h"
#include "base/library/gssapi_krb5.h"
#include "base/library/ical.h"
#include "base/library/jq.h"
#include "base/library/jwt.h"
#include "base/library/krb5.h"
#include "base/library/ssl.h"
#include "base/library/xml2.h"

#define LINKED(function) .function = function,

extern const struct linked {
	struct library_crypto crypto;
	struct library_curl curl;
	struct library_gssapi_krb5 gssapi_krb5;
	struct library_ical ical;
	struct library_jq jq;
	struct library_jwt jwt;
	struct library_krb5 krb5;
	struct library_ssl ssl;
	struct library_xml2 xml2;
} postvagt_libraries;

const struct linked postvagt_libraries = {
	.crypto = {LIBRARY_CRYPTO(LINKED)},
	.curl = {LIBRARY_CURL(LINKED)},
	.gssapi_krb5 = {LIBRARY_GSSAPI_KRB5(LINKED)},
	.ical = {LIBRARY_ICAL(LINKED)},
	.jq = {LIBRARY_JQ(LINKED)},
	.jwt = {LIBRARY_JWT(LINKED)},
	.krb5 = {LIBRARY_KRB5(LINKED)},
	.ssl = {LIBRARY_SSL(LINKED)},
	.xml2 = {LIBRARY_XML2(LINKED)},
};
