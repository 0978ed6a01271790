#include "net/oauth_assertion.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/library/crypto.h"
#include "base/library/jwt.h"
#include "base/text/json_value.h"
#include "base/text/language.h"
#include "config/settings.h"
#include "model/settings.h"

#define KEY_BITS_MIN 2048
#define JTI_BYTES    16

static const char *key_file_of(const struct oauth_settings *settings)
{
	return settings->key_file ? settings->key_file : settings->cert_file;
}

/* A key under a passphrase is an error, and no question on the terminal. */
/* NOLINTNEXTLINE(readability-non-const-parameter): OpenSSL's type */
static int refuse_passphrase(char *room, int size, int writes, void *place)
{
	(void)room;
	(void)size;
	(void)writes;
	(void)place;
	return -1;
}

static EVP_PKEY *read_key(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, refuse_passphrase, NULL) : NULL;

	BIO_free(bio);
	return key;
}

/* The first certificate of cert_file; it is no secret unless the key is there, too. */
static X509 *read_certificate(const struct oauth_settings *settings, const char *pem)
{
	BIO *bio = settings->key_file ? BIO_new_file(settings->cert_file, "r")
				      : BIO_new_mem_buf(pem, -1);
	X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, refuse_passphrase, NULL) : NULL;

	BIO_free(bio);
	return certificate;
}

static enum error_kind check_key(const struct oauth_settings *settings, EVP_PKEY *key,
	X509 *certificate, struct error *err)
{
	const char *file = key_file_of(settings);

	if (!key)
		return error_set(err, ERROR_USAGE,
			_("%s: no private key in PEM form that can be read; a key must have no "
			  "passphrase"),
			file);
	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key) < KEY_BITS_MIN)
		return error_set(err, ERROR_USAGE,
			_("%s: the key signs for oauth, so it must be RSA of %d bits or more"),
			file, KEY_BITS_MIN);
	if (!certificate)
		return error_set(err, ERROR_USAGE, _("%s: holds no certificate in PEM form"),
			settings->cert_file);
	if (X509_check_private_key(certificate, key) != 1)
		return error_set(err, ERROR_USAGE,
			_("%s: the key is not the one of the certificate in %s"), file,
			settings->cert_file);
	return ERROR_NONE;
}

/* The certificate's fingerprint, as a JWT's header has it: base64url of its hash. */
static bool add_thumbprint(jwt_t *jwt, const char *name, const X509 *certificate,
	const EVP_MD *hash)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	char text[2 * EVP_MAX_MD_SIZE];
	unsigned int length = 0;

	if (X509_digest(certificate, hash, bytes, &length) != 1)
		return false;
	sodium_bin2base64(text, sizeof(text), bytes, length,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return jwt_add_header(jwt, name, text) == 0;
}

static bool add_claims(jwt_t *jwt, const struct oauth_settings *settings, time_t now)
{
	unsigned char bytes[JTI_BYTES];
	char jti[2 * JTI_BYTES + 1];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2hex(jti, sizeof(jti), bytes, sizeof(bytes));
	return jwt_add_grant(jwt, "iss", settings->client_id) == 0 &&
		jwt_add_grant(jwt, "sub", settings->client_id) == 0 &&
		jwt_add_grant(jwt, "aud", settings->token_url) == 0 &&
		jwt_add_grant(jwt, "jti", jti) == 0 &&
		jwt_add_grant_int(jwt, "iat", (long)now) == 0 &&
		jwt_add_grant_int(jwt, "nbf", (long)now) == 0 &&
		jwt_add_grant_int(jwt, "exp", (long)now + ASSERTION_LIFE) == 0;
}

static bool sign_claims(struct strbuf *assertion, const struct oauth_settings *settings,
	const char *pem, const X509 *certificate, time_t now)
{
	jwt_t *jwt = NULL;
	char *text = NULL;

	json_secret_begin(); /* libjwt uses jansson */
	if (jwt_new(&jwt) == 0 && add_claims(jwt, settings, now) &&
		add_thumbprint(jwt, "x5t#S256", certificate, EVP_sha256()) &&
		add_thumbprint(jwt, "x5t", certificate, EVP_sha1()) &&
		jwt_set_alg(jwt, JWT_ALG_RS256, (const unsigned char *)pem, (int)strlen(pem)) == 0)
		text = jwt_encode_str(jwt);
	if (text) {
		strbuf_adds(assertion, text);
		explicit_bzero(text, strlen(text));
	}
	free(text);
	jwt_free(jwt);
	json_secret_end();
	return assertion->length > 0;
}

enum error_kind oauth_assertion_add(struct strbuf *assertion, const struct oauth_settings *settings,
	time_t now, struct error *err)
{
	char *pem = NULL;
	enum error_kind failed = settings_secret_text(key_file_of(settings), &pem, err);
	EVP_PKEY *key = failed ? NULL : read_key(pem);
	X509 *certificate = failed ? NULL : read_certificate(settings, pem);

	if (!failed)
		failed = check_key(settings, key, certificate, err);
	if (!failed && !sign_claims(assertion, settings, pem, certificate, now))
		failed = error_set(err, ERROR_OURS, _("%s: cannot sign with this key"),
			key_file_of(settings));
	X509_free(certificate);
	EVP_PKEY_free(key);
	settings_forget(pem);
	return failed;
}
