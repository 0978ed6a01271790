/*
 * OpenSSL's libcrypto: certificates and keys, loaded at the first call. Include this in the place of
 * <openssl/err.h> and its like; library.h says how to add a function.
 */
#ifndef BASE_LIBRARY_CRYPTO_H
#define BASE_LIBRARY_CRYPTO_H

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/library/library.h"

#define LIBRARY_CRYPTO(FUNCTION)                  \
	FUNCTION(BIO_free)                        \
	FUNCTION(BIO_new_file)                    \
	FUNCTION(BIO_new_mem_buf)                 \
	FUNCTION(ERR_clear_error)                 \
	FUNCTION(ERR_peek_last_error)             \
	FUNCTION(ERR_reason_error_string)         \
	FUNCTION(EVP_PKEY_free)                   \
	FUNCTION(EVP_PKEY_get_base_id)            \
	FUNCTION(EVP_PKEY_get_bits)               \
	FUNCTION(EVP_sha1)                        \
	FUNCTION(EVP_sha256)                      \
	FUNCTION(GENERAL_NAMES_free)              \
	FUNCTION(OPENSSL_sk_num)                  \
	FUNCTION(OPENSSL_sk_value)                \
	FUNCTION(PEM_read_bio_PrivateKey)         \
	FUNCTION(PEM_read_bio_X509)               \
	FUNCTION(X509_STORE_CTX_get0_cert)        \
	FUNCTION(X509_STORE_CTX_set_error)        \
	FUNCTION(X509_VERIFY_PARAM_set1_host)     \
	FUNCTION(X509_VERIFY_PARAM_set1_ip_asc)   \
	FUNCTION(X509_VERIFY_PARAM_set_hostflags) \
	FUNCTION(X509_check_private_key)          \
	FUNCTION(X509_digest)                     \
	FUNCTION(X509_free)                       \
	FUNCTION(X509_get_ext_d2i)                \
	FUNCTION(X509_verify_cert)                \
	FUNCTION(X509_verify_cert_error_string)

struct library_crypto {
	LIBRARY_CRYPTO(LIBRARY_POINTER)
};

/* The functions, which are never NULL; the first call loads the library. */
const struct library_crypto *library_crypto(void);

#ifndef LIBRARY_LINKED
#define BIO_free                        library_crypto()->BIO_free
#define BIO_new_file                    library_crypto()->BIO_new_file
#define BIO_new_mem_buf                 library_crypto()->BIO_new_mem_buf
#define ERR_clear_error                 library_crypto()->ERR_clear_error
#define ERR_peek_last_error             library_crypto()->ERR_peek_last_error
#define ERR_reason_error_string         library_crypto()->ERR_reason_error_string
#define EVP_PKEY_free                   library_crypto()->EVP_PKEY_free
#define EVP_PKEY_get_base_id            library_crypto()->EVP_PKEY_get_base_id
#define EVP_PKEY_get_bits               library_crypto()->EVP_PKEY_get_bits
#define EVP_sha1                        library_crypto()->EVP_sha1
#define EVP_sha256                      library_crypto()->EVP_sha256
#define GENERAL_NAMES_free              library_crypto()->GENERAL_NAMES_free
#define OPENSSL_sk_num                  library_crypto()->OPENSSL_sk_num
#define OPENSSL_sk_value                library_crypto()->OPENSSL_sk_value
#define PEM_read_bio_PrivateKey         library_crypto()->PEM_read_bio_PrivateKey
#define PEM_read_bio_X509               library_crypto()->PEM_read_bio_X509
#define X509_STORE_CTX_get0_cert        library_crypto()->X509_STORE_CTX_get0_cert
#define X509_STORE_CTX_set_error        library_crypto()->X509_STORE_CTX_set_error
#define X509_VERIFY_PARAM_set1_host     library_crypto()->X509_VERIFY_PARAM_set1_host
#define X509_VERIFY_PARAM_set1_ip_asc   library_crypto()->X509_VERIFY_PARAM_set1_ip_asc
#define X509_VERIFY_PARAM_set_hostflags library_crypto()->X509_VERIFY_PARAM_set_hostflags
#define X509_check_private_key          library_crypto()->X509_check_private_key
#define X509_digest                     library_crypto()->X509_digest
#define X509_free                       library_crypto()->X509_free
#define X509_get_ext_d2i                library_crypto()->X509_get_ext_d2i
#define X509_verify_cert                library_crypto()->X509_verify_cert
#define X509_verify_cert_error_string   library_crypto()->X509_verify_cert_error_string
#endif

#endif
