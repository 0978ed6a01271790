/*
 * libjwt: assertions of OAuth2, loaded at the first call. Include this in the place of
 * <jwt.h>; library.h says how to add a function.
 */
#ifndef BASE_LIBRARY_JWT_H
#define BASE_LIBRARY_JWT_H

#include <jwt.h>

#include "base/library/library.h"

#define LIBRARY_JWT(FUNCTION)       \
	FUNCTION(jwt_add_grant)     \
	FUNCTION(jwt_add_grant_int) \
	FUNCTION(jwt_add_header)    \
	FUNCTION(jwt_encode_str)    \
	FUNCTION(jwt_free)          \
	FUNCTION(jwt_new)           \
	FUNCTION(jwt_set_alg)

struct library_jwt {
	LIBRARY_JWT(LIBRARY_POINTER)
};

/* The functions, which are never NULL; the first call loads the library. */
const struct library_jwt *library_jwt(void);

#ifndef LIBRARY_LINKED
#define jwt_add_grant     library_jwt()->jwt_add_grant
#define jwt_add_grant_int library_jwt()->jwt_add_grant_int
#define jwt_add_header    library_jwt()->jwt_add_header
#define jwt_encode_str    library_jwt()->jwt_encode_str
#define jwt_free          library_jwt()->jwt_free
#define jwt_new           library_jwt()->jwt_new
#define jwt_set_alg       library_jwt()->jwt_set_alg
#endif

#endif
