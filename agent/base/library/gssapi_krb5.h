/*
 * MIT Kerberos' GSSAPI: which tickets libcurl uses, loaded at the first call. Include this in the place of
 * <gssapi/gssapi_krb5.h>; library.h says how to add a function.
 */
#ifndef BASE_LIBRARY_GSSAPI_KRB5_H
#define BASE_LIBRARY_GSSAPI_KRB5_H

#include <gssapi/gssapi_krb5.h>

#include "base/library/library.h"

#define LIBRARY_GSSAPI_KRB5(FUNCTION) FUNCTION(gss_krb5_ccache_name)

struct library_gssapi_krb5 {
	LIBRARY_GSSAPI_KRB5(LIBRARY_POINTER)
};

/* The functions, which are never NULL; the first call loads the library. */
const struct library_gssapi_krb5 *library_gssapi_krb5(void);

#ifndef LIBRARY_LINKED
#define gss_krb5_ccache_name library_gssapi_krb5()->gss_krb5_ccache_name
#endif

#endif
