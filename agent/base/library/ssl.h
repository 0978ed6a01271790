/*
 * OpenSSL's libssl: TLS for libcurl and ManageSieve, loaded at the first call. Include this in the place of
 * <openssl/ssl.h>; library.h says how to add a function.
 */
#ifndef BASE_LIBRARY_SSL_H
#define BASE_LIBRARY_SSL_H

#include <openssl/ssl.h>

#include "base/library/library.h"

#define LIBRARY_SSL(FUNCTION)                      \
	FUNCTION(SSL_CTX_ctrl)                     \
	FUNCTION(SSL_CTX_free)                     \
	FUNCTION(SSL_CTX_load_verify_locations)    \
	FUNCTION(SSL_CTX_new)                      \
	FUNCTION(SSL_CTX_set_cert_verify_callback) \
	FUNCTION(SSL_CTX_set_cipher_list)          \
	FUNCTION(SSL_CTX_set_default_verify_paths) \
	FUNCTION(SSL_CTX_set_verify)               \
	FUNCTION(SSL_connect)                      \
	FUNCTION(SSL_ctrl)                         \
	FUNCTION(SSL_free)                         \
	FUNCTION(SSL_get0_param)                   \
	FUNCTION(SSL_get_error)                    \
	FUNCTION(SSL_get_verify_result)            \
	FUNCTION(SSL_new)                          \
	FUNCTION(SSL_read_ex)                      \
	FUNCTION(SSL_set_fd)                       \
	FUNCTION(SSL_write_ex)                     \
	FUNCTION(TLS_client_method)

struct library_ssl {
	LIBRARY_SSL(LIBRARY_POINTER)
};

/* The functions, which are never NULL; the first call loads the library. */
const struct library_ssl *library_ssl(void);

#ifndef LIBRARY_LINKED
#define SSL_CTX_ctrl                     library_ssl()->SSL_CTX_ctrl
#define SSL_CTX_free                     library_ssl()->SSL_CTX_free
#define SSL_CTX_load_verify_locations    library_ssl()->SSL_CTX_load_verify_locations
#define SSL_CTX_new                      library_ssl()->SSL_CTX_new
#define SSL_CTX_set_cert_verify_callback library_ssl()->SSL_CTX_set_cert_verify_callback
#define SSL_CTX_set_cipher_list          library_ssl()->SSL_CTX_set_cipher_list
#define SSL_CTX_set_default_verify_paths library_ssl()->SSL_CTX_set_default_verify_paths
#define SSL_CTX_set_verify               library_ssl()->SSL_CTX_set_verify
#define SSL_connect                      library_ssl()->SSL_connect
#define SSL_ctrl                         library_ssl()->SSL_ctrl
#define SSL_free                         library_ssl()->SSL_free
#define SSL_get0_param                   library_ssl()->SSL_get0_param
#define SSL_get_error                    library_ssl()->SSL_get_error
#define SSL_get_verify_result            library_ssl()->SSL_get_verify_result
#define SSL_new                          library_ssl()->SSL_new
#define SSL_read_ex                      library_ssl()->SSL_read_ex
#define SSL_set_fd                       library_ssl()->SSL_set_fd
#define SSL_write_ex                     library_ssl()->SSL_write_ex
#define TLS_client_method                library_ssl()->TLS_client_method
#endif

#endif
