/*
 * Ed25519 signatures (RFC 8032) of the chain's lines, by keys in PEM: private
 * ones as PKCS#8 (RFC 8410 section 7), public ones as SubjectPublicKeyInfo
 * (section 4), as `openssl genpkey -algorithm ed25519` makes them.
 */
#ifndef LEDGER_SIGN_H
#define LEDGER_SIGN_H

#include <sodium.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"

#define SIGN_TEXT       sodium_base64_ENCODED_LEN(crypto_sign_BYTES, sodium_base64_VARIANT_ORIGINAL)
#define SIGN_PUBLIC_MAX 64 /* keys in all files together */

struct settings;

struct sign_key {
	unsigned char bytes[crypto_sign_SECRETKEYBYTES];
	bool is_there; /* else nothing is signed */
};

/* Public keys: several, where a key was followed by another. */
struct sign_public {
	unsigned char keys[SIGN_PUBLIC_MAX][crypto_sign_PUBLICKEYBYTES];
	size_t count;
};

/* Read the private key, a secret (config/settings.h); wiped by sign_key_wipe(). */
enum error_kind sign_key_load(struct sign_key *key, const char *file, struct error *err);
void sign_key_wipe(struct sign_key *key);

/* Sign; the signature is base64. */
void sign_text(const struct sign_key *key, const char *text, size_t length,
	char signature[SIGN_TEXT]);

/* Read the public keys, one PEM block after the other. */
enum error_kind sign_public_load(struct sign_public *public, const char *file, struct error *err);

/*
 * Load the key of the settings, and collect the public keys whose signatures are accepted: its own and those in
 * reports.old_keys. Without reports.sign_key_file neither has a key. The key is wiped by sign_key_wipe().
 */
enum error_kind sign_keys_load(struct sign_key *key, struct sign_public *accepted,
	const struct settings *settings, struct error *err);

/* Whether any of the keys made the signature. */
bool sign_is_good(const struct sign_public *public, const char *text, size_t length,
	const char *signature);

/* Make a pair: `file` gets the private key, mode 0600, and must not be there yet; `file`.pub the public one. */
enum error_kind sign_make(const char *file, struct error *err);

#endif
